"""The migration that allocates what was received for prebooks, on a database that the version before has filled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.store.tables import Box, Lot, LotLedger
from tests.store.migrations.old_databases import VERSION_7, fill_version_7

FACTS: dict[str, dict[str, Any]] = VERSION_7["facts"]
NOW = dt.datetime(2026, 2, 3, 15, tzinfo=dt.UTC)


@pytest.fixture
def migrated(empty_database_url: str) -> Iterator[K2K]:
    fill_version_7(empty_database_url)
    net = K2K.open(empty_database_url, clock=lambda: NOW)
    net.context.store.migrate()
    yield net
    net.close()


def numbers(net: K2K, name: str, ending: str = "") -> tuple[int, int]:
    """How many boxes of the lot of a line are free, and how many allocated."""
    code = f"L1-{FACTS[name]['line']}{ending}"
    with net.context.store.whole_network.reading() as session:
        found = session.first(Lot.select(Lot.available, Lot.allocated).where(Lot.code == code))
    assert found is not None
    return found


def state_of(net: K2K, name: str) -> str:
    lines = net.show("BLOOM", FACTS[name]["prebook"])["lines"]
    return next(line["state"] for line in lines if line["line"] == FACTS[name]["line"])


@pytest.mark.parametrize(
    ("name", "free", "allocated"),
    [
        ("received", 0, 3),
        ("part_received", 0, 1),
        ("direct", 0, 2),
        ("part_billed", 0, 1),
        ("bought_by_another", 0, 1),
        ("edited", 0, 2),
        ("sold_on", 0, 2),
    ],
)
def test_what_was_received_for_a_prebook_and_is_still_there_is_allocated(
    migrated: K2K, name: str, free: int, allocated: int
) -> None:
    assert numbers(migrated, name) == (free, allocated)


def test_it_was_allocated_at_the_moment_of_the_migration(migrated: K2K) -> None:
    with migrated.context.store.whole_network.reading() as session:
        moments = session.rows(LotLedger.select(LotLedger.at).where(LotLedger.reason == "allocated").distinct())
    assert moments == [(NOW,)]


def test_what_was_bought_for_no_prebook_stays_free(migrated: K2K) -> None:
    with migrated.context.store.whole_network.reading() as session:
        code = f"L2-{FACTS['without_prebook']['line']}"
        assert session.first(Lot.select(Lot.available, Lot.allocated).where(Lot.code == code)) == (2, 0)


def test_lines_whose_boxes_somebody_has_bought_since_are_named_until_they_are_released(migrated: K2K) -> None:
    lacking = {"bought_by_another": 2, "edited": 1, "sold_on": 1}
    named = {fault["subject"]: fault["message"] for fault in migrated.verify()}
    assert set(named) == {f"line {FACTS[name]['line']}" for name in lacking}
    for name, count in lacking.items():
        assert f": {count} of its boxes" in named[f"line {FACTS[name]['line']}"]
        before = numbers(migrated, name)
        migrated.release("BLOOM", FACTS[name]["line"], count, reason="sold to another customer", confirm="CONFIRM")
        assert numbers(migrated, name) == before, "what is still allocated stays so"
    assert migrated.verify() == []


def test_what_was_allocated_is_billed_to_whom_it_was_sold(migrated: K2K) -> None:
    invoice = migrated.bill("BLOOM", FACTS["received"]["prebook"])
    assert (invoice["customer"], invoice["lines"][0]["boxes"]) == ("C-100", 3)
    assert state_of(migrated, "received") == "billed"
    migrated.bill("BLOOM", FACTS["part_billed"]["prebook"])
    assert state_of(migrated, "part_billed") == "billed"


def test_what_arrives_on_another_day_is_a_lot_beside_what_was_allocated(migrated: K2K) -> None:
    migrated.scan("BLOOM", FACTS["part_received"]["codes"])
    assert numbers(migrated, "part_received") == (0, 1)
    assert numbers(migrated, "part_received", ".2") == (0, 2)
    assert state_of(migrated, "part_received") == "received"


def test_a_vendors_invoice_to_the_final_customer_is_the_buyers_until_it_is_billed(migrated: K2K) -> None:
    orders = {name: FACTS[name]["sales_order"] for name in ("to_ship_with_the_vendors_invoice", "billed_by_the_vendor")}
    invoices = {one["reference_number"]: one for one in migrated.orders("ANDES") if one["kind"] == "invoice"}
    assert [invoices[number]["customer"] for number in orders.values()] == ["BLOOM", None]
    migrated.ship("ANDES", FACTS["to_ship_with_the_vendors_invoice"]["awb"])
    assert state_of(migrated, "to_ship_with_the_vendors_invoice") == "billed"
    (issued,) = [one for one in migrated.orders("BLOOM") if one["kind"] == "invoice" and one["vendor"] is None][-1:]
    assert issued["reference_number"] == FACTS["to_ship_with_the_vendors_invoice"]["prebook"]


def test_boxes_that_were_billed_or_sold_on_stay_where_they_are(migrated: K2K) -> None:
    with migrated.context.store.whole_network.reading() as session:
        states = dict(session.rows(Box.select(Box.code, Box.state)))
    assert {states[code] for code in FACTS["billed"]["codes"]} == {"billed"}
    assert {states[code] for code in FACTS["billed_by_the_vendor"]["codes"]} == {"billed"}
    assert {states[code] for code in FACTS["sold_on_to_petal"]["codes"]} == {"received"}
