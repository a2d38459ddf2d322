"""Processes that change lots, and a subscriber in another one: it hears of every change once, in order, and soon."""

from __future__ import annotations

import datetime as dt
import time
from itertools import pairwise
from typing import Any, NamedTuple

from k2k_core.api import K2K
from tests.proofs import network
from tests.proofs.network import BUYER, NOW
from tests.proofs.processes import together

WRITERS, LOTS = 2, 20
SOON, PATIENCE = 1.0, 60.0
"""Seconds within which an event is to be heard, and for which the last ones are waited for."""


class Figures(NamedTuple):
    """What was heard of so many events; `slowest` is in seconds after the commit began."""

    engine: str
    events: int
    missed: int
    twice: int
    out_of_order: int
    slowest: float
    typical: float

    @property
    def sound(self) -> bool:
        """Every event heard once, in the order of the feed."""
        return not (self.missed or self.twice or self.out_of_order)

    @property
    def in_time(self) -> bool:
        """Every event heard within a second."""
        return self.slowest <= SOON

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.events:,} events of {WRITERS} other processes: {self.missed} missed, {self.twice}"
            f" heard twice, {self.out_of_order} out of order; heard after {self.typical * 1000:.0f} ms, the slowest"
            f" after {self.slowest * 1000:.0f} ms"
        )


def ticking(began: float) -> dt.datetime:
    """The moment of the network for every process, with `began` as its beginning in seconds of the machine."""
    return NOW + dt.timedelta(seconds=time.time() - began)


def hear_others(url: str, events: int) -> Figures:
    """Subscribe in the empty database `url` while other processes make so many events in it."""
    began, heard = time.time(), list[tuple[int, float]]()
    with K2K.open(url, clock=lambda: ticking(began)) as k2k:
        k2k.load(network.network(LOTS, 100))

        def hear(event: Any) -> None:
            delay = ticking(began) - dt.datetime.fromisoformat(event["at"])
            heard.append((event["seq"], delay.total_seconds()))

        before = k2k.events(BUYER, wait=0)["next_after"]
        with k2k.subscribe(BUYER, hear):
            order = {"url": url, "began": began, "changes": events // WRITERS}
            together("changing_process.py", [{**order, "lots": _part(number)} for number in range(WRITERS)])
            _wait_for(heard, events)
        known = [event["seq"] for event in k2k.events(BUYER, before)]
        engine = k2k.context.store.engine
    return _compared(engine, known, heard)


def _part(number: int) -> list[str]:
    """Some lots of the vendor, by their codes: each writer has its own."""
    return [f"L{place}" for place in range(number, LOTS, WRITERS)]


def _wait_for(heard: list[tuple[int, float]], events: int) -> None:
    ends = time.monotonic() + PATIENCE
    while len(heard) < events and time.monotonic() < ends:
        time.sleep(0.05)


def _compared(engine: str, known: list[int], heard: list[tuple[int, float]]) -> Figures:
    places = [seq for seq, _ in heard]
    delays = sorted(delay for _, delay in heard) or [PATIENCE]
    return Figures(
        engine,
        len(known),
        missed=len(set(known) - set(places)),
        twice=len(places) - len(set(places)),
        out_of_order=sum(one > other for one, other in pairwise(places)),
        slowest=delays[-1],
        typical=delays[len(delays) // 2],
    )
