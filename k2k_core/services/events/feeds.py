"""Use cases: a company's event feed (the verb `events`), and its notifications (the verb `notifications`)."""

from __future__ import annotations

from functools import partial
from typing import cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.events import FeedEvent, ListedNotification, Notifications, SentNotification
from k2k_core.domain.disclosure import NOTIFICATION, disclosed, disclosed_event, reader_of
from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.buyer_feed import for_buyer
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.pages import PagedList, PageRequest, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.events import feeds
from k2k_core.store.events.feeds import Entry
from k2k_core.store.lists.messages import NOTIFICATIONS


def events(context: ServiceContext, company: str, after: int = 0, limit: int | None = None) -> list[FeedEvent]:
    """A company's feed after a place in it: `{seq, type, data}`, in the order of commits."""
    context.actor.require(READING, company)
    start = parsing.whole(str(after))
    most = None if limit is None else parsing.whole(limit)
    company_id = catch_up(context, company)
    with context.store.reading() as session:
        rows = feeds.feed(session, company_id, start, most)
    reader = reader_of(context.actor)
    return [
        {"seq": seq, "type": kind, "data": disclosed_event(data, company, reader), "at": at.isoformat()}
        for seq, kind, data, at in rows
    ]


def catch_up(context: ServiceContext, company: str) -> int:
    """Copy new events of its vendors' offers into a company's feed, batch by batch; returns the company's id."""
    while True:
        with context.store.reading() as session:
            snapshot = context.snapshots.get(session, company)
            batch = feeds.unread_batch(session, snapshot.id)
            entries = for_buyer(context, session, snapshot, batch.rows)
        if not batch.ranges:
            return snapshot.id
        context.store.transact(partial(_take_in, buyer_id=snapshot.id, ranges=batch.ranges, entries=entries))


def _take_in(session: Session, buyer_id: int, ranges: dict[int, tuple[int, int]], entries: list[Entry]) -> None:
    feeds.take_in(session, buyer_id, ranges, entries)


def notifications(
    context: ServiceContext, company: str | None = None, event: str | None = None
) -> list[SentNotification]:
    """The notifications, oldest first, one row for each address: `{to, event, subject, body, locale}`; the body may
    contain amounts, so readers who see no prices do not get it.

    Without a company those of the whole network, for whoever may see that.
    """
    _require(context, company)
    with context.store.reading() as session:
        company_id = None if company is None else context.snapshots.get(session, company).id
        rows = feeds.notifications(session, company_id, event)
    sent: list[SentNotification] = [
        {"to": one.to, "event": one.event, "subject": one.subject, "body": one.body, "locale": one.locale}
        for one in rows
    ]
    return disclosed(sent, NOTIFICATION, reader_of(context.actor))


def page_of_notifications(context: ServiceContext, company: str | None, request: PageRequest) -> Notifications:
    """The same, page by page, with the moment of each."""
    _require(context, company)
    with context.store.reading() as session:
        company_id = None if company is None else context.snapshots.get(session, company).id
        return cast(Notifications, page(context, session, company_id, NOTIFICATIONS_LISTED, request))


def _with_moments(rows: Rows) -> Rows:
    return [{**row, "at": row["at"].isoformat()} for row in rows]


NOTIFICATIONS_LISTED = PagedList(
    "notifications",
    NOTIFICATIONS,
    ListedNotification,
    _with_moments,
    {"event": of.word, "to": of.word, "since": parsing.moment, "until": parsing.moment},
)


def _require(context: ServiceContext, company: str | None) -> None:
    if company is not None:
        context.actor.require(READING, company)
    elif not (context.actor.host or context.actor.operator):
        raise NotAllowed("Name your company: the whole network is for its operators.", action=READING)
