"""Reads a company's feed of events, and notifications.

Offers change only in the feeds of their vendors. Before a buyer reads its feed, the new events of its connected vendors
are copied into it, as far as the buyer may see the lots: each event then has a fixed place in the buyer's feed. This
happens when the buyer reads; a vendor never writes to its buyers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from k2k_core.domain.connection_states import ACTIVE
from k2k_core.store.database.numbering import FEED, last_place_of, next_value, set_value
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.session import Row, Session
from k2k_core.store.events import retention
from k2k_core.store.events.offer_changes import CHANGED
from k2k_core.store.tables import Company, Connection, Counter, Delivery, Event, Feed, Notification

AT_ONCE = 1_000
"""How many events one unit of work copies into a buyer's feed."""

VENDORS_AT_ONCE = 200
"""From how many vendors."""


def feed(session: Session, company_id: int, after: int, limit: int | None, types: Sequence[str] = ()) -> list[Row]:
    """Events of a company after a place in its feed: place, type, data, moment."""
    query = (
        Feed.select(Feed.seq, Event.type, Event.data, Event.at)
        .join(Event, on=Event.id == Feed.event_id)
        .where((Feed.company_id == company_id) & (Feed.seq > after))
        .order_by(Feed.seq)
    )
    if types:
        query = query.where(Event.type.in_(list(types)))
    return session.rows(query if limit is None else query.limit(limit))


def oldest_place(session: Session, company_id: int) -> int:
    """The place of the oldest event of a company that is there; the next place to be given when there is none."""
    first = session.value(Feed.select(fn.MIN(Feed.seq)).where(Feed.company_id == company_id))
    return int(first) if first is not None else last_place(session, company_id) + 1


def forget_before(session: Session, company_id: int, moment: datetime, at_most: int) -> int:
    """Delete places of a company's feed before the first event since `moment`, the oldest first; how many."""
    mine = Feed.company_id == company_id
    since = Feed.select(Feed.seq).join(Event, on=Event.id == Feed.event_id).where(mine & (Event.at >= moment))
    first = session.value(since.order_by(Feed.seq))
    before = mine if first is None else mine & (Feed.seq < first)
    places = [row[0] for row in session.rows(Feed.select(Feed.seq).where(before).order_by(Feed.seq).limit(at_most))]
    if not places:
        return 0
    retention.begins(session, retention.FEED, places[-1] + 1, company_id)
    return session.change(Feed.delete().where(mine & (Feed.seq <= places[-1])))


def forget_events(session: Session, moment: datetime, at_most: int) -> int:
    """Delete events before the first one since `moment`, or that stands in a feed or waits for an endpoint, the oldest
    first; how many."""
    needed = [
        found
        for query in (Feed.select(fn.MIN(Feed.event_id)), Delivery.select(fn.MIN(Delivery.event_id)))
        if (found := session.value(query)) is not None
    ]
    young = session.value(Event.select(Event.id).where(Event.at >= moment).order_by(Event.id))
    needed += [] if young is None else [young]
    query = Event.select(Event.id).order_by(Event.id).limit(at_most)
    ids = [row[0] for row in session.rows(query.where(Event.id < min(needed)) if needed else query)]
    if not ids:
        return 0
    retention.begins(session, retention.EVENT, ids[-1] + 1)
    return session.change(Event.delete().where(Event.id.in_(ids)))


def with_feeds(session: Session) -> list[int]:
    """The companies that have a feed, by id."""
    found = Counter.select(Counter.company_id).where(Counter.name == FEED).order_by(Counter.company_id)
    return [row[0] for row in session.rows(found)]


def last_place(session: Session, company_id: int) -> int:
    """The last place in a company's feed; 0 before the first event."""
    return int(session.value(place_of_feed(company_id)) or 0)


def event_at(session: Session, company_id: int, place: int) -> tuple[int, datetime] | None:
    """Which event has a place in a company's feed: its id and its moment; None where none has."""
    there = (Feed.company_id == company_id) & (Feed.seq == place)
    rows = session.rows(Event.select(Event.id, Event.at).join(Feed, on=Feed.event_id == Event.id).where(there))
    return (rows[0][0], rows[0][1]) if rows else None


def last_place_before(session: Session, company_id: int, moment: datetime) -> int:
    """The last place in a company's feed with an event from before a moment; 0 where none is there."""
    mine = (Feed.company_id == company_id) & (Event.at < moment)
    found = Feed.select(Feed.seq).join(Event, on=Event.id == Feed.event_id).where(mine)
    return int(session.value(found.order_by(Feed.seq.desc()).limit(1)) or 0)


def place_of_feed(company_id: int) -> Any:
    """The query for that place; without a row before the first event."""
    return last_place_of(company_id)


def unread(session: Session, buyer_id: int) -> dict[int, tuple[int, int]]:
    """Vendors, by id, whose feeds have grown since the last copy to this buyer: from which place to which."""
    active = (Connection.buyer_id == buyer_id) & (Connection.state == ACTIVE)
    vendors = Connection.select(Connection.vendor_id).where(active)
    grown = Counter.company_id.in_(vendors) & (Counter.name == FEED)
    places = session.rows(Counter.select(Counter.company_id, Counter.value).where(grown))
    if not places:
        return {}
    session.reach(vendor for vendor, _ in places)
    taken = _taken(session, buyer_id)
    known = {vendor: (taken.get(_name(vendor), 0), last) for vendor, last in places}
    return {vendor: (after, last) for vendor, (after, last) in known.items() if after < last}


class UnreadBatch(NamedTuple):
    """Events that a buyer's feed does not have yet, as many as one unit of work copies. `rows` are of its vendors'
    offers: feed id, vendor id, place, event id, data, moment; `ranges` say, by vendor, after which place of its feed
    they begin and at which they end; `whole` whether it is all there was."""

    rows: list[Row]
    ranges: dict[int, tuple[int, int]]
    whole: bool


class NotificationRow(NamedTuple):
    """A notification to one address."""

    to: str
    event: str
    subject: str
    body: str
    locale: str


Entry = tuple[int | None, dict[str, Any], datetime]
"""An event for a buyer: the id of its vendor's own if that can be read unchanged, else its data; the moment."""


def unread_batch(session: Session, buyer_id: int) -> UnreadBatch:
    """The new events of the buyer's vendors, in the order in which they happened; without ranges there are none."""
    grown = unread(session, buyer_id)
    places = dict(sorted(grown.items())[:VENDORS_AT_ONCE])
    if not places:
        return UnreadBatch([], {}, whole=True)
    rows = _offers_changed(session, places)
    taken = {vendor: place for _, vendor, place, *_ in rows}  # the last place of each counts
    if len(rows) >= AT_ONCE:
        places = {vendor: (places[vendor][0], place) for vendor, place in taken.items()}
    whole = len(rows) < AT_ONCE and len(places) == len(grown)
    return UnreadBatch(_of_forgotten(session, places) + rows, places, whole)


def _of_forgotten(session: Session, places: Mapping[int, tuple[int, int]]) -> list[Row]:
    """An event without lots for each vendor of which the buyer has not read events that are deleted by now: whatever
    they were about, the buyer reads its offers anew."""
    firsts = Feed.select(Feed.company_id, fn.MIN(Feed.seq)).where(Feed.company_id.in_(list(places)))
    oldest: dict[int, int] = dict(session.rows(firsts.group_by(Feed.company_id)))
    gone = [one for one, (after, last) in places.items() if oldest.get(one, last + 1) > after + 1]
    facts = Company.change_seq + Company.lot_seq
    named = session.rows(Company.select(Company.id, Company.code, facts).where(Company.id.in_(gone))) if gone else []
    return [
        (0, vendor, places[vendor][0], None, {"id": code, "version": version, "vendor": code}, session.now)
        for vendor, code, version in named
    ]


def take_in(session: Session, buyer_id: int, ranges: Mapping[int, tuple[int, int]], entries: Sequence[Entry]) -> None:
    """Add the new events of the buyer's vendors to its own feed.

    The buyer's last place is locked first: of two concurrent readers the second waits, and finds nothing to do.
    """
    next_value(session, buyer_id, FEED, 0)
    known = _taken(session, buyer_id)
    if any(known.get(_name(vendor), 0) != after for vendor, (after, _) in ranges.items()):
        return
    for vendor, (_, last) in ranges.items():
        set_value(session, buyer_id, _name(vendor), last)
    if not entries:
        return
    fresh = [{"type": CHANGED, "data": data, "at": at} for event_id, data, at in entries if event_id is None]
    made = iter(session.insert_in_order(Event, fresh))
    ids = [next(made) if event_id is None else event_id for event_id, _, _ in entries]
    first = next_value(session, buyer_id, FEED, len(ids)) - len(ids) + 1
    rows = [{"company_id": buyer_id, "seq": seq, "event_id": event_id} for seq, event_id in enumerate(ids, first)]
    session.insert_many(Feed, rows)


def begin_at_end(session: Session, buyer_id: int, vendor_id: int) -> None:
    """A connection becomes active: earlier events of its vendor's lots are not for the buyer."""
    set_value(session, buyer_id, _name(vendor_id), last_place(session, vendor_id))


def _offers_changed(session: Session, places: Mapping[int, tuple[int, int]]) -> list[Row]:
    """The events of vendors' offers between two places of each vendor's feed, the oldest first."""
    between = [
        (Feed.company_id == vendor) & (Feed.seq > after) & (Feed.seq <= last)
        for vendor, (after, last) in places.items()
    ]
    query = (
        Feed.select(Feed.id, Feed.company_id, Feed.seq, Event.id, Event.data, Event.at)
        .join(Event, on=Event.id == Feed.event_id)
        .where(any_of(between) & (Event.type == CHANGED))
        .order_by(Feed.id)
    )
    return session.rows(query.limit(AT_ONCE))


def _taken(session: Session, buyer_id: int) -> Mapping[str, int]:
    """Up to which place of each vendor's feed the buyer has its events."""
    mine = (Counter.company_id == buyer_id) & Counter.name.startswith(_name(""))
    return dict(session.rows(Counter.select(Counter.name, Counter.value).where(mine)))


def _name(vendor_id: int | str) -> str:
    """The name of the buyer's counter for its place in a vendor's feed."""
    return f"offers:{vendor_id}"


def notifications(session: Session, company_id: int | None, event: str | None) -> list[NotificationRow]:
    """The notifications to people, oldest first: of one company or all, of one event or all."""
    table = Notification
    query = table.select(table.to, table.event, table.subject, table.body, table.locale).order_by(table.id)
    if company_id is not None:
        query = query.where(table.company_id == company_id)
    if event is not None:
        query = query.where(table.event == event)
    return [NotificationRow(*row) for row in session.rows(query)]
