"""The hammer: several processes order from the same few lots, which have a third of the boxes that are ordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

from k2k_core.store.database.queries import execute
from k2k_core.store.engine import Store
from tests.proofs import network
from tests.proofs.processes import together
from tests.store.inventory.hammer import NaiveLot

PROCESSES = 4
LOTS = 20

MIXED = "all_at_once"
BOXES_OF_AN_ORDER = {"one_line": 2, "five_lines": 10, "catalog_line": 5, MIXED: 5}
"""On average, by the way of ordering. In the mixture each process has a way of its own."""


class Swing(NamedTuple):
    """How the hammer is swung."""

    way: str = "one_line"
    processes: int = PROCESSES
    lots: int = LOTS

    def boxes(self, attempts: int) -> int:
        """Boxes of each lot: a third of what all attempts ask for."""
        return max(1, attempts * BOXES_OF_AN_ORDER[self.way] // self.lots // 3)

    def ways(self) -> list[str]:
        """The way of each process."""
        known = [way for way in BOXES_OF_AN_ORDER if way != MIXED] if self.way == MIXED else [self.way]
        return [known[number % len(known)] for number in range(self.processes)]


SWINGS = [Swing(*cell) for cell in product(BOXES_OF_AN_ORDER, (4, 8), (1, 20, 200))]
"""The whole matrix."""


class Figures(NamedTuple):
    """What a hammer came to. `oversold` are boxes sold that there were not, `errors` everything but a plain refusal."""

    engine: str
    swing: Swing
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
            f"{self.engine}: {self.attempts:,} attempts of {self.swing.processes} processes on {self.swing.lots} lots"
            f" of {self.boxes} boxes: {self.sold:,} boxes sold, {self.refused:,} attempts refused,"
            f" {self.oversold} boxes oversold, {len(self.errors)} other errors,"
            f" {len(self.faults)} faults in what is stored"
        )

    @property
    def row(self) -> str:
        """The same as a row of the table of `matrix`."""
        way, processes, lots = self.swing
        left = self.boxes * lots - self.sold
        numbers = (processes, lots, self.attempts, self.sold, left, self.refused, self.oversold)
        told = [f"{number:,}" for number in (*numbers, len(self.errors), len(self.faults))]
        return f"| {' | '.join([self.engine, way, *told])} |"


HEADING = (
    "| engine | order | processes | lots | attempts | boxes sold | left | refused | oversold | other errors | faults |"
    + "\n"
    + "|---" * 11
    + "|"
)


def matrix(new: Callable[[], str], attempts: int) -> Iterator[Figures]:
    """Every swing on one engine, each in a database of its own that `new` makes."""
    for swing in SWINGS:
        yield hammer(new(), attempts, swing)


def hammer(url: str, attempts: int, swing: Swing = Swing()) -> Figures:  # noqa: B008 - a constant
    """Let the processes order in the empty database `url`, then count every lot again."""
    boxes, lots = swing.boxes(attempts), network.refs(swing.lots)
    with network.open_network(url) as k2k:
        k2k.load(network.network(swing.lots, boxes))
        share, rest = divmod(attempts, swing.processes)
        orders = [
            {"url": url, "lots": lots, "attempts": share + (seed < rest), "seed": seed, "way": way}
            for seed, way in enumerate(swing.ways())
        ]
        answers = together("buying_process.py", orders)
        sold: Counter[str] = Counter()
        for answer in answers:
            sold.update(answer["taken"])
        left = {row["lot"]: row["available"] for row in k2k.availability(lots)}
        faults = [str(fault) for fault in k2k.verify()]
        faults += [f"{lot}: {left[lot]} left" for lot in lots if left[lot] != boxes - sold[lot]]
        return Figures(
            k2k.context.store.engine,
            swing,
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
    boxes, lots = Swing().boxes(attempts), list(range(1, LOTS + 1))
    store = Store(url)
    with store.whole_network.writing() as session:
        execute(session._database, "CREATE TABLE naive_lot (id BIGINT PRIMARY KEY, available INTEGER NOT NULL)")
        session.insert_many(NaiveLot, [{"id": lot, "available": boxes} for lot in lots])
    store.close()
    orders = [{"url": url, "lots": lots, "attempts": attempts // PROCESSES, "seed": seed} for seed in range(PROCESSES)]
    sold: Counter[str] = Counter()
    for answer in together("naive_process.py", orders):
        sold.update(answer["taken"])
    return sum(max(0, taken - boxes) for taken in sold.values())
