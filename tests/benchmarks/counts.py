"""What a page costs in counts that no machine changes: calls of functions for each lot, and bytes held for each lot.

Both are the slope between two sizes of a network: what a page costs whatever its catalog is not counted.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.memory import alone
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

VENDORS = 2


class Page(NamedTuple):
    """A kind of page: what is read, and what happens before it; the most calls for each lot, and altogether where the
    catalog has no lots."""

    calls_a_lot: float
    calls: float
    read: Callable[[K2K], object]
    before: Callable[[K2K], object] = lambda _k2k: None


def _page(customer: str = CUSTOMER) -> Callable[[K2K], object]:
    return lambda k2k: k2k.catalog(BUYER, customer, ship_date=SHIP_DATE, sort="-price")


def _lot(k2k: K2K) -> None:
    k2k.set("FARM-00", lot="L00000", values={"price_a": "0.71"})


def _setting(k2k: K2K) -> None:
    k2k.set(BUYER, settings={"k2k_gpm": "21"})


PAGES = {
    "the first of a process": Page(52, 98_000, _page()),
    "kept": Page(0.1, 3_900, _page()),
    "another customer of the same terms of price": Page(0.1, 8_900, _page("C-101")),
    "another customer with terms of its own": Page(0.1, 13_100, _page("C-102")),
    "after one lot changed": Page(0.1, 9_000, _page(), _lot),
    "after one setting of the buyer changed": Page(0.1, 15_700, _page(), _setting),
}
HELD = {"for the first customer": 1_100, "for another customer with terms of its own": 45}
"""What holds bytes for each lot, and the most. The limits of this module are about a seventh above what is counted with
400 lots."""

READERS = (CUSTOMER, "C-103")


def measure(folder: Path, sizes: tuple[int, int] = (100, 400)) -> list[Target]:
    """The pages of two sizes of a network, in the order of `PAGES`, and what they hold; counted in a process of its
    own, in which nothing but K2K is called."""
    (small, large), _ = alone("counts", "counted", str(folder), sizes)
    each = sizes[1] - sizes[0]
    slopes = {name: max(0.0, (large[name] - small[name]) / each) for name in small}
    found = []
    for name, page in PAGES.items():
        besides = small[name] - slopes[name] * sizes[0]
        found.append(Target(f"a page, {name}: calls of functions for each lot", slopes[name], page.calls_a_lot))
        found.append(Target(f"a page, {name}: calls besides", besides, page.calls))
    return [*found, *(Target(f"bytes for each lot, {name}", slopes[name], most) for name, most in HELD.items())]


def counted(folder: str, sizes: tuple[int, int]) -> list[dict[str, int]]:
    """Calls of each page, and bytes, for each size."""
    _measured(folder, 8)  # what is imported and compiled once is no cost of a page
    return [_measured(folder, size) for size in sizes]


def _measured(folder: str, lots: int) -> dict[str, int]:
    """Calls of each page, and bytes, of a network of so many lots, each from where nothing of it is cached."""
    url = f"sqlite:///{folder}/counts-{lots}.db"
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, VENDORS, customers=4))
        k2k.set(BUYER, customer="C-102", values={"ecommerce_markup": {"percent": "6.25"}})
        k2k.set(BUYER, customer="C-103", values={"ecommerce_markup": {"percent": "7.25"}})
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        found = dict(_counted(k2k))
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        return found | _held(k2k)


def _counted(k2k: K2K) -> Iterator[tuple[str, int]]:
    for name, page in PAGES.items():
        page.before(k2k)
        yield name, _calls(partial(page.read, k2k))


def _calls(work: Callable[[], object]) -> int:
    """How many functions are called, in Python and in C."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def _held(k2k: K2K) -> dict[str, int]:
    """The bytes that stay after the first page of a process, and that the page of another customer adds."""
    k2k.companies()
    tracemalloc.start()
    try:
        return {name: _grown(partial(_page(customer), k2k)) for name, customer in zip(HELD, READERS, strict=True)}
    finally:
        tracemalloc.stop()


def _grown(work: Callable[[], object]) -> int:
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    work()
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before
