"""Orders of three lines, put into one cart at once and checked out, by one process and by several, against the least
that must be written for them; and an order up to its confirmation and the scan of its boxes.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from itertools import count
from typing import Any

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.baseline_orders import BaselineOrders, Known
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

LINES = 3
OURS, BY_HAND, CONFIRMED = "ours", "by hand", "confirmed"
TIMES_BY_HAND = 6
ONE_TO_SEVERAL = {"sqlite": 1.0, "postgresql": 1 / 1.6}
"""The most that the rate of one process may be, to that of several."""


def measure(url: str, orders: int, rounds: int, processes: int = 4, lots: int = 60) -> list[Target]:
    """Place `orders` orders in each of the ways, every round anew, in the empty database `url`."""
    names = count()
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, boxes=LINES * orders * (2 * rounds + processes + 1)))
        vendor, engine = networks.vendor_codes(1)[0], k2k.context.store.engine
        with k2k.context.store.whole_network.reading() as session:
            known = Known.of(session, vendor)
        by_hand = BaselineOrders(url, known, documents=True)
        first_sales(k2k, vendor, lots)
        works = {
            OURS: lambda: place(k2k, vendor, lots, orders, f"{next(names)}"),
            BY_HAND: lambda: _by_hand(by_hand, known.lots, orders),
            CONFIRMED: lambda: place(k2k, vendor, lots, orders, f"{next(names)}", confirm=True),
        }
        best = best_of(rounds, works)
        by_hand.close()
    several = together(url, vendor, lots, orders, processes)
    return _targets(engine, orders, best, several, processes)


def _targets(engine: str, orders: int, best: dict[str, float], several: float, processes: int) -> list[Target]:
    rate = {name: f"{orders / seconds:,.0f} a second" for name, seconds in best.items()}
    together_rate = processes * orders / several
    ratio = orders / best[OURS] / together_rate
    return [
        Target(
            f"{engine}: {rate[OURS]}, to the rows by hand ({rate[BY_HAND]})", best[OURS] / best[BY_HAND], TIMES_BY_HAND
        ),
        Target(f"{engine}: confirmed and scanned, to the order by hand", best[CONFIRMED] / best[BY_HAND]),
        Target(f"{engine}: one process to {processes} ({together_rate:,.0f} a second)", ratio, ONE_TO_SEVERAL[engine]),
    ]


def place(k2k: K2K, vendor: str, lots: int, orders: int, name: str, *, confirm: bool = False) -> None:
    """Place some orders; with `confirm` their vendor confirms them, and the buyer scans their boxes."""
    for number in range(orders):
        key = f"{name} {number}"
        wanted = [{"lot": lot, "boxes": 1} for lot in lots_of(vendor, lots, number)]
        order = k2k.add(BUYER, CUSTOMER, lines=wanted, ship_date=SHIP_DATE, key=f"add {key}")
        k2k.checkout(BUYER, cart=order["cart"], key=f"check out {key}")
        if confirm:
            staged = k2k.confirm(vendor, order["sales_order"], key=f"confirm {key}")
            k2k.scan(BUYER, staged["box_codes"], key=f"scan {key}")


def first_sales(k2k: K2K, vendor: str, lots: int) -> None:
    """Sell of each lot once: what a first sale adds to the buyer is no part of an order."""
    place(k2k, vendor, lots, -(-lots // LINES), "first")


def together(url: str, vendor: str, lots: int, orders: int, processes: int) -> float:
    """Place as many orders in each of several processes at once; the seconds from their start to the end of the
    last."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(processes + 1), context.Queue()
    workers = [
        context.Process(target=_work, args=(url, vendor, lots, orders, f"process {number}", start, done))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait(timeout=120)
    begun = time.perf_counter()
    for _ in workers:
        assert done.get(timeout=300) is None
    taken = time.perf_counter() - begun
    for worker in workers:
        worker.join(timeout=60)
    return taken


def _work(url: str, vendor: str, lots: int, orders: int, name: str, start: Any, done: Any) -> None:
    """What one process does; it answers the error that it met, if any."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        place(k2k, vendor, lots, 1, f"{name}, the first")  # what a process reads once is no part of an order
        start.wait(timeout=120)
        try:
            place(k2k, vendor, lots, orders, name)
            done.put(None)
        except Exception as error:
            done.put(repr(error))


def lots_of(vendor: str, lots: int, number: int) -> Sequence[str]:
    """The lots of the lines of an order, by its number."""
    return [f"{vendor}/L{(LINES * number + line) % lots:05}" for line in range(LINES)]


def _by_hand(baseline: BaselineOrders, lots: list[int], orders: int) -> None:
    for number in range(orders):
        baseline.order_lines([lots[(LINES * number + line) % len(lots)] for line in range(LINES)])
