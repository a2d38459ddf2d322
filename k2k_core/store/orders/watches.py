"""Who watches documents with lines that wait in a cart or for their approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.orders import IN_CART, OPEN_LINE_STATES
from k2k_core.store import tables
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import LINE_COLUMN, line_column
from k2k_core.store.orders.order_ends import UNAPPROVED
from k2k_core.store.orders.rows import DocumentRow

_WATCH: Any = tables.Watch
_LINE: Any = tables.OrderLine
_DOCUMENT: Any = tables.Document
_WAITS = (_LINE.state == IN_CART) | UNAPPROVED


class Watched(NamedTuple):
    """A watched document of a company, and who watches it."""

    watch_id: int
    company_id: int
    document_id: int
    email: str
    number: str


def add(session: Session, document: DocumentRow, email: str) -> bool:
    """Add a person who watches a document; False if they do already."""
    values = {"company_id": document["company_id"], "document_id": document["id"], "email": email}
    fresh: Any = _WATCH.insert(**values, at=session.now)
    return session.change(fresh.on_conflict_ignore()) == 1


def remove(session: Session, document: DocumentRow, email: str) -> bool:
    """Remove a person; False if they did not watch it."""
    gone = (_WATCH.document_id == document["id"]) & (_WATCH.email == email)
    return session.change(_WATCH.delete().where(gone)) == 1


def forget(session: Session, watch_ids: Sequence[int]) -> None:
    """Remove watches whose people were told."""
    session.change(_WATCH.delete().where(_WATCH.id.in_(list(watch_ids))))


def waiting_until(session: Session, document: DocumentRow) -> tuple[bool, dt.datetime | None]:
    """Whether a line of a document waits in a cart or for its approval, and when the last of them ends by itself."""
    mine = getattr(_LINE, line_column(document)) == document["id"]
    in_time = _LINE.expires_at.is_null() | (_LINE.expires_at > session.now)
    rows = session.rows(_LINE.select(_LINE.expires_at).where(mine & _WAITS & in_time))
    return bool(rows), max((at for (at,) in rows if at is not None), default=None)


def watched(session: Session, document_ids: Collection[int]) -> list[Watched]:
    """The watches of these documents, by id."""
    if not document_ids:
        return []
    query = (
        _WATCH.select(_WATCH.id, _WATCH.company_id, _WATCH.document_id, _WATCH.email, _DOCUMENT.number)
        .join(_DOCUMENT, on=_DOCUMENT.id == _WATCH.document_id)
        .where(_WATCH.document_id.in_(sorted(document_ids)))
        .order_by(_WATCH.id)
    )
    return [Watched(*row) for row in session.rows(query)]


def states(session: Session, document_ids: Collection[int]) -> dict[int, tuple[bool, bool]]:
    """Whether a line of each document still waits, and whether one has gone on."""
    ids = sorted(document_ids)
    columns = [getattr(_LINE, column) for column in LINE_COLUMN.values()]
    on_them = any_of([column.in_(ids) for column in columns])
    wanted = (_LINE.state.in_(OPEN_LINE_STATES)) & on_them
    found = dict.fromkeys(ids, (False, False))
    for waits, *of_line in session.rows(_LINE.select(_WAITS, *columns).where(wanted)):
        for document in set(of_line) & found.keys():
            waiting, gone_on = found[document]
            found[document] = (waiting or bool(waits), gone_on or not waits)
    return found
