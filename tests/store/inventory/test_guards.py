"""Changes of the stock that the database refuses on its own: triggers, CHECKs, unique indexes and foreign keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from peewee import IntegrityError

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import Box, BoxClaim, BoxType, Lot, LotLedger, OrderLine, Product

NewLot = Callable[..., int]


def test_the_number_cannot_be_set_without_a_ledger_row(store: Store, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    refused(store, "UPDATE lot SET available = 9 WHERE id = ?", lot_id, says="ledger row")
    assert available(store, lot_id) == 10


def test_a_stale_write_that_equals_the_present_number_is_refused(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)  # a script reads 10 and means to sell one
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 1, "sold")  # somebody else is faster
    refused(store, "UPDATE lot SET available = 9 WHERE id = ?", lot_id, says="ledger row")


def test_an_old_ledger_row_explains_no_new_change(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 2, "sold")
        stock_ledger.give_back(session, vendor, lot_id, 2, "dropped")
    with store.whole_network.reading() as session:
        taking = session.value(LotLedger.select(LotLedger.id).where(LotLedger.delta == -2))
    refused(store, "UPDATE lot SET available = 8, ledger_id = ? WHERE id = ?", taking, lot_id, says="ledger row")


def test_a_ledger_row_explains_only_its_own_numbers(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        entry = add_entry(session, vendor, lot_id, -1, 9)
    for number in (10, 8):
        refused(store, f"UPDATE lot SET available = {number}, ledger_id = ? WHERE id = ?", entry, lot_id, says="ledger")


def test_a_ledger_row_explains_only_its_own_lot(store: Store, vendor: int, new_lot: NewLot) -> None:
    mine, other = new_lot(10), new_lot(10)
    with store.whole_network.writing() as session:
        entry = add_entry(session, vendor, other, -1, 9)
    refused(store, "UPDATE lot SET available = 9, ledger_id = ? WHERE id = ?", entry, mine, says="ledger row")


def test_the_number_can_be_set_with_its_ledger_row(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        entry = add_entry(session, vendor, lot_id, -1, 9)
        session.run("UPDATE lot SET available = available - 1, ledger_id = ? WHERE id = ?", (entry, lot_id))
    assert available(store, lot_id) == 9


def test_what_is_allocated_cannot_be_set_without_a_ledger_row(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    refused(store, "UPDATE lot SET allocated = 1 WHERE id = ?", lot_id, says="ledger row")
    with store.whole_network.writing() as session:
        entry = add_entry(session, vendor, lot_id, -1, 9)
    both = "UPDATE lot SET available = available - 1, allocated = allocated + 1, ledger_id = ? WHERE id = ?"
    refused(store, both, entry, lot_id, says="ledger row")
    with pytest.raises(IntegrityError, match="first ledger row"):
        new_lot(0, allocated=5)


def test_other_columns_of_a_lot_can_be_written_freely(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        assert session.change(Lot.update(on_hold=True).where(Lot.id == lot_id), touches=vendor) == 1


def test_a_lot_begins_without_boxes(store: Store, new_lot: NewLot) -> None:
    with pytest.raises(IntegrityError, match="first ledger row"):
        new_lot(0, available=5)


@pytest.mark.parametrize("statement", ["UPDATE lot_ledger SET delta = 99", "DELETE FROM lot_ledger"])
def test_ledger_rows_are_final(store: Store, new_lot: NewLot, statement: str) -> None:
    new_lot(10)
    refused(store, statement, says="final")


def test_a_ledger_row_cannot_be_replaced(store: Store, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    statement = {
        "sqlite": "INSERT OR REPLACE INTO lot_ledger SELECT * FROM lot_ledger WHERE lot_id = ?",
        "postgresql": "INSERT INTO lot_ledger SELECT * FROM lot_ledger WHERE lot_id = ? "
        "ON CONFLICT (id) DO UPDATE SET delta = 0",
    }[store.engine]
    refused(store, statement, lot_id, says="final")


def test_available_is_never_below_zero(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(1)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        add_entry(session, vendor, lot_id, -2, -1)
    with store.whole_network.reading() as session:
        checks = schema_text(session)
    assert "available >= 0" in checks
    assert "available_after >= 0" in checks


def test_a_box_has_at_most_one_open_claim(store: Store, vendor: int, new_lot: NewLot) -> None:
    box_id, line_id = box_and_line(store, vendor, new_lot())
    with store.whole_network.writing() as session:
        session.insert(BoxClaim, box_id=box_id, line_id=line_id)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        session.insert(BoxClaim, box_id=box_id, line_id=line_id)


def test_a_box_whose_claim_was_closed_can_be_claimed_again(store: Store, vendor: int, new_lot: NewLot) -> None:
    box_id, line_id = box_and_line(store, vendor, new_lot())
    with store.whole_network.writing() as session:
        for _ in range(3):
            session.insert(BoxClaim, box_id=box_id, line_id=line_id)
            session.change(BoxClaim.update(open=False).where(BoxClaim.box_id == box_id))
        session.insert(BoxClaim, box_id=box_id, line_id=line_id)


def test_a_row_cannot_point_at_a_strangers_row(store: Store, vendor: int, stranger: int, new_lot: NewLot) -> None:
    with store.whole_network.reading() as session:
        strangers_product = session.value(Product.select(Product.id).where(Product.company_id == stranger))
        strangers_box_type = session.value(BoxType.select(BoxType.id).where(BoxType.company_id == stranger))
    for facts in ({"product_id": strangers_product}, {"box_type_id": strangers_box_type}):
        with pytest.raises(IntegrityError):
            new_lot(0, **facts)


def test_the_ledger_of_a_lot_cannot_be_written_in_a_strangers_name(
    store: Store, vendor: int, stranger: int, new_lot: NewLot
) -> None:
    lot_id = new_lot(5)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        add_entry(session, stranger, lot_id, -1, 4)


def test_a_lot_with_a_past_cannot_be_deleted(store: Store, new_lot: NewLot) -> None:
    lot_id = new_lot(5)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        session.run("DELETE FROM lot WHERE id = ?", (lot_id,))
    assert available(store, lot_id) == 5


def refused(store: Store, statement: str, *parameters: object, says: str) -> None:
    with pytest.raises(IntegrityError, match=says), store.whole_network.writing() as session:
        session.run(statement, parameters)


def available(store: Store, lot_id: int) -> int:
    with store.whole_network.reading() as session:
        return int(session.value(Lot.select(Lot.available).where(Lot.id == lot_id)))


def add_entry(session: Session, company_id: int, lot_id: int, delta: int, after: int) -> int:
    (on_hand,) = session.rows(Lot.select(Lot.on_hand).where(Lot.id == lot_id))[0]
    entry = {"company_id": company_id, "lot_id": lot_id, "delta": delta, "available_after": after}
    entry["on_hand_after"] = on_hand
    return session.insert(LotLedger, **entry, reason="test", at=session.now)


def schema_text(session: Session) -> str:
    statement = {
        "sqlite": "SELECT sql FROM sqlite_master",
        "postgresql": "SELECT replace(replace(pg_get_constraintdef(oid), '(', ''), ')', '') FROM pg_constraint",
    }[session.engine]
    return "\n".join(str(row[0]) for row in session.rows(Lot.raw(statement)))


def box_and_line(store: Store, vendor: int, lot_id: int) -> tuple[int, int]:
    facts: dict[str, Any] = {"description": "Freedom 50", "inventory_type": "open_market_boxes", "box_type": "VC"}
    with store.whole_network.writing() as session:
        box_id = session.insert(Box, company_id=vendor, lot_id=lot_id, code="B1", position=1)
        line_id = session.insert(
            OrderLine,
            buyer_id=vendor,
            **facts,
            boxes=1,
            units_per_box=10,
            unit_type="bunch",
            state="in_cart",
            created_at=session.now,
        )
    return box_id, line_id
