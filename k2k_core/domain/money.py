"""Money and other exact numbers of the trade (pricing sections 1, 3 and 7).

Two forms, neither of them a float: *micros*, whole millionths, for what is entered and stored; `Exact`, a fraction of
two integers, for what is computed. A computed number is divided once, when it is rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from k2k_core.errors import Invalid

MICRO = 1_000_000
"""Micros in one unit: 0.21 is 210000 micros."""

LARGEST = 10**12
"""Amounts of a trillion or more are refused: they are mistakes, and they overflow a database's integers."""

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_NO_CENTS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF")
)
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


MOST_PLACES = 400
"""The largest exponent of ten of a `Decimal` that becomes an `Exact`, of either sign."""


class Exact:
    """The number n / d, exact. Immutable by convention, not reduced until it is shown; d is positive."""

    __slots__ = ("d", "n")

    def __init__(self, n: int, d: int = 1) -> None:
        self.n = n
        self.d = d

    @classmethod
    def micros(cls, amount: int) -> Exact:
        """The number that stored micros stand for."""
        return cls(amount, MICRO)

    @classmethod
    def of(cls, value: Exact | Fraction | Decimal | int) -> Exact:
        """The same number as an `Exact`. Raises `Invalid` for NaN and infinities; floats are refused as inexact."""
        if isinstance(value, Exact):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
            raise Invalid("{value!r} is not an exact number: give a Decimal, a Fraction or an integer", value=value)
        if isinstance(value, Decimal):
            if not value.is_finite():
                raise Invalid("{value} is not a number", value=value)
            if value and not -MOST_PLACES <= value.adjusted() <= MOST_PLACES:  # its ratio would fill the memory
                raise Invalid("{value} is too large or too small for an amount", value=value)
        return cls(*value.as_integer_ratio())

    def __add__(self, other: Exact) -> Exact:
        if self.d == other.d:
            return Exact(self.n + other.n, self.d)
        return Exact(self.n * other.d + other.n * self.d, self.d * other.d)

    def __sub__(self, other: Exact) -> Exact:
        return self + Exact(-other.n, other.d)

    def __mul__(self, other: Exact) -> Exact:
        return Exact(self.n * other.n, self.d * other.d)

    def __truediv__(self, other: Exact) -> Exact:
        n, d = self.n * other.d, self.d * other.n
        if d > 0:
            return Exact(n, d)
        if d == 0:
            raise ZeroDivisionError("an exact number divided by zero")
        return Exact(-n, -d)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.n * other.d == other.n * self.d

    def __lt__(self, other: Exact) -> bool:
        return self.n * other.d < other.n * self.d

    def __le__(self, other: Exact) -> bool:
        return self.n * other.d <= other.n * self.d

    def __hash__(self) -> int:
        return hash(self.as_fraction())

    def __repr__(self) -> str:
        return f"Exact({self.n}, {self.d})"

    def __str__(self) -> str:
        return plain(self)

    def reduced(self) -> Exact:
        """The same number in lowest terms: worthwhile for a number that is used many times."""
        divisor = math.gcd(self.n, self.d)
        return Exact(self.n // divisor, self.d // divisor)

    def as_fraction(self) -> Fraction:
        """The same number as `fractions.Fraction`."""
        return Fraction(self.n, self.d)

    def rounded_up(self, scale: int) -> int:
        """The least whole number of 1/scale that is not below this one."""
        return -(-self.n * scale // self.d)

    def rounded_half_up(self, scale: int) -> int:
        """The nearest whole number of 1/scale; a half is rounded away from zero."""
        twice = (2 * abs(self.n) * scale + self.d) // (2 * self.d)
        return twice if self.n >= 0 else -twice


ZERO = Exact(0)
ONE = Exact(1)
HUNDRED = Exact(100)


def micros(value: object, *, digits: int = 6) -> int:
    """Read an entered number into micros.

    Takes a decimal string, an integer or a `Decimal`. Raises `Invalid` for floats, NaN, infinities, too large
    exponents, more than `digits` decimals (refused, not rounded) and amounts of a trillion or more.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Invalid('{value!r} is not an exact number: write it as a string such as "0.21"', value=value)
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise Invalid("{value!r} is not a number", value=value)
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise Invalid("{value!r} is not a number", value=value) from None
    if not number.is_finite():
        raise Invalid("{value!r} is not a number", value=value)
    if number and (number.adjusted() > 12 or abs(number) >= LARGEST):
        raise Invalid("{value!r} is too large: amounts stay below {most}", value=value, most=LARGEST)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits:
        raise Invalid("{value!r} has more than {digits} decimals", value=value, digits=digits)
    return int(number.scaleb(6))


def minor_scale(currency: str) -> int:
    """How many of the smallest units make one: 100 for USD, 1 for JPY, 1000 for KWD."""
    if currency in _NO_CENTS:
        return 1
    return 1000 if currency in _THREE_DECIMALS else 100


def currencies_of(scale: int) -> tuple[str, ...]:
    """The currencies of that scale: for 1 those without decimals, for 1000 those with three."""
    return tuple(sorted({1: _NO_CENTS, 1000: _THREE_DECIMALS}.get(scale, ())))


def rounding_to(rounding: str) -> Callable[[Exact, int], int]:
    """The rounding of unit prices for a company's setting `rounding`: exact amount and scale → minor units."""
    return Exact.rounded_up if rounding == "up" else Exact.rounded_half_up


def round_price(amount: Exact, scale: int, rounding: str) -> int:
    """A computed unit price in minor units, by the company's `rounding` (pricing section 7)."""
    return rounding_to(rounding)(amount, scale)


def minor_to_micros(minor: int, currency: str) -> int:
    """Minor units of a currency as stored micros."""
    return minor * (MICRO // minor_scale(currency))


def line_total(price_micros: int, units: int, currency: str) -> int:
    """The total of a line, in micros, rounded half up to the currency's decimals (pricing section 7)."""
    scale = minor_scale(currency)
    return Exact(price_micros * units, MICRO).rounded_half_up(scale) * (MICRO // scale)


def plain(number: Exact) -> str:
    """A number as text, without trailing zeros: all its decimals, or ten, rounded half up, when they do not end."""
    number = number.reduced()
    rest, twos, fives = number.d, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    digits = max(twos, fives) if rest == 1 else 10
    text = str(_decimal(number.rounded_half_up(10**digits), digits))
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount_micros: int, currency: str) -> str:
    """A price or a total as text: exactly the currency's decimals."""
    scale = minor_scale(currency)
    digits = len(str(scale)) - 1
    return str(_decimal(Exact(amount_micros, MICRO).rounded_half_up(scale), digits))


def price_text(minor: int | None, currency: str) -> str | None:
    """A unit price in minor units as text; None if there is none."""
    return None if minor is None else money(minor_to_micros(minor, currency), currency)


def percent_text(part: Exact) -> str:
    """A part of one as a percentage with one decimal, rounded half up."""
    return _decimal(part.rounded_half_up(1000), 1)


def _decimal(whole: int, digits: int) -> str:
    sign, figures = ("-" if whole < 0 else ""), str(abs(whole)).rjust(digits + 1, "0")
    return sign + (f"{figures[:-digits]}.{figures[-digits:]}" if digits else figures)
