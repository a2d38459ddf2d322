"""How many lots a rule lets through, and the report of hidden lots, are kept from one question to the next: whatever
changes, they are those that are computed anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from k2k_core.services.catalog import visibility_report
from k2k_core.services.catalog.available_items import available_items
from k2k_core.services.catalog.catalog_cache import new_catalog_cache
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.sharing.offer_list import offers
from k2k_core.services.sharing.shared_with import SharedWithQuery, shared_with
from tests.services.conftest import LOT, Trade
from tests.services.sharing.test_cached_denials import CHANGES

FIRST = PageRequest(count=True, limit=1)
SHIP = "2026-02-10"

OF_THE_BUYER: tuple[Callable[[Trade], object], ...] = (
    lambda trade: trade.net.map("BLOOM", "ANDES/L1", confirmed=False),
    lambda trade: trade.net.map("BLOOM", "ANDES/L1", confirmed=True),
    lambda trade: trade.net.set("BLOOM", customer="C-100", values={"max_age": 2}),
    lambda trade: trade.net.set("BLOOM", settings={"autoconfirm": False}),
    lambda trade: trade.net.set("ANDES", lot="F1", values={"price_a": "0.50"}),
    lambda trade: trade.net.set("BLOOM", settings={"autoconfirm": True}),
)


def more_lots(companies: dict[str, Any]) -> None:
    """A lot on an AWB, one that is sold out, a future one, and one without a price."""
    companies["ANDES"]["lots"] += [
        {**LOT, "code": "ON-AWB", "awb": "729-1", "boxes": 3},
        {**LOT, "code": "GONE", "boxes": 0},
        {**LOT, "code": "F1", "inventory_type": "future_sales", "boxes": 2, "arrival_date": "2026-02-09"},
        {**LOT, "code": "UNPRICED", "boxes": 2, "price_a": None},
    ]


@pytest.fixture
def stocked(open_trade: Callable[..., Trade]) -> Trade:
    return open_trade(more_lots)


def counts(context: ServiceContext) -> Mapping[str, Any]:
    """Every number that is counted by what a rule says."""
    return {
        **{
            seen: shared_with(context, "ANDES", SharedWithQuery(None, seen), FIRST)["count"] for seen in ("all", "none")
        },
        "offers": offers(context, "BLOOM", FIRST)["count"],
        "sold": offers(context, "BLOOM", replace(FIRST, filters={"sellable": True}))["count"],
        "available": available_items(context, "BLOOM", None, False, FIRST)["count"],
        "k2k": available_items(context, "BLOOM", "k2k", False, FIRST)["count"],
        "hidden": visibility_report.hidden(context, "BLOOM", "C-100"),
    }


def anew(context: ServiceContext) -> Mapping[str, Any]:
    """The same without anything that was computed before."""
    return counts(replace(context, snapshots=SnapshotCache(context.settings), catalogs=new_catalog_cache()))


@pytest.mark.long
def test_whatever_changes_the_numbers_are_those_that_are_computed_anew(stocked: Trade) -> None:
    context = stocked.net.context
    found = [counts(context)]
    for number, change in enumerate((*OF_THE_BUYER, *CHANGES)):
        change(stocked)
        found.append(counts(context))
        assert found[-1] == anew(context), number
    assert len({str(one) for one in found}) > len(found) // 2


def test_what_a_caller_does_with_a_report_does_not_change_the_next_one(stocked: Trade) -> None:
    report = stocked.net.hidden("BLOOM", "C-100", SHIP)
    report["by_reason"][0]["examples"].clear()
    report["by_reason"].clear()
    assert stocked.net.hidden("BLOOM", "C-100", SHIP)["by_reason"][0]["examples"]
