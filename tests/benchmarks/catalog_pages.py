"""How fast a catalog page is, and how that depends on the number of lots: cold, warm, while a vendor writes, and right
after each of its changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from statistics import median

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

VENDORS = 10
A_SECOND = 10
"""Changes that a vendor writes in a second."""

MOST_TIMES = 3
COLD, WARM, WRITTEN, CHANGED = "cold", "warm", "while a vendor writes ten changes a second", "right after a change"

Seconds = dict[str, list[float]]


def measure(url: Callable[[], str], sizes: Sequence[int], pages: int = 200, changes: int = 40) -> list[Target]:
    """Pages of 50 for each size, in turns; how many times as long the largest catalog takes as the smallest."""
    found: dict[int, Seconds] = {size: {} for size in sizes}
    with ExitStack() as stack:
        nets: dict[int, K2K] = {}
        for size in sizes:
            address = url()
            with K2K.open(address, clock=lambda: networks.NOW) as k2k:
                k2k.load(networks.network(size, VENDORS))
            nets[size] = stack.enter_context(K2K.open(address, clock=lambda: networks.NOW))
            found[size][COLD] = [_page(nets[size])]
        _in_turns(nets, found, WARM, pages, lambda net, number: None)
        _in_turns(nets, found, CHANGED, changes, _change)
        for size, net in nets.items():
            found[size][WRITTEN] = _pages_while_a_vendor_writes(net, changes // 2)
    return [*_told(found), *(_ratio(found, kind) for kind in (WARM, CHANGED, WRITTEN))]


def _in_turns(
    nets: Mapping[int, K2K],
    found: Mapping[int, Seconds],
    kind: str,
    pages: int,
    before: Callable[[K2K, int], object],
) -> None:
    for number in range(pages):
        for size, net in nets.items():
            before(net, number)
            found[size].setdefault(kind, []).append(_page(net))


def _page(net: K2K) -> float:
    begun = time.perf_counter()
    page = net.catalog(BUYER, CUSTOMER, ship_date=SHIP_DATE)
    seconds = time.perf_counter() - begun
    assert page["lines"], "a page of the catalog shows something"
    return seconds


def _change(net: K2K, number: int) -> None:
    vendor = networks.vendor_codes(VENDORS)[number % VENDORS]
    net.set(vendor, lot=f"L{number % VENDORS:05}", values={"price_a": f"0.{20 + number % 70}"})


def _pages_while_a_vendor_writes(net: K2K, changes: int) -> list[float]:
    """Page after page, until a vendor has written so many changes, ten a second, on a thread of its own."""
    over = threading.Event()

    def write() -> None:
        for number in range(changes):
            over.wait(1 / A_SECOND)
            _change(net, number)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    seconds = []
    while not over.is_set():
        seconds.append(_page(net))
    writer.join()
    return seconds


def _told(found: Mapping[int, Seconds]) -> Iterator[Target]:
    for size, kinds in found.items():
        for kind, seconds in kinds.items():
            yield Target(f"{size:>6,} lots of {VENDORS} vendors, a page {kind}: p50 in ms", median(seconds) * 1000)


def _ratio(found: Mapping[int, Seconds], kind: str) -> Target:
    smallest, largest = min(found), max(found)
    ratio = median(found[largest][kind]) / median(found[smallest][kind])
    return Target(f"a page {kind}: {largest:,} lots to {smallest:,}", ratio, MOST_TIMES)
