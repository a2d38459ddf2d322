"""The steps that read price lists, and what they say of the lists they did not use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.pricing import ListRow

ROSE = "ROSE-RED-60"


def row(code: str, price: str, kind: str = "all", start: str = "2026-01-01", master: bool = False) -> ListRow:
    return ListRow(code, kind, master, "WINTER", dt.date.fromisoformat(start), int(float(price) * 10**6), None, ROSE)


def asked(
    trade: Any, kind: str, rows: list[ListRow], lists: str = "SPRING", customer_type: str = "B", **settings: Any
) -> Any:
    """A request of a customer with these lists; `lists` names them with their types."""
    types = dict(name.split(":") if ":" in name else (name, "all") for name in lists.split())
    customer = trade.customer(type=customer_type, price_lists=tuple(types))
    active = {code: kind for code, kind in types.items() if kind != "inactive"}
    company = trade.company(**settings)
    terms = trade.terms(kind, company=company, customer=customer, lists=active)
    return trade.request(trade.lot(kind), terms, "0.30", rows=tuple(rows))


@pytest.mark.parametrize(
    ("kind", "customer_type", "settings"),
    [
        ("open_market_boxes", "B", {}),
        ("open_market_units", "B", {}),
        ("future_sales", "A", {}),
        ("vendor_availability", "A", {}),
        ("k2k", "B", {"price_lists_for_k2k": True}),
    ],
)
def test_a_row_of_the_customers_list_is_the_price(trade: Any, kind: str, customer_type: str, settings: Any) -> None:
    request = asked(trade, kind, [row("SPRING", "2.59")], customer_type=customer_type, **settings)
    quote, told = trade.told(request)
    assert (quote.step, quote.price) == ("price_list", 259)
    assert told["price_list"] == ("used", "price list SPRING, season WINTER: ROSE-RED-60")
    quote, told = trade.told(request._replace(rows=(row("M", "1.99", "season", master=True),)))
    assert (quote.step, quote.price) == ("master_price_list", 199)


def test_a_list_without_a_row_leaves_the_lot_to_the_next_step_and_says_so(trade: Any) -> None:
    _, told = trade.told(asked(trade, "open_market_boxes", []))
    assert told["price_list"] == ("no_value", "price list SPRING: no row for ROSE-RED-60 in HB")
    assert told["master_price_list"] == ("no_value", "no active master price list has a row for ROSE-RED-60 in HB")


def test_lists_of_another_type_or_season_are_named(trade: Any) -> None:
    lists = "SPRING HOLIDAY:prebook OLD:inactive"
    _, told = trade.told(asked(trade, "open_market_boxes", [row("HOLIDAY", "1.00", "prebook")], lists))
    assert told["price_list"] == (
        "no_value",
        "price list SPRING: no row for ROSE-RED-60 in HB; price list OLD is not active on 2026-02-02; "
        "price list HOLIDAY (prebook) is not used for open market boxes",
    )
    _, told = trade.told(asked(trade, "open_market_boxes", [row("SPRING", "2.59")], lists))
    assert told["price_list"][1].endswith("; price list HOLIDAY (prebook) is not used for open market boxes")


def test_a_customer_without_lists_is_asked_the_master(trade: Any) -> None:
    quote, told = trade.told(asked(trade, "open_market_boxes", [row("M", "1.99", master=True)], ""))
    assert quote.step == "master_price_list"
    assert told["price_list"] == ("no_value", "customer C-100 has no price list")


def test_a_master_that_is_also_assigned_counts_as_the_customers_own(trade: Any) -> None:
    quote, _ = trade.told(asked(trade, "open_market_boxes", [row("M", "1.99", master=True)], "M"))
    assert quote.step == "price_list"


def test_future_sales_prefer_prebook_lists_whatever_their_season(trade: Any) -> None:
    rows = [row("A", "3", "all", "2026-02-01"), row("S", "2", "season"), row("P", "1", "prebook", "2025-01-01")]
    assert trade.price(asked(trade, "future_sales", rows, "A:all S:season P:prebook")) == ["1.00"]
    assert trade.price(asked(trade, "future_sales", rows[:2], "A:all S:season P:prebook")) == ["2.00"]


def test_lists_are_not_applicable_to_k2k_for_customers_of_type_a(trade: Any) -> None:
    rows = [row("SPRING", "2.59"), row("M", "1.99", master=True)]
    request = asked(trade, "k2k", rows, customer_type="A", price_lists_for_k2k=True, k2k_gpm="28")
    quote, told = trade.told(request)
    assert (quote.step, quote.price) == ("k2k_gpm", 42)
    assert told["price_list"] == ("not_applicable", "price lists for k2k are for customers of type B")
    assert told["master_price_list"][0] == "not_applicable"


def test_no_list_prices_an_offer_that_the_vendor_has_no_price_for(trade: Any) -> None:
    rows = [row("SPRING", "2.59"), row("M", "1.99", master=True)]
    request = asked(trade, "k2k", rows, price_lists_for_k2k=True)._replace(unit_cost=None, landed_cost=None)
    quote, told = trade.told(request)
    assert quote.price is None
    assert told["price_list"] == ("no_value", "the vendor has no price for this buyer")


def test_lots_of_a_batch_get_each_its_own_row(trade: Any) -> None:
    first = asked(trade, "open_market_boxes", [row("SPRING", "2.59")])
    other = first._replace(rows=(row("SPRING", "1.25"),))
    assert trade.price(first, other, first._replace(rows=()), first) == ["2.59", "1.25", None, "2.59"]
