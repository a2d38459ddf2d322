"""A database of the version before, with every kind of order in it, is migrated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from k2k_core.api import K2K
from k2k_core.scenario.runner import FrozenClock
from tests.store.migrations.every_order import ANSWERS, CLOCK, LACKING, faults, line_of, lots, rows
from tests.store.migrations.old_databases import EVERY_ORDER, fill_version_7

LATER = CLOCK + dt.timedelta(hours=20)
"""The migration comes when nobody has worked for a while."""


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(LATER)


@pytest.fixture
def migrated(empty_database_url: str, clock: FrozenClock) -> Iterator[K2K]:
    fill_version_7(empty_database_url, EVERY_ORDER["tables"])
    with K2K.open(empty_database_url, clock=clock) as net:
        yield net


def state_of(net: K2K, name: str) -> str:
    """The state of the line of an order, in the buyer's prebook."""
    lines = net.show("BLOOM", ANSWERS[name]["prebook"])["lines"]
    return next(str(line["state"]) for line in lines if line["line"] == line_of(name))


def test_every_document_shows_what_it_showed_but_where_the_rule_has_changed(migrated: K2K) -> None:
    assert faults(migrated) == []


def test_a_second_migration_changes_nothing(migrated: K2K) -> None:
    before = rows(migrated)
    migrated.context.store.migrate()
    assert rows(migrated) == before


def test_the_entries_of_the_audit_are_sealed_as_they_were_and_counted_as_older_than_the_chain(migrated: K2K) -> None:
    proof = migrated.verify_audit()
    entries = len(EVERY_ORDER["tables"]["audit"]["rows"])
    assert (proof["faults"], proof["unsealed"]) == ([], 0)
    assert proof["sealed"] == proof["older"] == entries


def test_lines_whose_boxes_others_have_bought_are_named_until_the_boxes_are_released(migrated: K2K) -> None:
    for name, count in LACKING.items():
        left = lots(migrated)[name]
        migrated.release("BLOOM", line_of(name), count, reason="sold to another customer", confirm="CONFIRM")
        assert lots(migrated)[name] == left
    assert migrated.verify() == []


def test_orders_that_wait_for_approval_have_their_minutes_from_the_migration_on(
    migrated: K2K, clock: FrozenClock
) -> None:
    before = migrated.availability(["ANDES/L1"])[0]["available"]
    waiting = (ANSWERS["waiting"]["number"], ANSWERS["unapproved"]["lines"][0]["purchase_order"])
    clock.move(LATER + dt.timedelta(minutes=1439))
    migrated.sweep()
    assert {migrated.show("BLOOM", number)["status"] for number in waiting} == {"pending_approval"}
    assert migrated.availability(["ANDES/L1"])[0]["available"] == before + 1, "the cart has run out"
    clock.move(LATER + dt.timedelta(minutes=1440))
    migrated.sweep()
    assert {migrated.show("BLOOM", number)["status"] for number in waiting} == {"cancelled"}
    assert migrated.availability(["ANDES/L1"])[0]["available"] == before + 1 + 2 + 2


def test_an_order_that_should_have_left_is_overdue_from_the_migration_on(migrated: K2K, clock: FrozenClock) -> None:
    number, prebook = ANSWERS["overdue"]["purchase_order"], ANSWERS["overdue"]["prebook"]
    clock.move(LATER + dt.timedelta(days=3) - dt.timedelta(minutes=1))
    migrated.sweep()
    assert migrated.show("BLOOM", number)["status"] == "approved"
    told = [event["data"]["document"] for event in migrated.events("BLOOM") if event["type"] == "order.overdue"]
    assert told == [prebook]
    clock.move(LATER + dt.timedelta(days=3))
    migrated.sweep()
    assert migrated.show("BLOOM", number)["status"] == "cancelled"
    approved = migrated.show("BLOOM", ANSWERS["checked_out"]["purchase_order"])
    assert approved["status"] == "approved", "its day has not come yet"


def test_every_order_goes_on_where_it_stood(migrated: K2K) -> None:
    for name, count in LACKING.items():
        migrated.release("BLOOM", line_of(name), count, reason="sold to another customer", confirm="CONFIRM")
    for name in ("staged", "shipped", "part_received", "part_billed", "same_number"):
        migrated.scan("BLOOM", ANSWERS[f"{name}_boxes"]["box_codes"])
    for name in ("received", "part_received", "bought_since", "direct", "part_billed", "shipped", "same_number"):
        migrated.bill("BLOOM", ANSWERS[name]["prebook"])
        assert state_of(migrated, name) == "billed"
    migrated.ship("RIFT", "G-2")
    assert state_of(migrated, "vendor_bills_later") == "billed", "the connection bills to the final customer"
    migrated.confirm("ANDES", ANSWERS["checked_out"]["sales_order"])
    migrated.confirm("ANDES", ANSWERS["overdue"]["sales_order"], late=True)
    assert [state_of(migrated, name) for name in ("checked_out", "overdue")] == ["staged", "staged"]
    migrated.deliver("BLOOM", ANSWERS["invoice_order"]["invoice_order"])
    migrated.approve("BLOOM", ANSWERS["waiting"]["number"])
    migrated.approve("BLOOM", prebook=ANSWERS["unapproved"]["prebook"])
    assert state_of(migrated, "unapproved") == "checked_out"
    migrated.accept_order("ANDES", ANSWERS["transferred"]["number"])
    boxes = [{"line": line_of("accepted"), "lots": [{"lot": "L1", "boxes": 2}]}]
    assert migrated.fill("ANDES", ANSWERS["accepted"]["number"], boxes)["transfer"] == "filled"
    assert migrated.verify() == []
