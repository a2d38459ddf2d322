"""What follows the base price: markups with their exclusions, and FOB."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Markup
from k2k_core.domain.pricing import Adjustable, Price
from k2k_core.domain.settings import FuelSurcharge
from k2k_open_market.markups import ecommerce_markup

FUEL = (FuelSurcharge("HB", "MIA", 2_000_000), FuelSurcharge("QB", "MIA", 1_500_000))
FOB = {"show_fob_price": True, "charge_fuel_surcharge": True}


def boxes(trade: Any, customer: dict[str, Any], company: dict[str, Any] | None = None, **lot: Any) -> Any:
    """A request for an open-market box at a base price of 2.59, unless the lot says otherwise."""
    priced = {"price_a": "2.59", "price_b": "2.59", **lot}
    about = {"company": trade.company(**(company or {})), "customer": trade.customer(**customer)}
    terms = trade.terms("open_market_boxes", **about)
    return trade.request(trade.lot("open_market_boxes", **priced), terms)


@pytest.mark.parametrize(
    ("customer", "lot", "price"),
    [
        pytest.param({"price_b_markup": "+10 %"}, {}, "2.85", id="price B, 2.849 up"),
        pytest.param({"price_b_markup": "+10 %", "ecommerce_markup": "-5 %"}, {}, "2.47", id="P10"),
        pytest.param({"price_b_markup": "+10 %", "ecommerce_markup": "0"}, {}, "2.59", id="a markup of 0 is set"),
        pytest.param({"price_b_markup": "+10 %", "type": "A"}, {}, "2.59", id="type A"),
        pytest.param({"price_b_markup": "+10 %"}, {"price_b_manual": "3.00"}, "2.59", id="by hand, unused"),
        pytest.param({"price_b_markup": "+10 %"}, {"price_b": None, "price_b_manual": "3.00"}, "3.00", id="by hand"),
        pytest.param({"sell_fast_markup": "-10 %"}, {"sell_fast": True}, "2.34", id="sell fast, 2.331 up"),
        pytest.param({"sell_fast_markup": "-10 %"}, {}, "2.59", id="not flagged"),
        pytest.param({"sell_fast_markup": "-0.09", "price_b_markup": "0.50"}, {"sell_fast": True}, "3.00", id="B too"),
        pytest.param({"sell_fast_markup": "-0.59", "ecommerce_markup": "5 %"}, {"sell_fast": True}, "2.10", id="e too"),
        pytest.param({"ecommerce_markup": "-0.10"}, {}, "2.49", id="an amount"),
        pytest.param({"ecommerce_markup": "-100 %"}, {}, None, id="nothing is left"),
        pytest.param({"ecommerce_markup": "-3"}, {}, None, id="less than nothing is left"),
    ],
)
def test_the_markups_of_a_customer(trade: Any, customer: Any, lot: Any, price: str | None) -> None:
    assert trade.price(boxes(trade, customer, **lot)) == [price]


@pytest.mark.parametrize(
    ("customer", "lot", "step", "told"),
    [
        ({"price_b_markup": "+10 %"}, {}, "price_b_markup", ("used", "+10 % of customer C-100")),
        ({}, {}, "price_b_markup", ("no_value", "not set for customer C-100")),
        (
            {"price_b_markup": "+10 %", "ecommerce_markup": "-5 %"},
            {},
            "price_b_markup",
            ("no_value", "the e-commerce markup of -5 % is used instead of +10 %"),
        ),
        (
            {"price_b_markup": "+10 %"},
            {"price_b_manual": "3.00"},
            "price_b_markup",
            ("no_value", "price B was set by hand on the lot, and takes no price B markup"),
        ),
        ({"type": "A"}, {}, "price_b_markup", ("not_applicable", "customer C-100 is not of type B")),
        (
            {"sell_fast_markup": "-10 %"},
            {},
            "sell_fast_markup",
            ("not_applicable", "the lot is not flagged to sell fast"),
        ),
        ({}, {}, "fob", ("not_applicable", "customer C-100 is not charged a fuel surcharge")),
        (
            {"charge_fuel_surcharge": True},
            {},
            "fob",
            ("not_applicable", "customer C-100 pays these charges on the order"),
        ),
    ],
)
def test_an_adjustment_says_why_it_took_effect_or_did_not(
    trade: Any, customer: Any, lot: Any, step: str, told: tuple[str, str]
) -> None:
    assert trade.told(boxes(trade, customer, **lot))[1][step] == told


def test_adjustments_follow_each_other_in_the_order_of_the_design(trade: Any) -> None:
    customer = {"price_b_markup": "+10 %", "sell_fast_markup": "-1", **FOB}
    request = boxes(trade, customer, {"fuel_surcharges": FUEL}, price_b="20", sell_fast=True, port="MIA")
    assert trade.price(request) == ["21.01"]
    assert list(trade.told(request)[1])[-4:] == ["price_b_markup", "sell_fast_markup", "ecommerce_markup", "fob"]


@pytest.mark.parametrize(
    ("lot", "rate", "price", "reason"),
    [
        ({"port": "MIA"}, None, "2.60", "fuel surcharge 0.008; no outbound cube rate is set"),
        ({"port": "BOG"}, None, "2.59", "fuel surcharge 0; no outbound cube rate is set"),
        ({"port": None}, "5", "2.65", "fuel surcharge 0, outbound freight 0.058"),
        ({"port": "MIA"}, "5", "2.66", "fuel surcharge 0.008, outbound freight 0.058"),
        (
            {"port": "MIA", "cubes": None},
            "5",
            "2.60",
            "fuel surcharge 0.008; no outbound freight, because no dimensions of HB are known",
        ),
        ({"port": "MIA", "cubes": None}, None, "2.60", "fuel surcharge 0.008; no outbound cube rate is set"),
    ],
)
def test_fob_is_fuel_and_outbound_freight_per_unit(
    trade: Any, lot: Any, rate: str | None, price: str, reason: str
) -> None:
    customer = FOB | ({} if rate is None else {"outbound_cube_rate": rate})
    request = boxes(trade, customer, {"fuel_surcharges": FUEL}, **lot)
    assert trade.price(request) == [price]
    assert trade.told(request)[1]["fob"] == ("used", reason)


def test_fob_is_never_part_of_a_price_via_grower(trade: Any) -> None:
    company, customer = trade.company(k2k_gpm="28", fuel_surcharges=FUEL), trade.customer(**FOB)
    prices = []
    for via, applies in (("warehouse", True), ("grower", False)):
        terms = trade.terms(company=company, customer=customer, ship_via=via, fob_applies=applies)
        request = trade.request(trade.lot(port="MIA"), terms, "0.30")
        prices += trade.price(request)
    assert prices == ["0.43", "0.42"]
    assert trade.told(request)[1]["fob"] == ("not_applicable", "FOB charges are not part of a price via grower")


@pytest.mark.parametrize("inventory_type", ["vendor_availability", "k2k"])
def test_k2k_and_vendor_availability_take_no_price_b_markup(trade: Any, inventory_type: str) -> None:
    customer = trade.customer(price_b_markup="+10 %", sell_fast_markup="-10 %")
    terms = trade.terms(inventory_type, company=trade.company(k2k_gpm="0"), customer=customer)
    request = trade.request(trade.lot(inventory_type, va_price="1.00", sell_fast=True), terms, "1.00")
    assert trade.price(request) == ["1.00"]


markups = st.builds(Markup, st.sampled_from(["percent", "amount"]), st.integers(-200 * MICRO, 200 * MICRO))


@given(markups, st.integers(1, 10**10), st.integers(1, 10**4))
def test_every_markup_equals_the_fraction(trade: Any, markup: Markup, n: int, d: int) -> None:
    customer = trade.customer()
    terms = trade.terms(customer=type(customer)(id=1, code="C", name="C", type="B", ecommerce_markup=markup))
    (answer,) = ecommerce_markup([Adjustable(trade.request(trade.lot(), terms), "k2k_gpm", Exact(n, d))])
    assert isinstance(answer, Price)
    value, price = Fraction(markup.value, MICRO), Fraction(n, d)
    expected = price * (1 + value / 100) if markup.kind == "percent" else price + value
    assert answer.amount.as_fraction() == expected
    assert answer.amount.d > 0
