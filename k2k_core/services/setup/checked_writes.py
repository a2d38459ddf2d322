"""Writes of the set-up with their findings: those of the checks that were not there before.

A dry run returns them and writes nothing; a write with `hold` for errors is tried first, and refused when one of its
findings is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

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
from k2k_core.services.setup.drafting import drafted
from k2k_core.store.database.session import Session

T = TypeVar("T")


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


class Written(NamedTuple):
    """The answer of a write, and its findings."""

    answer: object
    findings: list[SetupFinding]


class _Found(NamedTuple):
    """A company, and its findings."""

    company: Company
    findings: list[Finding]


def written(
    command: IdempotentCommand,
    company: str,
    work: Callable[[Session], T],
    checks: Checks = ALL,
    options: WriteOptions = AS_USUAL,
) -> tuple[T, list[SetupFinding]]:
    """Do `work` in a transaction of a command, or as a dry run; returns its answer, and the findings that it causes.

    Raises `Conflict` with the `findings` when the write is held and one of them is an error. The checks run on the
    company before and after, so changes of others in between are included.
    """
    context = command.context
    if options.hold not in (None, ERROR):
        raise Invalid(
            "hold: {hold!r} is not known: use error.",
            [{"path": "hold", "message": Message("use error")}],
            hold=options.hold,
        )
    before = _found(context, company, checks)
    if options.dry_run or options.hold is not None:
        draft = drafted(context, company, work)
        found = _new(before, _found(context, company, checks, draft.company))
        if options.dry_run:
            return draft.answer, found
        _refuse_errors(found)
    answer = command.transact(work)
    connections.recheck(context, company)
    return answer, _new(before, _found(context, company, checks))


def _refuse_errors(found: Sequence[SetupFinding]) -> None:
    places = [one["place"] for one in found if one["severity"] == ERROR]
    if places:
        raise Conflict("This would make what cannot be right: {places}.", places=places, findings=list(found))


def _found(context: ServiceContext, company: str, checks: Checks, draft: CompanySnapshot | None = None) -> _Found:
    with context.store.reading() as session:
        snapshot = draft or context.snapshots.get(session, company)
        found = price_checks.findings(context, session, snapshot) if checks.prices else []
        found += date_checks.findings(context, session, snapshot) if checks.dates else []
        return _Found(snapshot.company, found)


def _new(before: _Found, after: _Found) -> list[SetupFinding]:
    found = [
        *(one for one in after.findings if one not in before.findings),
        *price_jumps(before.company, after.company),
    ]
    return [one.as_dict() for one in sorted(found, key=lambda one: (one.severity, one.place, one.code))]
