"""What a vendor's rules say of a lot is asked once per change of it, and never outlasts what it was said of (domain
section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.sharing import shared_inventory
from k2k_core.services.sharing.offer_list import offers
from k2k_core.services.sharing.shared_with import SharedWithQuery, shared_with
from k2k_sharing_rules import vendor_stock
from tests.services.conftest import Trade

EVERYTHING = PageRequest(count=True)
Answer = Mapping[str, Any]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lots that rules were asked about, each by the code that its vendor has for it."""
    asked: list[str] = []
    check = shared_inventory.check_rules

    def noted(context: Any, company: Any, side: str, requests: Sequence[EligibilityRequest]) -> list[list[Denial]]:
        asked.extend(request.lot.ref for request in requests)
        return check(context, company, side, requests)

    monkeypatch.setattr(shared_inventory, "check_rules", noted)
    return asked


def seen(trade: Trade, forgetful: bool = False) -> tuple[Answer, Answer]:
    """The lots of ANDES by buyer and the offers of BLOOM, computed without a cache if `forgetful`."""
    context = trade.net.context
    if forgetful:
        context = replace(context, snapshots=SnapshotCache(context.settings))
    by_buyer = shared_with(context, "ANDES", SharedWithQuery(seen_by="all"), EVERYTHING)
    return by_buyer, offers(context, "BLOOM", EVERYTHING)


def test_a_lot_is_judged_once_for_each_buyer_while_nothing_changes(trade: Trade, judged: list[str]) -> None:
    seen(trade)
    assert sorted(judged) == ["L1", "L1", "L2", "L2", "S1"]
    judged.clear()
    assert seen(trade) == seen(trade)
    assert judged == []


def test_after_a_sale_only_the_lot_that_was_sold_is_judged_again(trade: Trade, judged: list[str]) -> None:
    seen(trade)
    trade.ordered(6)
    judged.clear()
    seen(trade)
    assert judged == ["L1", "L1"]


CHANGES: tuple[Callable[[Trade], object], ...] = (
    lambda trade: trade.ordered(6),
    lambda trade: trade.net.set("ANDES", lot="L1", values={"on_hold": True}),
    lambda trade: trade.net.set("ANDES", lot="L1", values={"on_hold": False}),
    lambda trade: trade.net.set("ANDES", lot="L2", values={"price_a": None}),
    lambda trade: trade.net.put(
        "ANDES", "customers", [{"code": "BLOOM", "type": "A", "company": "BLOOM", "max_age": 1}]
    ),
    lambda trade: trade.later(days=1),
    lambda trade: trade.net.set("ANDES", customer="BLOOM", values={"max_age": 9}),
    lambda trade: trade.net.suspend("ANDES", "PETAL", by="ANDES"),
    lambda trade: trade.net.archive("ANDES", "lots", "L2"),
    lambda trade: trade.later(days=20),
)
"""One of everything that rules look at: stock, its price, terms, connections, the day."""


def test_whatever_changes_the_answer_is_the_one_that_is_computed_anew(trade: Trade) -> None:
    answers = [seen(trade)]
    for change in CHANGES:
        change(trade)
        answers.append(seen(trade))
        assert answers[-1] == seen(trade, forgetful=True)
    assert sum(before != after for before, after in pairwise(answers)) > len(CHANGES) // 2


def test_what_a_rule_that_failed_held_back_is_not_cached(
    open_trade: Callable[..., Trade], monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_box, failing = vendor_stock.mixed_box, [True]

    def check(request: EligibilityRequest) -> Denial | None:
        if failing and request.lot.ref == "L1":
            raise RuntimeError("not yet")
        return mixed_box(request)

    monkeypatch.setattr(vendor_stock, "mixed_box", check)
    trade = open_trade()
    held_back, _ = seen(trade)
    failing.clear()
    complete, _ = seen(trade)
    assert (held_back["count"], complete["count"]) == (1, 2)
