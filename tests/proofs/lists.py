"""Every list of many rows is read page by page, in each of its sorts, while another process writes: each page is one
statement, in the default order of as much work wherever it is; no row comes twice, and none is missed that is there all
along. Afterwards each filter and each search is asked: a word is found however it is written."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import SQL

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Position
from k2k_core.store.engine import Store
from tests.benchmarks import lists as measured
from tests.benchmarks.list_questions import DEFAULT, is_sort, questions
from tests.benchmarks.list_rows import BUYER
from tests.proofs import page_work
from tests.proofs.processes import start

MOST = 3.0
"""How many times the work of a first page another page of the default order may take, and how many times that of a
list of a tenth of the rows."""

SORTED_PAGES = 10
"""How many pages a walk in another sort has: most of these read all rows for each page."""

ONE = {"one": SQL("1")}
"""The columns of a row of which only the place is wanted."""

Place = tuple[Any, ...]


@dataclass
class Figures:
    """What was read. `worst` is the most times that a page of a default order took the work of the first one, `longer`
    that a first page took that of a list of a tenth of the rows."""

    engine: str
    rows: int
    lists: int = 0
    walks: int = 0
    pages: int = 0
    written: int = 0
    filters: int = 0
    searches: int = 0
    worst: float = 0.0
    longer: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Every page bounded, every row once, every word found."""
        return not self.faults

    def __str__(self) -> str:
        longer = f" which takes {self.longer:.2f} times that of a tenth of the rows;" if self.longer else ""
        return (
            f"{self.engine}: {self.lists} lists of {self.rows:,} rows; a page of a default order is one statement of at"
            f" most {self.worst:.2f} times the work of the first one,{longer} {self.walks} walks through all pages,"
            f" {self.pages:,} pages, beside {self.written:,} transactions of a writer; {self.filters} filters and"
            f" {self.searches} searches; {len(self.faults)} faults"
        )


def walk(url: str, rows: int, limit: int, *, sorts: bool = True, few: str | None = None) -> Figures:
    """Fill the empty database `url` with lists of so many rows and read them by `limit` rows; with a second empty
    database, `few`, beside lists of a tenth of the rows."""
    with closing(measured.filled(url, rows)) as store, ExitStack() as stack:
        small = few and stack.enter_context(closing(measured.filled(few, rows // 10)))
        figures = Figures(store.engine, rows)
        for name in measured.names():
            figures.lists += 1
            _bounded(figures, name, small or None, store, limit)
        _walk_beside_a_writer(figures, url, store, limit, sorts)
        for name in measured.names():
            _ask(figures, name, store, limit)
        return figures


def _bounded(figures: Figures, name: str, small: Store | None, large: Store, limit: int) -> None:
    """The work of a page at the beginning, in the middle and at the end of a list, and beside a list of fewer rows."""
    listing, asked = measured.listed(name), Asked({})
    places = _whole(large, listing, asked)
    after = [None, places[len(places) // 2], places[-limit - 1]]
    pages = [page_work.page(large, listing, BUYER, asked, place, limit) for place in after]
    worst = max(one.work for one in pages) / pages[0].work
    short = pages[0] if small is None else page_work.page(small, listing, BUYER, asked, None, limit)
    longer = pages[0].work / short.work
    figures.worst = max(figures.worst, worst)
    figures.longer = figures.longer if small is None else max(figures.longer, longer)
    for words, wrong in (
        ("a page is not one statement", any(one.statements != 1 for one in pages)),
        ("a page is not full", any(len(one.found.rows) != limit for one in pages)),
        (f"a page takes {worst:.1f} times the work of the first one", worst > MOST),
        (f"a page takes {longer:.1f} times the work of a list of a tenth of the rows", longer > MOST),
    ):
        figures.faults += [f"{name}: {words}"] if wrong else []


def _walk_beside_a_writer(figures: Figures, url: str, store: Store, limit: int, sorts: bool) -> None:
    """Read every list in every sort from its first page to its last, while a process writes into all of them."""
    writer = start("list_writing_process.py", {"url": url, "rows": figures.rows})
    assert writer.stdout is not None
    try:
        ready = writer.stdout.readline()
        assert ready == "ready\n", ready + writer.communicate()[1]
        for name in measured.names():
            for question, asked in _orders(name, figures.rows, sorts):
                size = limit if asked.sort is None else max(limit, figures.rows // SORTED_PAGES)
                _compare(figures, f"{name}, {question}", store, measured.listed(name), asked, size)
    finally:
        told, complaints = writer.communicate()
    assert writer.returncode == 0, complaints
    figures.written = json.loads(told)["written"]


def _orders(name: str, rows: int, sorts: bool) -> Iterator[tuple[str, Asked]]:
    """The default order of a list, the same from its end, and its sorts."""
    yield DEFAULT, Asked({})
    yield "from its end", Asked({}, descending=True)
    if sorts:
        for question, asked in questions(name, measured.listed(name), rows):
            if is_sort(question) and question != DEFAULT:
                yield question, asked


def _compare(figures: Figures, what: str, store: Store, listing: Listing, asked: Asked, limit: int) -> None:
    """Walk through the pages of a list, and hold them to the whole list before and after."""
    before, walked = _whole(store, listing, asked), list[Place]()
    after: Position | None = None
    while not walked or after is not None:
        with store.whole_network.reading() as session:
            found = paging.page(session, replace(listing, columns=ONE), BUYER, asked, after, limit)
        figures.pages += 1
        walked += map(tuple, found.places)
        after = found.position
    there = set(before) & set(_whole(store, listing, asked))
    figures.walks += 1
    doubled = len(walked) - len(set(walked))
    missed = len(there - set(walked))
    moved = [one for one in walked if one in there] != [one for one in before if one in there]
    for words, wrong in (
        (f"{doubled} rows come twice", doubled),
        (f"{missed} rows are missed", missed),
        ("the rows are in another order", moved and not doubled and not missed),
        ("nothing stayed, so that nothing was shown", not there),
    ):
        figures.faults += [f"{what}: {words}"] if wrong else []


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
