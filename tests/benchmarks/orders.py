"""How many orders a second, against the least that any program has to do for one (`orders_by_hand`).

Ours is the whole of `add`: is the lot visible for that date, what does it cost, why, is the plan still true, one
transaction with a cart, three documents, the line with both explanations, the ledger row, numbers without gaps, an
event for both companies.
"""

from __future__ import annotations

from collections.abc import Callable

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE
from tests.benchmarks.orders_by_hand import ByHand, Known
from tests.benchmarks.rounds import Target, best_of

LEAN, WHOLE, OURS, INTO_CART = "lean", "whole", "ours", "into_cart"


def measure(url: str, orders: int, rounds: int, lots: int = 200) -> list[Target]:
    """Place `orders` orders of one box in each of the ways, every round anew, in the empty database `url`."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, boxes=4 * rounds * (orders // lots + 1)))
        vendor = networks.vendor_codes(1)[0]
        with k2k.office.store.reading() as session:
            known = Known.of(session, vendor)
        lean, whole = ByHand(url, known, papers=False), ByHand(url, known, papers=True)
        works = {
            LEAN: _by_hand(lean, known.lots, orders),
            WHOLE: _by_hand(whole, known.lots, orders),
            OURS: _ours(k2k, vendor, lots, orders),
            INTO_CART: _into_one_cart(k2k, vendor, lots, orders),
        }
        best = best_of(rounds, works)
        lean.close()
        whole.close()
        return _targets(best, k2k.office.store.engine, orders)


def _targets(best: dict[str, float], engine: str, orders: int) -> list[Target]:
    rate = {name: f"{orders / seconds:,.0f} a second" for name, seconds in best.items()}
    return [
        Target(f"{engine}: {rate[OURS]}, to the UPDATE with its rows ({rate[WHOLE]})", best[OURS] / best[WHOLE], 6),
        Target(f"{engine}: lines into one cart ({rate[INTO_CART]})", best[INTO_CART] / best[WHOLE], 6),
        Target(f"{engine}: to the UPDATE with its ledger row and line alone ({rate[LEAN]})", best[OURS] / best[LEAN]),
    ]


def _by_hand(hand: ByHand, lots: list[int], orders: int) -> Callable[[], object]:
    def work() -> None:
        for number in range(orders):
            hand.order(lots[number % len(lots)])

    return work


def _ours(k2k: K2K, vendor: str, lots: int, orders: int) -> Callable[[], object]:
    def work() -> None:
        for number in range(orders):
            k2k.add(BUYER, CUSTOMER, lot=f"{vendor}/L{number % lots:05}", ship_date=SHIP_DATE)

    return work


def _into_one_cart(k2k: K2K, vendor: str, lots: int, orders: int) -> Callable[[], object]:
    def work() -> None:
        cart = None
        for number in range(orders):
            lot = f"{vendor}/L{number % lots:05}"
            cart = k2k.add(BUYER, CUSTOMER, lot=lot, ship_date=SHIP_DATE, cart=cart)["cart"]

    return work
