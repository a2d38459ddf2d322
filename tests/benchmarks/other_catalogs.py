"""What the first page of somebody else costs: another customer, another date, after a lot or a setting changed, and the
first page of a process; in processor time, as a ratio to the bare arithmetic of a price of each lot."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from statistics import median

from k2k_core.api import K2K
from tests.benchmarks import catalogs, networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.memory import alone
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

VENDORS = 20
LIMITS = {
    "the first page of a process": 55,
    "kept": 0.05,
    "another customer of the same terms of price": 0.35,
    "another customer with terms of its own": 1,
    "another date": 1,
    "by price after one lot changed": 0.35,
    "searched after one lot changed": 0.35,
    "after one setting of the buyer changed": 2,
}
"""Ratios for a page of 50 of 50,000 lots: a division, a percentage and a rounding of each price in `Decimal` is 1,
about 30 ms. The aim for the first page of a process is 25, and is not reached: a quarter of its time reads rows, as
much turns them into lots."""

MOST_MEMORY = 150


def measure(url: str, lots: int, rounds: int, customers: int = 256) -> list[Target]:
    """Each kind of page, with limits for 50,000 lots; and the memory of many customers' catalogs."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, VENDORS, customers=max(customers, 3 * rounds + 1)))
        for number in range(rounds):
            markup = {"percent": f"{6 + number}.25"}
            k2k.set(BUYER, customer=f"C-{100 + 2 * rounds + 1 + number}", values={"ecommerce_markup": markup})
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        bare = median(timed(5, lambda number: catalogs.bare(lots)))
        found = {name: median(seconds) for name, seconds in pages(k2k, rounds)}
    limited = lots == 50_000
    targets = [
        Target(f"a page, {name} ({spent * 1000:.1f} ms)", spent / bare, LIMITS[name] if limited else None)
        for name, spent in found.items()
    ]
    (grown, _), _ = alone("other_catalogs", "memory", url, customers)
    words = f"{lots:,} lots, {customers} customers of one buyer: MB"
    return [*targets, Target(words, grown, MOST_MEMORY if limited else None)]


def pages(k2k: K2K, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Each kind of page with the seconds that it took, in the order in which one follows from another."""

    def page(customer: str = CUSTOMER, days: int = 0, **more: str) -> object:
        day = SHIP_DATE + dt.timedelta(days=days)
        return k2k.catalog(BUYER, customer, ship_date=day, **{"sort": "-price", **more})

    def lot(number: int) -> None:
        k2k.set("FARM-00", lot="L00000", values={"price_a": f"0.{30 + number}"})

    def setting(number: int) -> None:
        k2k.set(BUYER, settings={"k2k_gpm": f"{20 + number}"})

    first = 101
    yield "the first page of a process", timed(1, lambda number: page())
    yield "kept", timed(3 * rounds, lambda number: page())
    yield "another customer of the same terms of price", timed(rounds, lambda number: page(f"C-{first + number}"))
    own = first + 2 * rounds
    yield "another customer with terms of its own", timed(rounds, lambda number: page(f"C-{own + number}"))
    yield "another date", timed(rounds, lambda number: page(days=1 + number))
    yield "by price after one lot changed", timed(rounds, lambda number: page(), lot)
    found = timed(
        rounds, lambda number: page(search="rose 007", sort="description"), lambda number: lot(rounds + number)
    )
    yield "searched after one lot changed", found
    yield "after one setting of the buyer changed", timed(rounds, lambda number: page(), setting)


def timed(
    rounds: int, work: Callable[[int], object], before: Callable[[int], object] = lambda number: None
) -> list[float]:
    seconds = []
    for number in range(rounds):
        before(number)
        begun = time.process_time()
        work(number)
        seconds.append(time.process_time() - begun)
    return seconds


def memory(url: str, customers: int) -> tuple[float, int]:
    """How many MB the process has grown by, after every customer has read a page, and how many have."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.catalog(BUYER, CUSTOMER, ship_date=SHIP_DATE - dt.timedelta(days=400), page_size=1)
        before = _held()
        for number in range(customers):
            k2k.catalog(BUYER, f"C-{100 + number}", ship_date=SHIP_DATE, sort="-price")
        return _held() - before, customers


def _held() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6
