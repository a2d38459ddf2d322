"""Amounts of lines and charges, rounded half up to the currency's decimals."""

from __future__ import annotations

import pytest

from k2k_core.domain.money import Exact
from k2k_core.domain.order_charges import charge_amount, order_charges, percent_of, total, units
from k2k_core.domain.parties import AdditionalCharge, Customer


def test_boxes_count_their_units_and_loose_units_themselves() -> None:
    assert units({"inventory_type": "k2k", "boxes": 3, "units_per_box": 250}) == 750
    assert units({"inventory_type": "open_market_units", "boxes": 3, "units_per_box": 250}) == 3


@pytest.mark.parametrize(
    ("price", "count", "currency", "expected"),
    [(333_333, 3, "USD", 1_000_000), (5_000, 1, "USD", 10_000), (4_999, 1, "USD", 0), (500_000, 1, "JPY", 1_000_000)],
)
def test_a_total_is_half_up(price: int, count: int, currency: str, expected: int) -> None:
    assert total(price, count, currency) == expected


def test_without_a_price_there_is_no_total() -> None:
    assert total(None, 100, "USD") == 0


@pytest.mark.parametrize(
    ("amount", "percent", "expected"),
    [(240_000_000, 2_500_000, 6_000_000), (10_000, 50_000_000, 10_000), (10_000, 49_000_000, 0), (0, 9_000_000, 0)],
)
def test_a_percentage_is_half_up(amount: int, percent: int, expected: int) -> None:
    assert percent_of(amount, percent, "USD") == expected
    assert percent_of(amount, -percent, "USD") == -expected


CHARGES = [("percent", 10_000_000), ("per_order", 10_000_000), ("per_box", 40_000_000)]


@pytest.mark.parametrize(("kind", "expected"), CHARGES)
def test_each_kind_of_charge(kind: str, expected: int) -> None:
    assert charge_amount(AdditionalCharge("Fuel", kind, 10_000_000), 100_000_000, Exact(4), "USD") == expected


def test_loose_units_are_charged_for_the_part_of_a_box_that_they_fill_and_rounded_once() -> None:
    customer = Customer(1, "C", "C", "B", additional_charges=(AdditionalCharge("Handling", "per_box", 750_000),))
    loose = {"inventory_type": "open_market_units", "units_per_box": 100, "charges": {"Fuel surcharge": 1_000_000}}
    boxed = {"inventory_type": "open_market_boxes", "units_per_box": 100, "charges": {"Fuel surcharge": 2_000_000}}
    charged = order_charges(customer, [(loose, 50), (boxed, 2)], 0, "USD")
    assert list(charged) == [("Fuel surcharge", 4_500_000), ("Handling", 1_880_000)]
    thirds = {**loose, "units_per_box": 3, "charges": {"Fuel surcharge": 14_999}}
    assert list(order_charges(None, [(thirds, 1)], 0, "USD")) == [("Fuel surcharge", 0)]
