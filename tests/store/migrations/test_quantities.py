"""The step that adds what is on hand of a lot, on a database that an earlier version has filled: boxes that were
received or billed, or whose order was shipped, have left; those in carts, confirmed or staged are in the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.store.migrations.old_databases import fill_version_7

NOW = dt.datetime(2026, 2, 2, 16, tzinfo=dt.UTC)
NUMBERS = ("on_hand", "available", "reserved", "staged", "allocated", "short")

LOTS: dict[tuple[str, str], tuple[int, ...]] = {
    ("ANDES", "L1"): (20, 15, 2, 3, 0, 0),
    ("ANDES", "L2"): (8, 7, 1, 0, 0, 0),
    ("SIERRA", "S1"): (5, 5, 0, 0, 0, 0),
    ("BLOOM", "OWN"): (5, 5, 0, 0, 0, 0),
    ("BLOOM", "L1-1"): (3, 0, 0, 0, 3, 0),
    ("BLOOM", "L1-2"): (3, 0, 2, 0, 1, 0),
    ("BLOOM", "L1-4"): (1, 0, 0, 0, 1, 0),
    ("BLOOM", "L1-5"): (2, 0, 0, 0, 2, 0),
    ("BLOOM", "L1-6"): (2, 0, 0, 0, 2, 0),
    ("BLOOM", "L1-7"): (2, 0, 0, 0, 2, 0),
    ("BLOOM", "L1-10"): (1, 0, 0, 0, 1, 0),
    ("BLOOM", "L2-13"): (2, 2, 0, 0, 0, 0),
    ("PETAL", "L1-7-8"): (1, 0, 0, 0, 1, 0),
}
"""Each lot with its numbers, counted by hand. Of 40 boxes of L1 20 have left: 3 + 3 + 1 + 2 + 3 + 3 + 2 + 2 + 1."""


@pytest.fixture
def migrated(empty_database_url: str) -> Iterator[K2K]:
    fill_version_7(empty_database_url)
    with K2K.open(empty_database_url, clock=lambda: NOW) as net:
        yield net


def lot(net: K2K, company: str, code: str) -> Any:
    (found,) = net.quantities(company, [code])["items"]
    return found


def test_every_lot_gets_the_numbers_that_a_person_would_count(migrated: K2K) -> None:
    told = {(company, code): lot(migrated, company, code) for company, code in LOTS}
    assert {named: tuple(one[name] for name in NUMBERS) for named, one in told.items()} == LOTS
    for company in ("ANDES", "SIERRA", "BLOOM", "PETAL"):
        codes = [one["lot"] for one in migrated.quantities(company)["items"]]
        assert set(codes) == {code for owner, code in LOTS if owner == company}


def test_the_numbers_are_the_sums_of_the_ledger(migrated: K2K) -> None:
    assert [fault for fault in migrated.verify() if fault["subject"].startswith("lot ")] == []
    for company, code in LOTS:
        moved = migrated.movements(company, [code], limit=1000)["items"]
        assert sum(one["on_hand_change"] for one in moved) == lot(migrated, company, code)["on_hand"]


def test_a_count_goes_on_from_there(migrated: K2K) -> None:
    before = lot(migrated, "ANDES", "L1")
    stated = migrated.state_quantity("ANDES", "L1", on_hand=20, as_of=before["movement"])
    assert (stated["outcome"], stated["available"]) == ("unchanged", 15)
    stated = migrated.state_quantity("ANDES", "L1", on_hand=18, as_of=before["movement"])
    assert (stated["on_hand"], stated["available"]) == (18, 13)


def test_what_is_shipped_then_leaves_the_house_once(migrated: K2K) -> None:
    migrated.ship("ANDES", "W-2")
    after = lot(migrated, "ANDES", "L1")
    assert (after["on_hand"], after["staged"], after["available"]) == (18, 1, 15)
