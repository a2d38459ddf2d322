"""How long a page of each list takes: in its default order and in each sort, at its beginning, in the middle and at its
end; with each filter; and with a search."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from peewee import SQL

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Position
from k2k_core.store.engine import Store
from tests.benchmarks import list_rows
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.list_questions import DEFAULT, is_sort, questions
from tests.benchmarks.list_rows import BUYER, NOW, VENDOR
from tests.services.lists.declared_lists import listings

LIMIT = 100
MOST = 3.0
"""How many times as long a page of the long list may take as one of the short list, and a deep one as the first."""

FEW = frozenset(("network connections_of", "timeline timeline_of", "accounts sessions_of", "accounts views_of"))
"""Lists of which a company, a document or a user never has many rows: a user has at most 50 sessions and 200 views."""

QUERIES = 1


def measure(url: Callable[[], str], short: int, long: int, rounds: int) -> list[Target]:
    """For each list the ratios of its pages; `url` answers an empty database each time."""
    small, large = filled(url(), short), filled(url(), long)
    try:
        return [found for name in names() for found in _list(name, small, large, long, rounds)]
    finally:
        small.close()
        large.close()


def filled(url: str, rows: int) -> Store:
    """A network in an empty database of which every list has so many rows."""
    store = Store(url, clock=lambda: NOW)
    store.migrate()
    list_rows.fill(store, rows)
    if store.engine == "postgresql":  # it gathers what its plans depend on by itself, only later
        with store.writing() as session:
            session.run("ANALYZE")
    return store


def names() -> list[str]:
    """The lists that have so many rows there: all but those of `FEW`."""
    return sorted(set(listings(BUYER, NOW)) - FEW)


def listed(name: str) -> Listing:
    """One of them."""
    return listings(BUYER, NOW, (BUYER, VENDOR))[name]


def _list(name: str, small: Store, large: Store, rows: int, rounds: int) -> list[Target]:
    listing = listed(name)
    middle, deep = _positions(large, listing, Asked({}))
    works = {
        "short": lambda: _page(small, listing, None),
        "first": lambda: _page(large, listing, None),
        "middle": lambda: _page(large, listing, middle),
        "deep": lambda: _page(large, listing, deep),
    }
    took = best_of(rounds, works)
    shown = f"{1000 * took['first']:.1f} ms"
    return [
        Target(f"{name}: a page of the long list ({shown}), to one of the short", took["first"] / took["short"], MOST),
        Target("       in the middle, to the first one", took["middle"] / took["first"], MOST),
        Target("       at the end, to the first one", took["deep"] / took["first"], MOST),
        Target("       statements", _page(large, listing, deep), QUERIES),
        *_questions(name, listing, large, rows, rounds),
    ]


def _questions(name: str, listing: Listing, store: Store, rows: int, rounds: int) -> list[Target]:
    """How many milliseconds the slowest page of each other question takes."""
    found = []
    for question, asked in questions(name, listing, rows):
        if question == DEFAULT:
            continue
        places = [None, *(_positions(store, listing, asked) if is_sort(question) else ())]
        took = [_best(store, listing, asked, place, rounds) for place in places]
        pages = " first, middle, last: " if len(took) > 1 else " "
        shown = pages + ", ".join(f"{one:.1f}" for one in took)
        found.append(Target(f"       {question}:{shown} ms", max(took)))
    return found


def _best(store: Store, listing: Listing, asked: Asked, after: Position | None, rounds: int) -> float:
    """The milliseconds of the best of some rounds. What takes long is not repeated often."""
    best, began = float("inf"), time.perf_counter()
    for _ in range(rounds):
        start = time.perf_counter()
        with store.whole_network.reading() as session:
            paging.page(session, listing, BUYER, asked, after, LIMIT)
        best = min(best, 1000 * (time.perf_counter() - start))
        if time.perf_counter() - began > 1:
            break
    return best


def _page(store: Store, listing: Listing, after: Position | None) -> int:
    """Read a page; how many statements it took."""
    with store.whole_network.reading() as session:
        found = paging.page(session, listing, BUYER, Asked({}), after, LIMIT)
        assert len(found.rows) == LIMIT, "a page of the benchmark is full"
        return session.queries


def _positions(store: Store, listing: Listing, asked: Asked) -> tuple[Position, Position]:
    """The positions in the middle of a list and before its last page."""
    whole: Any = replace(listing, columns={"one": SQL("1")})
    with store.whole_network.reading() as session:
        places: list[Position] = []
        after: Position | None = None
        while not places or after is not None:
            found = paging.page(session, whole, BUYER, asked, after, 10_000)
            assert found.rows, "a list of the benchmark has rows"
            places += found.places
            after = found.position
    return places[len(places) // 2], places[-LIMIT - 1]
