"""Checks of numbers: counters against what they have counted, places in feeds, and what sweeps could not end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from peewee import JOIN, fn

from k2k_core.clock import moment_text
from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.orders import DOCUMENT_KINDS, INVOICE, PREBOOK, document_number
from k2k_core.messages import Message
from k2k_core.store import sweep_failures, tables
from k2k_core.store.database.session import Session
from k2k_core.store.verification import findings

DOCUMENT: Any = tables.Document
CART: Any = tables.Cart
EVENT: Any = tables.Event
FEED: Any = tables.Feed
_COUNTER: Any = tables.Counter
_RETENTION: Any = tables.Retention

NAMED = 100
"""How many faults of a kind are named one by one."""


def numbers(session: Session) -> Iterator[StoredFault]:
    """A company's numbers of each kind of document have no gaps: it has as many documents as numbers."""
    copied = (
        (DOCUMENT.kind == INVOICE) & DOCUMENT.vendor_id.is_null(False) & (DOCUMENT.vendor_id != DOCUMENT.company_id)
    )
    given: dict[tuple[int, str], int] = defaultdict(int)
    by_kind = DOCUMENT.select(DOCUMENT.company_id, DOCUMENT.kind, fn.COUNT(DOCUMENT.id)).where(~copied)
    for company_id, kind, count in session.rows(by_kind.group_by(DOCUMENT.company_id, DOCUMENT.kind)):
        given[company_id, kind] += count
    formerly = DOCUMENT.select(DOCUMENT.company_id, fn.COUNT(DOCUMENT.id)).where(DOCUMENT.former_number != "")
    for company_id, count in session.rows(formerly.group_by(DOCUMENT.company_id)):
        given[company_id, PREBOOK] += count
    of_documents = _COUNTER.name.in_(DOCUMENT_KINDS)
    rows = session.rows(_COUNTER.select(_COUNTER.company_id, _COUNTER.name, _COUNTER.value).where(of_documents))
    counted = {(company_id, kind): value for company_id, kind, value in rows}
    for key in sorted({*given, *counted}):
        if given.get(key, 0) != counted.get(key, 0):
            words = Message("a number of company {company} that is missing, or was never given", company=key[0])
            yield findings.fault("numbers", first_missing(session, key, counted.get(key, 0)), words)


def first_missing(session: Session, key: tuple[int, str], count: int) -> str:
    """The first number of a company that no document has, or the first that was never given."""
    company_id, kind = key
    mine = (DOCUMENT.company_id == company_id) & (DOCUMENT.kind == kind)
    there = {number.removesuffix("K") for (number,) in session.rows(DOCUMENT.select(DOCUMENT.number).where(mine))}
    if kind == PREBOOK:
        former = DOCUMENT.select(DOCUMENT.former_number).where(
            (DOCUMENT.company_id == company_id) & (DOCUMENT.former_number != "")
        )
        there |= {number for (number,) in session.rows(former)}
    given = {document_number(kind, place, False) for place in range(min(count, len(there) + NAMED))}
    return min(there ^ given, default=document_number(kind, count, False))


def cart_numbers(session: Session) -> Iterator[StoredFault]:
    """A company has as many carts as it has numbers of carts."""
    query = (
        _COUNTER.select(_COUNTER.company_id, _COUNTER.value, fn.COUNT(CART.id))
        .join(CART, JOIN.LEFT_OUTER, on=CART.company_id == _COUNTER.company_id)
        .where(_COUNTER.name == "cart")
        .group_by(_COUNTER.company_id, _COUNTER.value)
    )
    for company_id, value, count in session.rows(query):
        if value != count:
            words = Message(
                "{count} of {value} carts of company {company} are there", count=count, value=value, company=company_id
            )
            yield findings.fault("numbers", Message("carts"), words)


def feeds(session: Session) -> Iterator[StoredFault]:
    """The places of a company's feed have no gaps from where they were deleted by age up to its last one, and each has
    its event."""
    places = FEED.select(FEED.company_id, fn.MIN(FEED.seq), fn.MAX(FEED.seq), fn.COUNT(FEED.id))
    found = {row[0]: row[1:] for row in session.rows(places.group_by(FEED.company_id))}
    of_feeds = _COUNTER.select(_COUNTER.company_id, _COUNTER.value).where(_COUNTER.name == "feed")
    counted: dict[int, int] = dict(session.rows(of_feeds))
    deleted = _RETENTION.select(_RETENTION.company_id, _RETENTION.first).where(_RETENTION.name == "feed")
    begins: dict[int, int] = dict(session.rows(deleted))
    for company_id in sorted({*found, *counted}):
        first, last, count = found.get(company_id, (counted.get(company_id, 0) + 1, counted.get(company_id, 0), 0))
        whole = last - first + 1 == count and first == begins.get(company_id, 1)
        if last != counted.get(company_id, 0) or not whole:
            words = Message(
                "its places are not those that were given: {count} from {first} to {last}",
                count=count,
                first=first,
                last=last,
            )
            yield findings.fault("feeds", Message("the feed of company {company}", company=company_id), words)
    lost = (
        FEED.select(FEED.company_id, FEED.seq, FEED.event_id)
        .join(EVENT, JOIN.LEFT_OUTER, on=EVENT.id == FEED.event_id)
        .where(EVENT.id.is_null())
    )
    for company_id, seq, event_id in session.rows(lost.limit(NAMED)):
        words = Message("its event {event} at place {place} is missing", event=event_id, place=seq)
        yield findings.fault("feeds", Message("the feed of company {company}", company=company_id), words)


def events_of_an_age(session: Session) -> Iterator[StoredFault]:
    """No event is there that was deleted by age."""
    first = session.value(_RETENTION.select(_RETENTION.first).where(_RETENTION.name == "event"))
    oldest = session.value(EVENT.select(fn.MIN(EVENT.id)))
    if first is not None and oldest is not None and oldest < first:
        words = Message("it is on record as deleted by age")
        yield findings.fault("feeds", findings.row("event", oldest), words)


def places_of_offers(session: Session) -> Iterator[StoredFault]:
    """A buyer has read no further in its vendors' feeds than they go."""
    rows = session.rows(_COUNTER.select(_COUNTER.company_id, _COUNTER.name, _COUNTER.value))
    last = {company_id: value for company_id, name, value in rows if name == "feed"}
    for company_id, name, value in rows:
        vendor = name.removeprefix("offers:")
        if vendor != name and not 0 <= value <= last.get(int(vendor), 0):
            words = Message("it was read to place {place}, which was never given", place=value)
            yield findings.fault("feeds", Message("the feed of company {company}", company=vendor), words)
        elif value < 0:
            words = Message("the counter {name} is below zero", name=name)
            yield findings.fault("numbers", Message("company {company}", company=company_id), words)


def failing_sweeps(session: Session) -> Iterator[StoredFault]:
    """No cart and no order whose time is over fails to be ended."""
    for one in sweep_failures.listed(session):
        since, again = (moment_text(moment.replace(microsecond=0)) for moment in (one.since, one.retry_at))
        words = Message(
            "cannot be dealt with now that its time is over ({work}): {code}, {attempts} time(s) since {since}; it"
            " is tried again at {again}",
            work=one.work,
            code=one.code,
            attempts=one.attempts,
            since=since,
            again=again,
        )
        yield findings.fault("sweep", f"{one.company} {one.number}", words)
