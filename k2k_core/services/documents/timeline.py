"""Use case: what happened to a document and to its lines and boxes, as a company may know it (`timeline`)."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain.answers import timeline as shapes
from k2k_core.domain.disclosure import disclosed_event, reader_of
from k2k_core.domain.roles import READING
from k2k_core.domain.timeline import sentence
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.lists.timeline import parts_of, timeline_of
from k2k_core.store.orders import documents


def timeline(context: ServiceContext, company: str, number: str, request: PageRequest) -> shapes.Timeline:
    """A page of what happened to a document, oldest first, with the numbers of the documents that it is linked with.
    Raises `NotFound`."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        document = documents.find(session, snapshot.id, number)
        parts = parts_of(session, document)
        as_rows = partial(_entries, context, company)
        about = f"{document['kind']} {document['id']}"
        readers = {"event": of.codes}
        listed = PagedList("timeline", timeline_of(parts, company), shapes.TimelineEntry, as_rows, readers, about=about)
        found = page(context, session, snapshot.id, listed, request)
    beside = [one._asdict() for one in parts.linked]
    return cast(shapes.Timeline, {**found, "document": document["number"], "kind": document["kind"], "linked": beside})


def _entries(context: ServiceContext, company: str, rows: Rows) -> Rows:
    return [_entry(context, company, row) for row in rows]


def _entry(context: ServiceContext, company: str, row: dict[str, Any]) -> dict[str, Any]:
    facts = disclosed_event(row["facts"], company, reader_of(context.actor))
    return {
        "id": row["id"],
        "at": moment_text(row["at"]),
        "event": row["event"],
        "document": row["document"],
        "line": facts.get("line"),
        "box_code": facts.get("box_code"),
        "facts": facts,
        "said": sentence(row["event"], facts),
        "by": row["person"] if row["acted_for"] == company else None,
    }
