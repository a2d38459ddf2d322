"""What lines and charges come to (pricing section 7): totals half up to the currency's decimals, charges apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import HUNDRED, MICRO, ONE, ZERO, Exact, line_total, minor_scale
from k2k_core.domain.parties import AdditionalCharge, Customer

FUEL_SURCHARGE = "Fuel surcharge"
OUTBOUND_FREIGHT = "Outbound freight"


def units(line: Mapping[str, Any]) -> int:
    """How many price units an order line counts: those in its boxes, or the loose units themselves."""
    if line["inventory_type"] == OPEN_MARKET_UNITS:
        return int(line["boxes"])
    return int(line["boxes"]) * int(line["units_per_box"])


def total(price: int | None, count: int, currency: str) -> int:
    """A line total in micros; nothing without a price."""
    return 0 if price is None else line_total(price, count, currency)


def fob_per_box(
    customer: Customer, fuel: Mapping[tuple[str, str], int], box_type: str, port: str | None, cubes: Exact | None
) -> dict[str, int]:
    """What each box is charged apart from its price (micros, pricing section 6): the fuel surcharge and the outbound
    freight of a customer who pays them and whose prices do not show them. A missing row or size charges nothing."""
    if not customer.charge_fuel_surcharge or customer.show_fob_price:
        return {}
    rate = customer.outbound_cube_rate
    outbound = Exact.micros(rate) * cubes if rate is not None and cubes is not None else None
    found = {FUEL_SURCHARGE: fuel.get((box_type, port or ""), 0)}
    found[OUTBOUND_FREIGHT] = outbound.rounded_half_up(MICRO) if outbound is not None else 0
    return {name: amount for name, amount in found.items() if amount}


def order_charges(
    customer: Customer | None, lines: Iterable[tuple[Mapping[str, Any], int]], subtotal: int, currency: str
) -> Iterator[tuple[str, int]]:
    """Every charge line of an order or invoice: its name and amount in micros. `lines` are order lines, each with the
    number of its boxes that count, loose units being the part of a box that they fill; `subtotal` is what the goods
    come to. Every charge is rounded once."""
    fob: dict[str, Exact] = defaultdict(lambda: ZERO)
    boxes = ZERO
    for line, count in lines:
        filled = Exact(count, line["units_per_box"] if line["inventory_type"] == OPEN_MARKET_UNITS else 1)
        boxes = (boxes + filled).reduced()
        for name, amount in line["charges"].items():
            fob[name] = (fob[name] + Exact.micros(amount) * filled).reduced()
    for name in (FUEL_SURCHARGE, OUTBOUND_FREIGHT):
        if fob[name] > ZERO:
            yield name, _rounded(fob[name], currency)
    for charge in customer.additional_charges if customer and boxes > ZERO else ():
        yield charge.name, charge_amount(charge, subtotal, boxes, currency)


def charge_amount(charge: AdditionalCharge, subtotal: int, boxes: Exact, currency: str) -> int:
    """What a charge comes to (micros): a percentage of the goods, or an amount per order or per box."""
    if charge.kind == "percent":
        return percent_of(subtotal, charge.value, currency)
    return _rounded(Exact.micros(charge.value) * (boxes if charge.kind == "per_box" else ONE), currency)


def percent_of(amount: int, percent: int, currency: str) -> int:
    """A percentage (micros) of an amount (micros), half up to the currency's decimals."""
    return _rounded(Exact.micros(amount) * Exact.micros(percent) / HUNDRED, currency)


def _rounded(amount: Exact, currency: str) -> int:
    scale = minor_scale(currency)
    return amount.rounded_half_up(scale) * (MICRO // scale)
