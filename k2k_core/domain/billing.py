"""What lines and charges come to (pricing section 7): totals half up to the currency's decimals, charges apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, line_total, minor_scale
from k2k_core.domain.parties import AdditionalCharge


def units(line: Mapping[str, Any]) -> int:
    """How many price units an order line counts: those in its boxes, or the loose units themselves."""
    if line["inventory_type"] == OPEN_MARKET_UNITS:
        return int(line["boxes"])
    return int(line["boxes"]) * int(line["units_per_box"])


def total(price: int | None, count: int, currency: str) -> int:
    """A line total in micros; nothing without a price."""
    return 0 if price is None else line_total(price, count, currency)


def charge_amount(charge: AdditionalCharge, subtotal: int, boxes: int, currency: str) -> int:
    """What a charge comes to (micros): a percentage of the goods, or an amount per order or per box."""
    if charge.kind == "percent":
        return percent_of(subtotal, charge.value, currency)
    return total(charge.value, boxes if charge.kind == "per_box" else 1, currency)


def percent_of(amount: int, percent: int, currency: str) -> int:
    """A percentage (micros) of an amount (micros), half up to the currency's decimals."""
    minor = MICRO // minor_scale(currency)
    divisor = 100 * MICRO * minor
    return (2 * amount * percent + divisor) // (2 * divisor) * minor
