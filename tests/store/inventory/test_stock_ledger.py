"""The stock ledger: the only code that changes quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.errors import Conflict, InsufficientStock, InvalidQuantity, NotFound
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import Company, Lot, LotLedger

NewLot = Callable[..., int]


def test_taking_boxes_answers_how_many_are_left(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        assert stock_ledger.take(session, vendor, lot_id, 3, "sold") == 7
        assert stock_ledger.take(session, vendor, lot_id, 7, "sold") == 0


def test_boxes_that_are_given_back_can_be_taken_again(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(2)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 2, "sold")
        assert stock_ledger.give_back(session, vendor, lot_id, 1, "expired") == 1
        assert stock_ledger.take(session, vendor, lot_id, 1, "sold") == 0


def test_more_boxes_than_there_are_cannot_be_taken(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(4)
    with store.whole_network.writing() as session, pytest.raises(InsufficientStock) as refusal:
        stock_ledger.take(session, vendor, lot_id, 5, "sold")
    assert refusal.value.facts == {"lot": "L1", "asked": 5, "available": 4}
    assert available(store, lot_id) == 4


def test_a_refused_taking_leaves_no_ledger_row(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(1)
    with store.whole_network.writing() as session:
        with pytest.raises(InsufficientStock):
            stock_ledger.take(session, vendor, lot_id, 2, "sold")
        assert stock_ledger.take(session, vendor, lot_id, 1, "sold") == 0
    assert [row[0] for row in ledger(store, lot_id)] == [1, -1]


def test_a_strangers_lot_answers_like_an_unknown_one(store: Store, stranger: int, new_lot: NewLot) -> None:
    lot_id = new_lot(5)
    messages = set()
    for wanted in (lot_id, 999_999):
        with store.whole_network.writing() as session, pytest.raises(NotFound) as refusal:
            stock_ledger.take(session, stranger, wanted, 1, "sold")
        messages.add(refusal.value.message)
    assert len(messages) == 1
    assert available(store, lot_id) == 5


@pytest.mark.parametrize("boxes", [0, -1, 1.5, True, "3"])
def test_only_a_whole_number_of_boxes_can_move(store: Store, vendor: int, new_lot: NewLot, boxes: Any) -> None:
    lot_id = new_lot(5)
    for move in (stock_ledger.take, stock_ledger.give_back):
        with store.whole_network.writing() as session, pytest.raises(InvalidQuantity):
            move(session, vendor, lot_id, boxes, "sold")
    assert available(store, lot_id) == 5


def test_an_edit_moves_the_boxes_of_the_lot_and_what_is_available(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 4, "sold")
        assert stock_ledger.adjust(session, vendor, lot_id, 5, "found") == 11
        assert stock_ledger.adjust(session, vendor, lot_id, -2, "broken") == 9
        assert session.first(Lot.select(Lot.boxes, Lot.available).where(Lot.id == lot_id)) == (13, 9)


def test_boxes_that_somebody_holds_cannot_be_edited_away(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 8, "sold")
        with pytest.raises(InsufficientStock):
            stock_ledger.adjust(session, vendor, lot_id, -3, "broken")
        assert session.first(Lot.select(Lot.boxes, Lot.available).where(Lot.id == lot_id)) == (10, 2)


def test_every_movement_is_explained_by_its_ledger_row(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 3, "cart", line_id=77)
        moment = session.now
    rows = ledger(store, lot_id)
    assert [(delta, after, reason, line) for delta, after, reason, line, _ in rows] == [
        (10, 10, "opened", None),
        (-3, 7, "cart", 77),
    ]
    assert rows[1][4] == moment


def test_many_lots_are_opened_in_a_handful_of_statements(store: Store, vendor: int, new_lot: NewLot) -> None:
    lots = {new_lot(0): boxes for boxes in (5, 0, 7)}
    with store.whole_network.writing() as session:
        before = session.queries
        stock_ledger.open_lots(session, vendor, lots)
        assert session.queries - before <= 3
    assert [available(store, lot_id) for lot_id in lots] == [5, 0, 7]


def test_a_lot_is_opened_once(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(3)
    with pytest.raises(NotFound), store.whole_network.writing() as session:
        stock_ledger.open_lot(session, vendor, lot_id, 3)
    assert available(store, lot_id) == 3
    assert len(ledger(store, lot_id)) == 1


def test_a_sale_does_not_move_the_change_sequence(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(3)
    with store.whole_network.reading() as session:
        before = session.value(Company.select(Company.change_seq).where(Company.id == vendor))
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot_id, 1, "sold")
    with store.whole_network.reading() as session:
        assert session.value(Company.select(Company.change_seq).where(Company.id == vendor)) == before


def test_a_sound_ledger_has_no_faults(store: Store, vendor: int, new_lot: NewLot) -> None:
    first = new_lot(10)
    new_lot(0)
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, first, 4, "sold")
        stock_ledger.give_back(session, vendor, first, 1, "dropped")
    with store.whole_network.reading() as session:
        assert stock_ledger.ledger_faults(session) == []
        assert session.queries == 1


def test_a_ledger_row_that_no_lot_has_adopted_is_a_fault(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    new_lot(10)
    with store.whole_network.writing() as session:
        add_orphan(session, vendor, lot_id)
    with store.whole_network.reading() as session:
        (fault,) = stock_ledger.ledger_faults(session)
    assert (fault.lot_id, fault.code, fault.available, fault.ledger_sum) == (lot_id, "L1", 10, 8)


def add_orphan(session: Session, company_id: int, lot_id: int) -> int:
    return session.insert(
        LotLedger, company_id=company_id, lot_id=lot_id, delta=-2, available_after=8, reason="bare", at=session.now
    )


def available(store: Store, lot_id: int) -> int:
    with store.whole_network.reading() as session:
        return int(session.value(Lot.select(Lot.available).where(Lot.id == lot_id)))


def ledger(store: Store, lot_id: int) -> list[tuple[Any, ...]]:
    columns = (LotLedger.delta, LotLedger.available_after, LotLedger.reason, LotLedger.line_id, LotLedger.at)
    with store.whole_network.reading() as session:
        return session.rows(LotLedger.select(*columns).where(LotLedger.lot_id == lot_id).order_by(LotLedger.id))


def test_boxes_of_a_line_come_allocated_are_freed_and_billed(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(0)
    with store.whole_network.writing() as session:
        assert stock_ledger.receive(session, vendor, lot_id, 7, 5, 4) == 1
        assert stock_ledger.free(session, vendor, lot_id, 7, 1) == 2
        stock_ledger.bill(session, vendor, lot_id, 7, 2)
    with store.whole_network.reading() as session:
        numbers = Lot.select(Lot.boxes, Lot.available, Lot.allocated).where(Lot.id == lot_id)
        assert session.first(numbers) == (5, 2, 1)
        entries = LotLedger.select(LotLedger.delta, LotLedger.allocated_delta, LotLedger.reason, LotLedger.line_id)
        found = session.rows(entries.where(LotLedger.lot_id == lot_id).order_by(LotLedger.id))
        assert found == [(1, 4, "received", 7), (1, -1, "released", 7), (0, -2, "billed", 7)]
        assert stock_ledger.ledger_faults(session) == []


def test_more_boxes_than_are_allocated_are_neither_freed_nor_billed(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(10)
    for move in (stock_ledger.free, stock_ledger.bill):
        with pytest.raises(Conflict), store.whole_network.writing() as session:
            move(session, vendor, lot_id, 7, 1)


def test_an_edit_never_touches_allocated_boxes(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id = new_lot(1)
    with store.whole_network.writing() as session:
        stock_ledger.receive(session, vendor, lot_id, 7, 3, 3)
    with pytest.raises(InsufficientStock), store.whole_network.writing() as session:
        stock_ledger.adjust(session, vendor, lot_id, -2, "edited")
