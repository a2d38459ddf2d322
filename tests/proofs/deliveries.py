"""Events reach their receivers although one receiver fails and the sender is killed: all of them, under one id each,
those of a document in order. The other receiver is not delayed by the failing one."""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

from k2k_core.api import K2K
from k2k_core.store.events.journal import add_event
from k2k_core.store.tables import Company
from tests.delivery.receivers import HANG_UP, Answering, Posted, Receiver, Reply, receiving
from tests.proofs.processes import start

COMPANY = "ANDES"
FAILS, DROPS, STALLS = 0.20, 0.05, 0.01
AT_ONCE = 5
"""Events of one transaction."""

SENDERS, THREADS = 2, 8
"""Processes that send, and how many each sends at once."""

POLICY = {"lease": 3.0, "first_delay": 0.1, "max_delay": 1.0, "max_backoff": 0.5}
ATTEMPTS = 10_000
ANSWER, STALL = 1.0, 2.0
"""Seconds that a receiver has to answer, and for which the sick one stalls."""

LONGEST = 1_800.0
PER_SECOND = 40
"""Events a second while delays are measured."""


class Figures(NamedTuple):
    """What came of it. `posted` are attempts at both receivers, `twice` events that one of them got more than once."""

    engine: str
    events: int
    documents: int
    kills: int
    posted: int
    twice: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """All arrived, each under one id, in order for each document."""
        return not self.faults

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.events:,} events about {self.documents} documents to a sick receiver and a healthy"
            f" one, the {SENDERS} senders killed {self.kills} times: {self.posted:,} attempts, {self.twice} arrived"
            f" more than once, {len(self.faults)} lost, under two ids or out of order"
        )


class Delays(NamedTuple):
    """How long events took to a healthy receiver, in milliseconds: beside another one that is well, and beside a sick
    one."""

    engine: str
    well: list[float]
    sick: list[float]

    @property
    def sound(self) -> bool:
        """The healthy one never waited for a stall of the sick one."""
        return max(self.sick) < STALL * 1000

    def __str__(self) -> str:
        (well, well_99), (sick, sick_99) = (
            (statistics.median(each), statistics.quantiles(each, n=100)[98]) for each in (self.well, self.sick)
        )
        return (
            f"{self.engine}: {len(self.sick)} events to a healthy receiver: {well:.0f} ms (99 of 100 within"
            f" {well_99:.0f} ms) beside one that is well, {sick:.0f} ms ({sick_99:.0f} ms) beside the sick"
            f" one: ratio {sick / well:.2f} ({sick_99 / well_99:.2f}); the longest {max(self.sick):.0f} ms"
        )


def survive(url: str, events: int, kills: int) -> Figures:
    """Tell so many events in the empty database `url`, and kill the sender so many times on the way."""
    documents = max(2, events // 25)
    with K2K.open(url) as k2k, _allowed():
        k2k.add_company({"code": COMPANY, "currency": "USD", "timezone": "UTC"})
        posted, twice, faults = _survive(k2k, url, events, documents, kills)
        return Figures(k2k.context.store.engine, events, documents, kills, posted, twice, faults)


def delay(url: str, events: int) -> Delays:
    """Tell so many events at an even pace in the empty database `url`, first beside a receiver that is well, then
    beside a sick one."""
    with K2K.open(url) as k2k, _allowed():
        k2k.add_company({"code": COMPANY, "currency": "USD", "timezone": "UTC"})
        well = _delays(k2k, url, events, "well", lambda posted: Reply())
        return Delays(k2k.context.store.engine, well, _delays(k2k, url, events, "sick", _sick(random.Random(2))))


@contextmanager
def _allowed() -> Iterator[None]:
    """Endpoints on this machine may be added."""
    with patch.dict(os.environ, {"K2K_WEBHOOK_LOCAL": "on"}):
        yield


def _sick(chance: random.Random) -> Answering:
    """One request of five is answered with an error, one of twenty not at all, one of a hundred too late."""

    def answer(posted: Posted) -> Reply:
        drawn = chance.random()
        if drawn < FAILS:
            return Reply(chance.choice((500, 502, 503, 429)))
        if drawn < FAILS + DROPS:
            return Reply(HANG_UP)
        return Reply(after=STALL) if drawn < FAILS + DROPS + STALLS else Reply()

    return answer


def _survive(k2k: K2K, url: str, events: int, documents: int, kills: int) -> tuple[int, int, list[str]]:
    """Attempts, events that came more than once to one receiver, and everything that is not as it must be."""
    chance = random.Random(events)
    with receiving(_sick(random.Random(1))) as sick, receiving() as sound:
        for code, receiver in (("sick", sick), ("sound", sound)):
            k2k.add_endpoint(COMPANY, code, receiver.url)
        about = [f"S-{chance.randrange(documents)}K" for _ in range(events)]
        telling = threading.Thread(target=_tell, args=(k2k, about))
        telling.start()
        _kill_on_the_way(url, (sick, sound), events, kills, chance)
        telling.join()
        for code in ("sick", "sound"):
            k2k.change_endpoint(COMPANY, code, active=False)
        faults = [f"{code}: {one}" for code, each in (("sick", sick), ("sound", sound)) for one in _faults(each, about)]
        waiting = k2k.delivery_health()
        faults += [f"afterwards: {waiting}"] if waiting["waiting"] or waiting["dead"] else []
        came = [Counter(one.told["seq"] for one in each.accepted) for each in (sick, sound)]
        twice = sum(times > 1 for each in came for times in each.values())
        return len(sick.posted) + len(sound.posted), twice, faults


def _tell(k2k: K2K, about: Sequence[str]) -> None:
    """An event for each document, some in one transaction."""
    for first in range(0, len(about), AT_ONCE):
        with k2k.context.store.whole_network.writing() as session:
            company_id = session.value(Company.select(Company.id).where(Company.code == COMPANY))
            for number in about[first : first + AT_ONCE]:
                data = {"sales_order": number, "vendor": COMPANY, "buyer": "BLOOM", "awb": f"{number}-1", "boxes": 1}
                add_event(session, "order.confirmed", data, [company_id])


def _kill_on_the_way(url: str, receivers: Sequence[Receiver], events: int, kills: int, chance: random.Random) -> None:
    """Kill the senders at random moments, spread over the way, and let the last ones send what is left."""
    whole = events * len(receivers)
    deadline = time.monotonic() + LONGEST
    for number in range(1, kills + 1):
        with _sending(url):
            _wait(receivers, whole * number // (kills + 1), deadline)
            time.sleep(chance.uniform(0, 0.05))
    with _sending(url):
        _wait(receivers, whole, deadline)
        _wait_for_the_last_word(url, deadline)


def _wait_for_the_last_word(url: str, deadline: float) -> None:
    """What a receiver answered too late is sent again, and the last answers are still to be written down."""
    with K2K.open(url) as k2k:
        while k2k.delivery_health()["waiting"] and time.monotonic() < deadline:
            time.sleep(0.1)


@contextmanager
def _sending(url: str) -> Iterator[None]:
    """Senders that share the work, until the block ends: then all of them are killed at once."""
    processes = [_start(url) for _ in range(SENDERS)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.communicate()


def _start(url: str) -> subprocess.Popen[str]:
    policy = {**POLICY, "answer": ANSWER, "connect": ANSWER}
    order = {"url": url, "threads": THREADS, "attempts": ATTEMPTS, "pace": policy}
    process = start("dispatching_process.py", order)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "ready\n", line + process.communicate()[1]
    return process


def _wait(receivers: Sequence[Receiver], arrived: int, deadline: float) -> None:
    while sum(len({one.id for one in tuple(each.accepted)}) for each in receivers) < arrived:
        assert time.monotonic() < deadline, "the events do not arrive"
        time.sleep(0.02)


def _faults(receiver: Receiver, about: Sequence[str]) -> Iterator[str]:
    """What is lost, came under two ids, or before what was earlier about the same document."""
    ids: dict[int, set[str]] = defaultdict(set)
    for posted in receiver.posted:
        ids[posted.told["seq"]].add(posted.id)
    first: dict[int, str] = {}
    for posted in receiver.accepted:
        first.setdefault(posted.told["seq"], posted.told["data"]["sales_order"])
    yield from (f"{seq} is lost" for seq in range(1, len(about) + 1) if seq not in first)
    yield from (f"{seq} came under {len(names)} ids" for seq, names in ids.items() if len(names) > 1)
    if len(set().union(*ids.values())) != len(ids):
        yield "two events came under one id"
    last: dict[str, int] = {}
    for seq, document in first.items():
        if document != about[seq - 1]:
            yield f"{seq} is about {document}, not {about[seq - 1]}"
        if seq < last.get(document, 0):
            yield f"{seq} about {document} came after {last[document]}"
        last[document] = seq


def _delays(k2k: K2K, url: str, events: int, name: str, beside: Answering) -> list[float]:
    """How many milliseconds each event took to a healthy receiver, beside another one; told at an even pace."""
    with receiving() as healthy, receiving(beside) as other:
        for code, receiver in (("healthy", healthy), ("other", other)):
            k2k.add_endpoint(COMPANY, f"{code}-{name}", receiver.url)
        with _sending(url):
            begun = time.monotonic()
            for number in range(events):
                _tell(k2k, [f"{name}-{number}"])
                time.sleep(max(0.0, begun + (number + 1) / PER_SECOND - time.monotonic()))
            _wait([healthy], events, time.monotonic() + LONGEST)
        for code in ("healthy", "other"):
            k2k.change_endpoint(COMPANY, f"{code}-{name}", active=False)
        told = ((one.at, dt.datetime.fromisoformat(one.told["timestamp"]).timestamp()) for one in healthy.posted)
        return [1000 * (arrived - happened) for arrived, happened in told]
