"""How long a page of each list takes, of a short list and a long one, at its beginning and deep inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from peewee import SQL

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Position
from k2k_core.store.engine import Store
from tests.benchmarks import list_rows
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.list_rows import BUYER, NOW, VENDOR
from tests.services.lists.declared_lists import listings

LIMIT = 100
MOST = 3.0
"""How many times as long a page of the long list may take as one of the short list, and a deep one as the first."""

FEW = frozenset(("network connections_of",))
"""Lists of which a company never has many rows."""

QUERIES = 1


def measure(url: Callable[[], str], short: int, long: int, rounds: int) -> list[Target]:
    """For each list the ratios of its pages; `url` answers an empty database each time."""
    small, large = _filled(url(), short), _filled(url(), long)
    try:
        return [found for name in _names() for found in _list(name, small, large, rounds)]
    finally:
        small.close()
        large.close()


def _filled(url: str, rows: int) -> Store:
    store = Store(url, clock=lambda: NOW)
    store.migrate()
    list_rows.fill(store, rows)
    return store


def _names() -> list[str]:
    return sorted(set(listings(BUYER, NOW)) - FEW)


def _listing(name: str) -> Listing:
    return listings(BUYER, NOW, (BUYER, VENDOR))[name]


def _list(name: str, small: Store, large: Store, rounds: int) -> list[Target]:
    listing = _listing(name)
    deep = _deep(large, listing)
    works = {
        "short": lambda: _page(small, listing, None),
        "first": lambda: _page(large, listing, None),
        "deep": lambda: _page(large, listing, deep),
    }
    took = best_of(rounds, works)
    return [
        Target(f"{name}: a page of the long list, as often as one of the short", took["first"] / took["short"], MOST),
        Target("       deep inside, as often as the first one", took["deep"] / took["first"], MOST),
        Target("       statements", _page(large, listing, deep), QUERIES),
    ]


def _page(store: Store, listing: Listing, after: Position | None) -> int:
    """Read a page; how many statements it took."""
    with store.reading() as session:
        found = paging.page(session, listing, BUYER, Asked({}), after, LIMIT)
        assert len(found.rows) == LIMIT, "a page of the benchmark is full"
        return session.queries


def _deep(store: Store, listing: Listing) -> Position:
    """A position after nine tenths of a list."""
    whole: Any = replace(listing, columns={"one": SQL("1")})
    with store.reading() as session:
        number = paging.count(session, listing, BUYER, Asked({}))
        position: Position | None = None
        left = min(number * 9 // 10, number - LIMIT - 1)
        while left > 0:
            position = paging.page(session, whole, BUYER, Asked({}), position, min(left, 10_000)).position
            left -= 10_000
    assert position is not None
    return position
