"""Order charges and totals (pricing section 7): line totals, the charges of an order or invoice and their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import HUNDRED, MICRO, ONE, ZERO, Exact, line_total, minor_scale
from k2k_core.domain.parties import AdditionalCharge, Customer
from k2k_core.domain.settings import CompanySettings

CHARGE_KINDS = ("percent", "per_order", "per_box")
FUEL_SURCHARGE = "Fuel surcharge"
OUTBOUND_FREIGHT = "Outbound freight"


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """The terms of an order's charges, with their rates and names (domain section 5): what a customer pays in addition
    to the goods. `fuel` is by box type and port; None if fuel and freight are not charged separately. Amounts are
    micros."""

    additional_charges: tuple[AdditionalCharge, ...] = ()
    fuel: Mapping[tuple[str, str], int] | None = None
    outbound_cube_rate: int | None = None

    def names(self) -> list[str]:
        """The names of the charges that may be listed on an order."""
        fuel = [FUEL_SURCHARGE] if self.fuel and any(self.fuel.values()) else []
        freight = [OUTBOUND_FREIGHT] if self.fuel is not None and self.outbound_cube_rate else []
        return [*fuel, *freight, *(charge.name for charge in self.additional_charges)]

    def as_json(self) -> dict[str, Any]:
        """The terms as they are stored with an order."""
        charges = [{"name": charge.name, charge.kind: charge.value} for charge in self.additional_charges]
        if self.fuel is None:
            return {"additional": charges}
        fuel = [[*place, amount] for place, amount in sorted(self.fuel.items())]
        return {"additional": charges, "fuel": fuel, "outbound_cube_rate": self.outbound_cube_rate}


NO_CHARGES = ChargeTerms()


def charge_terms(customer: Customer | None, settings: CompanySettings) -> ChargeTerms:
    """The terms that a company would agree with a customer today (pricing section 6)."""
    if customer is None:
        return NO_CHARGES
    if not customer.charge_fuel_surcharge or customer.show_fob_price:
        return ChargeTerms(customer.additional_charges)
    fuel = {(row.box_type, row.port): row.amount for row in settings.fuel_surcharges}
    return ChargeTerms(customer.additional_charges, fuel, customer.outbound_cube_rate)


def charge_terms_from(stored: Mapping[str, Any]) -> ChargeTerms:
    """The terms stored by `ChargeTerms.as_json`."""
    charges = tuple(
        AdditionalCharge(charge["name"], kind, charge[kind])
        for charge in stored["additional"]
        for kind in CHARGE_KINDS
        if charge.get(kind) is not None
    )
    if "fuel" not in stored:
        return ChargeTerms(charges)
    fuel = {(box_type, port): amount for box_type, port, amount in stored["fuel"]}
    return ChargeTerms(charges, fuel, stored["outbound_cube_rate"])


def units(line: Mapping[str, Any]) -> int:
    """The price units of an order line: those in its boxes, or the loose units."""
    if line["inventory_type"] == OPEN_MARKET_UNITS:
        return int(line["boxes"])
    return int(line["boxes"]) * int(line["units_per_box"])


def total(price: int | None, count: int, currency: str) -> int:
    """A line total in micros; 0 without a price."""
    return 0 if price is None else line_total(price, count, currency)


def credit_of_boxes(worth: int, *, left: int, last: bool) -> int:
    """The credit for boxes of an invoice line (micros, domain section 6): what they were billed at, `worth`, but never
    more than is `left` of the line after earlier credits; the `last` of its boxes credit all that is left."""
    return left if last else min(worth, left)


def fob_per_box(terms: ChargeTerms, box_type: str, port: str | None, cubes: Exact | None) -> dict[str, int]:
    """The separate charges of each box (micros, pricing section 6): fuel surcharge and outbound freight, for a customer
    who pays them and whose prices do not include them. A missing row or dimension charges nothing."""
    if terms.fuel is None:
        return {}
    rate = terms.outbound_cube_rate
    outbound = Exact.micros(rate) * cubes if rate is not None and cubes is not None else None
    found = {FUEL_SURCHARGE: terms.fuel.get((box_type, port or ""), 0)}
    found[OUTBOUND_FREIGHT] = outbound.rounded_half_up(MICRO) if outbound is not None else 0
    return {name: amount for name, amount in found.items() if amount}


def order_charges(
    terms: Customer | ChargeTerms | None, lines: Iterable[tuple[Mapping[str, Any], int]], subtotal: int, currency: str
) -> Iterator[tuple[str, int]]:
    """Every charge line of an order or invoice: its name and amount in micros.

    `terms` are those agreed on, or today's; `lines` are order lines, each with the number of boxes that count (loose
    units are a fraction of a box); `subtotal` is the amount of the goods. Every charge is rounded once.
    """
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
    for charge in terms.additional_charges if terms and boxes > ZERO else ():
        yield charge.name, charge_amount(charge, subtotal, boxes, currency)


def charge_amount(charge: AdditionalCharge, subtotal: int, boxes: Exact, currency: str) -> int:
    """The amount of a charge (micros): a percentage of the goods, or an amount per order or per box."""
    if charge.kind == "percent":
        return percent_of(subtotal, charge.value, currency)
    return _rounded(Exact.micros(charge.value) * (boxes if charge.kind == "per_box" else ONE), currency)


def percent_of(amount: int, percent: int, currency: str) -> int:
    """A percentage (micros) of an amount (micros), half up to the currency's decimals."""
    return _rounded(Exact.micros(amount) * Exact.micros(percent) / HUNDRED, currency)


def _rounded(amount: Exact, currency: str) -> int:
    scale = minor_scale(currency)
    return amount.rounded_half_up(scale) * (MICRO // scale)
