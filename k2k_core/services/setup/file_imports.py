"""Use cases: imports of files, with a dry run and with the findings that they cause.

The price checks call no contribution of a plugin, so that those of an import that may be held, or whose answer is
stored, run in its transaction, on what it has written: an error refuses it before the commit.
"""

from __future__ import annotations

from collections.abc import Callable

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.inventory import AvailabilityUpload
from k2k_core.domain.answers.price_lists import PriceListImport
from k2k_core.domain.availability_columns import OVERWRITE
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory import availability_import
from k2k_core.services.pricing import price_checks, price_list_files
from k2k_core.services.pricing.price_list_files import ImportRequest, Progress
from k2k_core.services.setup.checked_writes import (
    AS_USUAL,
    WriteOptions,
    new_findings,
    refuse_errors,
    require_known,
)
from k2k_core.services.setup.drafting import rolled_back
from k2k_core.services.setup.row_margins import margins
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import parties


def import_price_lists(
    context: ServiceContext,
    company: str,
    request: ImportRequest,
    key: str | None = None,
    progress: Progress | None = None,
    hold: str | None = None,
) -> PriceListImport:
    """Import a file of price lists; a dry run never raises for a row and stores no `key`. Raises `UnreadableFile`,
    `Invalid` with every fault, `Conflict` when it is held and one of its findings is an error."""
    require_known(hold)
    planned = price_list_files.planned_import(context, company, request, progress)
    command = IdempotentCommand(context, company, price_list_files.OPERATION, key, planned.request)
    if request.dry_run:
        return _tried(context, company, planned)
    if hold is None and not command.has_key:
        before = price_checks.findings_of(context, company)
        answer = command.transact(planned.work)
        after = price_checks.findings_of(context, company)
        answer = {**answer, "findings": [*new_findings(before, after), *answer["findings"]]}
    else:
        stored = command.transact(_checked(context, company, planned.work, hold))
        # The answers to keys of older versions have neither.
        answer = {**stored, "findings": stored.get("findings", []), "left_out": stored.get("left_out", 0)}
    connections.recheck(context, company)
    return answer


def _tried(context: ServiceContext, company: str, planned: price_list_files.PlannedImport) -> PriceListImport:
    """The answer of a dry run: with faults it has no findings."""
    with context.store.reading() as session:
        answer = planned.look(session)
        answer["margins"] = margins(context, session, company, answer["changes"])
    if answer["faults"] and not answer["left_out"]:
        return answer
    found: list[SetupFinding] = rolled_back(context, _checked(context, company, planned.work))["findings"]
    return {**answer, "findings": found}


def _checked(
    context: ServiceContext,
    company: str,
    work: Callable[[Session], PriceListImport],
    hold: str | None = None,
) -> Callable[[Session], PriceListImport]:
    """The work of an import and of the price checks, in one transaction. Raises `Conflict` when it is held."""
    with context.store.reading() as session:  # its plugins are loaded outside the transaction
        context.plugins.registry(context.snapshots.get(session, company).company)

    def checked(session: Session) -> PriceListImport:
        now = context.snapshots.get(session, company)
        before = price_checks.findings(context, session, now)
        answer = work(session)
        then = parties.companies(session, [now.id], context.settings.company)[now.id]
        after = price_checks.findings(context, session, CompanySnapshot(then, now.lot_seq, draft=True))
        found = new_findings(before, after)
        if hold is not None:
            refuse_errors(found)
        return {**answer, "findings": [*found, *answer["findings"]]}

    return checked


def import_availability(
    context: ServiceContext,
    company: str,
    content: bytes,
    mode: str = OVERWRITE,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> AvailabilityUpload:
    """Upload a file of vendor availability. No check depends on lots, so that nothing is found and nothing held. Raises
    `UnreadableFile`, `Invalid` with every fault (not for a row of a dry run)."""
    require_known(options.hold)
    planned = availability_import.planned_upload(context, company, content, mode)
    if options.dry_run:
        with context.store.reading() as session:
            return planned.look(session)
    command = IdempotentCommand(context, company, availability_import.OPERATION, key, planned.request)
    answer = command.transact(planned.work)
    return {**answer, "findings": answer.get("findings", [])}
