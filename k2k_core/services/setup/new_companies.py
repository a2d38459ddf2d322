"""Writes that add companies, with a dry run and with the findings of the checks about each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from k2k_core.domain.answers.findings import CompanyFinding
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates import date_checks
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.pricing import price_checks
from k2k_core.services.setup.checked_writes import WriteOptions, new_findings, refuse_errors, require_known
from k2k_core.services.setup.drafting import DraftSnapshots, rolled_back
from k2k_core.store.database.session import Session

R = TypeVar("R")


def added(
    command: IdempotentCommand,
    codes: Sequence[str],
    work: Callable[[Session], None],
    answer: Callable[[list[CompanyFinding], bool], R],
    options: WriteOptions,
) -> R:
    """Do `work`, which adds companies of these codes, in a transaction of a command, or as a dry run; `answer` makes
    the answer from the findings about them and from whether it was a dry run.

    Raises `Conflict` with the `findings` when the write is held and one of them is an error. What is held, and the
    answer that is stored for a key, are decided by a draft: a transaction that is rolled back, in which the checks see
    the companies.
    """
    context = command.context
    require_known(options.hold)

    def drafted(session: Session) -> list[CompanyFinding]:
        work(session)
        return _findings(replace(context, snapshots=DraftSnapshots(context)), session, codes)

    def written(session: Session) -> bool:
        work(session)
        return True

    if not (options.dry_run or options.hold is not None or command.has_key):
        command.transact(written)
        with context.store.reading() as session:
            return answer(_findings(context, session, codes), False)
    found = rolled_back(context, drafted)
    if options.dry_run:
        return answer(found, True)
    if options.hold is not None:
        refuse_errors(found)

    def done(session: Session) -> R:
        work(session)
        return answer(found, False)

    return command.transact(done)


def _findings(context: ServiceContext, session: Session, codes: Sequence[str]) -> list[CompanyFinding]:
    found: list[CompanyFinding] = []
    for code in codes:
        company = context.snapshots.get(session, code)
        checked = price_checks.findings(context, session, company) + date_checks.findings(context, session, company)
        found += [cast(CompanyFinding, {"company": code, **one}) for one in new_findings([], checked)]
    return found
