"""A confirmation of three lines with claims, AWB and invoice, and the scan of their boxes, against the least that must
be written for them (`baseline_fulfilment`). The orders are placed before, untimed."""

from __future__ import annotations

from itertools import count
from typing import Any

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.baseline_fulfilment import BaselineFulfilment, Sold, Staged
from tests.benchmarks.baseline_orders import Known
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE
from tests.benchmarks.order_lines import LINES, first_sales, lots_of

CONFIRM, SCAN, CONFIRM_BY_HAND, SCAN_BY_HAND = "confirm", "scan", "confirm by hand", "scan by hand"
TIMES_BY_HAND = 8


def measure(url: str, orders: int, rounds: int, lots: int = 60) -> list[Target]:
    """Confirm and scan `orders` orders in both ways, every round anew, in the empty database `url`."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, boxes=LINES * orders * (4 * rounds + 1) // lots + lots))
        vendor = networks.vendor_codes(1)[0]
        with k2k.context.store.whole_network.reading() as session:
            known = Known.of(session, vendor)
            by_hand = BaselineFulfilment(url, session, known)
        first_sales(k2k, vendor, lots)
        ours, theirs = _Ours(k2k, vendor, lots, orders), _ByHand(by_hand, known.lots, orders)
        works = {
            CONFIRM: ours.confirm,
            CONFIRM_BY_HAND: theirs.confirm,
            SCAN: ours.scan,
            SCAN_BY_HAND: theirs.scan,
        }
        best = best_of(rounds, works, {CONFIRM: ours.order, CONFIRM_BY_HAND: theirs.order})
        by_hand.close()
        return _targets(best, k2k.context.store.engine, orders)


def _targets(best: dict[str, float], engine: str, orders: int) -> list[Target]:
    rate = {name: f"{orders / seconds:,.0f} a second" for name, seconds in best.items()}
    return [
        Target(
            f"{engine}: {one} ({rate[one]}), to its rows by hand ({rate[hand]})", best[one] / best[hand], TIMES_BY_HAND
        )
        for one, hand in ((CONFIRM, CONFIRM_BY_HAND), (SCAN, SCAN_BY_HAND))
    ]


class _Ours:
    """The orders of each round through the facade."""

    def __init__(self, k2k: K2K, vendor: str, lots: int, orders: int) -> None:
        self._k2k, self._vendor, self._lots, self._orders = k2k, vendor, lots, orders
        self._keys = count()
        self._placed: list[str] = []
        self._staged: list[list[str]] = []

    def order(self) -> None:
        """Place the orders, and check them out."""
        self._placed = [self._order(number) for number in range(self._orders)]

    def confirm(self) -> None:
        """Confirm them."""
        self._staged = [
            self._k2k.confirm(self._vendor, one, key=f"confirm {next(self._keys)}")["box_codes"] for one in self._placed
        ]

    def scan(self) -> None:
        """Scan their boxes."""
        for codes in self._staged:
            self._k2k.scan(BUYER, codes, key=f"scan {next(self._keys)}")

    def _order(self, number: int) -> str:
        wanted: list[dict[str, Any]] = [{"lot": lot, "boxes": 1} for lot in lots_of(self._vendor, self._lots, number)]
        order = self._k2k.add(BUYER, CUSTOMER, lines=wanted, ship_date=SHIP_DATE, key=f"add {next(self._keys)}")
        self._k2k.checkout(BUYER, cart=order["cart"], key=f"check out {next(self._keys)}")
        return str(order["sales_order"])


class _ByHand:
    """The same by hand."""

    def __init__(self, baseline: BaselineFulfilment, lots: list[int], orders: int) -> None:
        self._baseline, self._lots, self._orders = baseline, lots, orders
        self._placed: list[Sold] = []
        self._staged: list[Staged] = []

    def order(self) -> None:
        """Place the orders, and check them out."""
        count_of_lots = len(self._lots)
        self._placed = [
            self._baseline.order([self._lots[(LINES * number + line) % count_of_lots] for line in range(LINES)])
            for number in range(self._orders)
        ]

    def confirm(self) -> None:
        """Confirm them."""
        self._staged = [self._baseline.confirm(one) for one in self._placed]

    def scan(self) -> None:
        """Scan their boxes."""
        for one in self._staged:
            self._baseline.scan(one)
