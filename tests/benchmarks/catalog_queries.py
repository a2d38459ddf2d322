"""How many queries a catalog page takes, for catalogs of any size and any number of vendors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from k2k_core.api import K2K
from k2k_core.store.database.session import Session
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

MOST = 12
MOST_AT_FIRST = 24
"""The first page of a process reads the set-up of every company: part by part, each part of all companies at once."""


class Counting:
    """A store that counts the statements of what is read through it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.queries = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The store's own unit of work, counted."""
        with self._store.whole_network.reading() as session:
            yield session
            self.queries += session.queries


def measure(url: Callable[[], str], sizes: tuple[int, ...], vendors: tuple[int, ...]) -> list[Target]:
    """Queries of a page for each size and number of vendors; `url` answers an empty database each time."""
    return [found for lots in sizes for many in vendors for found in _page(url(), lots, many)]


def _page(url: str, lots: int, vendors: int) -> list[Target]:
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, vendors))
        store: Any = Counting(k2k.context.store)
        counted = K2K(replace(k2k.context, store=store))
        first, second, changed = (_queries(counted, store, step) for step in (_nothing, _nothing, _sell_a_box))
    return [
        Target(f"{lots:>6} lots of {vendors:>2} vendors: a page", second, MOST),
        Target("       the page after a sale", changed, MOST),
        Target("       the first page of a process, which reads every company's set-up", first, MOST_AT_FIRST),
    ]


def _queries(k2k: K2K, store: Counting, step: Callable[[K2K], object]) -> int:
    step(k2k)
    before = store.queries
    page = k2k.catalog(BUYER, CUSTOMER, ship_date=SHIP_DATE)
    assert page["lines"], "a page of the catalog shows something"
    return store.queries - before


def _nothing(k2k: K2K) -> None:
    """The network stays as it is."""


def _sell_a_box(k2k: K2K) -> None:
    vendor = networks.vendor_codes(1)[0]
    k2k.add(BUYER, CUSTOMER, lot=f"{vendor}/L00000", ship_date=SHIP_DATE)
