"""A cached catalog is always equal to one that is computed anew: after any change, and while others write.

Every answer is compared with one of the same unit of work, so of the same snapshot and the same moment, that is
computed without any cache.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import settings

from k2k_core.api import K2K
from k2k_core.domain.grouping import CatalogLine
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.services.catalog.catalog_cache import (
    SORTS,
    CachedCatalog,
    CatalogKey,
    StaleSnapshot,
    Wanted,
    new_catalog_cache,
    read_cached,
    read_fresh,
)
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.store.database.session import Session
from tests.properties.catalog_changes.network import BUYER, SHIP_DATES, network
from tests.properties.catalog_changes.random_changes import Clock, Steps

ROUNDS = settings().max_examples // 100
"""More every night."""

STEPS, LOOKS = 60, 25

VISITS = (
    CatalogKey("SHOP"),
    CatalogKey("SHOP", SHIP_DATES[2]),
    CatalogKey("LISTED", SHIP_DATES[1]),
    CatalogKey("LISTED", SHIP_DATES[3], location="DOCK"),
    CatalogKey("FARM", SHIP_DATES[3], "grower"),
)
Seen = tuple[list[CatalogLine], list[HiddenVendorLines | None], list[tuple[int, list[CatalogLine]]]]


def everything(shelf: CachedCatalog) -> Seen:
    """All lines, those of hidden vendors beside each of theirs, and what is found of them in every order."""
    same_goods = [shelf.hidden_vendor_lines(line) for line in shelf.lines()]
    return (
        shelf.lines(),
        same_goods,
        [shelf.page(Wanted(words, sort), 0, 3) for words in ("", "rose") for sort in SORTS],
    )


class Watcher:
    """Looks at the shelves of a network, and at what stands nowhere."""

    def __init__(self, net: K2K) -> None:
        self.context = net.context
        self.looked: Counter[str] = Counter()
        self._counting = threading.Lock()

    def compare(self, visit: CatalogKey) -> None:
        """One visit, kept and worked out anew within one unit of work."""
        with self.context.store.whole_network.reading() as session:
            kept = self._kept(session, visit)
            assert kept is None or kept == self._anew(session, visit), visit
        with self._counting:
            self.looked["outdated" if kept is None else "kept"] += 1

    def _kept(self, session: Session, visit: CatalogKey) -> Seen | None:
        try:
            return read_cached(self.context, session, self.context.snapshots.get(session, BUYER), visit, everything)
        except StaleSnapshot:
            return None

    def _anew(self, session: Session, visit: CatalogKey) -> Seen:
        forgetful = replace(self.context, snapshots=SnapshotCache(self.context.settings), catalogs=new_catalog_cache())
        company = forgetful.snapshots.get(session, BUYER)
        return read_fresh(forgetful, session, company, visit, everything)


class Shop:
    """The network, open, with its clock and a watcher."""

    def __init__(self, url: str, seed: int) -> None:
        self.random = Random(seed)
        self.clock = Clock(self.random)
        self.net = K2K.open(url, clock=lambda: self.clock.now)
        self.watcher = Watcher(self.net)

    def step(self, steps: Steps) -> None:
        """Something happens, and now and then it gets later."""
        steps.take()
        if self.random.random() < 0.15:
            self.clock.go_on()


@pytest.fixture
def shop(database_url: str, request: pytest.FixtureRequest) -> Iterator[Shop]:
    opened = Shop(database_url, getattr(request, "param", 0))
    opened.net.load(network())
    yield opened
    assert opened.net.verify() == []
    opened.net.close()


@pytest.mark.parametrize("shop", range(ROUNDS), indirect=True)
def test_after_every_step_each_kept_catalog_is_what_is_worked_out_anew(shop: Shop) -> None:
    steps = Steps(shop.net, shop.random)
    for _ in range(STEPS):
        shop.step(steps)
        for visit in shop.random.sample(VISITS, 2):
            shop.watcher.compare(visit)
    assert shop.watcher.looked == {"kept": 2 * STEPS}, "whoever looks alone is never outdated"


@pytest.mark.parametrize("shop", range(ROUNDS), indirect=True)
def test_while_writers_and_the_clock_go_on_no_reader_sees_what_is_no_longer_true(shop: Shop) -> None:
    over = threading.Event()
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        steps = Steps(shop.net, Random(seed), f"-{seed}-")
        while not over.is_set():
            shop.step(steps)

    def read(seed: int) -> None:
        random = Random(seed)
        for _ in range(LOOKS):
            shop.watcher.compare(random.choice(VISITS))

    def kept_in_mind(work: Callable[[int], None], seed: int) -> None:
        try:
            work(seed)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=kept_in_mind, args=(write, seed)) for seed in (1, 2)]
    readers = [threading.Thread(target=kept_in_mind, args=(read, seed)) for seed in (3, 4, 5)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in readers:
        thread.join(300)
    over.set()
    for thread in writers:
        thread.join(60)
    assert failures == []
    assert shop.watcher.looked.total() == len(readers) * LOOKS
    assert shop.watcher.looked["kept"] > LOOKS
