"""Prices of boxes that have not arrived."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.items import LastPrice
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import ListRow

DAY = dt.timedelta(days=1)
REMINDING = {"price_reminder": True, "price_reminder_max_age": 10}


def reminder(trade: Any, age: int) -> LastPrice:
    """A price of 0.80 typed yesterday for a lot of that age."""
    return LastPrice(800_000, trade.today - DAY, trade.today - age * DAY)


def future(trade: Any, settings: Any, ships_in: int = 0, age: int | None = 9, base: Exact | None = None) -> Any:
    terms = trade.terms("future_sales", company=trade.company(**settings), ship_date=trade.today + ships_in * DAY)
    remembered = None if age is None else reminder(trade, age)
    return trade.request(trade.lot("future_sales"), terms, reminder=remembered, open_market_base=base)


@pytest.mark.parametrize(("age", "price"), [(0, "0.80"), (9, "0.80"), (10, None), (11, None)])
def test_a_typed_price_is_used_while_its_lot_is_strictly_younger_than_the_limit(
    trade: Any, age: int, price: str | None
) -> None:
    assert trade.price(future(trade, REMINDING, age=age)) == [price]


@pytest.mark.parametrize(
    ("settings", "age", "told"),
    [
        (REMINDING, 9, ("used", "typed on 2026-02-01 for a lot of 9 days, below 10")),
        (REMINDING, 10, ("no_value", "typed on 2026-02-01 for a lot of 10 days, not below the 10 allowed")),
        (REMINDING, None, ("no_value", "no price was typed for this product")),
        ({}, 9, ("not_applicable", "price_reminder is off")),
        ({"price_reminder": True}, 9, ("used", "typed on 2026-02-01 for a lot of 9 days")),
        ({"price_reminder": True}, 400, ("used", "typed on 2026-02-01 for a lot of 400 days")),
    ],
)
def test_the_reminder_says_what_decided(trade: Any, settings: Any, age: int | None, told: tuple[str, str]) -> None:
    assert trade.told(future(trade, settings, age=age))[1]["price_reminder"] == told


@pytest.mark.parametrize(("ships_in", "replaced"), [(0, True), (3, True), (4, False)])
def test_the_price_on_hand_replaces_the_typed_one_for_lots_that_ship_soon(
    trade: Any, ships_in: int, replaced: bool
) -> None:
    request = future(trade, REMINDING | {"future_price_override_days": 3}, ships_in, base=Exact(1, 2))
    assert trade.quotes(request)[0].step == ("open_market_price" if replaced else "price_reminder")


def test_without_a_price_on_hand_there_is_nothing_to_replace_the_typed_one(trade: Any) -> None:
    request = future(trade, REMINDING | {"future_price_override_days": 3})
    assert trade.quotes(request)[0].step == "price_reminder"


def test_each_step_wins_when_all_before_it_are_silent(trade: Any) -> None:
    customer = trade.customer(landed_cost_as_price=True, type="A", price_lists=("SPRING",))
    lists = {"SPRING": "season"}
    terms = trade.terms("future_sales", company=trade.company(**REMINDING), customer=customer, lists=lists)
    rows = [
        ListRow(code, kind, code == "M", "S", trade.today, price, None, "")
        for code, kind, price in (("SPRING", "season", 500_000), ("M", "all", 400_000))
    ]
    lot = trade.lot("future_sales", purchase_order_price="0.30")
    known = {"reminder": reminder(trade, 1), "open_market_base": Exact(7, 10), "rows": tuple(rows)}
    request = trade.request(lot, terms, "0.90", **known)
    won = []
    for silence in (
        {},
        {"warehouse_cost": None},
        {"reminder": None},
        {"open_market_base": None},
        {"rows": tuple(rows[1:])},
        {"rows": ()},
        {"lot": trade.lot("future_sales")},
    ):
        request = request._replace(**silence)
        (quote,) = trade.quotes(request)
        won.append((quote.step, quote.price))
    assert won == [
        ("landed_cost_as_price", 90),
        ("price_reminder", 80),
        ("open_market_price", 70),
        ("price_list", 50),
        ("master_price_list", 40),
        ("purchase_order_price", 30),
        (None, None),
    ]
