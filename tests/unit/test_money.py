"""Money is exact: read strictly, computed as fractions, rounded once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.money import (
    Exact,
    line_total,
    micros,
    minor_scale,
    money,
    percent_text,
    plain,
    price_text,
    round_price,
)
from k2k_core.errors import Invalid

fractions = st.fractions(min_value=-(10**9), max_value=10**9)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0.21", 210_000),
        (3, 3_000_000),
        (Decimal("-0.5"), -500_000),
        (" 1.000000 ", 1_000_000),
        ("1e3", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("0.1234567", None),
        ("0.123456789012", None),
        ("1000000000000", None),
        (1.5, None),
        (True, None),
        (None, None),
        ("", None),
        ("1,5", None),
        ("٣", None),
    ],
)
def test_a_number_is_read_exactly_or_refused(typed: object, stored: int | None) -> None:
    if stored is None:
        with pytest.raises(Invalid):
            micros(typed)
    else:
        assert micros(typed) == stored


@given(fractions, fractions)
def test_exact_numbers_compute_like_fractions(one: Fraction, other: Fraction) -> None:
    a, b = Exact.of(one), Exact.of(other)
    assert (a + b).as_fraction() == one + other
    assert (a - b).as_fraction() == one - other
    assert (a * b).as_fraction() == one * other
    assert (a < b, a <= b, a == b) == (one < other, one <= other, one == other)
    if other:
        assert (a / b).as_fraction() == one / other


@given(fractions)
def test_equal_numbers_hash_alike_however_they_are_written(number: Fraction) -> None:
    assert hash(Exact(number.numerator * 6, number.denominator * 6)) == hash(Exact.of(number))


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        Exact(1) / Exact(0, 5)


@pytest.mark.parametrize(
    ("amount", "rounding", "cents"),
    [
        (Exact(321, 1000), "up", 33),
        (Exact(2), "up", 200),
        (Exact(11, 15), "up", 74),
        (Exact(1, 10**20), "up", 1),
        (Exact(5, 1000), "half_up", 1),
        (Exact(4999, 10**6), "half_up", 0),
        (Exact(-5, 1000), "half_up", -1),
    ],
)
def test_a_price_is_rounded_once_by_the_company_s_rule(amount: Exact, rounding: str, cents: int) -> None:
    assert round_price(amount, 100, rounding) == cents


@given(fractions)
def test_rounding_up_gives_the_least_cent_that_is_not_below(number: Fraction) -> None:
    cents = Exact.of(number).rounded_up(100)
    assert cents - 1 < number * 100 <= cents


@pytest.mark.parametrize(
    ("price", "units", "currency", "total"),
    [
        (3_777_000, 1, "USD", "3.78"),
        (20_000, 2500, "USD", "50.00"),
        (1_005_000, 1, "USD", "1.01"),
        (1_500_000, 3, "JPY", "5"),
        (1_234_500, 1, "KWD", "1.235"),
    ],
)
def test_a_line_total_is_rounded_half_up_to_the_currency_s_decimals(
    price: int, units: int, currency: str, total: str
) -> None:
    assert money(line_total(price, units, currency), currency) == total


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Exact(3406, 10000), "0.3406"),
        (Exact(1, 3), "0.3333333333"),
        (Exact(2, 3), "0.6666666667"),
        (Exact(2), "2"),
        (Exact(-1, 8), "-0.125"),
        (Exact(1, 2**20), "0.00000095367431640625"),
        (Exact(0), "0"),
        (Exact(100), "100"),
    ],
)
def test_an_exact_number_is_shown_whole_or_with_ten_decimals(number: Exact, text: str) -> None:
    assert plain(number) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Exact(1, 3), "33.3"),
        (Exact(1, 2000), "0.1"),
        (Exact(-1, 2000), "-0.1"),
        (Exact(-1, 4000), "0.0"),
        (Exact(3, 2), "150.0"),
    ],
)
def test_a_percentage_has_one_decimal_and_is_rounded_half_up(part: Exact, text: str) -> None:
    assert percent_text(part) == text


def test_a_unit_price_has_the_decimals_of_its_currency() -> None:
    assert [price_text(48, code) for code in ("USD", "JPY", "KWD")] == ["0.48", "48", "0.048"]
    assert price_text(None, "USD") is None


def test_currencies_have_their_own_number_of_decimals() -> None:
    assert [minor_scale(code) for code in ("USD", "EUR", "JPY", "CLP", "KWD")] == [100, 100, 1, 1, 1000]


def test_a_float_is_no_exact_number() -> None:
    with pytest.raises(Invalid):
        Exact.of(0.5)  # type: ignore[arg-type]  # what a plugin author could still hand over
    with pytest.raises(Invalid):
        Exact.of(Decimal("NaN"))
