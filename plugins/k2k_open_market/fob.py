"""FOB: fuel surcharge and outbound freight inside the unit price (pricing section 6).

Only for customers with both `show_fob_price` and `charge_fuel_surcharge`, and only where the ship via allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from k2k_core.domain.items import Lot
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Customer
from k2k_core.domain.pricing import Adjustable, Answer, Answers, NoValue, Price, PriceTerms, not_applicable

NO_UNITS = NoValue("the lot has no units per box to spread a charge over")
FUEL_ALONE = "fuel surcharge {fuel}; no outbound cube rate is set"
NO_DIMENSIONS = "fuel surcharge {fuel}; no outbound freight, because no dimensions of {box_type} are known"
BOTH = "fuel surcharge {fuel}, outbound freight {outbound}"


class Charge(NamedTuple):
    """The charge of one unit of a kind of box, and the reason."""

    per_unit: Exact
    reason: str
    facts: Mapping[str, object]


def fob(lines: Sequence[Adjustable]) -> Answers:
    """The price plus fuel surcharge and outbound freight per unit; computed once for each kind of box."""
    terms = lines[0].request.terms
    refused = _not_charged(terms)
    if refused is not None:
        return refused
    fuel = {(row.box_type, row.port): row.amount for row in terms.company.settings.fuel_surcharges}
    rate = terms.customer.outbound_cube_rate
    charges: dict[object, Charge | None] = {}
    answers: list[Answer] = []
    for line in lines:
        lot = line.request.lot
        cubes = lot.cubes
        kind = (lot.box_type, lot.port, lot.units_per_box, cubes if cubes is None else (cubes.n, cubes.d))
        if kind not in charges:
            charges[kind] = _charge(lot, fuel, rate)
        charge = charges[kind]
        answers.append(NO_UNITS if charge is None else Price(line.price + charge.per_unit, charge.reason, charge.facts))
    return answers


def _not_charged(terms: PriceTerms) -> NoValue | None:
    """Why no line of the batch has FOB charges, or None when they do."""
    customer: Customer = terms.customer
    if not terms.fob_applies:
        return not_applicable("FOB charges are not part of a price via {via}", via=terms.ship_via)
    if not customer.charge_fuel_surcharge:
        return not_applicable("customer {customer} is not charged a fuel surcharge", customer=customer.code)
    if not customer.show_fob_price:
        return not_applicable("customer {customer} pays these charges on the order", customer=customer.code)
    return None


def _charge(lot: Lot, fuel: Mapping[tuple[str, str], int], rate: int | None) -> Charge | None:
    """A missing fuel row counts as 0; a box without dimensions has no outbound freight, as its reason says."""
    units = lot.units_per_box
    if units <= 0:
        return None
    surcharge = Exact(fuel.get((lot.box_type, lot.port or ""), 0), MICRO * units).reduced()
    facts: dict[str, object] = {"fuel": surcharge, "box_type": lot.box_type}
    if rate is None:
        return Charge(surcharge, FUEL_ALONE, facts)
    if lot.cubes is None:
        return Charge(surcharge, NO_DIMENSIONS, facts)
    outbound = Exact(rate * lot.cubes.n, MICRO * lot.cubes.d * units)
    facts["outbound"] = outbound
    return Charge((surcharge + outbound).reduced(), BOTH, facts)
