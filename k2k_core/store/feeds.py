"""Reads what happened: a company's feed of events, and the notifications that were written.

Offers change in the feeds of their vendors alone. A buyer that reads its feed first takes in what is new in those of
the vendors that it is connected with: each event then has a place among the buyer's own, and keeps it. That is the
buyer's work, when it reads; a vendor never writes to its buyers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.store.counters import next_value, set_value
from k2k_core.store.offers import CHANGED
from k2k_core.store.tables import Connection, Counter, Event, Feed, Notification
from k2k_core.store.work import Row, Session

AT_ONCE = 1_000
"""How many events of one vendor are taken in by one unit of work."""

_FEED = "feed"


def feed(session: Session, company_id: int, after: int, limit: int | None) -> list[Row]:
    """Events of a company after a place in its feed: place, type, data, moment."""
    query = (
        Feed.select(Feed.seq, Event.type, Event.data, Event.at)
        .join(Event, on=Event.id == Feed.event_id)
        .where((Feed.company_id == company_id) & (Feed.seq > after))
        .order_by(Feed.seq)
    )
    return session.rows(query if limit is None else query.limit(limit))


def last_place(session: Session, company_id: int) -> int:
    """The last place that was given in a company's feed; 0 before the first."""
    mine = (Counter.company_id == company_id) & (Counter.name == _FEED)
    return int(session.value(Counter.select(Counter.value).where(mine)) or 0)


def unread(session: Session, buyer_id: int) -> dict[int, tuple[int, int]]:
    """Vendors, by id, whose feeds have grown since this buyer took in the last of them: from which place to which."""
    active = (Connection.buyer_id == buyer_id) & (Connection.state == "active")
    vendors = Connection.select(Connection.vendor_id).where(active)
    grown = Counter.company_id.in_(vendors) & (Counter.name == _FEED)
    places = session.rows(Counter.select(Counter.company_id, Counter.value).where(grown))
    if not places:
        return {}
    mine = (Counter.company_id == buyer_id) & Counter.name.startswith(_name(""))
    taken: Mapping[str, int] = dict(session.rows(Counter.select(Counter.name, Counter.value).where(mine)))
    known = {vendor: (taken.get(_name(vendor), 0), last) for vendor, last in places}
    return {vendor: (after, last) for vendor, (after, last) in known.items() if after < last}


def take_in(session: Session, buyer_id: int) -> bool:
    """Give what is new of the buyer's vendors a place in its own feed; whether there is more than fits in one go.

    The buyer's last place is held first: of two that read at once the second waits, and finds nothing left to do.
    """
    next_value(session, buyer_id, _FEED, 0)
    found: list[tuple[int, int]] = []
    more = False
    for vendor, (after, last) in sorted(unread(session, buyer_id).items()):
        rows = _offers_changed(session, vendor, after, last)
        full = len(rows) == AT_ONCE
        found += [(feed_id, event_id) for feed_id, _, event_id, data in rows if "buyer" not in data]
        set_value(session, buyer_id, _name(vendor), rows[-1][1] if full else last)
        more = more or full
    if found:
        first = next_value(session, buyer_id, _FEED, len(found)) - len(found) + 1
        placed = enumerate((event_id for _, event_id in sorted(found)), first)
        rows_in = [{"company_id": buyer_id, "seq": seq, "event_id": event_id} for seq, event_id in placed]
        session.insert_many(Feed, rows_in)
    return more


def begin_at_end(session: Session, buyer_id: int, vendor_id: int) -> None:
    """A connection begins to share: what its vendor's lots did before is not for the buyer."""
    set_value(session, buyer_id, _name(vendor_id), last_place(session, vendor_id))


def _offers_changed(session: Session, vendor_id: int, after: int, last: int) -> list[Row]:
    """Feed id, place, event id and data of what a vendor's feed says of its offers between two places."""
    between = (Feed.company_id == vendor_id) & (Feed.seq > after) & (Feed.seq <= last)
    query = (
        Feed.select(Feed.id, Feed.seq, Event.id, Event.data)
        .join(Event, on=Event.id == Feed.event_id)
        .where(between & (Event.type == CHANGED))
        .order_by(Feed.seq)
    )
    return session.rows(query.limit(AT_ONCE))


def _name(vendor_id: int | str) -> str:
    """Under which counter of the buyer its place in a vendor's feed stands."""
    return f"offers:{vendor_id}"


def notifications(session: Session, company_id: int | None, event: str | None) -> list[dict[str, Any]]:
    """What people were told, oldest first: of one company or all, of one event or all."""
    table = Notification
    query = table.select(table.to, table.event, table.subject, table.body, table.locale).order_by(table.id)
    if company_id is not None:
        query = query.where(table.company_id == company_id)
    if event is not None:
        query = query.where(table.event == event)
    return session.dicts(query)
