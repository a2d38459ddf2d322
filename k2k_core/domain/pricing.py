"""The pricing algorithm: steps in order, the first value wins, adjustments, one rounding (pricing sections 4-8).

It knows no step by name and no plugin: it is given the steps as callables. An optional recorder receives everything
that happens, so that the code that prices also explains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, TypeVar

from k2k_core.domain.items import LastPrice, Lot
from k2k_core.domain.money import Exact, minor_scale, rounding_to
from k2k_core.domain.parties import Company, Customer

if TYPE_CHECKING:
    from k2k_core.domain.price_formulas import PriceFormula

USED = "used"
NO_VALUE = "no_value"
NOT_APPLICABLE = "not_applicable"
NOT_REACHED = "not_reached"
FAILED = "failed"
OUTCOMES = (USED, NO_VALUE, NOT_APPLICABLE, NOT_REACHED, FAILED)

ECOMMERCE = "ecommerce"
"""The sales channel of catalogs and carts."""

SALES = "sales"
"""The sales channel of what a salesperson or procurement orders (pricing section 6)."""

CHANNELS = (ECOMMERCE, SALES)

NO_PRICE = "no_price"
NOT_POSITIVE = "not_positive"


class Price(NamedTuple):
    """A step's value.

    * `amount`: the price of a unit in the company's currency, exact and not rounded.
    * `reason`: words for the explanation; `{names}` in it are filled with `facts`.
    * `facts`: what decided it, by name. A fact may be a function of the amount, so that a whole batch shares one
      mapping and nothing is computed that nobody asks for.
    """

    amount: Exact
    reason: str = ""
    facts: Mapping[str, object] = {}


class NoValue(NamedTuple):
    """A step that yields nothing, and why.

    * `reason`: words for the explanation; `{names}` in it are filled with `facts`.
    * `facts`: what decided it, by name.
    * `outcome`: `no_value`, or `not_applicable` when the step does not concern the line.
    """

    reason: str
    facts: Mapping[str, object] = {}
    outcome: str = NO_VALUE


class Failed(NamedTuple):
    """A step that failed. The line gets no price: a cheaper step must never win because another one failed."""

    reason: str
    facts: Mapping[str, object] = {}
    outcome: str = FAILED


def not_applicable(reason: str, **facts: object) -> NoValue:
    """The `NoValue` of a step that does not concern the line.

    * `reason`: that of the `NoValue`.
    * `facts`: what fills it, by name.
    """
    return NoValue(reason, facts, NOT_APPLICABLE)


class ListRow(NamedTuple):
    """A row of an active price list that matches a lot, the most specific one of its list (pricing section 5).

    * `list_code`: the code of the list.
    * `list_type`: `all`, `open_market`, `prebook` or `season`.
    * `master`: whether it is the company's master list.
    * `season`: the name of the season.
    * `season_start`: the first day of the season.
    * `price`: the price of a unit, in micros.
    * `cost`: the unit cost for a lot without one, in micros; None for none.
    * `label`: what the row is for, in words.
    """

    list_code: str
    list_type: str
    master: bool
    season: str
    season_start: dt.date
    price: int
    cost: int | None
    label: str


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """What all requests of a batch have in common.

    * `company`: the company that sells.
    * `customer`: its customer.
    * `inventory_type`: of all lots of the batch.
    * `ship_via`: the code of the ship via.
    * `order_date`: the day of the order; lists of the open market go by it.
    * `ship_date`: the day on which the boxes are for the customer; other lists go by it.
    * `today`: the company's day.
    * `gpm`: the company's GPM in percent, in micros; None when unset.
    * `k2k_gpm`: the K2K GPM of the location, else of the company, in percent, in micros; None when unset.
    * `k2k_gpm_source`: which of the two it is, in words.
    * `lists`: the customer's active lists, code to type, whether or not a lot has a row in them.
    * `fob_applies`: whether FOB charges are part of the price (`adjusts_fob` of the ship via).
    * `plugin_settings`: empty; a plugin reads its settings from the hook's context.
    * `channel`: the sales channel, `ecommerce` or `sales` (pricing section 6).
    """

    company: Company
    customer: Customer
    inventory_type: str
    ship_via: str
    order_date: dt.date
    ship_date: dt.date
    today: dt.date
    gpm: int | None = None
    k2k_gpm: int | None = None
    k2k_gpm_source: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)
    fob_applies: bool = True
    plugin_settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    channel: str = ECOMMERCE


class PriceRequest(NamedTuple):
    """One lot to be priced, complete: a step reads no clock, no database and no global.

    * `lot`: the lot or offer.
    * `terms`: what the batch has in common.
    * `unit_cost`: what a unit cost, in the company's currency; None when unknown. Of an offer, the vendor's price.
    * `landed_cost`: the landed cost of a unit by this ship via, in the company's currency; None when unknown.
    * `warehouse_cost`: the same via warehouse.
    * `rows`: the price-list rows that match, best first.
    * `open_market_base`: of a future lot, the base price of the same product and pack on hand for this customer.
    * `reminder`: the latest price that somebody typed for the product and pack.
    """

    lot: Lot
    terms: PriceTerms
    unit_cost: Exact | None = None
    landed_cost: Exact | None = None
    warehouse_cost: Exact | None = None
    rows: tuple[ListRow, ...] = ()
    open_market_base: Exact | None = None
    reminder: LastPrice | None = None


class Adjustable(NamedTuple):
    """A price on its way through the adjustments.

    * `request`: the request that was priced.
    * `step`: the step that made the base price.
    * `price`: the price so far, in the company's currency, not rounded.
    """

    request: PriceRequest
    step: str
    price: Exact


T = TypeVar("T", bound=tuple[Any, ...])


def from_columns(kind: type[T], *columns: Sequence[object]) -> list[T]:
    """Named tuples out of their fields, column by column: a third of what one call for each would cost."""
    made: Callable[[tuple[object, ...]], T] = partial(tuple.__new__, kind)
    return list(map(made, zip(*columns, strict=True)))


Answer: TypeAlias = Price | NoValue
Answers: TypeAlias = Sequence[Answer] | NoValue
"""One answer per request, in order; or a single `NoValue` when it holds for all of them."""


def price_each(
    amounts: Sequence[Exact | None], reason: str, facts: Mapping[str, object], missing: Callable[[int], NoValue]
) -> list[Answer]:
    """A `Price` for each amount of a batch, all with the same words; `missing` answers for a place without one."""
    count = len(amounts)
    answers: list[Answer] = list(from_columns(Price, amounts, [reason] * count, [facts] * count))
    for place, amount in enumerate(amounts):
        if amount is None:
            answers[place] = missing(place)
    return answers


class Step(NamedTuple):
    """One step of a hierarchy or of the adjustments, ready to be called with a batch."""

    name: str
    plugin: str
    call: Callable[[Sequence[PriceRequest]], Sequence[Price | NoValue | Failed] | NoValue | Failed]
    formula: PriceFormula | None = None
    """How it prices whole catalogs, if it is a formula."""


class Adjustment(NamedTuple):
    """One adjustment, ready to be called with a batch."""

    name: str
    plugin: str
    call: Callable[[Sequence[Adjustable]], Sequence[Price | NoValue | Failed] | NoValue | Failed]
    formula: PriceFormula | None = None


class Quote(NamedTuple):
    """The price of one line in minor units, or None with the reason; and the step that made it."""

    price: int | None
    step: str | None
    base: Exact | None
    reason: str


class Recorder(Protocol):
    """Receives how each line of a batch is priced; `line` is its place in the batch."""

    def step(self, line: int, step: Step, answer: Price | NoValue | Failed) -> None: ...

    def adjustment(self, line: int, step: Adjustment, before: Exact, answer: Price | NoValue | Failed) -> None: ...


def values_of_steps(requests: Sequence[PriceRequest], steps: Sequence[Step]) -> list[dict[str, Exact]]:
    """For each line of a batch the value of each step that has one, by the step's name: also of those that its price
    does not reach."""
    found: list[dict[str, Exact]] = [{} for _ in requests]
    for step in steps:
        for values, answer in zip(found, _spread(step.call(requests), len(requests)), strict=True):
            if isinstance(answer, Price):
                values[step.name] = answer.amount
    return found


def price_lines(
    requests: Sequence[PriceRequest],
    steps: Sequence[Step],
    adjustments: Sequence[Adjustment],
    recorder: Recorder | None = None,
) -> list[Quote]:
    """Price a batch whose requests share their terms. Lines answer in the order asked.

    Step n+1 sees only the lines that step n left open; a line whose step failed is closed without a price.
    """
    if not requests:
        return []
    base: list[Exact | None] = [None] * len(requests)
    made_by: list[str | None] = [None] * len(requests)
    failed: dict[int, str] = {}
    open_lines: Sequence[int] = range(len(requests))
    for step in steps:
        if not open_lines:
            break
        batch = requests if len(open_lines) == len(requests) else [requests[line] for line in open_lines]
        answers = step.call(batch)
        if recorder is not None:
            for line, answer in zip(open_lines, _spread(answers, len(batch)), strict=True):
                recorder.step(line, step, answer)
        if type(answers) is NoValue:
            continue
        left: list[int] = []
        for line, answer in zip(open_lines, _spread(answers, len(batch)), strict=True):
            if type(answer) is Price:
                base[line], made_by[line] = answer.amount, step.name
            elif type(answer) is Failed:
                failed[line] = f"{step.name}: {answer.reason}"
            else:
                left.append(line)
        open_lines = left
    prices = _adjusted(requests, made_by, base, failed, adjustments, recorder)
    return _finish(requests[0].terms.company, made_by, base, prices, failed)


def _adjusted(
    requests: Sequence[PriceRequest],
    made_by: Sequence[str | None],
    base: Sequence[Exact | None],
    failed: dict[int, str],
    adjustments: Sequence[Adjustment],
    recorder: Recorder | None,
) -> list[Exact | None]:
    """Every price carried through the adjustments."""
    prices = list(base)
    batch: list[Adjustable] | None = None
    for step in adjustments:
        if batch is None:  # as long as no adjustment applies, the next one is asked about the same prices
            lines = [line for line, price in enumerate(prices) if price is not None]
            batch = _adjustables(lines, requests, made_by, prices)
        if not batch:
            break
        answers = step.call(batch)
        if recorder is not None:
            for line, asked, answer in zip(lines, batch, _spread(answers, len(batch)), strict=True):
                recorder.adjustment(line, step, asked.price, answer)
        if type(answers) is NoValue:
            continue
        batch = None
        for line, answer in zip(lines, _spread(answers, len(lines)), strict=True):
            if type(answer) is Price:
                prices[line] = answer.amount
            elif type(answer) is Failed:
                prices[line] = None
                failed[line] = f"{step.name}: {answer.reason}"
    return prices


def _adjustables(
    lines: Sequence[int],
    requests: Sequence[PriceRequest],
    made_by: Sequence[str | None],
    prices: Sequence[Exact | None],
) -> list[Adjustable]:
    """Those lines of a batch that have a price so far."""
    if len(lines) == len(requests):
        return from_columns(Adjustable, requests, made_by, prices)
    columns = ([column[line] for line in lines] for column in (requests, made_by, prices))
    return from_columns(Adjustable, *columns)


def _finish(
    company: Company,
    made_by: Sequence[str | None],
    base: Sequence[Exact | None],
    prices: Sequence[Exact | None],
    failed: Mapping[int, str],
) -> list[Quote]:
    """Round once, and say why a line has no price."""
    rounded, scale = rounding_to(company.settings.rounding), minor_scale(company.currency)
    minors = [None if price is None else rounded(price, scale) for price in prices]
    reasons = [""] * len(minors)
    for line, minor in enumerate(minors):
        if minor is None:
            reasons[line] = failed.get(line, NO_PRICE)
        elif minor <= 0:
            minors[line], reasons[line] = None, NOT_POSITIVE
    return from_columns(Quote, minors, made_by, base, reasons)


def _spread(
    answers: Sequence[Price | NoValue | Failed] | NoValue | Failed, count: int
) -> Sequence[Price | NoValue | Failed]:
    """One answer per line, also where a step gave a single answer for all."""
    if isinstance(answers, (NoValue, Failed)):
        return [answers] * count
    return answers
