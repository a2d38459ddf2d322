"""Steps of a price as formulas: a price is linear in one number of the lot (pricing sections 2, 4 and 6).

A formula is made once for all lots that agree in a few facts, so that a whole catalog is priced by arithmetic on
columns. The same formula answers requests one by one: what prices a catalog also explains each price in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, TypeAlias, TypeVar

from k2k_core.domain.items import Lot
from k2k_core.domain.money import MICRO, ONE, ZERO, Exact
from k2k_core.domain.pricing import Adjustable, Answer, Answers, NoValue, Price, PriceRequest, PriceTerms, price_each

Facts: TypeAlias = tuple[object, ...]
"""The values of what a formula reads of a lot, in the order of its `reads`."""

Shown: TypeAlias = Mapping[str, object] | Callable[[PriceRequest], Mapping[str, object]]
"""What fills the `{names}` of a reason, or a function of the request that makes it when somebody asks."""

COSTS = ("unit_cost", "landed_cost", "warehouse_cost")
TYPED = (
    *("web_price", "price_a", "price_b", "price_b_manual", "unit_price", "va_price"),
    "purchase_order_price",
)
SOURCES = (*COSTS, *TYPED)
"""The numbers of a lot that a formula may start from: those of its request, and those that people typed on it."""

ROWS = "rows"
BY_HAND = "price_b_by_hand"
"""What a formula may read besides the fields of a lot: the price-list rows of the request, and whether price B was set
by hand."""

LOT_FACTS = frozenset((*Lot._fields, BY_HAND))
"""What a formula may read of the lot itself."""


class Formula(NamedTuple):
    """A price of a unit: `times × source + plus + per_box ÷ units per box`. Of an adjustment the source is the price so
    far.

    * `source`: one of `SOURCES`; empty for a step that gives `plus` whatever the lot is.
    * `times`: the factor of the source.
    * `plus`: what is added per unit.
    * `per_box`: what is added per box, spread over its units; a lot without units has no price then.
    * `reason`: words for the explanation, as those of a `Price`.
    * `facts`: what fills them, or a function of the request that makes it when somebody asks.
    * `needs`: one of `SOURCES` without which there is no price either; empty for none.
    """

    source: str = ""
    times: Exact = ONE
    plus: Exact = ZERO
    per_box: Exact = ZERO
    reason: str = ""
    facts: Shown = {}
    needs: str = ""


NO_NUMBER = NoValue("the lot lacks a number that the step starts from")


def _as_found(_request: PriceRequest, found: NoValue | None) -> NoValue:
    return NO_NUMBER if found is None else found


def _never(_terms: PriceTerms) -> NoValue | None:
    return None


@dataclass(frozen=True, slots=True)
class PriceFormula:
    """How a step finds its formula.

    * `formula`: from the terms and the facts of a kind of lot to a `Formula`, or the `NoValue` of all such lots. It
      reads nothing else. The facts are a tuple of the values of `reads`, in their order, each of the type that it has
      in the lot: with `reads=("arrival_date", "sell_fast")`, `arrived, fast = facts`; empty without `reads`.
    * `reads`: the facts that it is given: names of fields of `Lot`, `rows`, `price_b_by_hand`.
    * `refused`: the one `NoValue` of all lots under these terms, or None.
    * `no_value`: the reason of a line without a price: from its request and the formula's `NoValue`, None where the lot
      lacks the number.
    """

    formula: Callable[[PriceTerms, Facts], Formula | NoValue]
    reads: tuple[str, ...] = ()
    refused: Callable[[PriceTerms], NoValue | None] = _never
    no_value: Callable[[PriceRequest, NoValue | None], NoValue] = _as_found


def fact_of(lot: Lot, name: str) -> object:
    """A fact of a lot by its name in `reads`; `rows` are not the lot's."""
    return lot.price_b_manual is not None if name == BY_HAND else getattr(lot, name)


def by_formula(step: PriceFormula) -> Callable[[Sequence[PriceRequest]], Answers]:
    """The `resolve` of a step that is a formula.

    * `step`: the formula.
    """

    def numbers(requests: Sequence[PriceRequest], found: Formula) -> list[Exact | None]:
        known: list[Exact | None] = [ZERO] * len(requests)
        if found.source:
            known = _numbers(requests, found.source)
        if not found.needs:
            return known
        needed = _numbers(requests, found.needs)
        return [None if need is None else number for number, need in zip(known, needed, strict=True)]

    return lambda requests: _answers(step, requests, requests, numbers)


def adjusted_by_formula(step: PriceFormula) -> Callable[[Sequence[Adjustable]], Answers]:
    """The `adjust` of an adjustment that is a formula.

    * `step`: the formula.
    """

    def adjust(lines: Sequence[Adjustable]) -> Answers:
        return _answers(step, lines, [line.request for line in lines], lambda some, _: [line.price for line in some])

    return adjust


L = TypeVar("L", PriceRequest, Adjustable)


def _answers(
    step: PriceFormula,
    lines: Sequence[L],
    requests: Sequence[PriceRequest],
    numbers: Callable[[Sequence[L], Formula], Sequence[Exact | None]],
) -> Answers:
    """One answer per line: lines with the same facts share a formula."""
    terms = requests[0].terms
    refused = step.refused(terms)
    if refused is not None:
        return refused
    if not step.reads:
        found = step.formula(terms, ())
        return found if isinstance(found, NoValue) else _each(step, found, requests, numbers(lines, found))
    answers: list[Answer] = [NO_NUMBER] * len(lines)
    for facts, places in _kinds(step, requests):
        some, found = [requests[place] for place in places], step.formula(terms, facts)
        if isinstance(found, NoValue):
            made: list[Answer] = [step.no_value(request, found) for request in some]
        else:
            made = _each(step, found, some, numbers([lines[place] for place in places], found))
        for place, answer in zip(places, made, strict=True):
            answers[place] = answer
    return answers


def _kinds(step: PriceFormula, requests: Sequence[PriceRequest]) -> list[tuple[Facts, list[int]]]:
    """The places of requests with the same facts. Rows that are the same tuple are the same fact."""
    columns = [_column(requests, name) for name in step.reads]
    keys = [map(id, column) if name == ROWS else column for name, column in zip(step.reads, columns, strict=True)]
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(zip(*keys, strict=True)):
        found[key].append(place)
    return [(tuple(column[places[0]] for column in columns), places) for places in found.values()]


def _column(requests: Sequence[PriceRequest], name: str) -> Sequence[object]:
    """What a formula reads of each request, by its name in `reads`."""
    if name == BY_HAND:
        return [request.lot.price_b_manual is not None for request in requests]
    return list(map(attrgetter(name if name == ROWS else f"lot.{name}"), requests))


def _numbers(requests: Sequence[PriceRequest], source: str) -> list[Exact | None]:
    """One of the `SOURCES` of each request."""
    if source in COSTS:
        return list(map(attrgetter(source), requests))
    typed = attrgetter(f"lot.{source}")
    return [None if (number := typed(request)) is None else Exact(number, MICRO) for request in requests]


def _each(
    step: PriceFormula, found: Formula, requests: Sequence[PriceRequest], numbers: Sequence[Exact | None]
) -> list[Answer]:
    """The answers of lines with the same formula, each with its number."""
    amounts = _amounts(found, requests, numbers)
    facts = found.facts
    if not callable(facts):
        return price_each(amounts, found.reason, facts, lambda place: step.no_value(requests[place], None))
    return [
        step.no_value(request, None) if amount is None else Price(amount, found.reason, facts(request))
        for request, amount in zip(requests, amounts, strict=True)
    ]


def _amounts(
    found: Formula, requests: Sequence[PriceRequest], numbers: Sequence[Exact | None]
) -> Sequence[Exact | None]:
    _, times, plus, per_box, *_ = found
    amounts = numbers
    if times is not ONE:
        n, d = times.n, times.d
        amounts = [None if one is None else Exact(one.n * n, one.d * d) for one in amounts]
    if plus.n:
        amounts = [None if one is None else one + plus for one in amounts]
    if per_box.n:
        amounts = [
            _spread(one, per_box, request.lot.units_per_box) for one, request in zip(amounts, requests, strict=True)
        ]
    return amounts


def _spread(amount: Exact | None, per_box: Exact, units: int) -> Exact | None:
    return None if amount is None or units <= 0 else amount + Exact(per_box.n, per_box.d * units)
