"""Landed cost, component by component (pricing section 3).

What a box costs to move is the same for every lot with the same kind of box, so it is computed once as a `CostSheet`; a
lot then adds its unit cost and divides by its units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from k2k_core.domain.items import ReceivedCosts
from k2k_core.domain.money import HUNDRED, MICRO, ONE, ZERO, Exact, minor_scale
from k2k_core.domain.settings import CompanySettings, Duty

UNIT_COST = "unit_cost"
FREIGHT = "freight"
HANDLING = "handling"
DUTIES = "duties"
INBOUND_TRUCK = "inbound_truck"
COMPONENTS = (UNIT_COST, FREIGHT, HANDLING, DUTIES, INBOUND_TRUCK)


class AwbCosts(NamedTuple):
    """Real amounts for a whole AWB in micros and the full-box equivalents on it; None keeps the estimate."""

    freight: int | None
    handling: int | None
    fbe: Exact


class BoxKind(NamedTuple):
    """Everything that decides what moving a box costs, apart from the flowers in it."""

    fbe: int
    cubes: Exact | None
    category: str
    port: str | None
    received_on: dt.date
    awb: AwbCosts | None = None


class CostSheet(NamedTuple):
    """The costs of one kind of box: amounts per box by component, and the percentage of duties on the unit cost.

    `times`, `plus` and `by` are the same in whole numbers: a unit that costs n/d, in a box of u units, has the landed
    cost `(n × times × u + plus × d) / (d × by × u)`.
    """

    freight: Exact | None
    handling: Exact | None
    inbound_truck: Exact | None
    duty_percent: int | None
    times: int
    plus: int
    by: int

    def landed(self, unit_cost: Exact, units: int) -> Exact:
        """The landed cost of one unit: the sum of `components`, computed without a division in between."""
        d = unit_cost.d
        return Exact(unit_cost.n * self.times * units + self.plus * d, d * self.by * units)

    def components(self, unit_cost: Exact, units: int) -> dict[str, Exact]:
        """The landed cost by component, per unit. A component that does not apply is absent."""
        parts = {UNIT_COST: unit_cost}
        each = Exact(1, units)
        for name, per_box in ((FREIGHT, self.freight), (HANDLING, self.handling)):
            if per_box is not None:
                parts[name] = per_box * each
        if self.duty_percent is not None:
            parts[DUTIES] = unit_cost * Exact.micros(self.duty_percent) / HUNDRED
        if self.inbound_truck is not None:
            parts[INBOUND_TRUCK] = self.inbound_truck * each
        return parts


class FixedCosts(NamedTuple):
    """The costs per unit (micros) with which boxes were received: today's settings, duties and dimensions do not apply,
    whatever the unit cost and units are."""

    parts: Mapping[str, int]
    landed_cost: int

    def landed(self, _unit_cost: Exact, _units: int) -> Exact:
        """The landed cost of one unit."""
        return Exact.micros(self.landed_cost)

    def components(self, _unit_cost: Exact, _units: int) -> dict[str, Exact]:
        """The landed cost by component."""
        return {name: Exact.micros(amount) for name, amount in self.parts.items()}


def received_costs(received: ReceivedCosts, awb: AwbCosts | None, units: int, components: Iterable[str]) -> FixedCosts:
    """The current cost of received boxes, with the components that the ship via pays: as they were received, with the
    real costs of their AWB in place of the estimates (domain section 6)."""
    costs = UnitCosts(received.landed_cost, received.components)
    now, wanted = costs.with_real(real_costs(awb, received.fbe, units)), frozenset(components)
    parts = {name: amount for name, amount in now.components.items() if name in wanted}
    left_out = sum(amount for name, amount in now.components.items() if name not in wanted)
    return FixedCosts(parts, (now.landed_cost or 0) - left_out)


def cost_sheet(settings: CompanySettings, kind: BoxKind, components: Iterable[str]) -> CostSheet | None:
    """The costs of a kind of box with the components that the ship via pays.

    None when they cannot be computed: inbound truck freight is on and the box has no dimensions or the company no cube
    rate.
    """
    wanted = frozenset(components)
    freight = handling = None
    if FREIGHT in wanted:
        freight = _airline_cost(settings.freight_per_fbe, kind, kind.awb.freight if kind.awb else None)
    if HANDLING in wanted:
        handling = _airline_cost(settings.handling_per_fbe, kind, kind.awb.handling if kind.awb else None)
    truck: Exact | None = None
    if INBOUND_TRUCK in wanted and settings.inbound_truck_freight:
        if kind.cubes is None or settings.cube_rate is None:
            return None
        truck = (Exact.micros(settings.cube_rate) * kind.cubes).reduced()
    percent = duty_percent(settings.duties, kind) if DUTIES in wanted else None
    per_box = sum((part for part in (freight, handling, truck) if part is not None), ZERO).reduced()
    factor = (ONE if percent is None else ONE + Exact.micros(percent) / HUNDRED).reduced()
    return CostSheet(
        freight, handling, truck, percent, factor.n * per_box.d, per_box.n * factor.d, per_box.d * factor.d
    )


def duty_percent(duties: Iterable[Duty], kind: BoxKind) -> int | None:
    """The percentage (micros) of the row of this category and port that started last, or None."""
    rows = [
        row
        for row in duties
        if row.category == kind.category and row.port == kind.port and row.since <= kind.received_on
    ]
    return max(rows, key=lambda row: row.since).percent if rows else None


class UnitCosts(NamedTuple):
    """What a unit of sold boxes costs, in micros: the landed cost, None if unknown, and its components."""

    landed_cost: int | None
    components: Mapping[str, int]

    def with_real(self, real: Mapping[str, int]) -> UnitCosts:
        """The same costs with real amounts in place of the estimates. A component that does not apply stays absent: via
        grower nobody pays freight, whatever the AWB cost."""
        replaced = {name: amount for name, amount in real.items() if name in self.components}
        moved = sum(amount - self.components[name] for name, amount in replaced.items())
        landed = None if self.landed_cost is None else self.landed_cost + moved
        return UnitCosts(landed, {**self.components, **replaced})


def real_costs(awb: AwbCosts | None, fbe: int, units: int) -> dict[str, int]:
    """The real costs of an AWB per unit of a box of `units` (micros), by component; what was not entered is absent."""
    if awb is None:
        return {}
    typed = ((FREIGHT, awb.freight), (HANDLING, awb.handling))
    shares = {name: _real_share(awb, fbe, amount) for name, amount in typed}
    return {name: (share / Exact(units)).rounded_half_up(MICRO) for name, share in shares.items() if share is not None}


def at_margin(cost: Exact, gpm: int) -> Exact:
    """The exact price at which a cost leaves a GPM, in micros of a percent from 0 to below 100 (pricing section 2)."""
    return cost * HUNDRED / (HUNDRED - Exact.micros(gpm))


def spread_over(amount: int, loads: Sequence[Exact], currency: str) -> list[int]:
    """An amount (micros) split by full-box equivalents into parts that add up to it: each part has the currency's
    decimals, and what rounding down leaves goes one smallest unit each to the largest remainders, the first of equal
    ones."""
    total, scale = sum(loads, ZERO), minor_scale(currency)
    if not total > ZERO:
        return [0] * len(loads)
    whole = Exact.micros(amount).rounded_half_up(scale)
    exact = [(Exact(whole) * load / total).as_fraction() for load in loads]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(loads)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return [part * (MICRO // scale) for part in parts]


def _airline_cost(estimate_per_fbe: int, kind: BoxKind, real: int | None) -> Exact:
    """Per box: the AWB's real amount spread over its full-box equivalents, else the company's estimate."""
    share = _real_share(kind.awb, kind.fbe, real)
    return (Exact.micros(estimate_per_fbe) * Exact.micros(kind.fbe)).reduced() if share is None else share


def _real_share(awb: AwbCosts | None, fbe: int, real: int | None) -> Exact | None:
    """A box's share of a real amount; None if none was entered, or if nothing is on the AWB."""
    if real is None or awb is None or not awb.fbe > ZERO:
        return None
    return (Exact.micros(real) / awb.fbe * Exact.micros(fbe)).reduced()
