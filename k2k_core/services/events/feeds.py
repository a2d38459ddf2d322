"""Use cases: a company's event feed (the verb `events`), and its notifications (the verb `notifications`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.events import FeedEvent, FeedPage, ListedNotification, Notifications, SentNotification
from k2k_core.domain.disclosure import NOTIFICATION, disclosed, disclosed_event, is_for, reader_of
from k2k_core.domain.roles import PEOPLE, READING
from k2k_core.errors import FeedGone, NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.buyer_feed import for_buyer
from k2k_core.services.events.feed_request import MOST_EVENTS, FeedRequest
from k2k_core.services.events.waiting import first_page
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.settings.catalogue import SETTINGS, readers_of
from k2k_core.store.database.session import Row, Session
from k2k_core.store.events import feeds
from k2k_core.store.events.feeds import Entry
from k2k_core.store.lists.messages import NOTIFICATIONS


def events(context: ServiceContext, company: str, request: FeedRequest) -> list[FeedEvent]:
    """A company's feed after a place in it: `{seq, type, data}`, in the order of commits; `FeedGone` where events after
    that place are deleted, or the feed does not have it."""
    return _read(context, company, request)["items"]


def page_of_events(context: ServiceContext, company: str, request: FeedRequest) -> FeedPage:
    """The same, a page at a time. With `wait` whoever finds none waits for the first."""
    most = MOST_EVENTS
    if request.limit is not None:
        most = parsing.argument("limit", parsing.whole, request.limit, 1, MOST_EVENTS)
    return first_page(context, company, replace(request, limit=most), partial(_read, context, company))


def _read(context: ServiceContext, company: str, request: FeedRequest) -> FeedPage:
    context.actor.require(READING, company)
    company_id = catch_up(context, company)
    with context.store.reading() as session:
        session.show(company_id)
        oldest, last = feeds.oldest_place(session, company_id), feeds.last_place(session, company_id)
        _require_there(company, request.after, oldest, last)
        rows = feeds.feed(session, company_id, request.after, request.limit, request.types)
    whole = request.limit is None or len(rows) < request.limit
    return {
        "items": _disclosed(context, company, rows),
        "next_after": last if whole else rows[-1][0] if rows else request.after,
        "oldest": oldest,
    }


def _require_there(company: str, after: int, oldest: int, last: int) -> None:
    if after + 1 < oldest:
        raise FeedGone(
            "The events of {company} after {after} are deleted: the oldest is {oldest}.",
            company=company,
            after=after,
            oldest=oldest,
            last=last,
        )
    if after > last:
        raise FeedGone(
            "The feed of {company} ends at {last}, before {after}: the network was restored to an earlier state.",
            company=company,
            after=after,
            oldest=oldest,
            last=last,
        )


def _disclosed(context: ServiceContext, company: str, rows: Sequence[Row]) -> list[FeedEvent]:
    """The events that the reader may know of; those of people are for whoever looks after them, those of a setting for
    whoever may read it."""
    reader = reader_of(context.actor)
    hidden = {setting.name for setting in SETTINGS if not is_for(readers_of(setting), reader)}
    people = context.actor.host or context.actor.operator or context.actor.has(PEOPLE)
    return [
        {"seq": seq, "type": kind, "data": disclosed_event(data, company, reader), "at": moment_text(at)}
        for seq, kind, data, at in rows
        if data.get("setting") not in hidden and (people or data.get("collection") != "users")
    ]


def catch_up(context: ServiceContext, company: str) -> int:
    """Copy new events of its vendors' offers into a company's feed, batch by batch; returns the company's id.

    What is committed meanwhile is for the next time: who read until nothing is new would never end while others write.
    """
    whole = False
    while not whole:
        with context.store.reading() as session:
            snapshot = context.snapshots.get(session, company)
            batch = feeds.unread_batch(session, snapshot.id)
            entries = for_buyer(context, session, snapshot, batch.rows)
        if batch.ranges:
            context.store.transact(partial(_take_in, buyer_id=snapshot.id, ranges=batch.ranges, entries=entries))
        whole = batch.whole
    return snapshot.id


def _take_in(session: Session, buyer_id: int, ranges: dict[int, tuple[int, int]], entries: list[Entry]) -> None:
    session.show(buyer_id)
    feeds.take_in(session, buyer_id, ranges, entries)


def notifications(
    context: ServiceContext, company: str | None = None, event: str | None = None
) -> list[SentNotification]:
    """The notifications, oldest first, one row for each address: `{to, event, subject, body, locale}`; the body may
    contain amounts, so readers who see no prices do not get it.

    Without a company those of the whole network, for whoever may see that.
    """
    _require(context, company)
    with context.reading_of(company) as session:
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
    with context.reading_of(company) as session:
        company_id = None if company is None else context.snapshots.get(session, company).id
        return cast(Notifications, page(context, session, company_id, NOTIFICATIONS_LISTED, request))


def _with_moments(rows: Rows) -> Rows:
    return [{**row, "at": moment_text(row["at"])} for row in rows]


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
