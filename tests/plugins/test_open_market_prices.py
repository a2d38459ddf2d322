"""Prices of a company's own boxes and loose units, by type of customer."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.money import Exact, micros

ALL_TYPED = {"web_price": "1.10", "price_a": "1.20", "price_b": "1.30", "price_b_manual": "1.40", "unit_price": "1.50"}


@pytest.mark.parametrize(
    ("inventory_type", "customer_type", "walk"),
    [
        ("open_market_boxes", "A", ["web_price", "price_a"]),
        ("open_market_boxes", "B", ["web_price", "price_b", "price_b_manual"]),
        ("open_market_units", "A", ["unit_price"]),
        ("open_market_units", "B", ["unit_price"]),
    ],
)
def test_each_typed_price_wins_when_all_before_it_are_silent(
    trade: Any, inventory_type: str, customer_type: str, walk: list[str]
) -> None:
    terms = trade.terms(inventory_type, customer=trade.customer(type=customer_type))
    typed = dict(ALL_TYPED)
    for step in walk:
        quote, told = trade.told(trade.request(trade.lot(inventory_type, **typed), terms))
        assert (quote.step, quote.base) == (step, Exact.micros(micros(typed.pop(step))))
        assert told[step] == ("used", "typed on the lot")
    quote, told = trade.told(trade.request(trade.lot(inventory_type, **typed), terms))
    assert quote.price is None
    assert {told[step] for step in walk} == {("no_value", "not typed on the lot")}


def test_p12_a_customer_at_landed_cost_pays_it_rounded_up(trade: Any) -> None:
    for inventory_type in ("open_market_boxes", "open_market_units", "future_sales"):
        terms = trade.terms(inventory_type, customer=trade.customer(landed_cost_as_price=True))
        request = trade.request(trade.lot(inventory_type, **ALL_TYPED), terms, "1.234")
        quote, told = trade.told(request)
        assert (quote.step, quote.price) == ("landed_cost_as_price", 124)
        assert told["landed_cost_as_price"] == ("used", "customer C-100 buys at landed cost")


def test_a_customer_at_landed_cost_without_a_cost_is_asked_the_next_step(trade: Any) -> None:
    terms = trade.terms("open_market_boxes", customer=trade.customer(landed_cost_as_price=True))
    quote, told = trade.told(trade.request(trade.lot("open_market_boxes", **ALL_TYPED), terms))
    assert quote.step == "web_price"
    assert told["landed_cost_as_price"] == ("no_value", "no landed cost is known")


def test_other_customers_never_pay_the_landed_cost(trade: Any) -> None:
    terms = trade.terms("open_market_boxes", customer=trade.customer(type="A"))
    quote, told = trade.told(trade.request(trade.lot("open_market_boxes"), terms, "1.234"))
    assert quote.price is None
    assert told["landed_cost_as_price"] == ("not_applicable", "customer C-100 does not buy at landed cost")


def test_a_vendor_availability_price_is_the_one_typed_on_the_lot(trade: Any) -> None:
    terms = trade.terms("vendor_availability", customer=trade.customer(type="A"))
    lots = [trade.lot("vendor_availability", va_price="0.55"), trade.lot("vendor_availability")]
    assert trade.price(*(trade.request(lot, terms) for lot in lots)) == ["0.55", None]
