"""How many orders a second, against the least that any program has to do for one (`baseline_orders`).

An order is the whole of `add` with an idempotency key: visibility for that date, price with explanation, check of the
ship date, then one transaction with the key and its answer, a cart, three documents, the line, the ledger row, gapless
numbers and an event for both companies. Also reported: an order up to its confirmation, with box claims, AWB, invoice
and audit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.baseline_orders import BaselineOrders, Known
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

LEAN, WHOLE, OURS, INTO_CART, CONFIRMED = "lean", "whole", "ours", "into_cart", "confirmed"
Keys = Callable[[], str]


def measure(url: str, orders: int, rounds: int, lots: int = 200) -> list[Target]:
    """Place `orders` orders of one box in each of the ways, every round anew, in the empty database `url`."""
    numbers, waits = count(), list[float]()

    def key() -> str:
        return f"order {next(numbers)}"

    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, boxes=5 * rounds * (orders // lots + 1)))
        vendor = networks.vendor_codes(1)[0]
        with k2k.context.store.whole_network.reading() as session:
            known = Known.of(session, vendor)
        lean, whole = BaselineOrders(url, known, documents=False), BaselineOrders(url, known, documents=True)
        works = {
            LEAN: _baseline(lean, known.lots, orders),
            WHOLE: _baseline(whole, known.lots, orders),
            OURS: _ours(k2k, vendor, lots, orders, key, waits),
            INTO_CART: _into_one_cart(k2k, vendor, lots, orders, key),
            CONFIRMED: _confirmed(k2k, vendor, lots, orders, key),
        }
        best = best_of(rounds, works)
        lean.close()
        whole.close()
        return _targets(best, k2k.context.store.engine, orders, sorted(waits))


def _targets(best: dict[str, float], engine: str, orders: int, waits: list[float]) -> list[Target]:
    rate = {name: f"{orders / seconds:,.0f} a second" for name, seconds in best.items()}
    return [
        Target(f"{engine}: {rate[OURS]}, to the UPDATE with its rows ({rate[WHOLE]})", best[OURS] / best[WHOLE], 6),
        Target(f"{engine}: lines into one cart ({rate[INTO_CART]})", best[INTO_CART] / best[WHOLE], 6),
        Target(f"{engine}: to the UPDATE with its ledger row and line alone ({rate[LEAN]})", best[OURS] / best[LEAN]),
        Target(f"{engine}: up to the confirmation, to the same ({rate[CONFIRMED]})", best[CONFIRMED] / best[WHOLE]),
        Target(f"{engine}: 99 of 100 orders are answered within so many ms", 1000 * waits[len(waits) * 99 // 100]),
        Target(f"{engine}: the worst answer of {len(waits):,}, in ms", 1000 * waits[-1]),
    ]


def _baseline(baseline: BaselineOrders, lots: list[int], orders: int) -> Callable[[], object]:
    def work() -> None:
        for number in range(orders):
            baseline.order(lots[number % len(lots)])

    return work


def _ours(k2k: K2K, vendor: str, lots: int, orders: int, key: Keys, waits: list[float]) -> Callable[[], object]:
    def work() -> None:
        for number in range(orders):
            start = time.perf_counter()
            k2k.add(BUYER, CUSTOMER, lot=f"{vendor}/L{number % lots:05}", ship_date=SHIP_DATE, key=key())
            waits.append(time.perf_counter() - start)

    return work


def _into_one_cart(k2k: K2K, vendor: str, lots: int, orders: int, key: Keys) -> Callable[[], object]:
    def work() -> None:
        cart = None
        for number in range(orders):
            lot = f"{vendor}/L{number % lots:05}"
            cart = k2k.add(BUYER, CUSTOMER, lot=lot, ship_date=SHIP_DATE, cart=cart, key=key())["cart"]

    return work


def _confirmed(k2k: K2K, vendor: str, lots: int, orders: int, key: Keys) -> Callable[[], object]:
    def work() -> None:
        for number in range(orders):
            lot = f"{vendor}/L{number % lots:05}"
            order = k2k.add(BUYER, CUSTOMER, lot=lot, ship_date=SHIP_DATE, key=key())
            k2k.checkout(BUYER, cart=order["cart"], key=key())
            k2k.confirm(vendor, order["sales_order"], key=key())

    return work
