"""Writers under load are killed with SIGKILL at random moments: what was acknowledged is stored, and nothing is half
done."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from typing import Any, NamedTuple

from k2k_core.api import K2K
from k2k_core.store.tables import OrderLine
from tests.proofs import network
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE
from tests.proofs.processes import start

WRITERS = 2
"""Writers at once: while one is killed the other one goes on writing."""

LOTS, BOXES = 5, 4_000
Acknowledged = list[tuple[str, str, dict[str, Any]]]


class Figures(NamedTuple):
    """What the kills came to. `lost` are acknowledged orders that are gone, `changed` keys that answer differently."""

    engine: str
    kills: int
    acknowledged: int
    written: int
    lost: int
    changed: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing half written, no key that answers differently."""
        return not (self.lost or self.changed or self.faults)

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.kills} writers killed: {self.acknowledged:,} orders acknowledged,"
            f" {self.written:,} written, {self.lost} lost, {self.changed} keys with another answer,"
            f" {len(self.faults)} faults in what is stored"
        )


def kill_writers(url: str, kills: int) -> Figures:
    """Kill so many writers in the empty database `url`, one after the other, and look after every kill."""
    chance = random.Random(kills)
    acknowledged: Acknowledged = []
    faults: list[str] = []
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, BOXES))
        running = [_start(url, number) for number in range(min(WRITERS, kills))]
        for number in range(kills):
            acknowledged += _kill(running.pop(0), chance)
            faults += [str(fault) for fault in k2k.verify()]
            if number + WRITERS < kills:
                running.append(_start(url, number + WRITERS))
        before = _sold(k2k)
        lost, changed = _ask_again(k2k, acknowledged)
        faults += [] if _sold(k2k) == before else ["an order that was repeated was written twice"]
        return Figures(k2k.context.store.engine, kills, len(acknowledged), before, lost, changed, faults)


def _start(url: str, number: int) -> subprocess.Popen[str]:
    return start("writing_process.py", {"url": url, "lots": network.refs(LOTS), "name": f"w{number}"})


def _kill(writer: subprocess.Popen[str], chance: random.Random) -> Acknowledged:
    """Wait for some acknowledgements and a moment more, kill, and answer everything that was acknowledged."""
    assert writer.stdout is not None
    assert writer.stderr is not None
    lines = [writer.stdout.readline() for _ in range(chance.randint(1, 5))]
    try:
        writer.wait(chance.uniform(0, 0.05))
    except subprocess.TimeoutExpired:
        writer.send_signal(signal.SIGKILL)
    rest, complaints = writer.stdout.read(), writer.stderr.read()  # not `communicate`, which knows no lines read before
    assert writer.wait() == -signal.SIGKILL, complaints
    for pipe in (writer.stdin, writer.stdout, writer.stderr):
        if pipe is not None:
            pipe.close()
    whole = "".join([*lines, rest]).rpartition("\n")[0].splitlines()
    return [(key, lot, answer) for key, lot, answer in map(json.loads, whole)]


def _ask_again(k2k: K2K, acknowledged: Acknowledged) -> tuple[int, int]:
    """Repeat every acknowledged order: how many were lost, and how many answer differently."""
    lines = {line for (line,) in whole_lines(k2k)}
    lost = changed = 0
    for key, lot, answer in acknowledged:
        lost += any(int(line["line"]) not in lines for line in answer["lines"])
        changed += k2k.add(BUYER, CUSTOMER, lot=lot, boxes=1, ship_date=SHIP_DATE, key=key) != answer
    return lost, changed


def _sold(k2k: K2K) -> int:
    return len(whole_lines(k2k))


def whole_lines(k2k: K2K) -> list[tuple[int]]:
    """The order lines with all their documents: a line without one of them counts as lost."""
    whole = (
        OrderLine.prebook_id.is_null(False)
        & OrderLine.purchase_order_id.is_null(False)
        & OrderLine.sales_order_id.is_null(False)
    )
    with k2k.context.store.whole_network.reading() as session:
        return [(line_id,) for (line_id,) in session.rows(OrderLine.select(OrderLine.id).where(whole))]
