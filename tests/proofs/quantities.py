"""Quantities under late messages and kills: an ERP hears late of what K2K sold, and states the quantities of its own
books.

The same season is played three times: in the vendor's warehouse, where a box physically is or is not; in a model that
follows the written rule (`RuleLot`); and in the store, through a process that is killed with SIGKILL at random moments
and then given the same command with the same key again. After every step the store has the numbers of the rule, and
promises no box that is not in the warehouse; at the end, when every message has arrived and a count was made, it has
exactly the warehouse's boxes.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.proofs import network
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, VENDOR
from tests.proofs.processes import start

SEASON = 100
"""Steps of one lot; then there is a new one."""

BOXES = 10
HONEST, OLDER, NEWER = "honest", "older", "newer"
"""An ERP names the movement that its books have, to be safe an older one, or falsely the newest that there is."""

MIXED = (HONEST, HONEST, HONEST, OLDER)

COMMANDS_IN_A_STEP = 0.7
"""What is heard, counted or impossible at the moment is no command."""

LONGEST_LIFE = 0.03
"""Seconds that a command may be at work before the process is killed."""


class RuleLot:
    """A lot under the rule: what is stated, and the movements after it but for statements. Below none is short, and no
    fewer boxes than none have ever come."""

    def __init__(self, boxes: int) -> None:
        self.boxes, self.on_hand, self.net = boxes, boxes, boxes
        self.rows: list[tuple[int, int, int]] = []
        """Movement, by how much it changed what is on hand, and what can be sold less what is short."""

    def move(self, movement: int, on_hand: int, net: int) -> None:
        """A movement that is no statement: boxes are promised, shipped, or (both at once) sold elsewhere."""
        self.boxes += on_hand if on_hand == net else 0
        self.on_hand += on_hand
        self.net += net
        self.rows.append((movement, on_hand, net))

    def state(self, on_hand: int, as_of: int) -> None:
        """Somebody whose books have the movements up to `as_of` says how many are there."""
        wanted = on_hand + sum(row[1] for row in self.rows if row[0] > as_of)
        delta = max(wanted - self.on_hand, -self.boxes)
        self.boxes += delta
        self.on_hand += delta
        self.net += delta

    def numbers(self) -> tuple[int, int, int]:
        """On hand, available, short."""
        return self.on_hand, max(self.net, 0), max(-self.net, 0)


@dataclass
class Counts:
    """What happened, and what went wrong."""

    steps: int = 0
    commands: int = 0
    kills: int = 0
    done_before_the_kill: int = 0
    statements: int = 0
    stale: int = 0
    refused: int = 0
    oversold: int = 0
    undersold: int = 0
    faults: list[str] = field(default_factory=list)


class Figures(NamedTuple):
    """What a run came to. `undersold` are steps after which fewer boxes could be sold than there were: the ERP had
    not stated them yet."""

    engine: str
    lots: int
    counts: Counts

    @property
    def sound(self) -> bool:
        """Nothing oversold, every number that of the rule, in the end that of the house, nothing wrong in the store."""
        return not (self.counts.oversold or self.counts.faults)

    def __str__(self) -> str:
        found = self.counts
        return (
            f"{self.engine}: {found.steps:,} steps of {self.lots:,} lots, {found.commands:,} commands, {found.kills}"
            f" killed at work ({found.done_before_the_kill} were done already): {found.statements:,} statements,"
            f" {found.stale:,} of them late and dropped, {found.refused:,} sales refused, {found.oversold:,} steps"
            f" oversold, {found.undersold:,} undersold, {len(found.faults)} faults"
        )


class Store:
    """The store, behind a process that may be killed."""

    def __init__(self, url: str, draw: random.Random, counts: Counts, kills: float) -> None:
        self._url, self._draw, self._counts, self._kills = url, draw, counts, kills
        self._number = 0
        self._process = self._started()

    def do(self, lot: str, command: str, /, *args: object, **named: object) -> tuple[Any, str | None, dict[str, Any]]:
        """The answer to a command, or the code of its refusal, and the quantities of a lot afterwards."""
        self._counts.commands += 1
        self._number += 1
        line = json.dumps([command, args, {**named, "key": f"key {self._number}"}, lot])
        self._tell(line)
        if self._draw.random() < self._kills:
            self._kill()
            self._tell(line)
        answer, refused, quantities = json.loads(_read(self._process))
        return answer, refused, quantities

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        return start("commands_process.py", {"url": self._url, "company": VENDOR})

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _kill(self) -> None:
        """Kill the process while it is at work, or just before or after, and start another one."""
        time.sleep(self._draw.uniform(0, LONGEST_LIFE))
        self._process.send_signal(signal.SIGKILL)
        told, _ = self._process.communicate()
        self._counts.kills += 1
        self._counts.done_before_the_kill += bool(told)
        self._process = self._started()


def _read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, (process.communicate()[1], process.returncode)
    return line


class Season:
    """A lot in the house, in the vendor's books, under the rule and in the store."""

    def __init__(self, store: Store, draw: random.Random, counts: Counts, code: str, books: str) -> None:
        self._store, self._draw, self._counts, self._code, self._books = store, draw, counts, code, books
        self._in_house = BOXES
        self._rule = RuleLot(BOXES)
        self._do("put", VENDOR, "lots", [_lot(code)])
        self._carts: list[tuple[str, str, int]] = []
        self._checked_out: set[str] = set()
        self._staged: list[tuple[str, int]] = []
        self._heard_of, self._has, self._as_of = 0, BOXES, self._numbers["movement"]
        self._feed: list[tuple[int, int]] = []
        """What the vendor's ERP will hear: the movement, and how many boxes left the house with it."""

        self._waiting: list[dict[str, Any]] = []
        """Statements that are on their way."""

        self._counted = 0
        self._works: tuple[Callable[[], None], ...] = (
            *(self._buy, self._buy, self._cancel, self._confirm, self._ship, self._hear, self._hear),
            *(self._count, self._count, self._tell, self._tell, self._tell),
            *(self._receive, self._receive, self._sell),
        )

    def run(self, steps: int) -> None:
        """So many steps; then everything is heard, counted once more and told."""
        for _ in range(steps):
            self._draw.choice(self._works)()
            self._counts.steps += 1
            self._judge()
        while self._heard_of < len(self._feed):
            self._hear()
        self._count()
        while self._waiting:
            self._tell()
        promised = self._promised()
        if self._books == HONEST and self._rule.numbers() != (self._in_house, self._in_house - promised, 0):
            self._fault(f"{self._in_house} in the house, {promised} of them promised")

    # What happens to the lot

    def _buy(self) -> None:
        boxes = self._draw.randint(1, 3)
        answer = self._do("add", BUYER, CUSTOMER, lot=f"{VENDOR}/{self._code}", boxes=boxes, ship_date=SHIP_DATE)
        if answer is not None:
            self._carts.append((answer["cart"], answer["lines"][0]["sales_order"], boxes))
            self._moved(0, -boxes)

    def _cancel(self) -> None:
        if self._carts:
            cart, _, boxes = self._carts.pop()
            self._do("cancel", BUYER, cart=cart)
            self._moved(0, boxes)

    def _confirm(self) -> None:
        """Confirm the oldest order. While the lot is short there may be no boxes to give it; then it waits."""
        if not self._carts:
            return
        cart, order, boxes = self._carts[0]
        if cart not in self._checked_out:
            self._do("checkout", BUYER, cart=cart)
            self._checked_out.add(cart)
        short = self._rule.net < 0
        confirmed = self._do("confirm", VENDOR, order, reference_number=f"AWB-{order}", may_conflict=short)
        if confirmed is not None:
            del self._carts[0]
            self._staged.append((confirmed["awb"], boxes))

    def _ship(self) -> None:
        if self._staged:
            awb, boxes = self._staged.pop(0)
            self._do("ship", VENDOR, awb)
            self._in_house -= boxes
            self._moved(-boxes, 0)

    def _sell(self) -> None:
        """The vendor asks before it sells a box elsewhere."""
        reference = f"{self._code}-{self._counts.commands}"
        if self._do("adjust", VENDOR, self._code, -1, "sold_elsewhere", reference) is not None:
            self._in_house -= 1
            self._has -= 1
            self._moved(-1, -1, told=0)

    def _receive(self) -> None:
        """A box comes, and the vendor's books know it at once."""
        self._in_house += 1
        self._has += 1

    # What the vendor's ERP does

    def _hear(self) -> None:
        if self._heard_of < len(self._feed):
            self._as_of, left = self._feed[self._heard_of]
            self._has -= left
            self._heard_of += 1

    def _count(self) -> None:
        """State what the books have. The statement is told later, and may be overtaken."""
        self._counted += 1
        known = [0, *(movement for movement, _ in self._feed if movement <= self._as_of), self._as_of]
        as_of = {HONEST: self._as_of, OLDER: known[max(0, len(known) - 4)], NEWER: self._numbers["movement"]}[
            self._books
        ]
        at = f"2026-02-02T{self._counted // 3600:02}:{self._counted // 60 % 60:02}:{self._counted % 60:02}Z"
        self._waiting.append({"on_hand": self._has, "as_of": as_of, "counted_at": at})

    def _tell(self) -> None:
        """One of the statements arrives, mostly once."""
        if not self._waiting:
            return
        stated = self._draw.choice(self._waiting)
        if self._draw.random() < 0.8:
            self._waiting.remove(stated)
        self._counts.statements += 1
        if self._do("state_quantity", VENDOR, self._code, **stated) is not None:
            self._rule.state(stated["on_hand"], stated["as_of"])

    # Judging

    def _do(self, command: str, *args: object, may_conflict: bool = False, **named: object) -> Any:
        """The answer of the store; None for a refusal that is one of these seasons."""
        answer, refused, self._numbers = self._store.do(self._code, command, *args, **named)
        if refused == "stale_quantity":
            self._counts.stale += 1
        elif refused == "insufficient_stock":
            self._counts.refused += 1
        elif refused is not None and not (refused == "conflict" and may_conflict):
            self._fault(f"{command} {args} {named} was refused: {refused}")
        return answer

    def _moved(self, on_hand: int, net: int, told: int | None = None) -> None:
        """The store made a movement. The vendor's ERP will hear of it, and of how many boxes have left that it does not
        know to have left."""
        movement = self._numbers["movement"]
        self._rule.move(movement, on_hand, net)
        self._feed.append((movement, -on_hand if told is None else told))

    def _promised(self) -> int:
        return sum(boxes for _, _, boxes in self._carts) + sum(boxes for _, boxes in self._staged)

    def _judge(self) -> None:
        truth = self._in_house - self._promised()
        self._counts.oversold += self._rule.net > truth
        self._counts.undersold += self._rule.net < truth
        stored = tuple(self._numbers[name] for name in ("on_hand", "available", "short"))
        if stored != self._rule.numbers():
            self._fault(f"{stored} on hand, available and short, but {self._rule.numbers()} by the rule")

    def _fault(self, words: str) -> None:
        self._counts.faults.append(f"{self._code} after step {self._counts.steps}: {words}")


def simulate(url: str, steps: int, kills: int, books: Sequence[str] = MIXED, seed: int = 0) -> Figures:
    """Seasons of so many steps in the empty database `url`, with about so many kills, by such books in turn."""
    draw, counts = random.Random(seed), Counts()
    with network.open_network(url) as k2k:
        k2k.load(network.network(0, 0))
        engine = k2k.context.store.engine
    store = Store(url, draw, counts, kills / (steps * COMMANDS_IN_A_STEP))
    lots = 0
    try:
        while counts.steps < steps:
            season = Season(store, draw, counts, f"L{lots}", books[lots % len(books)])
            season.run(min(SEASON, steps - counts.steps))
            lots += 1
    finally:
        store.close()
    with network.open_network(url) as k2k:
        counts.faults += [str(fault) for fault in k2k.verify()]
    return Figures(engine, lots, counts)


def _lot(code: str) -> dict[str, Any]:
    (lot,) = network.network(1, BOXES)["companies"][0]["lots"]
    return {**lot, "code": code}
