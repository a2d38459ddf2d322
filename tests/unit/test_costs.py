"""Actual amounts of an AWB: the share of each unit, and what they replace."""

from __future__ import annotations

import pytest

from k2k_core.domain.costs import AwbCosts, UnitCosts, real_costs, spread_over
from k2k_core.domain.money import MICRO, ONE, ZERO, Exact


@pytest.mark.parametrize("boxes", [(1,), (3, 7), (1, 1, 1, 5)])
def test_the_shares_of_a_real_amount_come_to_the_amount(boxes: tuple[int, ...]) -> None:
    """Boxes of several kinds, of 250 units; each share is kept with six decimals."""
    kinds = [MICRO, MICRO // 2, MICRO // 4, MICRO // 8]
    fbe = sum((Exact.micros(kind * count) for kind, count in zip(kinds, boxes, strict=False)), ZERO)
    awb = AwbCosts(100 * MICRO, None, fbe)
    shares = [real_costs(awb, kind, 250) for kind in kinds[: len(boxes)]]
    assert all(set(share) == {"freight"} for share in shares)
    total = sum(share["freight"] * 250 * count for share, count in zip(shares, boxes, strict=True))
    assert abs(total - 100 * MICRO) <= 250 * sum(boxes)


def test_what_is_blank_or_on_no_box_is_no_real_cost_and_zero_is_one() -> None:
    assert real_costs(None, MICRO, 1) == {}
    assert real_costs(AwbCosts(None, None, ONE), MICRO, 1) == {}
    assert real_costs(AwbCosts(5, 5, ZERO), MICRO, 1) == {}
    assert real_costs(AwbCosts(0, None, ONE), MICRO, 1) == {"freight": 0}


def test_real_amounts_replace_the_components_that_count_and_no_other() -> None:
    sold = UnitCosts(350, {"unit_cost": 300, "freight": 50})
    assert sold.with_real({"freight": 20, "handling": 9}) == UnitCosts(320, {"unit_cost": 300, "freight": 20})
    assert sold.with_real({}) == sold
    unknown = UnitCosts(None, {})
    assert unknown.with_real({"freight": 20}) == unknown


@pytest.mark.parametrize(
    ("amount", "loads", "currency", "expected"),
    [
        (100_000_000, [1, 1, 1], "USD", [33_340_000, 33_330_000, 33_330_000]),
        (100_000_000, [2, 1], "USD", [66_670_000, 33_330_000]),
        (10_000, [1, 1, 1], "USD", [10_000, 0, 0]),
        (0, [1, 2], "USD", [0, 0]),
        (100_000_000, [1, 2], "JPY", [33_000_000, 67_000_000]),
        (1_005_000, [1], "USD", [1_010_000]),
        (50_000_000, [], "USD", []),
        (50_000_000, [0, 0], "USD", [0, 0]),
    ],
)
def test_the_shares_of_an_amount_add_up_to_it(
    amount: int, loads: list[int], currency: str, expected: list[int]
) -> None:
    assert spread_over(amount, [Exact(load, 2) for load in loads], currency) == expected
