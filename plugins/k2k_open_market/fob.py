"""FOB: fuel surcharge and outbound freight inside the unit price (pricing section 6).

Only for customers with both `show_fob_price` and `charge_fuel_surcharge`, and only where the ship via allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Customer
from k2k_core.domain.pricing import Adjustable, Answers, NoValue, Price, PriceTerms, not_applicable

Fuel = Mapping[tuple[str, str | None], int]

NO_UNITS = NoValue("the lot has no units per box to spread a charge over")


def fob(lines: Sequence[Adjustable]) -> Answers:
    """The price plus fuel surcharge and outbound freight per unit."""
    terms = lines[0].request.terms
    refused = _not_charged(terms)
    if refused is not None:
        return refused
    fuel: Fuel = {(row.box_type, row.port): row.amount for row in terms.company.settings.fuel_surcharges}
    rate = terms.customer.outbound_cube_rate
    return [_charged(line, fuel, rate) for line in lines]


def _not_charged(terms: PriceTerms) -> NoValue | None:
    """Why no line of the batch carries FOB charges, or None when they do."""
    customer: Customer = terms.customer
    if not terms.fob_applies:
        return not_applicable("FOB charges are not part of a price via {via}", via=terms.ship_via)
    if not customer.charge_fuel_surcharge:
        return not_applicable("customer {customer} is not charged a fuel surcharge", customer=customer.code)
    if not customer.show_fob_price:
        return not_applicable("customer {customer} pays these charges on the order", customer=customer.code)
    return None


def _charged(line: Adjustable, fuel: Fuel, rate: int | None) -> Price | NoValue:
    """One line. A missing fuel row is 0; a box without dimensions carries no outbound freight, as its reason says."""
    lot = line.request.lot
    units = lot.units_per_box
    if units <= 0:
        return NO_UNITS
    surcharge = Exact(fuel.get((lot.box_type, lot.port), 0), MICRO * units)
    facts: dict[str, object] = {"fuel": surcharge, "box_type": lot.box_type}
    if rate is None:
        return Price(line.price + surcharge, "fuel surcharge {fuel}; no outbound cube rate is set", facts)
    if lot.cubes is None:
        reason = "fuel surcharge {fuel}; no outbound freight, because no dimensions of {box_type} are known"
        return Price(line.price + surcharge, reason, facts)
    outbound = Exact(rate * lot.cubes.n, MICRO * lot.cubes.d * units)
    facts["outbound"] = outbound
    return Price(line.price + surcharge + outbound, "fuel surcharge {fuel}, outbound freight {outbound}", facts)
