"""FOB: fuel surcharge and outbound freight inside the unit price (pricing section 6).

Only for customers with both `show_fob_price` and `charge_fuel_surcharge`, and only where the ship via allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Customer
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms, not_applicable

NO_UNITS = NoValue("the lot has no units per box to spread a charge over")
FUEL_ALONE = "fuel surcharge {fuel}; no outbound cube rate is set"
NO_DIMENSIONS = "fuel surcharge {fuel}; no outbound freight, because no dimensions of {box_type} are known"
BOTH = "fuel surcharge {fuel}, outbound freight {outbound}"


def _fob(terms: PriceTerms, facts: Facts) -> Formula:
    """The price plus fuel surcharge and outbound freight per unit, for one kind of box. A missing fuel row counts as
    0; a box without dimensions has no outbound freight, as its reason says."""
    box_type, port, cubes = facts
    rows = {(row.box_type, row.port): row.amount for row in terms.company.settings.fuel_surcharges}
    fuel = Exact.micros(rows.get((str(box_type), str(port or "")), 0))
    rate = terms.customer.outbound_cube_rate
    if rate is None:
        return Formula(per_box=fuel, reason=FUEL_ALONE, facts=_shown(fuel, None))
    if not isinstance(cubes, Exact):
        return Formula(per_box=fuel, reason=NO_DIMENSIONS, facts=_shown(fuel, None))
    outbound = Exact.micros(rate) * cubes
    return Formula(per_box=(fuel + outbound).reduced(), reason=BOTH, facts=_shown(fuel, outbound))


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


def _shown(fuel: Exact, outbound: Exact | None) -> Callable[[PriceRequest], Mapping[str, object]]:
    """The charges of one unit, for the explanation; computed once for each number of units in a box."""
    known: dict[int, dict[str, object]] = {}

    def facts(request: PriceRequest) -> Mapping[str, object]:
        units = request.lot.units_per_box
        if units not in known:
            each = Exact(1, units)
            known[units] = {"fuel": (fuel * each).reduced(), "box_type": request.lot.box_type}
            if outbound is not None:
                known[units]["outbound"] = (outbound * each).reduced()
        return known[units]

    return facts


def _no_units(_request: PriceRequest, found: NoValue | None) -> NoValue:
    return found or NO_UNITS


FOB = PriceFormula(_fob, reads=("box_type", "port", "cubes"), refused=_not_charged, no_value=_no_units)
