"""Statistics of every contribution: calls, time, failures, quarantine.

One `CallStatistics` serves all companies and outlives a reload of their registries. It lives in one process; each
worker process has its own. A quarantine begins here, and is stored afterwards: then the company's registry has it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from k2k_core.messages import Message
from k2k_core.runtime.plugin import process_name
from k2k_core.runtime.quarantines import Quarantine


@dataclass(frozen=True, slots=True)
class Limits:
    """Of third parties' contributions, in seconds: `deadline` and `budget` are for one batch, `loading` for all hooks.
    One that takes more than `slow` on average is reported. `failures` in a row, or as many batches over the budget, put
    a contribution in quarantine."""

    deadline: float = 2.0
    loading: float = 30.0
    failures: int = 3
    budget: float = 1.0
    slow: float = 0.25


class ContributionStatistics:
    """The counts of one contribution for one company `since` a moment, by the clock of the machine. Safe to use from
    several threads."""

    def __init__(
        self,
        company: str,
        plugin: str,
        contribution: str,
        unsettle: Callable[[], object] = lambda: None,
        began: Callable[[ContributionStatistics], object] = lambda _: None,
    ) -> None:
        self._unsettle, self._began = unsettle, began
        self.company = company
        self.plugin = plugin
        self.contribution = contribution
        self.calls = 0
        self.failures = 0
        self.seconds = 0.0
        self.last_problem = ""
        self.in_quarantine: Quarantine | None = None
        self.stored_at: int | None = None
        """Of the set-up of the company, the change by which the quarantine was stored."""
        self.since = _now()
        self.slowest = 0.0
        self.over_budget = 0
        self._in_a_row = self._late_in_a_row = 0
        self._lock = threading.Lock()

    def succeeded(self, seconds: float) -> None:
        """A call succeeded."""
        with self._lock:
            self._count(seconds)
            self._in_a_row = self._late_in_a_row = 0

    def succeeded_late(self, seconds: float, budget: float, allowed: int) -> None:
        """A call succeeded and took more than its budget; after `allowed` of them in a row the contribution is
        quarantined."""
        facts = {"milliseconds": milliseconds(seconds), "budget": milliseconds(budget)}
        problem = Message("took {milliseconds} ms for a call, over its budget of {budget} ms", **facts)
        with self._lock:
            self._count(seconds)
            self.over_budget += 1
            self.last_problem = problem
            self._in_a_row, self._late_in_a_row = 0, self._late_in_a_row + 1
            late = self._late_in_a_row >= allowed
            if late:
                self._quarantine(Message("in quarantine, it is too slow: it {problem}", problem=problem))
        if late:
            self._unsettle()

    def is_slow(self, limit: float) -> bool:
        """Whether a call takes more than `limit` seconds on average, or the last one took more than its budget."""
        with self._lock:
            return self._late_in_a_row > 0 or (self.calls > 0 and self.seconds / self.calls > limit)

    def _count(self, seconds: float) -> None:
        self.calls += 1
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)

    def partly_failed(self, seconds: float, problem: str) -> None:
        """Some lines of a batch failed and others did not: a failure, but no reason for a quarantine."""
        self._unsettle()
        with self._lock:
            self._count(seconds)
            self.failures += 1
            self.last_problem = problem
            self._in_a_row = 0

    def failed(self, seconds: float, problem: str, allowed: int) -> None:
        """A call failed altogether; after `allowed` of them in a row the contribution is quarantined."""
        self._unsettle()
        with self._lock:
            self._count(seconds)
            self.failures += 1
            self.last_problem = problem
            self._in_a_row += 1
            if self._in_a_row >= allowed:
                self._quarantine(_after_failures(self._in_a_row, problem))

    def _quarantine(self, state: str) -> None:
        """No longer call it. What began earlier goes on."""
        if self.in_quarantine is None:
            self.in_quarantine = Quarantine(
                self.plugin,
                self.contribution,
                _now(),
                state,
                self.last_problem,
                self.calls,
                self.failures,
                process_name(),
            )
            self._began(self)

    @property
    def quarantine(self) -> str:
        """The state of a quarantine that began in this process, in words; empty without one."""
        return "" if self.in_quarantine is None else self.in_quarantine.state

    def lift(self) -> bool:
        """End the quarantine; false when there was none."""
        with self._lock:
            was, self.in_quarantine, self.stored_at = self.in_quarantine is not None, None, None
            self._in_a_row = self._late_in_a_row = 0
        self._unsettle()
        return was


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(1000 * seconds)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _after_failures(failures: int, problem: str) -> Message:
    if failures == 1:
        return Message("in quarantine after a failure, the last: {problem}", problem=problem)
    return Message(
        "in quarantine after {failures} {failures:failure|failures in a row}, the last: {problem}",
        failures=failures,
        problem=problem,
    )


class CallStatistics:
    """The statistics of all contributions, by company, plugin and contribution."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.version = 0
        """Rises whenever a contribution fails or leaves quarantine: answers computed before may be outdated."""
        self._tallies: dict[tuple[str, str, str], ContributionStatistics] = {}
        self._began: list[ContributionStatistics] = []
        self._lock = threading.Lock()

    def statistics_of(self, company: str, plugin: str, contribution: str) -> ContributionStatistics:
        """The statistics of that contribution for that company."""
        key = (company, plugin, contribution)
        with self._lock:
            if key not in self._tallies:
                self._tallies[key] = ContributionStatistics(*key, self._unsettle, self._began.append)
            return self._tallies[key]

    def unstored(self) -> list[ContributionStatistics]:
        """Those whose quarantine began in this process and is not stored yet."""
        return [one for one in self._began if one.in_quarantine is not None and one.stored_at is None]

    def hand_over(self, company: str, change_seq: int) -> None:
        """Leave the quarantines of a company that were stored to its set-up, as it is at this change: there they may
        have been lifted since."""
        if not self._began:
            return
        for one in [one for one in self._began if one.company == company]:
            if one.stored_at is not None and one.stored_at <= change_seq:
                one.lift()
        with self._lock:
            self._began[:] = [one for one in self._began if one.in_quarantine is not None]

    def _unsettle(self) -> None:
        with self._lock:
            self.version += 1

    def __iter__(self) -> Iterator[ContributionStatistics]:
        with self._lock:
            return iter(list(self._tallies.values()))
