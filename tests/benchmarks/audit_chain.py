"""What the chain of the audit costs an order: orders up to their confirmation, with every entry hashed as it is
written, against the same with a constant in the place of the hash. Sealing is for another process, and not done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from unittest import mock

from k2k_core.api import K2K
from k2k_core.domain.audit_chain import HashedEntry
from k2k_core.store.events import journal
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.order_lines import LINES, first_sales, place

_CONSTANT = f"1:{'0' * 64}"
HASHED, CONSTANT = "hashed", "constant"
TIMES_CONSTANT = 1.05


def measure(url: str, orders: int, rounds: int, lots: int = 60) -> list[Target]:
    """Place and confirm `orders` orders of three lines in each of the ways, every round anew, in the empty database
    `url`."""
    names = count()
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots, boxes=LINES * orders * (2 * rounds + 1)))
        vendor, engine = networks.vendor_codes(1)[0], k2k.context.store.engine
        first_sales(k2k, vendor, lots)

        def work() -> None:
            place(k2k, vendor, lots, orders, f"{next(names)}", confirm=True)

        best = best_of(rounds, {HASHED: work, CONSTANT: _without_hashes(work)})
    words = f"{engine}: orders with hashed entries of the audit, to the same without the hash"
    return [Target(words, best[HASHED] / best[CONSTANT], TIMES_CONSTANT)]


def _without_hashes(work: Callable[[], None]) -> Callable[[], None]:
    def patched() -> None:
        with _constant_hash():
            work()

    return patched


@contextmanager
def _constant_hash() -> Iterator[None]:
    with mock.patch.object(journal, "entry_hash", _no_hash):
        yield


def _no_hash(entry: HashedEntry) -> str:
    return _CONSTANT
