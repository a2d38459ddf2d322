"""Writes of the set-up with their findings: those of the checks that were not there before.

A dry run returns them and writes nothing; a write with `hold` for errors is refused when one of its findings is an
error. The checks run outside every transaction, on a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.parties import Company
from k2k_core.domain.price_checks import ERROR, Finding, price_jumps
from k2k_core.errors import Conflict, Invalid
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates import date_checks
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.pricing import price_checks
from k2k_core.services.pricing.order_changes import Orders, order_changes
from k2k_core.services.setup.drafting import drafted
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.typed_prices import typed_lots
from k2k_core.store.master_data import companies

T = TypeVar("T")
R = TypeVar("R")


class WriteOptions(NamedTuple):
    """How a write of the set-up is done: `dry_run` writes nothing, `hold` `"error"` refuses what causes an error."""

    dry_run: bool = False
    hold: str | None = None


AS_USUAL = WriteOptions()


class Checks(NamedTuple):
    """The checks that a write can affect."""

    prices: bool = True
    dates: bool = True


ALL = Checks()
NONE = Checks(prices=False, dates=False)


Combine = Callable[[T, list[SetupFinding]], R]
"""What a write returns: made of the answer of its work, and of what the checks find."""

ATTEMPTS = 5
"""How often a write is tried whose company is changed by others at the same time."""


class _Found(NamedTuple):
    """A company, its orders of price steps, and its findings."""

    company_id: int
    company: Company
    orders: Orders
    findings: list[Finding]


class _Tried(NamedTuple, Generic[T]):
    """A company as it is, what a write would answer, and what it would cause."""

    before: _Found
    answer: T
    findings: list[SetupFinding]


class _Moved(Exception):
    """The set-up was changed by somebody else since it was checked."""


def written(
    command: IdempotentCommand,
    company: str,
    work: Callable[[Session], T],
    combine: Combine[T, R],
    checks: Checks = ALL,
    options: WriteOptions = AS_USUAL,
) -> R:
    """Do `work` in a transaction of a command, or as a dry run; `combine` makes the answer from its result and from the
    findings that it causes.

    Raises `Conflict` with the `findings` when the write is held and one of them is an error. What is held, and the
    answer that is stored for a key, are decided by a draft; the transaction verifies that the set-up is still the one
    that the draft was made from, else there is another draft.
    """
    require_known(options.hold)
    if options.dry_run:
        tried = _tried(command.context, company, work, checks)
        return combine(tried.answer, tried.findings)
    combined = _decided(command, company, work, combine, checks, options)
    connections.recheck(command.context, company)
    return combined


def with_findings(options: WriteOptions) -> Combine[Any, Any]:
    """Adds the findings to an answer, and to that of a dry run that it was one."""

    def combined(answer: Any, found: list[SetupFinding]) -> Any:
        return {**answer, "findings": found, **({"dry_run": True} if options.dry_run else {})}

    return combined


def _decided(
    command: IdempotentCommand,
    company: str,
    work: Callable[[Session], T],
    combine: Combine[T, R],
    checks: Checks,
    options: WriteOptions,
) -> R:
    context = command.context
    if checks == NONE:
        return command.transact(lambda session: combine(work(session), []))
    if options.hold is None and not command.has_key:
        before = _found(context, company, checks)
        answer = command.transact(work)
        return combine(answer, _new(context, before, _found(context, company, checks)))
    for _ in range(ATTEMPTS):
        tried = _tried(context, company, work, checks)
        if options.hold is not None:
            refuse_errors(tried.findings)
        with suppress(_Moved):
            return command.transact(_unless_moved(tried, work, combine))
    raise Conflict("Somebody changed the set-up of {company} at the same time. Nothing was done.", company=company)


def _tried(context: ServiceContext, company: str, work: Callable[[Session], T], checks: Checks) -> _Tried[T]:
    before = _found(context, company, checks)
    draft = drafted(context, company, work)
    return _Tried(before, draft.answer, _new(context, before, _found(context, company, checks, draft.company)))


def _unless_moved(tried: _Tried[T], work: Callable[[Session], T], combine: Combine[T, R]) -> Callable[[Session], R]:
    """The work of a transaction that is rolled back when the set-up is no longer what it was. The company is held last,
    as in every transaction."""

    def checked(session: Session) -> R:
        answer = work(session)
        companies.lock(session, [tried.before.company_id])
        if companies.change_seq(session, tried.before.company_id) != tried.before.company.change_seq:
            raise _Moved
        return combine(answer, tried.findings)

    return checked


def require_known(hold: str | None) -> None:
    """Raise `Invalid` for a `hold` that is none."""
    if hold not in (None, ERROR):
        fault = {"path": "hold", "message": Message("use error")}
        raise Invalid("hold: {hold!r} is not known: use error.", [fault], hold=hold)


def refuse_errors(found: Sequence[SetupFinding]) -> None:
    """Raise `Conflict` if one of the findings is an error."""
    places = [one["place"] for one in found if one["severity"] == ERROR]
    if places:
        raise Conflict("This would cause errors: {places}.", places=places, findings=list(found))


def _found(context: ServiceContext, company: str, checks: Checks, draft: CompanySnapshot | None = None) -> _Found:
    with context.store.reading() as session:
        snapshot = draft or context.snapshots.get(session, company)
        session.show(snapshot.id)
        found = price_checks.findings(context, session, snapshot) if checks.prices else []
        found += date_checks.findings(context, session, snapshot) if checks.dates else []
        return _Found(snapshot.id, snapshot.company, orders_of(context, snapshot.company), found)


def _new(context: ServiceContext, before: _Found, after: _Found) -> list[SetupFinding]:
    jumps = [*price_jumps(before.company, after.company)]
    if before.orders.hierarchies != after.orders.hierarchies:
        jumps += shadowed(context, before.company_id, before.orders, after.orders)
    return new_findings(before.findings, after.findings, jumps)


def orders_of(context: ServiceContext, company: Company) -> Orders:
    """The orders of price steps that count for a company, with what decides between them."""
    registry = context.plugins.registry(company)
    return Orders(registry.hierarchies, company.settings, registry.ways(), registry.steps_of_others())


def shadowed(context: ServiceContext, company_id: int, before: Orders, after: Orders) -> list[Finding]:
    """What a change of the orders of price steps makes count no longer."""
    with context.store.reading() as session:
        session.show(company_id)
        return order_changes(before, after, partial(typed_lots, session, company_id))


def new_findings(
    before: Sequence[Finding], after: Sequence[Finding], jumps: Iterable[Finding] = ()
) -> list[SetupFinding]:
    """The findings that were not there before, errors first."""
    found = [*(one for one in after if one not in before), *jumps]
    return [one.as_dict() for one in sorted(found, key=lambda one: (one.severity, one.place, one.code))]
