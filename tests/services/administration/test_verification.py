"""The verification finds every kind of damage that it claims to find, and reports none in a valid network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.landed_costs import store_billed
from k2k_core.store.tables import Awb, Box, BoxClaim, Document, InvoiceLine, LotLedger, OrderLine
from tests.damage import past_the_guards

Trade = Any
Damage = Callable[[Session], object]


def buyer_of_line_1(session: Session) -> int:
    return int(session.value(OrderLine.select(OrderLine.buyer_id).where(OrderLine.id == 1)))


DAMAGES: dict[str, Damage] = {
    "held": lambda session: session.change(OrderLine.update(boxes=3).where(OrderLine.id == 1)),
    "boxes": lambda session: session.change(Box.update(state="withdrawn").where(Box.code == "B6")),
    "claims": lambda session: session.change(BoxClaim.delete().where(BoxClaim.line_id == 1)),
    "claims of a company": lambda session: session.change(BoxClaim.update(vendor_id=None).where(BoxClaim.line_id == 1)),
    "claims of a code": lambda session: session.change(BoxClaim.update(box_code="B9").where(BoxClaim.line_id == 1)),
    "staged lines": lambda session: session.change(Awb.update(staged_lines=Awb.staged_lines + 1)),
    "staged": lambda session: session.change(Box.update(state="in_stock").where(Box.code == "B4")),
    "documents": lambda session: session.change(Document.update(status="pending").where(Document.number == "S-1001K")),
    "totals": lambda session: session.change(InvoiceLine.update(total=InvoiceLine.total + 1)),
    "billed": lambda session: session.change(OrderLine.update(state="billed").where(OrderLine.id == 1)),
    "costs": lambda session: store_billed(session, {"id": 1, "buyer_id": buyer_of_line_1(session)}, 1, 0, {}),
}


def do(trade: Trade, change: Damage) -> None:
    """Edit the database as somebody does who may do anything."""
    with trade.net.context.store.whole_network.writing() as session, past_the_guards(session):
        change(session)


def three_orders(trade: Trade) -> None:
    """An order that was shipped and received, one that stands in staging, and one in a cart."""
    done = trade.confirmed(2)
    trade.net.ship("ANDES", done["awb"])
    trade.net.scan("BLOOM", done["box_codes"])
    trade.confirmed(2)
    trade.ordered(1)


@pytest.fixture
def trade(open_worked_trade: Callable[..., Any]) -> Trade:
    """The network with these orders."""
    return open_worked_trade("three orders", three_orders)


@pytest.mark.parametrize("test", ["one", "the next"])
def test_no_test_sees_what_another_did_to_the_network_that_both_began_with(trade: Trade, test: str) -> None:
    assert trade.net.verify() == [], f"{test} begins with a sound network"
    do(trade, DAMAGES["boxes"])
    assert trade.net.verify() != []


def test_a_sound_network_has_no_faults(trade: Trade) -> None:
    assert trade.net.verify() == []


@pytest.mark.parametrize("check", DAMAGES)
def test_each_check_finds_its_damage_and_names_it(trade: Trade, check: str) -> None:
    do(trade, DAMAGES[check])
    faults = trade.net.verify()
    assert check.partition(" ")[0] in {fault["check"] for fault in faults}
    assert all(fault["subject"] in fault["message"] for fault in faults)


def changes_of_line_1(**values: object) -> Damage:
    return lambda session: session.change(OrderLine.update(**values).where(OrderLine.id == 1))


ALLOCATION_DAMAGES: dict[str, tuple[Damage, str]] = {
    "an allocated box that says it is free": (
        lambda session: session.change(Box.update(state="in_stock").where(Box.code == "B1")),
        "2 boxes allocated, but 1 stands in it",
    ),
    "an allocated box of another line": (
        lambda session: session.change(Box.update(line_id=3).where(Box.code == "B1")),
        "box B1: allocated to a line (3)",
    ),
    "a line that has fewer boxes than are allocated": (changes_of_line_1(released=1), "1 box more is allocated"),
    "boxes allocated to a line without a prebook": (changes_of_line_1(prebook_id=None), "of no prebook"),
    "a line that ended with boxes allocated": (changes_of_line_1(state="cancelled"), "allocated to a line (1)"),
    "a number that the ledger does not explain": (
        lambda session: session.insert(
            LotLedger,
            company_id=buyer_of_line_1(session),
            lot_id=session.value(Box.select(Box.lot_id).where(Box.code == "B1")),
            delta=0,
            available_after=0,
            allocated_delta=1,
            allocated_after=3,
            reason="nothing",
            at=session.now,
        ),
        "2 allocated, and 3 by its ledger",
    ),
}


@pytest.mark.parametrize("damage", ALLOCATION_DAMAGES)
def test_boxes_lines_and_allocation_are_held_together(trade: Trade, damage: str) -> None:
    change, words = ALLOCATION_DAMAGES[damage]
    do(trade, change)
    assert any(words in fault["message"] for fault in trade.net.verify())


def test_a_company_does_not_verify_the_others(trade: Trade) -> None:
    assert trade.net.on_behalf_of(Actor("operator", None)).verify() == []
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("a@bloom", "BLOOM", frozenset({"admin"}))).verify()


def test_boxes_can_be_added_to_a_lot_whose_boxes_have_left(trade: Trade) -> None:
    done = trade.confirmed(4, lot="ANDES/L2")
    trade.net.scan("BLOOM", done["box_codes"])
    trade.net.set("ANDES", lot="L2", values={"boxes": 6})
    more = trade.confirmed(2, lot="ANDES/L2")
    assert not set(more["box_codes"]) & set(done["box_codes"])
    assert trade.net.verify() == []


TOUCHED_DAMAGES = {**ALLOCATION_DAMAGES, "a wrong count of staged lines": (DAMAGES["staged lines"], "counts")}


@pytest.mark.parametrize("damage", TOUCHED_DAMAGES)
def test_what_was_touched_since_a_moment_is_looked_at_alone_and_as_closely(trade: Trade, damage: str) -> None:
    change, words = TOUCHED_DAMAGES[damage]
    do(trade, change)
    assert any(words in fault["message"] for fault in trade.net.verify(since="2000-01-01T00:00:00Z"))
    assert trade.net.verify(since="2100-01-01T00:00:00Z") == []
