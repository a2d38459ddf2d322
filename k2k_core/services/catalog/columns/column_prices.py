"""The prices of all lots of a table for one customer: the hierarchy and the adjustments as formulas of classes of lots.

First everything is found that a price depends on: one formula for each kind of lot and step. Customers for whom it is
the same share their prices. Then the prices are computed, in columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.costs import CostSheet, FixedCosts
from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, VENDOR_AVAILABILITY, Lot
from k2k_core.domain.money import MICRO, ONE, ZERO, Exact, minor_scale
from k2k_core.domain.price_formulas import COSTS, LOT_FACTS, ROWS, Formula, PriceFormula
from k2k_core.domain.pricing import ListRow, NoValue, PriceTerms
from k2k_core.runtime.guarded_contributions import FormulaFailed
from k2k_core.services.catalog.columns.facts import Kinds, Numbers, Slots
from k2k_core.services.catalog.columns.line_arrays import Identities
from k2k_core.services.catalog.columns.lot_table import MISSING, OWN, LotTable
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.pricing.formula_classes import Coefficients, rounded_prices
from k2k_core.services.pricing.pricer import Base, Pricer

Key = tuple[object, ...]
"""Everything that prices depend on, apart from the lots."""

NONE_YET = -1
PACK = ("box_type", "unit_type", "units_per_box", "stems_per_bunch")
"""The fields of `Lot.pack`."""

FEW = 20
"""Up to so many lots are put in their order one by one."""


class StepFormulas(NamedTuple):
    """The formulas of one step, and which one each kind of lot has; None for a kind without a value."""

    kinds: Kinds | None
    of_kind: Numbers
    formulas: tuple[Formula | None, ...]

    @property
    def key(self) -> Key:
        return (self.of_kind.tobytes() if len(self.formulas) > 1 else b"", *map(_formula_key, self.formulas))


class Sheets(NamedTuple):
    """What moving boxes costs, by kind of cost: factors and amounts per box and per unit on top of the unit cost."""

    known: NDArray[np.bool_]
    times: tuple[Exact, ...]
    plus: tuple[Exact, ...]
    per_box: tuple[Exact, ...]

    @property
    def key(self) -> Key:
        numbers = (*self.times, *self.plus, *self.per_box)
        return (self.known.tobytes(), *((one.n, one.d) for one in numbers))


@dataclass
class TypePlan:
    """How the lots of one inventory type are priced: the formulas of the steps, and of the adjustments. A step that
    fails (None) closes the lines that are still open."""

    inventory_type: str
    steps: list[StepFormulas | None] = field(default_factory=list)
    adjustments: list[StepFormulas | None] = field(default_factory=list)


class PricePlan:
    """How all lots of a table are priced for one sale. Those of `by_lot` are priced lot by lot: types with a step that
    is no formula."""

    def __init__(self, table: LotTable, pricer: Pricer, unit_values: Sequence[Exact | None]) -> None:
        self._table, self._pricer, self.unit_values = table, pricer, unit_values
        self._company = pricer.snapshot.company
        self.by_lot: list[str] = []
        self._plans: list[TypePlan] = []
        for inventory_type in table.inventory_types:
            plan = None if inventory_type == FUTURE_SALES else self._plan(inventory_type)
            if plan is None:
                self.by_lot.append(inventory_type)
            else:
                self._plans.append(plan)
        self._asked: Sheets | None = None
        self._warehouse: Sheets | None = None
        if self._uses_costs:
            self._asked, self._warehouse = self._sheets()

    @property
    def key(self) -> Key:
        """Customers with equal keys have equal prices, apart from lots that are priced one by one."""
        company = self._company
        plans = tuple(
            (plan.inventory_type, *(step and step.key for step in (*plan.steps, None, *plan.adjustments)))
            for plan in self._plans
        )
        units = tuple(one and (one.n, one.d) for one in self.unit_values)
        sheets = (self._asked and self._asked.key, self._warehouse and self._warehouse.key)
        return company.currency, company.settings.rounding, units, sheets, plans

    @property
    def _uses_costs(self) -> bool:
        steps = (step for plan in self._plans for step in plan.steps if step)
        return any(one and (one.source in COSTS or one.needs in COSTS) for step in steps for one in step.formulas)

    # Which formulas

    def _plan(self, inventory_type: str) -> TypePlan | None:
        terms, plan = self._pricer.terms_for(inventory_type), TypePlan(inventory_type)
        try:
            for step in self._pricer.steps_of(terms):
                if step.formula is None and step.plugin:
                    return None
                plan.steps.append(None if step.formula is None else self._formulas(step.formula, terms))
                if step.formula is None:
                    break
            for adjustment in self._pricer.adjustments_of(terms):
                if adjustment.formula is None and adjustment.plugin:
                    return None
                plan.adjustments.append(
                    None if adjustment.formula is None else self._formulas(adjustment.formula, terms)
                )
        except FormulaFailed:
            return None
        costs_from_lists = inventory_type == VENDOR_AVAILABILITY and any(
            one and (one.source in COSTS or one.needs in COSTS)
            for step in plan.steps
            for one in (step.formulas if step else ())
        )
        return None if costs_from_lists else plan

    def _formulas(self, step: PriceFormula, terms: PriceTerms) -> StepFormulas:
        if step.refused(terms) is not None:
            return StepFormulas(None, np.zeros(1, np.int32), (None,))
        if not step.reads:
            return StepFormulas(None, np.zeros(1, np.int32), (_found(step.formula(terms, ())),))
        if ROWS in step.reads:
            return self._by_rows(step, terms)
        if not LOT_FACTS.issuperset(step.reads):
            raise FormulaFailed
        kinds = self._table.kinds(*step.reads)
        return _different(kinds, [_found(step.formula(terms, facts)) for facts in kinds.values])

    def _by_rows(self, step: PriceFormula, terms: PriceTerms) -> StepFormulas:
        """The formulas by price-list rows, which lots of one product, box type and vendor share."""
        if step.reads != (ROWS,):
            raise FormulaFailed
        finder = self._pricer.row_finder(terms)
        kinds = self._table.kinds("product_code", "box_type", "vendor")
        if finder is None:
            return StepFormulas(None, np.zeros(1, np.int32), (_found(step.formula(terms, ((),))),))
        known: dict[int, Formula | None] = {}
        formulas = []
        for product, box_type, vendor in kinds.values:
            rows: tuple[ListRow, ...] = finder.rows_for(product, box_type, vendor)
            if id(rows) not in known:
                known[id(rows)] = _found(step.formula(terms, (rows,)))
            formulas.append(known[id(rows)])
        return _different(kinds, formulas)

    def _sheets(self) -> tuple[Sheets, Sheets]:
        """The costs by the given ship via, and via warehouse."""
        kinds = self._table.kinds("owner", "cost")
        found = []
        for sample in kinds.samples:
            assert isinstance(sample, Lot)
            found.append(self._pricer.sheets_for(sample))
        return _sheets_of([one for one, _ in found]), _sheets_of([one for _, one in found])

    # How much

    def prices(self, slots: Slots) -> NDArray[np.int64]:
        """The prices of some slots in the smallest units of the currency; 0 for none, and for lots that are priced one
        by one."""
        company = self._company
        found = np.zeros(len(slots), np.int64)
        types = self._table.fact("inventory_type")
        for plan in self._plans:
            number = types.values.index(plan.inventory_type)
            places = np.flatnonzero(self._table.present[slots] & (types.numbers[slots] == number))
            if not len(places):
                continue
            priced = _Priced(self, slots[places])
            for step in plan.steps:
                if step is None:
                    break
                priced.take(step)
            for adjustment in plan.adjustments:
                priced.adjust(adjustment)
            found[places] = priced.rounded(minor_scale(company.currency), company.settings.rounding)
        return found

    def bases_on_hand(self) -> dict[Base, Exact] | None:
        """The highest base price of the buyer's boxes on hand by product and pack (pricing section 4); None where they
        are priced one by one."""
        plan = next((plan for plan in self._plans if plan.inventory_type == OPEN_MARKET_BOXES), None)
        if plan is None:
            return {} if OPEN_MARKET_BOXES not in self._table.inventory_types else None
        types = self._table.fact("inventory_type")
        on_hand = types.numbers == types.values.index(OPEN_MARKET_BOXES)
        slots = np.flatnonzero(self._table.present & on_hand & (self._table.owner == OWN))
        priced = _Priced(self, slots)
        for step in plan.steps:
            if step is None:
                break
            priced.take(step)
        kinds = self._table.kinds("product_code", *PACK)
        highest = priced.highest(kinds.numbers[slots], len(kinds))
        return {(str(kinds.values[kind][0]), kinds.values[kind][1:]): base for kind, base in highest.items()}

    def number(self, source: str, slots: Slots) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """One of the `SOURCES` of some slots as stored, and which of them have it."""
        table = self._table
        if source not in COSTS:
            stored = table.typed[source][slots]
            return stored, stored != MISSING
        stored = table.unit_cost[slots]
        rates = np.asarray([one is not None for one in self.unit_values])
        has = (stored != MISSING) & rates[table.owner[slots]]
        sheets = self._sheets_by(source)
        return stored, has if sheets is None else has & sheets.known[table.kinds("owner", "cost").numbers[slots]]

    def cost_kinds(self, slots: Slots) -> tuple[NDArray[np.int32], int]:
        """The kind of cost of some slots, and how many kinds there are."""
        kinds = self._table.kinds("owner", "cost")
        return kinds.numbers[slots], len(kinds)

    def cost_by_kind(self, source: str, kind: int) -> Coefficients:
        """A cost of a kind as a formula of the stored unit cost."""
        owner = self._table.kinds("owner", "cost").values[kind][0]
        assert isinstance(owner, int)
        unit, sheets = self.unit_values[owner] or ZERO, self._sheets_by(source)
        if sheets is None:
            return Coefficients(unit, ZERO, ZERO)
        return Coefficients(unit * sheets.times[kind], sheets.plus[kind], sheets.per_box[kind])

    def _sheets_by(self, source: str) -> Sheets | None:
        return {"landed_cost": self._asked, "warehouse_cost": self._warehouse}.get(source)

    def units(self, slots: Slots) -> NDArray[np.int64]:
        """The units of a box of some slots."""
        return self._table.units[slots]


class TermsPrices:
    """The prices of all lots for some terms of sale, kept up to date lot by lot."""

    def __init__(self, plan: PricePlan, columns_changes: int, size: int) -> None:
        self._plan = plan
        self.made_from = columns_changes
        self.prices = _packed(plan.prices(np.arange(size)))
        self._order: tuple[Identities, int, Numbers] | None = None

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return 2 * self.prices.nbytes

    def order(self, identities: Identities) -> Numbers:
        """All slots by identity and price."""
        known = self._order
        if known is None or known[0] is not identities or known[1] != self.made_from:
            known = identities, self.made_from, identities.by_price(self.prices).astype(np.int32)
            self._order = known
        return known[2]

    def update(self, slots: Slots, columns_changes: int) -> None:
        """Price lots again that changed."""
        if len(slots):
            prices = self.prices.astype(np.int64)
            prices[slots] = self._plan.prices(slots)
            self.prices = _packed(prices)
        known, self.made_from = self._order, columns_changes
        if known is not None:
            identities, _, order = known
            self._order = None
            if len(slots) <= FEW:
                self._order = identities, columns_changes, identities.moved(order, slots, self.prices)


def _packed(prices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Prices in half the memory, if they fit."""
    if len(prices) and int(prices.max()) < 2**31:
        prices = prices.astype(np.int32)
    prices.flags.writeable = False
    return prices


class _Priced:
    """Some lots of one inventory type on their way through the steps: each has a class, a number and its units."""

    def __init__(self, plan: PricePlan, slots: Slots) -> None:
        self._plan, self._slots = plan, slots
        self._class_of = np.full(len(slots), NONE_YET, np.int32)
        self._numbers = np.zeros(len(slots), np.int64)
        self._classes: list[Coefficients] = []

    def take(self, step: StepFormulas) -> None:
        """The lots that are still open take the value of a step, where it has one."""
        which = self._which(step)
        for source, needs in {(one.source, one.needs) for one in step.formulas if one}:
            mine = np.asarray([one is not None and (one.source, one.needs) == (source, needs) for one in step.formulas])
            taken = (self._class_of == NONE_YET) & mine[which]
            numbers = np.zeros(len(self._slots), np.int64)
            if source:
                numbers, has = self._plan.number(source, self._slots)
                taken &= has
            if needs:
                taken &= self._plan.number(needs, self._slots)[1]
            places = np.flatnonzero(taken)
            if len(places):
                self._numbers[places] = numbers[places]
                self._classify(places, which[places], step.formulas, source)

    def _classify(self, places: Slots, which: Numbers, formulas: Sequence[Formula | None], source: str) -> None:
        kinds, count = np.zeros(len(places), np.int32), 1
        if source in COSTS:
            kinds, count = self._plan.cost_kinds(self._slots[places])

        def coefficients(number: int) -> Coefficients:
            formula, kind = formulas[number // count], number % count
            assert formula is not None
            return _start(formula, self._plan.cost_by_kind(source, kind) if source in COSTS else _TYPED)

        self._new_classes(places, which.astype(np.int64) * count + kinds, coefficients)

    def adjust(self, step: StepFormulas | None) -> None:
        """Carry the prices through an adjustment; one that fails (None) leaves none."""
        if step is None:
            self._class_of[:] = NONE_YET
            return
        if step.formulas == (None,):
            return
        places = np.flatnonzero(self._class_of != NONE_YET)
        before, count = self._classes, len(step.formulas)
        if not len(places):
            return

        def coefficients(number: int) -> Coefficients:
            formula = step.formulas[number % count]
            was = before[number // count]
            return was if formula is None else _adjusted(formula, was)

        which = self._which(step)[places]
        self._classes = []
        self._new_classes(places, self._class_of[places].astype(np.int64) * count + which, coefficients)

    def _which(self, step: StepFormulas) -> Numbers:
        if step.kinds is None:
            return np.zeros(len(self._slots), np.int32)
        which: Numbers = step.of_kind[step.kinds.numbers[self._slots]]
        return which

    def _new_classes(
        self, places: Slots, numbers: NDArray[np.int64], coefficients: Callable[[int], Coefficients]
    ) -> None:
        """Put lots into classes by number; only those that occur are made."""
        there = np.flatnonzero(np.bincount(numbers))
        number_of = np.zeros(int(there[-1]) + 1, np.int32)
        number_of[there] = np.arange(len(self._classes), len(self._classes) + len(there), dtype=np.int32)
        self._classes += [coefficients(int(number)) for number in there]
        self._class_of[places] = number_of[numbers]

    def highest(self, kinds: Numbers, count: int) -> dict[int, Exact]:
        """The highest exact value of the lots of each kind. Which lots come into question is found in floating point,
        with room for its errors."""
        places = np.flatnonzero(self._class_of != NONE_YET)
        if not len(places):
            return {}
        table = np.asarray([[one.n / one.d for one in formula] for formula in self._classes])
        times, plus, per_box = (column[self._class_of[places]] for column in table.T)
        units = self._plan.units(self._slots[places])
        if units.min() <= 0:
            raise NotInColumns
        parts = times * self._numbers[places], plus, per_box / units
        value, size = sum(parts), sum(map(np.abs, parts))
        least = np.full(count, -np.inf)
        np.maximum.at(least, kinds[places], value - 1e-9 * size)
        found: dict[int, Exact] = {}
        for place in places[value + 1e-9 * size >= least[kinds[places]]].tolist():
            exact, kind = self._exact(place), int(kinds[place])
            if kind not in found or found[kind] < exact:
                found[kind] = exact
        return found

    def _exact(self, place: int) -> Exact:
        times, plus, per_box = self._classes[int(self._class_of[place])]
        units = int(self._plan.units(self._slots[place : place + 1])[0])
        return times * Exact(int(self._numbers[place])) + plus + per_box * Exact(1, units)

    def rounded(self, scale: int, rounding: str) -> NDArray[np.int64]:
        """The prices."""
        found = np.zeros(len(self._slots), np.int64)
        places = np.flatnonzero(self._class_of != NONE_YET)
        if len(places):
            units = self._plan.units(self._slots[places])
            if units.min() <= 0:
                raise NotInColumns
            of = self._class_of[places]
            found[places] = rounded_prices(self._classes, of, self._numbers[places], units, scale, rounding)
        return found


_TYPED = Coefficients(Exact(1, MICRO), ZERO, ZERO)


def _start(formula: Formula, number: Coefficients) -> Coefficients:
    """The formula of a step, over a number that is a formula itself."""
    if not formula.source:
        return Coefficients(ZERO, formula.plus, formula.per_box)
    return _adjusted(formula, number)


def _adjusted(formula: Formula, number: Coefficients) -> Coefficients:
    times = formula.times
    found = number if times is ONE else Coefficients(*((one * times).reduced() for one in number))
    return Coefficients(found.times, (found.plus + formula.plus).reduced(), (found.per_box + formula.per_box).reduced())


def _found(answer: Formula | NoValue) -> Formula | None:
    return None if isinstance(answer, NoValue) else answer


def _formula_key(formula: Formula | None) -> Key | None:
    if formula is None:
        return None
    numbers = (formula.times, formula.plus, formula.per_box)
    return formula.source, formula.needs, *((one.n, one.d) for one in numbers)


def _different(kinds: Kinds, formulas: Sequence[Formula | None]) -> StepFormulas:
    """The formulas without repetitions."""
    numbers: dict[Key | None, int] = {}
    different: list[Formula | None] = []
    of_kind = np.zeros(len(formulas), np.int32)
    for kind, formula in enumerate(formulas):
        key = _formula_key(formula)
        if key not in numbers:
            numbers[key] = len(different)
            different.append(formula)
        of_kind[kind] = numbers[key]
    return StepFormulas(kinds, of_kind, tuple(different))


def _sheets_of(sheets: Sequence[CostSheet | FixedCosts | None]) -> Sheets:
    """The costs of each kind in numbers."""
    known, times, plus, per_box = [], [], [], []
    for sheet in sheets:
        known.append(sheet is not None)
        if isinstance(sheet, CostSheet):
            times.append(Exact(sheet.times, sheet.by).reduced())
            per_box.append(Exact(sheet.plus, sheet.by).reduced())
            plus.append(ZERO)
        else:
            times.append(ZERO)
            per_box.append(ZERO)
            plus.append(ZERO if sheet is None else Exact.micros(sheet.landed_cost))
    return Sheets(np.asarray(known or [False]), tuple(times), tuple(plus), tuple(per_box))
