"""The demo's network for the console: the demo's week, with a running clock and users who can log in."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from k2k_core import cli
from k2k_core import scenario as scenarios
from k2k_core.cli.language import words
from k2k_core.cli.terminal import Terminal, table

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_core.scenario.reader import Scenario
    from k2k_core.scenario.runner import FrozenClock

OPERATOR = "operator@k2k.example"
PASSWORD_BYTES = 12


class RunningClock:
    """A scenario's clock: frozen while the scenario runs, then running in real time."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self._since: float | None = None

    def __call__(self) -> dt.datetime:
        """The current time of the demo, in UTC."""
        gone = 0.0 if self._since is None else time.monotonic() - self._since
        return self._clock() + dt.timedelta(seconds=gone)

    def start(self) -> None:
        """Start running."""
        self._since = time.monotonic()


@contextmanager
def live_demo(folder: Path, database: str, screen: Terminal) -> Iterator[K2K]:
    """The demo, run to its end in a new database, with new random passwords. Closes it."""
    clocks: list[RunningClock] = []

    def ticking(clock: FrozenClock) -> RunningClock:
        clocks.append(RunningClock(clock))
        return clocks[0]

    show = cli.demo_network.prepare(folder, database, ticking)
    try:
        failed = sum(not done.passed for done in scenarios.runner.play(show.scenario, show.k2k, show.clock))
        clocks[0].start()
        if failed:
            screen.line(
                screen.bad(
                    words("{failed} step(s) of the demo did not come out as expected: see `k2k demo`.", failed=failed)
                )
            )
        _introduce(screen, show.k2k, show.scenario, show.clock.now)
        yield show.k2k
    finally:
        show.k2k.close()


def _introduce(screen: Terminal, k2k: K2K, scenario: Scenario, now: dt.datetime) -> None:
    screen.line(
        words(
            "{name}: here it is {now}, and the clock runs on from there.",
            name=scenario.name,
            now=f"{now:%A %d %B %Y, %H:%M}",
        )
    )
    rows = [(words("log in as"), words("password"), words("who that is")), *_log_ins(k2k, scenario)]
    header, *lines = table(rows)
    screen.lines(("", screen.dim(header), *lines, ""), "  ")


def _log_ins(k2k: K2K, scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Give every user a password; yields address, password and a description."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    k2k.add_user(None, OPERATOR, name="Operator", password=password)
    yield OPERATOR, password, words("operates the whole network")
    for company in scenario.network["companies"]:
        for user in company["users"]:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            k2k.change_password(user["email"], password)
            yield (
                user["email"],
                password,
                words(
                    "{name}, {roles} of {company}",
                    name=user["name"],
                    roles=list(user["roles"]),
                    company=company["name"],
                ),
            )
