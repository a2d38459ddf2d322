"""The guarded call: every contribution is called through it (architecture section 2).

It catches what the contribution raises, names plugin and contribution, times the call, counts failures and quarantines
after repeated ones. Bundled plugins run directly; others run on a worker thread with a deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from k2k_core.messages import Message
from k2k_core.runtime.call_statistics import ContributionStatistics, Limits
from k2k_core.runtime.deadline import DeadlineExceeded, call_with_deadline
from k2k_core.runtime.error_text import Contained, contained, describe, message_of
from k2k_core.runtime.plugin import logger
from k2k_core.runtime.quarantines import Quarantine

T = TypeVar("T")


class ContributionFailed(Exception):
    """A contribution gave no usable answer. The message is safe to show and names plugin and contribution."""


class Guard:
    """Calls one contribution of one plugin for one company. `what` names it: `step k2k_gpm of plugin k2k_network`."""

    def __init__(
        self,
        what: str,
        statistics: ContributionStatistics,
        limits: Limits,
        *,
        trusted: bool,
        stored: Quarantine | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.what = what
        self.statistics = statistics
        self.trusted = trusted
        self._stored = stored
        self._limits = limits
        self._clock = clock

    @property
    def quarantine(self) -> Quarantine | None:
        """The quarantine in which it is, stored or begun in this process since."""
        return self._stored or self.statistics.in_quarantine

    def run(self, work: Callable[[], T], line_failures: Sequence[BaseException] = (), batches: int = 1) -> T:
        """What `work` returns. Raises `ContributionFailed` when it raises, is late, or is in quarantine.

        The deadline is multiplied by `batches` for work as large as several batches. `work` is the call together with
        the check of its answer, so that a lazy answer is evaluated under guard too. `line_failures` collects failures
        of single lines; the other lines have answers.
        """
        statistics = self.statistics
        quarantine = self.quarantine
        if quarantine is not None:
            raise ContributionFailed(
                Message("{contribution} is {state}", contribution=self.what, state=quarantine.state)
            )
        start = self._clock()
        try:
            answer = work() if self.trusted else self._apart(work, batches)
        except (Exception, SystemExit) as error:
            raise self._record_failure(error, self._clock() - start) from error
        if line_failures:
            statistics.partly_failed(self._clock() - start, describe(line_failures[0]))
            self._log(line_failures[0])
        else:
            self._record_success(self._clock() - start, batches)
        return answer

    def _record_success(self, seconds: float, batches: int) -> None:
        budget = batches * self._limits.budget
        if self.trusted or seconds <= budget:
            self.statistics.succeeded(seconds)
        else:
            self.statistics.succeeded_late(seconds, budget, self._limits.failures)

    def _apart(self, work: Callable[[], T], batches: int) -> T:
        """The work on a thread of its own: what it raises there, an interrupt included, is the plugin's."""
        return call_with_deadline(contained(work), batches * self._limits.deadline, self.what)

    def words(self, error: BaseException) -> str:
        """The message of a failure, with plugin and contribution."""
        return Message("{contribution} {problem}", contribution=self.what, problem=describe(error))

    def _record_failure(self, error: BaseException, seconds: float) -> ContributionFailed:
        """Record and log a failure. A late contribution is quarantined at once: each attempt would cost a thread."""
        late = type(error) is DeadlineExceeded
        problem = Message("gave {problem}", problem=message_of(error)) if late else describe(error)
        self.statistics.failed(seconds, problem, 1 if late else self._limits.failures)
        self._log(error)
        return ContributionFailed(Message("{contribution} {problem}", contribution=self.what, problem=problem))

    def _log(self, error: BaseException) -> None:
        log = logger(self.statistics.plugin)
        if isinstance(error, Contained):
            log.error("%s failed for %s\n%s", self.what, self.statistics.company, error.trace)
        else:
            log.error("%s failed for %s", self.what, self.statistics.company, exc_info=error)
