"""The price of a K2K offer: margins over a landed cost by ship via, and prices that were typed."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import NOT_APPLICABLE, Price, PriceRequest
from k2k_network.margins import company_gpm, k2k_gpm
from k2k_network.plain_prices import k2k_landed_cost, va_price

TRUCK = {"inbound_truck_freight": True, "cube_rate": "3.50", "k2k_gpm": "28"}


@pytest.mark.parametrize(
    ("landed", "gpm", "price"),
    [
        pytest.param("1.40", "30", "2.00", id="P1"),
        pytest.param("0.55", "25", "0.74", id="P2"),
        pytest.param("0.07", "30", "0.10", id="P3"),
        pytest.param("1.10", "45", "2.00", id="P4"),
        pytest.param("1.40", "0", "1.40", id="a margin of nothing is the cost"),
        pytest.param("0.01", "99.999999", "1000000.00", id="a margin just below 100"),
    ],
)
def test_a_margin_is_worked_out_exactly_and_rounded_up_once(trade: Any, landed: str, gpm: str, price: str) -> None:
    terms = trade.terms(company=trade.company(k2k_gpm=gpm))
    assert trade.price(trade.request(trade.lot(), terms, landed)) == [price]


@pytest.mark.parametrize(
    ("settings", "terms", "typed", "via_warehouse", "via_grower"),
    [
        pytest.param({}, {}, None, "0.48", "0.42", id="P6"),
        pytest.param({}, {"k2k_gpm": "25"}, None, "0.46", "0.40", id="P7"),
        pytest.param({}, {}, "0.45", "0.45", "0.42", id="P8"),
        pytest.param({"k2k_gpm": None, "gpm": "28"}, {}, None, "0.48", "0.42", id="the ordinary GPM where no other is"),
        pytest.param({"k2k_price_is_landed_cost": True}, {}, None, "0.35", "0.30", id="at landed cost"),
        pytest.param({"k2k_price_is_landed_cost": True}, {}, "0.45", "0.45", "0.30", id="typed over landed cost"),
    ],
)
def test_the_way_a_box_travels_decides_its_price(
    trade: Any, settings: Any, terms: Any, typed: str | None, via_warehouse: str, via_grower: str
) -> None:
    lot = trade.lot(va_price=typed)
    for via, price in (("warehouse", via_warehouse), ("grower", via_grower)):
        asked = trade.terms(company=trade.company(**(TRUCK | settings)), ship_via=via, **terms)
        assert trade.price(trade.request(lot, asked, "0.30")) == [price], via


def test_the_landed_cost_of_p5_stands_in_the_reason(trade: Any) -> None:
    request = trade.request(trade.lot(), trade.terms(company=trade.company(**TRUCK)), "0.30")
    quote, told = trade.told(request)
    assert quote.step == "k2k_gpm"
    assert told["va_price"] == ("no_value", "not typed by a person")
    assert told["k2k_gpm"] == ("used", "landed cost 0.3406 ÷ (1 − 28 %), K2K GPM of BLOOM")
    assert told["company_gpm"][0] == "not_reached"


def test_the_reason_names_the_location_whose_gpm_counted(trade: Any) -> None:
    terms = trade.terms(company=trade.company(**TRUCK), k2k_gpm="25", k2k_gpm_source="location {NYC}")
    _, told = trade.told(trade.request(trade.lot(), terms, "0.30"))
    assert told["k2k_gpm"][1] == "landed cost 0.3406 ÷ (1 − 25 %), K2K GPM of location {NYC}"


def test_without_any_gpm_there_is_no_price_and_never_zero(trade: Any) -> None:
    quote, told = trade.told(trade.request(trade.lot(), trade.terms(), "0.30"))
    assert (quote.price, quote.reason) == (None, "no_price")
    assert told["k2k_gpm"] == ("no_value", "no K2K GPM is set")
    assert told["company_gpm"] == ("no_value", "no GPM is set")


@pytest.mark.parametrize("gpm", ["100", "100.5", "-1"])
def test_a_number_that_is_no_margin_gives_no_price(trade: Any, gpm: str) -> None:
    request = trade.request(trade.lot(), trade.terms(company=trade.company(k2k_gpm=gpm)), "0.30")
    quote, told = trade.told(request)
    assert quote.price is None
    assert told["k2k_gpm"] == ("no_value", f"K2K GPM {gpm} % is not a margin from 0 to below 100")


@pytest.mark.parametrize(
    ("settings", "lot", "cost", "reason"),
    [
        ({}, {}, None, "the vendor has no price for this buyer"),
        (TRUCK, {"cubes": None}, "0.30", "no landed cost: inbound truck freight is on and no box dimensions are known"),
        (
            TRUCK | {"cube_rate": None},
            {},
            "0.30",
            "no landed cost: inbound truck freight is on and no cube rate is set",
        ),
    ],
)
def test_a_missing_cost_gives_no_price_and_says_what_is_missing(
    trade: Any, settings: Any, lot: Any, cost: str | None, reason: str
) -> None:
    terms = trade.terms(company=trade.company(**({"k2k_gpm": "28"} | settings)))
    quote, told = trade.told(trade.request(trade.lot(**lot), terms, cost))
    assert quote.price is None
    assert told["k2k_gpm"] == ("no_value", reason)


def test_a_box_without_dimensions_still_has_a_price_via_grower(trade: Any) -> None:
    terms = trade.terms(company=trade.company(**TRUCK), ship_via="grower")
    assert trade.price(trade.request(trade.lot(cubes=None), terms, "0.30")) == ["0.42"]


def test_a_typed_price_does_not_count_while_the_vendor_has_none(trade: Any) -> None:
    request = trade.request(trade.lot(va_price="0.45"), trade.terms(company=trade.company(**TRUCK)))
    quote, told = trade.told(request)
    assert quote.price is None
    assert told["va_price"] == ("no_value", "the vendor has no price for this buyer")


def test_a_typed_price_is_not_applicable_via_grower_wherever_it_stands(trade: Any) -> None:
    request = trade.request(trade.lot(va_price="0.45"), trade.terms(ship_via="grower"), "0.30")
    answer = va_price([request])
    assert not isinstance(answer, list)
    assert answer.outcome == NOT_APPLICABLE


def test_a_typed_price_of_zero_is_a_price_that_is_not_positive(trade: Any) -> None:
    request = trade.request(trade.lot(va_price="0"), trade.terms(company=trade.company(**TRUCK)), "0.30")
    assert [(quote.price, quote.reason) for quote in trade.quotes(request)] == [(None, "not_positive")]


def test_lines_of_a_batch_answer_in_the_order_asked(trade: Any) -> None:
    terms = trade.terms(company=trade.company(k2k_gpm="30"))
    lots = [trade.lot(), trade.lot(va_price="0.99"), trade.lot()]
    requests = [trade.request(lots[0], terms, "1.40"), trade.request(lots[1], terms, "1.40")]
    assert trade.price(*requests, trade.request(lots[2], terms)) == ["2.00", "0.99", None]


@pytest.mark.parametrize("via", ["warehouse", "grower"])
@pytest.mark.parametrize("at_cost", [False, True])
def test_price_lists_precede_the_k2k_steps_when_the_company_wants_them(trade: Any, via: str, at_cost: bool) -> None:
    company = trade.company(**TRUCK, price_lists_for_k2k=True, k2k_price_is_landed_cost=at_cost)
    _, told = trade.told(trade.request(trade.lot(), trade.terms(company=company, ship_via=via), "0.30"))
    assert list(told)[:2] == ["price_list", "master_price_list"]
    assert ("va_price" in told) == (via == "warehouse")
    assert ("k2k_landed_cost" in told) == at_cost


costs = st.integers(min_value=1, max_value=10**9)
margins = st.integers(min_value=0, max_value=100 * MICRO - 1)


@given(st.lists(st.tuples(costs, st.integers(1, 600)), min_size=1, max_size=5), margins)
def test_every_margin_price_equals_the_fraction(trade: Any, given_costs: list[tuple[int, int]], gpm: int) -> None:
    terms = replace(trade.terms(), gpm=gpm, k2k_gpm=gpm)
    landed = [Exact(n, MICRO * d) for n, d in given_costs]
    requests = [PriceRequest(trade.lot(), terms, unit_cost=cost, landed_cost=cost) for cost in landed]
    expected = [Fraction(n, MICRO * d) / (1 - Fraction(gpm, 100 * MICRO)) for n, d in given_costs]
    for step in (k2k_gpm, company_gpm):
        answers = step(requests)
        assert isinstance(answers, list)
        assert [answer.amount.as_fraction() for answer in answers if isinstance(answer, Price)] == expected
    assert [quote.price for quote in trade.quotes(*requests)] == [math.ceil(price * 100) for price in expected]


def test_the_landed_cost_step_says_which_way_it_was_worked_out(trade: Any) -> None:
    terms = trade.terms(company=trade.company(k2k_price_is_landed_cost=True), ship_via="grower")
    quote, told = trade.told(trade.request(trade.lot(), terms, "0.30"))
    assert quote.step == "k2k_landed_cost"
    assert told["k2k_landed_cost"] == ("used", "landed cost via grower")
    assert k2k_landed_cost([trade.request(trade.lot(), terms)])[0].reason == "the vendor has no price for this buyer"
