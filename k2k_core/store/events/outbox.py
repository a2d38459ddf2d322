"""The outbox: takes events out of the companies' feeds, and creates for each endpoint a delivery of each wanted event,
in order.

The order path writes an event and its places in the feeds, and nothing for endpoints. A sender takes them out later,
starting at the endpoint's own place. That is safe where "id > last seen" is not: places are assigned as the last work
before the commit, under a lock on the company's counter that is held until the commit is done. So whoever sees place n
sees every place below n: none of them can still come (architecture section 3).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import fn

from k2k_core.domain.deliveries import ACTIVE, WAITING, documents_of, lines_named
from k2k_core.store import tables
from k2k_core.store.database.session import Row, Session

AT_ONCE = 500
"""How many events of a feed one unit of work takes out."""

MOST_WAITING = 2_000
"""The greatest number of waiting deliveries for one endpoint. Further events stay in the feed."""

_ENDPOINT: Any = tables.Endpoint
_DELIVERY: Any = tables.Delivery
_FEED: Any = tables.Feed
_EVENT: Any = tables.Event
_LINE: Any = tables.OrderLine
_DOCUMENT: Any = tables.Document
_DOCUMENT_IDS = (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id, _LINE.invoice_order_id)


def new_message_id() -> str:
    """The id of a message, the same for all attempts. It is random and contains no full stop, which separates the parts
    of the signed content."""
    return f"msg_{secrets.token_hex(16)}"


def take_out(session: Session, endpoint_id: int) -> bool:
    """Take the next events out of the feed for an endpoint; returns whether there may be more.

    Of two concurrent senders one does it, and the other one finds nothing to do.
    """
    held = _held(session, endpoint_id)
    if held is None or _is_full(session, endpoint_id):
        return False
    company_id, place, wanted = held
    rows = _next_in_feed(session, company_id, place)
    if not rows:
        return False
    queued = [(seq, event_id, data) for seq, event_id, kind, data in rows if not wanted or kind in wanted]
    _open(session, company_id, endpoint_id, queued)
    session.change(_ENDPOINT.update(place=rows[-1][0]).where(_ENDPOINT.id == endpoint_id))
    return len(rows) == AT_ONCE


def take_turns(session: Session, company_id: int, endpoint_id: int, queued: Iterable[tuple[int, int, Any]]) -> None:
    """Put deliveries (id, place in the feed, data of the event) into the queue of each of their documents."""
    known = list(queued)
    numbers = _numbers_of_lines(session, [data for _, _, data in known])
    turns = [
        {"company_id": company_id, "endpoint_id": endpoint_id, "delivery_id": one, "document": document, "seq": seq}
        for one, seq, data in known
        for document in documents_of(data, lambda line: numbers.get(line, ()))
    ]
    session.insert_many(tables.DeliveryTurn, turns)


def _held(session: Session, endpoint_id: int) -> tuple[int, int, list[str]] | None:
    """Company, place and wanted types of an active endpoint, locked against other senders; None if another one has
    it."""
    held = "" if session.engine == "sqlite" else " FOR NO KEY UPDATE SKIP LOCKED"
    asked = f"SELECT id FROM endpoint WHERE id = ? AND state = '{ACTIVE}'{held}"
    if session.run(asked, (endpoint_id,)).fetchone() is None:
        return None
    columns = (_ENDPOINT.company_id, _ENDPOINT.place, _ENDPOINT.events)
    found = session.first(_ENDPOINT.select(*columns).where(_ENDPOINT.id == endpoint_id))
    return None if found is None else (found[0], found[1], found[2])


def _is_full(session: Session, endpoint_id: int) -> bool:
    waits = (_DELIVERY.endpoint_id == endpoint_id) & (_DELIVERY.state == WAITING)
    return int(session.value(_DELIVERY.select(fn.COUNT(_DELIVERY.id)).where(waits))) >= MOST_WAITING


def _next_in_feed(session: Session, company_id: int, place: int) -> list[Row]:
    query = (
        _FEED.select(_FEED.seq, _EVENT.id, _EVENT.type, _EVENT.data)
        .join(_EVENT, on=_EVENT.id == _FEED.event_id)
        .where((_FEED.company_id == company_id) & (_FEED.seq > place))
        .order_by(_FEED.seq)
    )
    return session.rows(query.limit(AT_ONCE))


def _open(session: Session, company_id: int, endpoint_id: int, queued: Sequence[tuple[int, int, Any]]) -> None:
    if not queued:
        return
    rows = [
        {
            "company_id": company_id,
            "endpoint_id": endpoint_id,
            "event_id": event_id,
            "seq": seq,
            "message_id": new_message_id(),
            "next_at": session.now,
            "since": session.now,
        }
        for seq, event_id, _ in queued
    ]
    session.insert_many(tables.Delivery, rows)
    between = _DELIVERY.seq.between(queued[0][0], queued[-1][0]) & (_DELIVERY.endpoint_id == endpoint_id)
    ids: dict[int, int] = dict(session.rows(_DELIVERY.select(_DELIVERY.seq, _DELIVERY.id).where(between)))
    take_turns(session, company_id, endpoint_id, [(ids[seq], seq, data) for seq, _, data in queued])


def _numbers_of_lines(session: Session, queued: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The numbers of the documents of every line that these events name."""
    ids = sorted({int(line) for data in queued for line in lines_named(data) if line.isdigit()})
    if not ids:
        return {}
    rows = session.rows(_LINE.select(_LINE.id, *_DOCUMENT_IDS).where(_LINE.id.in_(ids)))
    documents = sorted({document for row in rows for document in row[1:] if document is not None})
    numbers: dict[int, str] = dict(
        session.rows(_DOCUMENT.select(_DOCUMENT.id, _DOCUMENT.number).where(_DOCUMENT.id.in_(documents or [0])))
    )
    return {str(row[0]): [numbers[document] for document in row[1:] if document in numbers] for row in rows}
