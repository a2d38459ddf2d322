"""Crashes of everything at once: all clients with SIGKILL, or PostgreSQL with all its processes, in the middle of the
work.

Clients repeat unacknowledged commands with the same keys. In the end every acknowledged order exists, each once, and
repeating its key gives the same answer. Every restart of a client is a new process, forked from one that has loaded the
program and has never opened a database.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, NamedTuple

from k2k_core.api import K2K
from k2k_core.testing.postgres import PrivatePostgres
from tests.proofs import network, ordering_client
from tests.proofs.kills import whole_lines
from tests.proofs.ordering_client import order_for_ever, send

CLIENTS = 3
LOTS = 5
BOXES_FOR_A_CRASH = 300
"""More than the clients can order between two crashes."""

LINES = 2
"""Lines of an order."""

READY_WITHIN = 5.0
"""Seconds after a crash within which an order is acknowledged again."""

PATIENCE = 120.0

LOADED = get_context("forkserver")
LOADED.set_forkserver_preload(
    [ordering_client.__name__, "psycopg", *(plugin.value for plugin in entry_points(group="k2k.plugins"))]
)
"""Makes processes from one that has loaded all that a client needs."""


class Figures(NamedTuple):
    """What the crashes came to. `usual` and `worst` are the median and the longest time from a crash to the next
    acknowledged order, `opening` the longest part of it in which clients or a server were up already and nothing was
    acknowledged yet, in seconds."""

    engine: str
    what: str
    crashes: int
    acknowledged: int
    written: int
    lost: int
    doubled: int
    changed: int
    usual: float
    worst: float
    opening: float
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing doubled, no key that answers differently, nothing half written."""
        return not (self.lost or self.doubled or self.changed or self.faults)

    @property
    def in_time(self) -> bool:
        """Ready again as fast as promised, each time."""
        return self.worst <= READY_WITHIN

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.crashes} times {self.what}: {self.acknowledged:,} orders acknowledged,"
            f" {self.written:,} written, {self.lost} lost, {self.doubled} doubled,"
            f" {self.changed} keys with another answer, ready again after {self.usual:.1f} s,"
            f" {self.worst:.1f} s at the worst ({self.opening:.1f} s without the start of programs),"
            f" {len(self.faults)} faults in what is stored"
        )


class Times:
    """How long each crash took until orders were acknowledged again: all of it, and the opening of the database."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.opening: list[float] = []

    def note(self, whole: float, opening: float) -> None:
        """One more crash."""
        self.whole.append(whole)
        self.opening.append(opening)

    def told(self) -> tuple[float, float, float]:
        """The median and the longest of all, and the longest opening."""
        return median(self.whole), max(self.whole), max(self.opening)


class Client:
    """One client through all its deaths: it goes on where it was not told that it is done."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.next = 0
        self.answers: dict[int, Any] = {}
        self.tried = 0
        self.up = 0.0
        self.complaints = ""
        self._url = url
        self._told = threading.Condition()
        self._process: Any = None

    def start(self) -> None:
        """Come to life, and begin with what was not acknowledged."""
        self.next = len(self.answers)
        here, there = LOADED.Pipe(duplex=False)
        order = (there, self._url, network.refs(LOTS), self.name, self.next)
        self._process = LOADED.Process(target=order_for_ever, args=order, daemon=True)
        self._process.start()
        there.close()
        self._listener = threading.Thread(target=self._listen, args=(here,), daemon=True)
        self._listener.start()

    def die(self) -> None:
        """Be killed; whoever kills several does not wait in between."""
        self._process.kill()

    def bury(self) -> None:
        """Wait until it is dead and all that it said has been heard."""
        self._listener.join(PATIENCE)
        self._process.join(PATIENCE)
        if self._process.exitcode != -signal.SIGKILL:
            self.complaints += f"{self.name} ended by itself, with {self._process.exitcode}. "
        self._process.close()

    def wait_for(self, orders: int) -> None:
        """Wait until so many of its orders are acknowledged."""
        with self._told:
            if not self._told.wait_for(lambda: len(self.answers) >= orders or not self._listener.is_alive(), PATIENCE):
                self.complaints += f"{self.name} was not served for {PATIENCE:g} seconds. "

    def _listen(self, line: Connection) -> None:
        with line, suppress(EOFError, OSError):  # the line breaks off, in the middle of a word perhaps, when it dies
            while True:
                self._hear(*line.recv())
        with self._told:
            self._told.notify_all()

    def _hear(self, word: str, number: int, answers: Any = None) -> None:
        with self._told:
            if word == "up":
                self.up = time.monotonic()
            elif word == "try":
                self.tried = number + 1
            else:
                self.answers[number] = answers
            self._told.notify_all()


def kill_all_clients(url: str, crashes: int, clients: int = CLIENTS) -> Figures:
    """Kill every process that has the database open, so many times, and look after each time."""
    everybody = _prepared(url, crashes, clients)
    faults: list[str] = []
    times, chance = Times(), random.Random(crashes)
    _start(everybody)
    for _ in range(crashes):
        time.sleep(chance.uniform(0, 0.3))
        begun = time.monotonic()
        _kill(everybody)
        served = _start(everybody)
        times.note(served - begun, served - min(client.up for client in everybody))
        faults += _faults(url)
    _kill(everybody)
    return _figures(url, "all processes killed", crashes, everybody, times, faults)


def crash_the_server(server: PrivatePostgres, crashes: int, clients: int = CLIENTS) -> Figures:
    """Kill the PostgreSQL server with all its processes, so many times; the clients live on."""
    url = server.create_database()
    everybody = _prepared(url, crashes, clients)
    faults: list[str] = []
    times, chance = Times(), random.Random(crashes)
    _start(everybody)
    for _ in range(crashes):
        time.sleep(chance.uniform(0, 0.3))
        begun = time.monotonic()
        server.crash()
        server.revive()
        up = time.monotonic()
        served = _served(everybody)
        times.note(served - begun, served - up)
        faults += _faults(url)
    _kill(everybody)
    return _figures(url, "the server killed", crashes, everybody, times, faults)


def _prepared(url: str, crashes: int, clients: int) -> list[Client]:
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, (crashes + 2) * BOXES_FOR_A_CRASH // LOTS))
    return [Client(url, f"c{number}") for number in range(clients)]


def _served(clients: Sequence[Client]) -> float:
    """Wait until every client has had another order acknowledged: the moment at which the first one had."""
    goals = [len(client.answers) + 1 for client in clients]
    first: list[float] = []

    def wait(client: Client, goal: int) -> None:
        client.wait_for(goal)
        first.append(time.monotonic())

    waiting = [threading.Thread(target=wait, args=pair) for pair in zip(clients, goals, strict=True)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    return min(first)


def _start(clients: Sequence[Client]) -> float:
    for client in clients:
        client.start()
    return _served(clients)


def _kill(clients: Sequence[Client]) -> None:
    for client in clients:
        client.die()
    for client in clients:
        client.bury()


def _faults(url: str) -> list[str]:
    """What `verify` finds, in a network opened for it and closed again: nobody here outlives the next crash."""
    with network.open_network(url) as k2k:
        return [str(fault) for fault in k2k.verify()]


def _figures(url: str, what: str, crashes: int, clients: Sequence[Client], times: Times, faults: list[str]) -> Figures:
    """Send again what is open, then everything: what was lost, doubled or answered differently."""
    acknowledged = sum(len(client.answers) for client in clients)
    with network.open_network(url) as k2k:
        known = {line for (line,) in whole_lines(k2k)}
        lost = sum(_is_missing(answers, known) for client in clients for answers in client.answers.values())
        changed = sum(_ask_again(k2k, client) for client in clients)
        lines, orders = len(whole_lines(k2k)), sum(client.tried for client in clients)
        faults += [str(fault) for fault in k2k.verify()] + [each.complaints for each in clients if each.complaints]
        faults += [f"{lines} lines are written for {orders} orders"] if lines < orders * LINES else []
        doubled = max(0, lines - orders * LINES)
        engine = k2k.context.store.engine
    counts = (acknowledged, lines // LINES, lost, doubled, changed)
    return Figures(engine, what, crashes, *counts, *times.told(), faults)


def _is_missing(answers: Sequence[Any], known: set[int]) -> bool:
    return any(int(line["line"]) not in known for answer in answers[:LINES] for line in answer["lines"])


def _ask_again(k2k: K2K, client: Client) -> int:
    """Send every order of a client again, the open one too: how many of the acknowledged ones answer differently."""
    changed = 0
    for number in range(client.tried):
        answers = send(k2k, client.name, number, network.refs(LOTS))
        changed += number in client.answers and answers != client.answers[number]
    return changed
