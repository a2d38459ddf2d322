"""Every list of many rows is read page by page, in each of its sorts and both directions, while another process writes:
no row comes twice, and none is missed that is there all along. The default orders are read from the first page to the
last; the other sorts too, or where that would take too long in stretches from the first page, from one in the middle
and up to the last. Before, the work of a page at the beginning, in the middle and at the end of each order is counted,
of full pages and of a few rows: each is one statement, of work that is bounded by the rows that it shows, and as much
wherever it is. Afterwards each filter and each search is asked: a word is found however it is written."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from peewee import SQL

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Position
from k2k_core.store.engine import Store
from tests.benchmarks import lists as measured
from tests.benchmarks.list_questions import DEFAULT, is_sort, questions
from tests.benchmarks.list_rows import BUYER
from tests.proofs import page_work
from tests.proofs.page_work import Page
from tests.proofs.processes import start

MOST_A_ROW = {"sqlite": 400, "postgresql": 75}
"""How much work a page may take for each of its rows (`page_work`), in any order. With a hundredth of the rows on a
page an engine that reads a table whole takes 100 of its rows for each, which are 400 and more instructions of
SQLite."""

TO_BEGIN = 10
"""For how many rows more: to find where each of the tables begins takes work too, however few rows are shown."""

FEWER = 100
"""How many times as many rows a full page has as the small one that is measured too: what is skipped within an index to
come to the middle is little beside a full page."""

MOST = 3.0
"""How many times the work of a first page another page of the default order may take. On SQLite also how many times
that of the same page in a list of a tenth of the rows any page may take. PostgreSQL has other plans for a list of which
a page is a tenth: it may read it whole, rightly, so that nothing is told about a longer one."""

MOST_SORTED = 6.0
"""How many times the work of the first page another page of a sort may take. It may be found in two or three steps
(`paging.Stepped`), and what it shows is then read by its ids: a first page counts as no less than that."""

BY_ID = {"sqlite": 10, "postgresql": 5}
"""What an engine does at least to read a row by its id (`page_work`): PostgreSQL looks into two pages of the index and
one of the table, and has the row in two steps, the one that finds it and the one that joins it."""

ONE = {"one": SQL("1")}
"""The columns of a row of which only the place is wanted."""

Place = tuple[Any, ...]


class Order(NamedTuple):
    """A list in one of its orders."""

    name: str
    question: str
    asked: Asked
    listing: Listing


@dataclass
class Figures:
    """What was read. `most` is the most work that a page took for one of its rows, `worst` the most times that a page
    of a default order took the work of the first one, `sorted` the same of the other sorts, `longer` the most times
    that a page took the work of that of a tenth of the rows."""

    engine: str
    rows: int
    lists: int = 0
    orders: int = 0
    walks: int = 0
    pages: int = 0
    written: int = 0
    filters: int = 0
    searches: int = 0
    most: float = 0.0
    worst: float = 0.0
    sorted: float = 0.0
    longer: float = 0.0
    faults: list[str] = field(default_factory=list)

    def note(self, order: Order, faults: Iterable[str]) -> None:
        """Note what is wrong with an order, and say it at once."""
        for words in faults:
            self.faults.append(f"{order.name}, {order.question}: {words}")
            self.say(self.faults[-1])

    def say(self, words: str) -> None:
        """Say how far it is: a proof of hours is not silent until its end."""
        print(f"  {self.engine}: {words}", file=sys.stderr, flush=True)  # noqa: T201 - progress

    def told(self, done: str, orders: Sequence[Order]) -> Iterator[Order]:
        """The orders one by one, and how many are done after each list."""
        for number, order in enumerate(orders, start=1):
            yield order
            if number == len(orders) or orders[number].name != order.name:
                self.say(f"{done} {number} of {len(orders)} orders, {order.name}")

    @property
    def sound(self) -> bool:
        """Every page bounded, every row once, every word found."""
        return not self.faults

    def __str__(self) -> str:
        longer = f" and {self.longer:.2f} times that of a tenth of the rows" if self.longer else ""
        return (
            f"{self.engine}: {self.lists} lists of {self.rows:,} rows in {self.orders} orders; a page is one statement"
            f" of at most {self.most:.0f} for each of its rows, {self.worst:.2f} times the work of the first one, in a"
            f" sort {self.sorted:.2f}{longer};"
            f" {self.walks} walks, {self.pages:,} pages, beside {self.written:,} transactions of a writer;"
            f" {self.filters} filters and {self.searches} searches; {len(self.faults)} faults"
        )


class Sizes(NamedTuple):
    """How many rows each list has, and each page; and of how many pages the stretches of a sort are, or without a
    number all of them; `sorts` is whether these are read besides the default orders."""

    rows: int
    limit: int
    stretch: int | None = None
    sorts: bool = True


def walk(url: str, sizes: Sizes, few: str | None = None) -> Figures:
    """Fill the empty database `url` and read its lists; with a second empty database, `few`, beside lists of a tenth of
    the rows."""
    rows, limit = sizes.rows, sizes.limit
    with closing(measured.filled(url, rows)) as store, ExitStack() as stack:
        small = few and stack.enter_context(closing(measured.filled(few, rows // 10)))
        figures = Figures(store.engine, rows)
        figures.lists = len(measured.names())
        orders = [one for name in measured.names() for one in _orders(name, rows, sizes.sorts)]
        figures.orders = len(orders)
        for order in figures.told("counted", orders):
            figures.note(order, bounded(figures, order, small or None, store, limit))
        with _writer(figures, url):
            for order in figures.told("walked", orders):
                figures.note(order, _compare(figures, order, store, sizes))
        for name in measured.names():
            _ask(figures, name, store, limit)
        return figures


@contextmanager
def _writer(figures: Figures, url: str) -> Iterator[None]:
    """A process that writes into all lists meanwhile."""
    writer = start("list_writing_process.py", {"url": url, "rows": figures.rows})
    assert writer.stdout is not None
    try:
        ready = writer.stdout.readline()
        assert ready == "ready\n", ready + writer.communicate()[1]
        yield
    finally:
        told, complaints = writer.communicate()
    assert writer.returncode == 0, complaints
    figures.written = json.loads(told)["written"]


def bounded(figures: Figures, order: Order, small: Store | None, large: Store, limit: int) -> Iterator[str]:
    """What is wrong with the work of the pages of an order, and beside a list of fewer rows."""
    places = _places(large, order)
    for size in sorted({limit, max(1, limit // FEWER)}):
        pages = _pages(large, order, places, size)
        most = max(one.work for one in pages) / (size + TO_BEGIN)
        figures.most = max(figures.most, most)
        if any(one.statements != 1 for one in pages):
            yield f"a page of {size} rows is not one statement"
        if any(len(one.found.rows) != size for one in pages):
            yield f"a page of {size} rows is not full"
        if most > MOST_A_ROW[figures.engine]:
            works = ", ".join(f"{one.work:,}" for one in pages)
            yield f"a page of {size} rows takes {most:.0f} for each: first, middle, last {works}"
        yield from _even(figures, order, pages, size)
    if small is not None:
        yield from _no_longer(figures, order, pages, _pages(small, order, _places(small, order), limit))


def _even(figures: Figures, order: Order, pages: Sequence[Page], size: int) -> Iterator[str]:
    """What is wrong with the work of the pages in the middle and at the end."""
    by_default, least = order.asked.sort is None, (size + TO_BEGIN) * BY_ID[figures.engine]
    worst = max(one.work for one in pages) / max(pages[0].work, 0 if by_default else least)
    if by_default:
        figures.worst = max(figures.worst, worst)
    else:
        figures.sorted = max(figures.sorted, worst)
    if worst > (MOST if by_default else MOST_SORTED):
        yield f"a page of {size} rows takes {worst:.1f} times the work of the first one"


def _no_longer(figures: Figures, order: Order, pages: Sequence[Page], short: Sequence[Page]) -> Iterator[str]:
    """What is wrong with the work beside that of the same pages in a list of a tenth of the rows."""
    longer = max(one.work / other.work for one, other in zip(pages, short, strict=True))
    figures.longer = max(figures.longer, longer)
    if longer > MOST:
        yield f"a page takes {longer:.1f} times the work of a list of a tenth of the rows"


def _places(store: Store, order: Order) -> list[Place]:
    return _whole(store, order.listing, order.asked)


def _pages(store: Store, order: Order, places: Sequence[Place], size: int) -> list[Page]:
    """The first page of an order, one in the middle and one at the end."""
    after = [None, places[len(places) // 2], places[-size - 1]]
    return [page_work.page(store, order.listing, BUYER, order.asked, place, size) for place in after]


def _orders(name: str, rows: int, sorts: bool) -> Iterator[Order]:
    """The default order of a list, the same from its end, and its sorts."""
    listing = measured.listed(name)
    yield Order(name, DEFAULT, Asked({}), listing)
    yield Order(name, "from its end", Asked({}, descending=True), listing)
    if sorts:
        for question, asked in questions(name, listing, rows):
            if is_sort(question) and question != DEFAULT:
                yield Order(name, question, asked, listing)


def _compare(figures: Figures, order: Order, store: Store, sizes: Sizes) -> Iterator[str]:
    """Walk through the pages of an order, and hold them to the whole list before and after."""
    before = _whole(store, order.listing, order.asked)
    pages, begins = (None if order.asked.sort is None else sizes.stretch), [0]
    if pages is not None and 3 * pages * sizes.limit < len(before):
        begins += [len(before) // 2, len(before) - pages * sizes.limit]
    stretches = list[list[Place]]()
    for begin in begins:
        most = None if begin == begins[-1] else pages
        after = before[begin - 1] if begin else None
        stretches.append(_stretch(store, order.listing, order.asked, after, (sizes.limit, most)))
    there = set(before) & set(_whole(store, order.listing, order.asked))
    figures.walks += 1
    for begin, walked in zip(begins, stretches, strict=True):
        figures.pages += -(-len(walked) // sizes.limit)
        yield from _wrong(before[begin:], walked, there, begin == begins[-1])


def _wrong(expected: list[Place], walked: list[Place], there: set[Place], last: bool) -> Iterator[str]:
    """What is wrong with the rows of a stretch: the first of those that are `there` all along, or of the last all."""
    kept = [one for one in walked if one in there]
    wanted = [one for one in expected if one in there]
    wanted = wanted if last else wanted[: len(kept)]
    doubled, missed = len(walked) - len(set(walked)), len(set(wanted) - set(walked))
    if doubled:
        yield f"{doubled} rows come twice"
    elif missed:
        yield f"{missed} rows are missed"
    elif kept != wanted:
        yield "the rows are in another order"
    if not kept:
        yield "nothing stayed, so that nothing was shown"


def _stretch(
    store: Store, listing: Listing, asked: Asked, after: Position | None, size: tuple[int, int | None]
) -> list[Place]:
    """The rows of pages of a size from a position on: of so many pages, or without a number of all."""
    (limit, most), walked, pages = size, list[Place](), 0
    while not pages or (after is not None and (most is None or pages < most)):
        with store.whole_network.reading() as session:
            found = paging.page(session, replace(listing, columns=ONE), BUYER, asked, after, limit)
        walked += map(tuple, found.places)
        after, pages = found.position, pages + 1
    return walked


def _whole(store: Store, listing: Listing, asked: Asked) -> list[Place]:
    """The places of all rows, of one moment."""
    with store.whole_network.reading() as session:
        every = paging.page(session, replace(listing, columns=ONE), BUYER, asked, None, 10**9)
        return [tuple(place) for place in every.places]


def _ask(figures: Figures, name: str, store: Store, limit: int) -> None:
    """Ask each filter, and search for a word in several spellings."""
    listing = measured.listed(name)
    for question, asked in questions(name, listing, figures.rows):
        if is_sort(question):
            continue
        if asked.search:
            figures.searches += 1
            figures.faults += [f"{name}: {words}" for words in _search(store, listing, asked, limit)]
            continue
        figures.filters += 1
        found = _paged(store, listing, asked, limit)
        with store.whole_network.reading() as session:
            number = paging.count(session, listing, BUYER, asked)
        if len(set(found)) != len(found) or len(found) != number:
            figures.faults.append(f"{name}, {question}: {len(found)} rows on its pages, {number} counted")


def _search(store: Store, listing: Listing, asked: Asked, limit: int) -> Iterator[str]:
    """What is wrong with the rows that a word finds."""
    found = {words: _paged(store, listing, asked._replace(search=words), limit) for words in spellings(asked.search)}
    for words, rows in found.items():
        if not rows:
            yield f"{words!r} finds nothing"
        if rows != found[asked.search]:
            yield f"{words!r} does not find what {asked.search!r} finds"


def spellings(word: str) -> list[str]:
    """A word as it is stored, in capitals, and with an accent on each of its letters."""
    accented = "".join(f"{one}\N{COMBINING ACUTE ACCENT}" if one.isalpha() else one for one in word)
    return [word, word.upper(), unicodedata.normalize("NFC", accented)]


def _paged(store: Store, listing: Listing, asked: Asked, limit: int) -> list[Place]:
    """The places of all rows, page by page."""
    found, after = list[Place](), None
    while True:
        with store.whole_network.reading() as session:
            page = paging.page(session, replace(listing, columns=ONE), BUYER, asked, after, limit)
        found += map(tuple, page.places)
        if (after := page.position) is None:
            return found
