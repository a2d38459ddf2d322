"""Processes that confirm orders are killed at random moments: invoice numbers have no gaps and no duplicates."""

from __future__ import annotations

import random
import signal
import subprocess
from typing import NamedTuple

from tests.proofs import network
from tests.proofs.network import VENDOR
from tests.proofs.processes import start

DESKS = 2
"""Desks at once: while one is killed the other one goes on."""

LOTS, BOXES = 5, 4_000


class Figures(NamedTuple):
    """What the kills came to. `missing` are acknowledged orders without an invoice, `wrong` numbers out of place."""

    engine: str
    kills: int
    acknowledged: int
    invoices: int
    missing: int
    wrong: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Every number given once, none left out, none lost."""
        return not (self.missing or self.wrong or self.faults)

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.kills} desks killed: {self.acknowledged:,} confirmations acknowledged,"
            f" {self.invoices:,} invoices, {self.missing} missing, {self.wrong} numbers out of place,"
            f" {len(self.faults)} faults in what is stored"
        )


def kill_desks(url: str, kills: int) -> Figures:
    """Kill so many desks in the empty database `url`, one after the other, and look after every kill."""
    chance, acknowledged, faults = random.Random(kills), set[str](), list[str]()
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, BOXES))
        running = [_start(url) for _ in range(min(DESKS, kills))]
        for number in range(kills):
            acknowledged |= _kill(running.pop(0), chance)
            faults += [str(fault) for fault in k2k.verify()]
            if number + DESKS < kills:
                running.append(_start(url))
        found = [one for one in k2k.orders(VENDOR) if one["kind"] == "invoice"]
        billed = {one["reference_number"] for one in found}
        wanted = {f"I-{1001 + place}" for place in range(len(found))}
        wrong = len(wanted ^ {one["number"] for one in found})
        engine = k2k.context.store.engine
    return Figures(engine, kills, len(acknowledged), len(found), len(acknowledged - billed), wrong, faults)


def _start(url: str) -> subprocess.Popen[str]:
    return start("invoicing_process.py", {"url": url, "lots": network.refs(LOTS)})


def _kill(desk: subprocess.Popen[str], chance: random.Random) -> set[str]:
    """Wait for some acknowledgements and a moment more, kill, and answer everything that was acknowledged."""
    assert desk.stdout is not None
    assert desk.stderr is not None
    lines = [desk.stdout.readline() for _ in range(chance.randint(1, 5))]
    try:
        desk.wait(chance.uniform(0, 0.2))
    except subprocess.TimeoutExpired:
        desk.send_signal(signal.SIGKILL)
    rest, complaints = desk.stdout.read(), desk.stderr.read()
    assert desk.wait() == -signal.SIGKILL, complaints
    for pipe in (desk.stdin, desk.stdout, desk.stderr):
        if pipe is not None:
            pipe.close()
    return set("".join([*lines, rest]).rpartition("\n")[0].splitlines())
