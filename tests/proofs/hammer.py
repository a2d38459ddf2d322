"""The hammer: several processes order from the same few lots, which have three times too few boxes."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from k2k_core.store.engine import Store
from k2k_core.store.statements import execute
from tests.proofs import network
from tests.proofs.processes import together
from tests.store.hammer import NaiveLot

PROCESSES = 4
LOTS = 20


class Figures(NamedTuple):
    """What a hammer came to. `oversold` are boxes sold that there were not, `errors` everything but a plain refusal."""

    engine: str
    attempts: int
    boxes: int
    sold: int
    refused: int
    oversold: int
    errors: list[str]
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nothing oversold, nothing else than a plain refusal, and all that is stored agrees with itself."""
        return not (self.oversold or self.errors or self.faults)

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.attempts:,} attempts of {PROCESSES} processes on {LOTS} lots of {self.boxes} boxes:"
            f" {self.sold:,} boxes sold, {self.refused:,} attempts refused, {self.oversold} boxes oversold,"
            f" {len(self.errors)} other errors, {len(self.faults)} faults in what is stored"
        )


def too_few(attempts: int) -> int:
    """Boxes of each lot: an attempt asks for two on average, and there is a third of what all of them want."""
    return max(1, attempts * 2 // LOTS // 3)


def hammer(url: str, attempts: int) -> Figures:
    """Let the processes order in the empty database `url`, then count every lot again."""
    boxes, lots = too_few(attempts), network.refs(LOTS)
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, boxes))
        orders = [
            {"url": url, "lots": lots, "attempts": attempts // PROCESSES, "seed": seed} for seed in range(PROCESSES)
        ]
        answers = together("buying_process.py", orders)
        sold: Counter[str] = Counter()
        for answer in answers:
            sold.update(answer["taken"])
        left = {row["lot"]: row["available"] for row in k2k.availability(lots)}
        faults = [str(fault) for fault in k2k.verify()]
        faults += [f"{lot}: {left[lot]} left" for lot in lots if left[lot] != boxes - sold[lot]]
        return Figures(
            k2k.office.store.engine,
            attempts,
            boxes,
            sum(sold.values()),
            sum(answer["refused"] for answer in answers),
            sum(max(0, sold[lot] - boxes) for lot in lots),
            [error for answer in answers for error in answer["errors"]],
            faults,
        )


def hammer_naively(url: str, attempts: int) -> int:
    """The same attempts on a table of its own, read, checked and written: how many boxes were oversold."""
    boxes, lots = too_few(attempts), list(range(1, LOTS + 1))
    store = Store(url)
    with store.writing() as session:
        execute(session._database, "CREATE TABLE naive_lot (id BIGINT PRIMARY KEY, available INTEGER NOT NULL)")
        session.insert_many(NaiveLot, [{"id": lot, "available": boxes} for lot in lots])
    store.close()
    orders = [{"url": url, "lots": lots, "attempts": attempts // PROCESSES, "seed": seed} for seed in range(PROCESSES)]
    sold: Counter[str] = Counter()
    for answer in together("naive_process.py", orders):
        sold.update(answer["taken"])
    return sum(max(0, taken - boxes) for taken in sold.values())
