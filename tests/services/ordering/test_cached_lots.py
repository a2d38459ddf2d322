"""Whether a lot may be sold, and what a line freezes of it, is found once, and anew as soon as something that it
depends on has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.pricing import Step
from k2k_core.errors import CannotSell, NotFound
from k2k_core.runtime.guarded_contributions import Rule
from k2k_core.runtime.registry import Registry
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.pricing.pricer import Pricer
from tests.services.conftest import Trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Change = Callable[[Trade], object]


def agreed(trade: Trade, lot: str = "ANDES/L1") -> tuple[Any, ...]:
    """What both companies read of a box that was ordered now: the lines without their names, and the charges."""
    order = trade.ordered(1, lot)
    return tuple(
        [
            {name: value for name, value in shown["lines"][-1].items() if name not in ("line", "landed_costs")},
            [shown["charges"], shown["vendor_ship_date"], shown["total"]],
        ]
        for shown in (trade.net.show("BLOOM", order["prebook"]), trade.net.show("ANDES", order["sales_order"]))
    )


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lots were explained at once, call by call."""
    counts, work = list[int](), Pricer.explained

    def counting(pricer: Pricer, lots: Any, costs: Any = None) -> Any:
        counts.append(len(lots))
        return work(pricer, lots, costs)

    monkeypatch.setattr(Pricer, "explained", counting)
    return counts


def test_a_lot_is_explained_once_whoever_else_buys_of_it(trade: Trade, explained: list[int]) -> None:
    trade.ordered(1)
    assert explained == [1, 1]  # for the customer, and for the buyer by its vendor
    trade.ordered(2)
    trade.net.add("PETAL", "P-1", lot="ANDES/L1", ship_date="2026-02-05")
    explained.clear()
    trade.ordered(1)
    assert explained == []
    trade.ordered(1, lot="ANDES/L2")
    trade.ordered(1, lot="ANDES/L2", ship_date="2026-02-06")
    assert explained == [1] * 4


def test_what_no_formula_prices_is_asked_for_every_order(
    trade: Trade, explained: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Pricer.steps_of

    def without_formulas(pricer: Pricer, terms: Any) -> tuple[Step, ...]:
        return tuple(step._replace(formula=None) for step in steps(pricer, terms))

    monkeypatch.setattr(Pricer, "steps_of", without_formulas)
    trade.ordered(1)
    trade.ordered(1)
    assert explained == [1] * 4


CUSTOMER = {"code": "C-100", "name": "Corner Florist", "type": "B", "ship_via": "choice"}
BUYER = {"code": "BLOOM", "name": "Bloom Wholesale", "type": "A", "company": "BLOOM"}
RECORD = {"code": "AND-01", "name": "Andes", "company": "ANDES", "currency": "USD"}
CHANGES: dict[str, Change] = {
    "the price of the lot": lambda trade: trade.net.set("ANDES", lot="L1", values={"price_a": "0.35"}),
    "the age of the lot": lambda trade: trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-01"}),
    "the margin of the buyer": lambda trade: trade.net.set("BLOOM", settings={"k2k_gpm": 41}),
    "the charges of the vendor": lambda trade: trade.net.put(
        "ANDES", "customers", [{**BUYER, "additional_charges": [{"name": "Fuel", "per_box": "2"}]}]
    ),
    "the freight of the buyer": lambda trade: trade.net.set("BLOOM", settings={"cube_rate": "5.50"}),
    "the charges of the customer": lambda trade: trade.net.put(
        "BLOOM", "customers", [{**CUSTOMER, "additional_charges": [{"name": "Fuel", "percent": "4"}]}]
    ),
    "the markup of the customer": lambda trade: trade.net.put(
        "BLOOM", "customers", [{**CUSTOMER, "ecommerce_markup": {"percent": "10"}}]
    ),
    "the days of transit": lambda trade: trade.net.put("BLOOM", "vendors", [{**RECORD, "transit_days": 2}]),
    "the boxes of the vendor": lambda trade: trade.net.put(
        "ANDES", "box_dimensions", [{"box_type": "HB", "length": 42, "width": 14, "height": 11}]
    ),
    "the day": lambda trade: trade.later(days=1),
}


def test_what_an_order_depends_on_is_read_by_the_next_one(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"boxes": 200})
    before = agreed(trade)
    assert agreed(trade) == before
    moved = []
    for name, change in CHANGES.items():
        change(trade)
        now = agreed(trade)
        trade.net.context.lots.clear()
        assert agreed(trade) == now, name
        moved.append(now != before)
        before = now
    assert moved == [name not in ("the age of the lot", "the day") for name in CHANGES]


HELD_BACK: dict[str, tuple[Change, Change]] = {
    "the lot is on hold": (
        lambda trade: trade.net.set("ANDES", lot="L1", values={"on_hold": True}),
        lambda trade: trade.net.set("ANDES", lot="L1", values={"on_hold": False}),
    ),
    "the vendor's age limit": (
        lambda trade: trade.net.set("ANDES", settings={"max_age": 1}),
        lambda trade: trade.net.set("ANDES", settings={"max_age": None}),
    ),
    "the days of service of the customer": (
        lambda trade: trade.net.put("BLOOM", "customers", [{**CUSTOMER, "days_of_service": {"mon": ""}}]),
        lambda trade: trade.net.put("BLOOM", "customers", [CUSTOMER]),
    ),
    "the offer is not confirmed": (
        lambda trade: trade.net.set("BLOOM", settings={"autoconfirm": False}),
        lambda trade: trade.net.set("BLOOM", settings={"autoconfirm": True}),
    ),
    "the connection is suspended": (
        lambda trade: trade.net.suspend("ANDES", "BLOOM", by="ANDES"),
        lambda trade: trade.net.resume("ANDES", "BLOOM", by="ANDES"),
    ),
}


@pytest.mark.parametrize("reason", HELD_BACK)
def test_a_lot_that_was_sold_before_is_held_back_as_soon_as_a_rule_says_so(trade: Trade, reason: str) -> None:
    hold, release = HELD_BACK[reason]
    trade.ordered(1)
    hold(trade)
    with pytest.raises((CannotSell, NotFound)):
        trade.ordered(1)
    release(trade)
    trade.ordered(1)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lots were judged by the rules at once, call by call."""
    counts, work = list[int](), Assortment.sided_denials

    def counting(assortment: Assortment, articles: Any) -> Any:
        counts.append(len(articles))
        return work(assortment, articles)

    monkeypatch.setattr(Assortment, "sided_denials", counting)
    return counts


def test_rules_judge_a_lot_once_until_its_boxes_are_sold_out(trade: Trade, judged: list[int]) -> None:
    trade.ordered(1)  # which maps the product of the vendor
    trade.ordered(1)
    judged.clear()
    trade.ordered(4)
    assert judged == []
    with pytest.raises(Exception, match="0 boxes available"):
        trade.ordered(1)
    assert judged == [1]


def test_a_rule_that_does_not_say_what_it_reads_judges_every_time(
    trade: Trade, judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = Registry.rules

    def unsaid(registry: Registry, side: str, inventory_type: str) -> tuple[Rule, ...]:
        return tuple(rule._replace(reads=None) for rule in rules(registry, side, inventory_type))

    monkeypatch.setattr(Registry, "rules", unsaid)
    trade.ordered(1)
    trade.ordered(1)
    assert judged == [1] * 2
