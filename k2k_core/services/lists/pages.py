"""Answers one page of a list: which filters and sorts the reader may use, the cursor, and the rows without fields that
are not for the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from k2k_core.domain import parsing
from k2k_core.domain.disclosure import disclosed, is_for, reader_of, rules_of
from k2k_core.domain.text_folding import searched_words
from k2k_core.errors import Fault, Invalid, joined_faults
from k2k_core.messages import Message
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import cursors
from k2k_core.services.lists.cursors import Cursor
from k2k_core.services.lists.page_request import LIMIT, MOST, PageRequest
from k2k_core.store.database import paging
from k2k_core.store.database.numbering import known_place, note_place
from k2k_core.store.database.paging import Asked, Found, Listing, Position
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import place_of_feed
from k2k_core.store.secret_keys import CURSORS, secret

COUNTED_AT_ONCE = 20_000
"""How many rows are read at once where a sieve has to look at them to count them."""

READS = (1, 4)
"""How many times as many rows as a page has are read, query after query, where a sieve leaves rows out."""

Rows = list[dict[str, Any]]
Sieve = Callable[[Sequence[tuple[Any, ...]]], Sequence[bool]]
"""Says of each row, a tuple of the listing's columns, whether the list has it."""

Verdict = bool | None


@dataclass(frozen=True)
class Marks:
    """What is read of each row, instead of the whole row, to count those that a sieve lets through: its `columns`, of
    which the one at place `key` is the key of the row. `known` answers what the sieve said of rows that have not
    changed since, None of others, and `read` whole rows by their keys, for the sieve."""

    columns: Mapping[str, Any]
    key: int
    known: Callable[[Sequence[tuple[Any, ...]]], Sequence[Verdict]]
    read: Callable[[Sequence[Any]], Sequence[tuple[Any, ...]]]


Reader = Callable[[Any], Any]
"""Parses the value of a filter into the form that the store compares; raises `Invalid`."""


@dataclass(frozen=True)
class PagedList:
    """A list of the facade. `shape` is that of its rows and says who sees which field; `as_rows` makes them from the
    store's rows. `filters` parse the values of the listing's filters; a filter or a sort named like a field is for the
    readers of that field. `default_sort` is used where none is asked for, as in `PageRequest`. `sieve`
    leaves out rows that no query can tell from the others; a page may then have fewer rows than its limit, and `marks`
    say which rows it has to look at again to count them. `about` is what else a cursor is for: a customer, a ship
    date. `beside` is what an answer says of all rows, whatever the page."""

    name: str
    listing: Listing
    shape: type
    as_rows: Callable[[Rows], Rows]
    filters: Mapping[str, Reader] = field(default_factory=dict)
    default_sort: str | None = None
    sieve: Sieve | None = None
    marks: Marks | None = None
    about: str = ""
    beside: Callable[[Asked], Mapping[str, Any]] | None = None


def page(
    context: ServiceContext, session: Session, company_id: int | None, asked_of: PagedList, request: PageRequest
) -> dict[str, Any]:
    """One page: `{items, next, seq}`, and `count` where it was asked for.

    `company_id` is None for a list of the whole network, which has no feed. Raises `Invalid` for a filter, a sort or a
    field that the list does not have or that this reader may not see, `CursorMismatch` for the cursor of anything else.
    """
    reader = reader_of(context.actor)
    asked = _asked(asked_of, request, reader)
    limit = _limit(request.limit)
    made_for = [asked_of.name, asked_of.about, company_id, reader, *map(str, asked[:5])]
    made_for.append(len(asked_of.listing.keys(asked)))  # a cursor of an older program may have others
    key = secret(session, CURSORS)
    begin = None if request.cursor is None else cursors.read(request.cursor, key, made_for)
    seq = known_place(session, company_id) if begin is None else begin.seq
    # Pages with and without a count follow each other, so a cursor is for both.
    feed = place_of_feed(company_id) if seq is None and company_id is not None else None
    asked = asked._replace(counted=request.count, beside=feed)
    found = _read(session, company_id, asked_of, asked, None if begin is None else begin.position, limit)
    seq = _read_seq(session, company_id, feed, found) if seq is None else seq
    count = _count(session, company_id, asked_of, asked, found) if request.count else None
    rows = disclosed(asked_of.as_rows(found.rows), rules_of(asked_of.shape), reader)
    answer: dict[str, Any] = {
        "items": only_fields(rows, request.fields),
        "next": found.position and cursors.written(Cursor(seq, found.position), key, made_for),
        "seq": seq,
    }
    counted = {} if count is None else {"count": count}
    return {**answer, **counted, **(asked_of.beside(asked) if asked_of.beside else {})}


def _read_seq(session: Session, company_id: int | None, feed: Any, found: Found) -> int:
    """The place that was read beside a page; by itself where the page is empty. 0 for the whole network."""
    seq = found.beside if found.beside is not None or feed is None else int(session.value(feed) or 0)
    note_place(session, company_id, seq or 0)
    return seq or 0


def _read(
    session: Session,
    company_id: int | None,
    asked_of: PagedList,
    asked: Asked,
    after: Position | None,
    limit: int,
) -> Found:
    """The rows of a page and where the next one begins: one query, or with a sieve a few until the page is full."""
    if asked_of.sieve is None:
        return paging.page(session, asked_of.listing, company_id, asked, after, limit)
    asked = asked._replace(counted=False)
    rows: Rows = []
    position, seq = after, None
    for times in READS:
        read = paging.page(session, asked_of.listing, company_id, asked, position, times * max(limit, LIMIT))
        seq, asked = read.beside if seq is None else seq, asked._replace(beside=None)
        among = asked_of.sieve([tuple(row.values()) for row in read.rows])
        kept = [row for row, is_among in zip(read.rows, among, strict=True) if is_among]
        wanted = kept[: limit - len(rows)]
        rows += wanted
        if len(wanted) < len(kept) or (len(rows) == limit and read.position is not None):
            return Found(rows, read.places[_index(read.rows, rows[-1])], [], None, seq)
        position = read.position
        if position is None:
            break
    return Found(rows, position, [], len(rows) if after is None and position is None else None, seq)


def _index(rows: Rows, wanted: dict[str, Any]) -> int:
    return next(place for place, row in enumerate(rows) if row is wanted)


def _count(session: Session, company_id: int | None, asked_of: PagedList, asked: Asked, page: Found) -> int:
    """The number of rows on all pages: that of a page which is all of them, else counted."""
    if page.number is not None:
        return page.number
    if asked_of.sieve is None:
        return paging.count(session, asked_of.listing, company_id, asked)
    return _sieved_count(session, company_id, asked_of, asked, asked_of.sieve)


def _sieved_count(session: Session, company_id: int | None, asked_of: PagedList, asked: Asked, sieve: Sieve) -> int:
    """The number of rows on all pages that a sieve lets through, read in the order of their keys, which an index
    serves."""
    number, position = 0, None
    asked = asked._replace(counted=False, sort=None, descending=False)
    marks = asked_of.marks
    listing = asked_of.listing if marks is None else replace(asked_of.listing, columns=marks.columns)
    while True:
        rows, position = paging.rows_of(session, listing, company_id, asked, position, COUNTED_AT_ONCE)
        number += sum(sieve(rows)) if marks is None else _let_through(marks, sieve, rows)
        if position is None:
            return number


def _let_through(marks: Marks, sieve: Sieve, rows: Sequence[tuple[Any, ...]]) -> int:
    """How many rows a sieve lets through: it looks at those that it does not know."""
    known = marks.known(rows)
    strange = [row[marks.key] for row, verdict in zip(rows, known, strict=True) if verdict is None]
    return known.count(True) + (sum(sieve(marks.read(strange))) if strange else 0)


def _asked(asked_of: PagedList, request: PageRequest, reader: str) -> Asked:
    rules = rules_of(asked_of.shape)
    hidden = {name for name, rule in rules.items() if not is_for(rule, reader)}
    given = request.sort or asked_of.default_sort or ""
    sort = given.removeprefix("-")
    known = {"sort": set(asked_of.listing.sort_names) - hidden, "fields": set(rules) - hidden}
    faults = [_unknown(name) for name in request.filters if name not in asked_of.filters or name in hidden]
    faults += [_unknown("sort", sort)] if sort and sort not in known["sort"] else []
    faults += [_unknown("fields", name) for name in request.fields or () if name not in known["fields"]]
    values: dict[str, Any] = {}
    _value("q", searched_words, request.q or "", faults)
    for name, value in request.filters.items():
        if name in asked_of.filters and value is not None:
            values[name] = _value(name, asked_of.filters[name], value, faults)
    if faults:
        _refuse(asked_of.name, faults)
    return Asked(values, request.q or "", sort or None, given.startswith("-"))


def _value(name: str, read: Reader, value: Any, faults: list[Fault]) -> Any:
    try:
        return read(value)
    except Invalid as error:
        faults.append({"path": name, "message": error.message})
        return None


def _unknown(path: str, value: str | None = None) -> Fault:
    words = Message("is not known here") if value is None else Message("{value} is not known here", value=value)
    return {"path": path, "message": words}


def require_known(name: str, request: PageRequest, sorts: Sequence[str], fields: Sequence[str]) -> int:
    """The limit of a request for a list that no query serves. Raises `Invalid` for a limit, a sort or a field that the
    list does not have."""
    sort = (request.sort or "").removeprefix("-")
    faults = [_unknown("sort", sort)] if sort and sort not in sorts else []
    faults += [_unknown("fields", one) for one in request.fields or () if one not in fields]
    if faults:
        _refuse(name, faults)
    return _limit(request.limit)


def read_filters(name: str, request: PageRequest, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The values of the filters of such a list, parsed; its `q` is looked at too. Raises `Invalid` for a filter that it
    does not have."""
    faults = [_unknown(one) for one in request.filters if one not in readers]
    _value("q", searched_words, request.q or "", faults)
    given = {one: value for one, value in request.filters.items() if one in readers and value is not None}
    values = {one: _value(one, readers[one], value, faults) for one, value in given.items()}
    if faults:
        _refuse(name, faults)
    return values


def _refuse(name: str, faults: list[Fault]) -> NoReturn:
    words = Message(
        "The request for the list {name} is not valid: {problems}.", name=name, problems=joined_faults(faults)
    )
    raise Invalid(words, faults)


def _limit(given: Any) -> int:
    try:
        return parsing.whole(given, 1, MOST)
    except Invalid as error:
        raise Invalid(
            "{path}: {problem}",
            path="limit",
            problem=error.message,
            faults=[{"path": "limit", "message": error.message}],
        ) from None


def only_fields(rows: Rows, fields: Sequence[str] | None) -> Rows:
    """The rows with the fields that were asked for; None for all."""
    return rows if fields is None else [{name: row[name] for name in fields if name in row} for row in rows]
