"""How a price comes about: steps in order, the first value wins, adjustments, one rounding (pricing section 4-8).

The walk knows no step by name and no plugin: it is given the steps as callables. An optional recorder hears everything
that happens, so that an explanation is told by the same code that prices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from k2k_core.domain.items import LastPrice, Lot
from k2k_core.domain.money import Exact, minor_scale, round_price
from k2k_core.domain.parties import Company, Customer

USED = "used"
NO_VALUE = "no_value"
NOT_APPLICABLE = "not_applicable"
NOT_REACHED = "not_reached"
FAILED = "failed"
OUTCOMES = (USED, NO_VALUE, NOT_APPLICABLE, NOT_REACHED, FAILED)

NO_PRICE = "no_price"
NOT_POSITIVE = "not_positive"


class Price(NamedTuple):
    """A step's value, exact. `reason` may hold `{names}` that `facts` fill when somebody asks for the explanation.

    A fact may be a function of the amount: so a whole batch shares one mapping, and nothing is worked out unasked.
    """

    amount: Exact
    reason: str = ""
    facts: Mapping[str, object] = {}


class NoValue(NamedTuple):
    """A step that yields nothing, and why: `no_value`, or `not_applicable` when the line is none of its business."""

    reason: str
    facts: Mapping[str, object] = {}
    outcome: str = NO_VALUE


class Failed(NamedTuple):
    """A step that broke. The line gets no price: a cheaper step must never win because another one failed."""

    reason: str
    facts: Mapping[str, object] = {}
    outcome: str = FAILED


def not_applicable(reason: str, **facts: object) -> NoValue:
    """The step does not concern this line."""
    return NoValue(reason, facts, NOT_APPLICABLE)


class ListRow(NamedTuple):
    """A row of an active price list that matches a lot, the most specific of its list (pricing section 5). Micros."""

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
    """What all requests of a batch have in common: who sells, who buys, how and when it ships.

    `gpm` and `k2k_gpm` are percentages in micros, the latter looked up by location; `k2k_gpm_source` says where.
    `lists` are the customer's active lists by code with their type, whether or not a lot has a row in them.
    `fob_applies` is the ship-via handler's `adjusts_fob`: whether FOB charges are part of the price.
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


class PriceRequest(NamedTuple):
    """One lot to be priced, complete: a step reads no clock, no database and no global.

    `unit_cost`, `landed_cost` (for this ship via), `warehouse_cost` are in the company's currency; None when unknown.
    `open_market_base` is the base price that this customer would get for the same product and pack on hand.
    `rows` are the matching price-list rows, best first. `reminder` is the latest price typed on any lot of the product.
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
    """A price on its way through the adjustments: the request, the step that made the base, the price so far."""

    request: PriceRequest
    step: str
    price: Exact


Answer: TypeAlias = Price | NoValue
Answers: TypeAlias = Sequence[Answer] | NoValue
"""One answer per request, in order; or a single `NoValue` when it holds for all of them."""


class Step(NamedTuple):
    """One step of a hierarchy or of the adjustments, ready to be called with a batch."""

    name: str
    plugin: str
    call: Callable[[Sequence[PriceRequest]], Sequence[Price | NoValue | Failed] | NoValue | Failed]


class Adjustment(NamedTuple):
    """One adjustment, ready to be called with a batch."""

    name: str
    plugin: str
    call: Callable[[Sequence[Adjustable]], Sequence[Price | NoValue | Failed] | NoValue | Failed]


class Quote(NamedTuple):
    """The price of one line in minor units, or None with the reason; and the step that made it."""

    price: int | None
    step: str | None
    base: Exact | None
    reason: str


class Recorder(Protocol):
    """Hears how each line of a batch is priced; `line` is its place in the batch."""

    def step(self, line: int, step: Step, answer: Price | NoValue | Failed) -> None: ...

    def adjustment(self, line: int, step: Adjustment, before: Exact, answer: Price | NoValue | Failed) -> None: ...


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
    base: list[Price | None] = [None] * len(requests)
    made_by: list[str | None] = [None] * len(requests)
    failed: dict[int, str] = {}
    open_lines: list[int] = list(range(len(requests)))
    for step in steps:
        if not open_lines:
            break
        left: list[int] = []
        batch = requests if len(open_lines) == len(requests) else [requests[line] for line in open_lines]
        for line, answer in zip(open_lines, _spread(step.call(batch), len(batch)), strict=True):
            if recorder is not None:
                recorder.step(line, step, answer)
            if type(answer) is Price:
                base[line], made_by[line] = answer, step.name
            elif type(answer) is Failed:
                failed[line] = f"{step.name}: {answer.reason}"
            else:
                left.append(line)
        open_lines = left
    prices = [None if price is None else price.amount for price in base]
    _adjust(requests, made_by, prices, failed, adjustments, recorder)
    return _finish(requests[0].terms.company, made_by, base, prices, failed)


def _adjust(
    requests: Sequence[PriceRequest],
    made_by: Sequence[str | None],
    prices: list[Exact | None],
    failed: dict[int, str],
    adjustments: Sequence[Adjustment],
    recorder: Recorder | None,
) -> None:
    """Carry every price through the adjustments, in place."""
    for step in adjustments:
        lines = [line for line, price in enumerate(prices) if price is not None]
        batch = [Adjustable(requests[line], made_by[line] or "", prices[line]) for line in lines]  # type: ignore[arg-type]
        if not batch:
            return
        answers = step.call(batch)
        if type(answers) is NoValue and recorder is None:
            continue
        for line, line_asked, answer in zip(lines, batch, _spread(answers, len(batch)), strict=True):
            if recorder is not None:
                recorder.adjustment(line, step, line_asked.price, answer)
            if type(answer) is Price:
                prices[line] = answer.amount
            elif type(answer) is Failed:
                prices[line] = None
                failed[line] = f"{step.name}: {answer.reason}"


def _finish(
    company: Company,
    made_by: Sequence[str | None],
    base: Sequence[Price | None],
    prices: Sequence[Exact | None],
    failed: Mapping[int, str],
) -> list[Quote]:
    """Round once, and say why a line has no price."""
    scale, rounding = minor_scale(company.currency), company.settings.rounding
    quotes = []
    for line, (step, start, price) in enumerate(zip(made_by, base, prices, strict=True)):
        start_amount = None if start is None else start.amount
        if price is None:
            quotes.append(Quote(None, step, start_amount, failed.get(line, NO_PRICE)))
        elif price.n <= 0 or (minor := round_price(price, scale, rounding)) <= 0:
            quotes.append(Quote(None, step, start_amount, NOT_POSITIVE))
        else:
            quotes.append(Quote(minor, step, start_amount, ""))
    return quotes


def _spread(
    answers: Sequence[Price | NoValue | Failed] | NoValue | Failed, count: int
) -> Sequence[Price | NoValue | Failed]:
    """One answer per line, also where a step gave a single answer for all."""
    if isinstance(answers, (NoValue, Failed)):
        return [answers] * count
    return answers
