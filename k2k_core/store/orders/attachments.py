"""Links: web addresses that companies attached to their documents, and to boxes on their orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from peewee import JOIN

from k2k_core.store.database.session import Session
from k2k_core.store.orders.rows import AttachmentRow
from k2k_core.store.tables import Box, Document, Link

_AT_ONCE = 10_000


def attach(session: Session, company_id: int, target: Mapping[str, int], title: str, url: str, person: str) -> bool:
    """Attach a web address to a `document_id` or a `box_id`; False when it is attached already, which changes
    nothing."""
    fresh: Any = Link.insert(company_id=company_id, **target, title=title, url=url, person=person, at=session.now)
    return session.change(fresh.on_conflict_ignore()) == 1


def attached(
    session: Session, company_id: int, *, documents: Collection[int] = (), boxes: Collection[int] = ()
) -> list[AttachmentRow]:
    """The links of some documents and boxes of a company, oldest first: `title, url, person, at`, and the `number` and
    `kind` of the document, or the `code` of the box."""
    found: list[AttachmentRow] = []
    for column, wanted in ((Link.document_id, sorted(documents)), (Link.box_id, sorted(boxes))):
        for start in range(0, len(wanted), _AT_ONCE):
            these = (Link.company_id == company_id) & column.in_(wanted[start : start + _AT_ONCE])
            found += session.dicts(_LINKS.where(these))
    return sorted(found, key=lambda row: int(row["id"]))


_LINKS: Any = (
    Link.select(Link.id, Link.title, Link.url, Link.person, Link.at, Document.number, Document.kind, Box.code)
    .join(Document, JOIN.LEFT_OUTER, on=Document.id == Link.document_id)
    .switch(Link)
    .join(Box, JOIN.LEFT_OUTER, on=Box.id == Link.box_id)
)
