"""How each cost grows with the number of lots and of companies: as an exponent, which no machine changes.

A cost with the exponent 0 is the same however much there is, with 1 it doubles where there is twice as much. Measured
between the smallest and the largest size, in seconds of the processor.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from random import Random
from statistics import median

from k2k_core.api import K2K
from tests.benchmarks import networks, other_catalogs, week_network
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE
from tests.benchmarks.valentine_week import BEGIN

VENDORS = 10
LOTS_OF_A_VENDOR = 30

PER_LOT = 1.15
"""What reads or writes every lot grows with them, and not faster."""

OF_LOTS = {
    "the network is loaded": PER_LOT,
    "the first page of a process": PER_LOT,
    "kept": 0.2,
    "another customer of the same terms of price": 0.8,
    "another customer with terms of its own": 0.9,
    "another date": 0.8,
    "by price after one lot changed": 0.6,
    "searched after one lot changed": 0.6,
    "after one setting of the buyer changed": 0.9,
    "an order of one line, checked out": 0.2,
    "everything is verified": PER_LOT,
}
"""Cost → the largest exponent that it may have in the number of lots of one buyer."""

OF_COMPANIES = {
    "the network is loaded": PER_LOT,
    "the first page of a process": 0.2,
    "kept": 0.2,
    "after a price of a vendor changed": 0.2,
    "an order of one line, checked out": 0.2,
    "everything is verified": PER_LOT,
}
"""The same in the number of companies of a network, each of which trades with as many others."""

Costs = dict[str, float]


def measure(
    url: Callable[[], str],
    lots: Sequence[int] = (1_000, 10_000, 50_000),
    companies: Sequence[int] = (50, 150, 500),
    rounds: int = 5,
) -> list[Target]:
    """Every cost for each size, and its exponent; `url` answers an empty database each time."""
    _of_lots(url(), 20, 1)  # what is imported and compiled once is the cost of no size
    by_lots = {size: _of_lots(url(), size, rounds) for size in lots}
    by_companies = {size: _of_companies(url(), size, rounds) for size in companies}
    return [*_told("lots", by_lots, OF_LOTS), *_told("companies", by_companies, OF_COMPANIES)]


def _told(what: str, costs: Mapping[int, Costs], limits: Mapping[str, float]) -> Iterator[Target]:
    smallest, largest = min(costs), max(costs)
    for name, limit in limits.items():
        each = ", ".join(f"{size:,}: {1000 * found[name]:,.1f} ms" for size, found in costs.items())
        exponent = math.log(costs[largest][name] / costs[smallest][name]) / math.log(largest / smallest)
        yield Target(f"exponent in {what}, {name} ({each})", max(0.0, exponent), limit)


def _of_lots(url: str, lots: int, rounds: int) -> Costs:
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        network = networks.network(lots, VENDORS, boxes=rounds + 5, customers=3 * rounds + 1)
        loaded = _seconds(lambda: k2k.load(network))
        for number in range(rounds):
            markup = {"percent": f"{6 + number}.25"}
            k2k.set(BUYER, customer=f"C-{101 + 2 * rounds + number}", values={"ecommerce_markup": markup})
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        found = {name: median(seconds) for name, seconds in other_catalogs.pages(k2k, rounds)}
        ordered = _ordered(k2k, BUYER, CUSTOMER, [f"FARM-{place:02}/L{place:05}" for place in range(rounds + 1)])
        verified = _seconds(k2k.verify)
    return {
        "the network is loaded": loaded,
        **found,
        "an order of one line, checked out": ordered,
        "everything is verified": verified,
    }


def _of_companies(url: str, companies: int, rounds: int) -> Costs:
    chance = Random(companies)
    trade = week_network.trade(companies, chance)
    network = week_network.network(trade, LOTS_OF_A_VENDOR, chance)
    buyer, vendors = next(iter(trade.partners.items()))
    with K2K.open(url, clock=lambda: BEGIN) as k2k:
        loaded = _seconds(lambda: k2k.load(network))
    with K2K.open(url, clock=lambda: BEGIN) as k2k:

        def page() -> object:
            return k2k.catalog(buyer, "C-1", ship_date=SHIP_DATE_OF_THE_WEEK, sort="-price")

        prices = count(30)

        def changed() -> None:
            k2k.set(vendors[0], lot="L0000", values={"price_a": f"0.{next(prices)}"})

        first = _seconds(page)
        kept = median(_seconds(page) for _ in range(3 * rounds))
        after = []
        for _ in range(rounds):
            changed()
            after.append(_seconds(page))
        lots = [f"{vendors[place % len(vendors)]}/L{place:04}" for place in range(rounds + 1)]
        ordered = _ordered(k2k, buyer, "C-1", lots, SHIP_DATE_OF_THE_WEEK)
        verified = _seconds(k2k.verify)
    return {
        "the network is loaded": loaded,
        "the first page of a process": first,
        "kept": kept,
        "after a price of a vendor changed": median(after),
        "an order of one line, checked out": ordered,
        "everything is verified": verified,
    }


SHIP_DATE_OF_THE_WEEK = dt.date(2026, 2, 12)


def _ordered(k2k: K2K, buyer: str, customer: str, lots: Sequence[str], day: dt.date = SHIP_DATE) -> float:
    """The time of an order; the first of a process is not counted."""

    def order(lot: str) -> None:
        k2k.checkout(buyer, cart=k2k.add(buyer, customer, lot=lot, ship_date=day)["cart"])

    return median([_seconds(partial(order, lot)) for lot in lots][1:])


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
