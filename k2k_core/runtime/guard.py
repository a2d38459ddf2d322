"""The one guarded call: every contribution runs through here (architecture section 2).

It catches what the contribution raises, names plugin and contribution, times it, counts failures and quarantines after
repeated ones. Bundled plugins run directly; others run on a worker thread with a deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from k2k_core.runtime.call_statistics import ContributionStatistics, Limits
from k2k_core.runtime.deadline import DeadlineExceeded, call_with_deadline
from k2k_core.runtime.error_text import describe
from k2k_core.runtime.plugin import logger

T = TypeVar("T")


class ContributionFailed(Exception):
    """A contribution gave no usable answer. The message is safe to show and names plugin and contribution."""


class Guard:
    """Calls one contribution of one plugin for one company. `what` names it: `step k2k_gpm of plugin k2k_network`."""

    def __init__(
        self,
        what: str,
        tally: ContributionStatistics,
        limits: Limits,
        *,
        trusted: bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.what = what
        self.tally = tally
        self.trusted = trusted
        self._limits = limits
        self._clock = clock

    def run(self, work: Callable[[], T], mishaps: Sequence[BaseException] = (), batches: int = 1) -> T:
        """What `work` answers. Raises `ContributionFailed` when it raises, is late, or is in quarantine.

        Work that is as much as several batches has as many times the deadline.

        `work` is the call together with the check of its answer, so that a lazy answer is read under guard too. What it
        adds to `mishaps` are failures of single lines; the other lines are answered.
        """
        tally = self.tally
        if tally.quarantine:
            raise ContributionFailed(f"{self.what} is {tally.quarantine}")
        start = self._clock()
        try:
            answer = work() if self.trusted else call_with_deadline(work, batches * self._limits.deadline, self.what)
        except (Exception, SystemExit) as error:
            raise self._trouble(error, self._clock() - start) from error
        if mishaps:
            tally.partly_failed(self._clock() - start, describe(mishaps[0]))
            self._log(mishaps[0])
        else:
            tally.succeeded(self._clock() - start)
        return answer

    def words(self, error: BaseException) -> str:
        """A failure in words that name plugin and contribution."""
        return f"{self.what} {describe(error)}"

    def _trouble(self, error: BaseException, seconds: float) -> ContributionFailed:
        """Record and log a failure. One that is late is quarantined at once: each try would cost a thread."""
        late = type(error) is DeadlineExceeded
        problem = f"gave {error}" if late else describe(error)
        self.tally.failed(seconds, problem, 1 if late else self._limits.failures)
        self._log(error)
        return ContributionFailed(f"{self.what} {problem}")

    def _log(self, error: BaseException) -> None:
        logger(self.tally.plugin).error("%s failed for %s", self.what, self.tally.company, exc_info=error)
