"""Guarded contributions, as the rest of the core calls them, each with the failure that its hook prescribes.

A price step that fails closes its lines without a price; a rule that fails holds the lot back; a label that fails is
one label without a file; a ship via that fails is not offered (the table in architecture section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias, TypeVar

from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import Answer, Failed, NoValue, PriceTerms
from k2k_core.domain.sharing import RULE_FAILED, Denial, EligibilityRequest
from k2k_core.errors import PluginProblem
from k2k_core.hooks import EligibilityRule, LabelRenderer, ShipViaHandler
from k2k_core.runtime.answer_checks import (
    checked_bytes,
    checked_denials,
    checked_flag,
    checked_formula,
    checked_label,
    checked_prices,
    checked_refusal,
    checked_ship_to,
)
from k2k_core.runtime.error_text import Contained, message_of
from k2k_core.runtime.guard import ContributionFailed, Guard
from k2k_core.runtime.isolation import isolated, isolated_batch

Q = TypeVar("Q")
T = TypeVar("T")

LABELS_IN_A_BATCH = 20
"""A sheet has the deadline of one batch for each of this many labels: an air waybill may have two thousand."""

Priced: TypeAlias = Sequence[Answer | Failed] | NoValue | Failed
Batch: TypeAlias = Callable[[Sequence[Q]], Priced]


class Rule(NamedTuple):
    """An eligibility rule, ready to be called with a batch: a `Denial` or None per request, in order."""

    code: str
    plugin: str
    side: str
    check_batch: Callable[[Sequence[EligibilityRequest]], list[Denial | None]]
    reads: tuple[str, ...] | None = None


def priced(function: Callable[[Sequence[Q]], object], guard: Guard) -> Batch[Q]:
    """A resolver or an adjustment as a batch that never raises. A batch that fails is repeated line by line, so that
    one lot that a step cannot handle does not cost the others their price."""
    strict = not guard.trusted
    handled = _handled(guard)

    def attempt(requests: Sequence[Q], line_failures: list[BaseException]) -> Priced:
        try:
            return checked_prices(function(requests), len(requests), strict=strict)
        except handled:
            if len(requests) < 2:
                raise
            return _each(requests, one, lambda problem: Failed(guard.words(problem)), handled, line_failures)

    def one(request: Q) -> Answer | Failed:
        answer = checked_prices(function((request,)), 1, strict=strict)
        return answer if isinstance(answer, NoValue) else answer[0]

    def ask(requests: Sequence[Q]) -> Priced:
        line_failures: list[BaseException] = []

        def work() -> Priced:
            return attempt(isolated_batch(requests) if strict else requests, line_failures)

        try:
            return guard.run(work, line_failures)
        except ContributionFailed as trouble:
            return Failed(message_of(trouble))

    return ask


class FormulaFailed(Exception):
    """A formula gave no usable answer: the step is asked for every lot instead, and its failures are recorded there."""


def by_guarded_formula(formula: PriceFormula | None, guard: Guard) -> PriceFormula | None:
    """The same formula, guarded: it raises `FormulaFailed`, and nothing else."""
    if formula is None:
        return None
    strict, given = not guard.trusted, _given(guard)

    def refused(terms: PriceTerms) -> NoValue | None:
        return _formula_or_failed(guard, lambda: checked_refusal(formula.refused(given(terms)), strict=strict))

    def found(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
        def work() -> Formula | NoValue:
            return checked_formula(formula.formula(given(terms), given(facts)), strict=strict)

        return _formula_or_failed(guard, work)

    return replace(formula, formula=found, refused=refused)


def _formula_or_failed(guard: Guard, work: Callable[[], T]) -> T:
    if guard.trusted and guard.quarantine is None:  # a call of the guard costs more than most formulas
        try:
            return work()
        except (Exception, SystemExit) as problem:
            raise FormulaFailed from problem
    try:
        return guard.run(work)
    except ContributionFailed as trouble:
        raise FormulaFailed from trouble


def ruled(rule: EligibilityRule, plugin: str, guard: Guard) -> Rule:
    """A rule as a batch that never raises: a lot that it cannot judge is held back."""
    check, strict = rule.check, not guard.trusted
    handled = _handled(guard)

    def attempt(requests: Sequence[EligibilityRequest], line_failures: list[BaseException]) -> list[Denial | None]:
        try:
            return checked_denials([check(request) for request in requests], len(requests), strict=strict)
        except handled:
            if len(requests) < 2:
                raise
            return _each(
                requests, one, lambda problem: _held_back(guard.words(problem), plugin), handled, line_failures
            )

    def one(request: EligibilityRequest) -> Denial | None:
        return checked_denials([check(request)], 1, strict=strict)[0]

    def ask(requests: Sequence[EligibilityRequest]) -> list[Denial | None]:
        line_failures: list[BaseException] = []

        def work() -> list[Denial | None]:
            return attempt(isolated_batch(requests) if strict else requests, line_failures)

        try:
            return guard.run(work, line_failures)
        except ContributionFailed as trouble:
            return [_held_back(message_of(trouble), plugin)] * len(requests)

    return Rule(rule.code, plugin, rule.side, ask, rule.reads)


def _handled(guard: Guard) -> tuple[type[BaseException], ...]:
    """What counts as a failure: of a third party, which runs on a thread of its own, everything; of a bundled plugin
    all but what a person raises to interrupt the program."""
    return (Exception, SystemExit) if guard.trusted else (BaseException,)


def _given(guard: Guard) -> Callable[[T], T]:
    """What a contribution is handed: a third party's a copy that nothing can change."""
    return isolated if not guard.trusted else _as_it_is


def _as_it_is(value: T) -> T:
    return value


def failing_rule(code: str, plugin: str, side: str, problem: str) -> Rule:
    """A rule that cannot be called, in its place: every lot is held back."""
    denial = _held_back(problem, plugin)
    return Rule(code, plugin, side, lambda requests: [denial] * len(requests), ())


def _each(
    requests: Sequence[Q],
    ask: Callable[[Q], T],
    failed: Callable[[BaseException], T],
    handled: tuple[type[BaseException], ...],
    line_failures: list[BaseException],
) -> list[T]:
    """Every request by itself. Raises the first error if all of them failed."""
    answers: list[T] = []
    for request in requests:
        try:
            answers.append(ask(request))
        except handled as raised:
            problem = Contained(raised)
            line_failures.append(problem)
            answers.append(failed(problem))
    if len(line_failures) == len(answers):
        raise line_failures[0]
    return answers


def rendered(renderer: LabelRenderer, guard: Guard) -> LabelRenderer:
    """The same renderer, guarded: `render` and `sheet` raise `PluginProblem`, and nothing else."""
    sheet, given = renderer.sheet, _given(guard)

    def render(request: LabelRequest) -> Label:
        return _or_problem(guard, lambda: checked_label(renderer.render(given(request)), request, renderer.media_type))

    def join(requests: Sequence[LabelRequest]) -> bytes:
        assert sheet is not None
        batches = 1 + len(requests) // LABELS_IN_A_BATCH
        return _or_problem(guard, lambda: checked_bytes(sheet(given(tuple(requests)))), batches)

    return replace(renderer, render=render, sheet=None if sheet is None else join)


def shipped(handler: ShipViaHandler, guard: Guard) -> ShipViaHandler:
    """The same handler, guarded.

    `allows` says no when it fails or the inventory type is not the handler's; `ship_to` raises `PluginProblem`, since
    an address that is not known must not become the buyer's own.
    """

    given = _given(guard)

    def allows(customer: Customer, inventory_type: str) -> bool:
        if handler.inventory_types and inventory_type not in handler.inventory_types:
            return False
        try:
            return guard.run(lambda: checked_flag(handler.allows(given(customer), inventory_type)))
        except ContributionFailed:
            return False

    def ship_to(customer: Customer) -> ShipTo | None:
        return _or_problem(guard, lambda: checked_ship_to(handler.ship_to(given(customer))))

    return replace(handler, allows=allows, ship_to=ship_to)


def _or_problem(guard: Guard, work: Callable[[], T], batches: int = 1) -> T:
    try:
        return guard.run(work, batches=batches)
    except ContributionFailed as trouble:
        raise PluginProblem(message_of(trouble)) from trouble


def _held_back(problem: str, plugin: str) -> Denial:
    return Denial(RULE_FAILED, problem, "", plugin)
