"""Use cases: all prices that an open draft would move now, page by page, and as a file.

Nothing of it is stored: what is asked for is priced, customer by customer. In the order of customers and lots a page
prices only the customers that it shows; in the order of the changes it prices everybody.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.setup import PriceMoves
from k2k_core.domain.disclosure import reader_of
from k2k_core.domain.parties import Customer
from k2k_core.domain.price_movements import KINDS, Move, is_kind
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.domain.text_folding import searched_words
from k2k_core.errors import NotFound
from k2k_core.schemas import table_files
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import cursors
from k2k_core.services.lists.cursors import Cursor
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import only_fields, read_filters, require_known
from k2k_core.services.setup import drafting, what_if
from k2k_core.services.setup.price_comparison import PriceComparison, floor_of, given_floor, shown
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import place_of_feed
from k2k_core.store.secret_keys import CURSORS, secret

CUSTOMERS_AT_ONCE = 20
"""How many customers a page prices at most in the order of customers: it may have fewer rows than its limit then."""

SORTS = ("change",)
COLUMNS = ("customer", "lot", "before", "after", "change_percent", "margin_percent")

Progress = Callable[[int, int], None]
Keys = tuple[Any, ...]


class MovesQuery(NamedTuple):
    """Which moves of a draft: those of one kind (`KINDS`), of one customer; None for all. `margin_floor` is the
    company's, and `ship_via` each customer's own, where it is None."""

    draft: str
    kind: str | None = None
    customer: str | None = None
    margin_floor: object = None
    ship_via: str | None = None


class _Found(NamedTuple):
    """The rows of a page, and the position behind which the next one begins."""

    rows: list[Move]
    position: list[Any] | None


@dataclass
class _Moves:
    """The moves that a query asks for, of each customer it speaks of."""

    comparison: PriceComparison
    customers: list[Customer]
    currency: str
    company_id: int
    kind: str | None
    floor: Fraction | None
    words: Sequence[str] = ()

    def of(self, customer: Customer) -> list[Move]:
        """The moves of a customer, by lot."""
        lines = self.comparison.lines(customer, margins=True)
        wanted = (one for one in lines if one.before != one.after)
        kind = self.kind
        of_kind = (one for one in wanted if kind is None or is_kind(one, kind, self.floor))
        return sorted((one for one in of_kind if self._is_found(one, customer)), key=_place)

    def _is_found(self, move: Move, customer: Customer) -> bool:
        if not self.words:
            return True
        text = self.comparison.searched(move, customer)
        return all(word in text for word in self.words)

    def all(self, progress: Progress | None = None) -> Iterator[Move]:
        """The moves of every customer."""
        for done, customer in enumerate(self.customers, 1):
            yield from self.of(customer)
            if progress is not None:
                progress(done, len(self.customers))


def draft_moves(context: ServiceContext, company: str, query: MovesQuery, request: PageRequest) -> PriceMoves:
    """A page of the prices that an open draft would move now, by customer and lot, or by `change`. Raises `NotFound`,
    `Conflict` for a draft that was applied or dropped, `CursorMismatch`."""
    context.actor.require(SEEING_COSTS, company)
    limit = require_known("draft_moves", request, SORTS, COLUMNS)
    read_filters("draft_moves", request, {})
    words = searched_words(request.q or "")
    made_for = ["draft_moves", company, *map(str, query), words, request.sort, reader_of(context.actor)]
    with context.store.reading() as session:
        key = secret(session, CURSORS)
        begin = None if request.cursor is None else cursors.read(request.cursor, key, made_for)
    drafted = _drafted(context, company, query)
    with context.store.reading() as session:
        moves = replace(_moves(context, session, company, query, drafted), words=words)
        after = None if begin is None else begin.position
        seq = int(session.value(place_of_feed(moves.company_id)) or 0) if begin is None else begin.seq
        found = _by_change(moves, request, after) if request.sort else _by_customer(moves, after, limit)
        rows = [dict(shown(one, moves.currency)) for one in found.rows]
        answer = {
            "items": only_fields(rows, request.fields),
            "next": found.position and cursors.written(Cursor(seq, found.position), key, made_for),
            "seq": seq,
        }
        counted = {"count": sum(1 for _ in moves.all())} if request.count else {}
        return cast(PriceMoves, {**answer, **counted})


def export_draft_moves(
    context: ServiceContext, company: str, query: MovesQuery, format: str, progress: Progress | None = None
) -> bytes:
    """The same moves, all of them by customer and lot, as a file for a spreadsheet."""
    context.actor.require(SEEING_COSTS, company)
    named = table_files.format_of(b"", format)
    drafted = _drafted(context, company, query)
    with context.store.reading() as session:
        moves = _moves(context, session, company, query, drafted)
        rows: list[Sequence[Any]] = [COLUMNS]
        rows += [_cells(one, moves.currency) for one in moves.all(progress)]
        return table_files.written(rows, named)


def _cells(move: Move, currency: str) -> list[Any]:
    """The row of a file: prices and percentages as numbers."""
    customer, lot, *numbers = shown(move, currency).values()
    return [customer, lot, *(None if one is None else Decimal(str(one)) for one in numbers)]


def _drafted(context: ServiceContext, company: str, query: MovesQuery) -> CompanySnapshot:
    if query.kind is not None:
        parsing.argument("kind", parsing.choice, query.kind, KINDS)
    row = what_if.open_draft(context, company, query.draft)
    works = what_if.planned_changes(context, company, row["changes"])
    return drafting.drafted(context, company, what_if.all_of(works)).company


def _moves(
    context: ServiceContext, session: Session, company: str, query: MovesQuery, drafted: CompanySnapshot
) -> _Moves:
    present = context.snapshots.get(session, company)
    comparison = PriceComparison(context, session, present, drafted, query.ship_via)
    customers = [one for one in comparison.customers if query.customer in (None, one.code)]
    if not customers:
        raise NotFound(
            "There is no customer {customer} in {company}.", customer=query.customer, company=company, kind="customer"
        )
    given = given_floor(query.margin_floor)
    floor = floor_of(drafted) if given is None else given
    return _Moves(comparison, customers, drafted.company.currency, present.id, query.kind, floor)


def _by_customer(moves: _Moves, after: Sequence[Any] | None, limit: int) -> _Found:
    """The rows behind a position, of at most `CUSTOMERS_AT_ONCE` customers, and the position of the next page."""
    code, lot = after or ("", "")
    waiting = [one for one in moves.customers if one.code >= code]
    rows: list[Move] = []
    for customer in waiting[:CUSTOMERS_AT_ONCE]:
        rows += [one for one in moves.of(customer) if _place(one) > (code, lot)]
        if len(rows) > limit:
            return _Found(rows[:limit], list(_place(rows[limit - 1])))
    left = waiting[CUSTOMERS_AT_ONCE:]
    return _Found(rows, [left[0].code, ""] if left else None)


def _by_change(moves: _Moves, request: PageRequest, after: Sequence[Any] | None) -> _Found:
    sign = -1 if request.sort == "-change" else 1

    def keys(move: Move) -> Keys:
        change = move.change
        return (change is None, sign * (change or 0), *_place(move))

    begin = None if after is None else (after[0], Fraction(after[1], after[2]), after[3], after[4])
    behind = (one for one in moves.all() if begin is None or keys(one) > begin)
    found = heapq.nsmallest(request.limit + 1, behind, key=keys)
    if len(found) <= request.limit:
        return _Found(found, None)
    rows = list(islice(found, request.limit))
    unknown, change, customer, lot = keys(rows[-1])
    exact = Fraction(change)
    return _Found(rows, [unknown, exact.numerator, exact.denominator, customer, lot])


def _place(move: Move) -> tuple[str, str]:
    return move.customer, move.lot
