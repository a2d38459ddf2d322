"""A stampede: many callers in several processes want one box each of a lot that has fewer. Every box is sold, and every
other caller is told that there are not enough: nobody is turned away for another reason."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import InsufficientStock, K2KError
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

SOLD, SHORT = "sold", "short"


def measure(url: str, callers: int = 800, boxes: int = 300, processes: int = 4) -> list[Target]:
    """`callers` orders of one box in all, for a lot of `boxes`, in the empty database `url`."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(1, boxes=boxes))
        engine, lot = k2k.context.store.engine, f"{networks.vendor_codes(1)[0]}/L00000"
        told, seconds = _together(url, lot, callers // processes, processes)
        left = int(k2k.availability([lot])[0]["available"])
    others = {what: number for what, number in told.items() if what not in (SOLD, SHORT)}
    return [
        Target(f"{engine}: told anything but sold or short {sorted(others) or ''}", sum(others.values()), 0),
        Target(f"{engine}: boxes of {boxes} that were not sold, or twice", abs(boxes - told[SOLD]) + left, 0),
        Target(f"{engine}: sold {told[SOLD] / seconds:,.0f} a second; seconds until all had an answer", seconds),
    ]


def _together(url: str, lot: str, orders: int, processes: int) -> tuple[Counter[str], float]:
    """What the callers of all processes were told, and the seconds from their start to the last answer."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(processes + 1), context.Queue()
    workers = [context.Process(target=_work, args=(url, lot, orders, start, done)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    start.wait(timeout=120)
    begun, told = time.perf_counter(), Counter[str]()
    for _ in workers:
        told += done.get(timeout=300)
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.join(timeout=60)
    return told, seconds


def _work(url: str, lot: str, orders: int, start: Any, done: Any) -> None:
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.price(BUYER, CUSTOMER, [lot])  # what a process reads once is no part of an order
        start.wait(timeout=120)
        done.put(Counter(_order(k2k, lot) for _ in range(orders)))


def _order(k2k: K2K, lot: str) -> str:
    try:
        k2k.add(BUYER, CUSTOMER, lot=lot, ship_date=SHIP_DATE)
    except InsufficientStock:
        return SHORT
    except K2KError as error:
        return error.code
    return SOLD
