"""Use case: a record is archived instead of deleted, and can be restored.

An archived record is in no list unless it is asked for, and cannot be used in new work; documents still name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.domain.answers.setup import RecordArchived
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import InUse, NotFound
from k2k_core.messages import Message, joined_by_and
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, emit_offers_changed, emit_setup_changed
from k2k_core.services.setup.checked_writes import AS_USUAL, NONE, Combine, WriteOptions, with_findings, written
from k2k_core.services.setup.puts import ACTIONS, CHECKS
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.events.journal import Subject
from k2k_core.store.master_data import archiving, companies
from k2k_core.store.master_data.archiving import Archived
from k2k_core.store.master_data.records import RECORD_TABLES, Records

COLLECTIONS = tuple(archiving.USES)
"""The collections whose records can be archived."""


class Request(NamedTuple):
    """The record that is archived, or restored, and the version that the caller has read."""

    collection: str
    code: str
    restore: bool = False
    version: int | None = None


def archive(
    context: ServiceContext,
    company: str,
    request: Request,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> RecordArchived:
    """Archive a record of a company, or restore it; repeating it changes nothing. Returns the findings that it causes.

    Raises `InUse` while something open, sold or not archived needs it, `VersionMismatch` when it is at another version,
    `Conflict` when it is held and one of the findings is an error.
    """
    collection, code, restore, version = request
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    if collection not in COLLECTIONS:
        raise NotFound(
            "There is no collection {collection} whose records are archived; there are {collections}.",
            collection=collection,
            collections=", ".join(COLLECTIONS),
        )
    command = IdempotentCommand(context, company, "archive", key, request._asdict())
    combine: Combine[RecordArchived, RecordArchived] = with_findings(options)
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        return combine(answered, answered.get("findings", []))

    def work(session: Session) -> RecordArchived:
        company_id, currency = companies.found(session, company)
        records = Records(session, company_id, currency)
        record_id = records.ids(collection).get(code)
        if record_id is None:
            raise NotFound(
                "There is no {code} among the {collection} of {company}.",
                code=code,
                collection=collection,
                company=company,
            )
        records.hold(collection, [record_id], exclusive=True)
        row = records.present(collection, record_id)
        require_version(f"{collection}/{code}", row["version"], version)
        if row["archived"] == restore:
            _move(context, records, company, collection, Archived(company_id, record_id, code), restore)
        return {
            "collection": collection,
            "code": code,
            "archived": not restore,
            "version": records.version(collection, record_id),
            "findings": [],
        }

    return written(command, company, work, combine, CHECKS.get(collection, NONE), options)


USERS: Mapping[str, Message] = {
    "order_lines": Message("open order lines"),
    "boxes": Message("allocated boxes"),
    "lots": Message("lots"),
    "products": Message("products"),
    "customers": Message("customers"),
    "connections": Message("connections"),
}
"""What may need a record (`store.master_data.archiving`), in words."""


def _move(
    context: ServiceContext, records: Records, company: str, collection: str, record: Archived, restore: bool
) -> None:
    session = records.session
    needed_by = [] if restore else archiving.uses(session, collection, record)
    if needed_by:
        raise InUse(
            "{code} cannot be archived yet: {what} of {company} need it.",
            code=record.code,
            what=joined_by_and([USERS[name] for name in needed_by]),
            needed_by=", ".join(needed_by),
            company=company,
        )
    records.replace(collection, record.id, {"archived": not restore})
    done = "restored" if restore else "archived"
    audit(
        session,
        context.actor,
        record.company_id,
        f"{collection}.{done}",
        record.code,
        Change({"archived": restore}, {"archived": not restore}),
    )
    about = Subject(RECORD_TABLES[collection].table._meta.table_name, record.id, record.code)
    emit(session, f"record.{done}", {"collection": collection, "code": record.code}, [record.company_id], about)
    if collection == "lots":
        emit_offers_changed(session, record.company_id, company, [record.code])
    else:
        emit_setup_changed(session, record.company_id, company)
