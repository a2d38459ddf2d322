"""Migrations of a database with every kind of order are killed with SIGKILL at random moments: the next one completes,
and nothing is half done."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from typing import NamedTuple

from k2k_core.api import K2K
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS, SchemaVersion
from tests.proofs.processes import start
from tests.store.migrations import every_order
from tests.store.migrations.old_databases import EVERY_ORDER, fill_version_7

BEFORE = 7
"""The version that the databases are of."""

BEYOND = 1.25
"""Up to how much of the time of a whole migration they are killed: some as they end."""


class Figures(NamedTuple):
    """What the kills came to: `undone` migrations left the old version, `done` ones were killed as they ended."""

    engine: str
    undone: int
    done: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nothing half done, and everything right after the migration that completes."""
        return not self.faults

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.undone + self.done} migrations killed: {self.undone} left the old version,"
            f" {self.done} the new one, {len(self.faults)} faults after the next one"
        )


def kill_migrations(new_database: Callable[[], str], kills: int) -> Figures:
    """Kill so many migrations, each of which has the old database before it: each at a random moment of another part of
    the time that a whole migration takes, up to `BEYOND` of it."""
    chance = random.Random(kills)
    url, longest = _old(new_database), _seconds(_old(new_database))
    counts, faults = [0, 0], list[str]()
    for number in range(kills):
        _kill(url, longest * BEYOND * (number + chance.random()) / kills)
        version, fault = _version(url)
        faults += fault
        done = version != BEFORE
        counts[done] += 1
        if done:
            faults += _completed(url)
            url = _old(new_database)
    faults += _completed(url)
    return Figures(url.partition(":")[0], counts[False], counts[True], faults)


def _old(new_database: Callable[[], str]) -> str:
    url = new_database()
    fill_version_7(url, EVERY_ORDER["tables"])
    return url


def _seconds(url: str) -> float:
    """How long a migration takes that nobody kills."""
    process = _begun(url)
    begun = time.monotonic()
    _wait_for(process, "done\n")
    taken = time.monotonic() - begun
    process.communicate()
    return taken


def _begun(url: str) -> subprocess.Popen[str]:
    process = start("migrating_process.py", {"url": url})
    _wait_for(process, "begun\n")
    return process


def _wait_for(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == line, process.communicate()[1]


def _kill(url: str, after: float) -> None:
    process = _begun(url)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    _, complaints = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), complaints


def _version(url: str) -> tuple[int, list[str]]:
    """The version that a database is of now, and whether steps between are missing."""
    store = Store(url)
    with store.whole_network.reading() as session:
        numbers = sorted(number for (number,) in session.rows(SchemaVersion.select(SchemaVersion.number)))
    store.close()
    known = [step.number for step in STEPS]
    half = numbers not in (known, known[: known.index(BEFORE) + 1])
    return numbers[-1], [f"steps {numbers} are done"] if half else []


def _completed(url: str) -> list[str]:
    """What is wrong once a migration has completed."""
    with K2K.open(url, clock=lambda: every_order.CLOCK) as net:
        return every_order.faults(net)
