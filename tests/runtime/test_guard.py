"""The guarded call: attribution, timing, counts, quarantine, and the deadline for third-party code."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from k2k_core.runtime.call_statistics import ContributionStatistics, Limits
from k2k_core.runtime.deadline import DeadlineExceeded, call_with_deadline
from k2k_core.runtime.error_text import LONGEST, describe
from k2k_core.runtime.guard import ContributionFailed, Guard
from tests.raising_lines import raised_in


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that moves on by so much each time it is read."""
    moments: Iterator[float] = (number * seconds for number in range(10**6))
    return lambda: next(moments)


def guard(*, trusted: bool = True, deadline: float = 5.0, failures: int = 3) -> Guard:
    statistics = ContributionStatistics("ACME", "acme", "acme/price_resolvers/a_step")
    limits = Limits(deadline=deadline, failures=failures)
    return Guard("step a_step of plugin acme", statistics, limits, trusted=trusted, clock=ticking(0.5))


def failing() -> int:
    raise ValueError("no season")


def leaving() -> int:
    sys.exit(3)


def hanging() -> int:
    threading.Event().wait()
    return 1


def test_an_answer_passes_and_is_counted_and_timed() -> None:
    one = guard()
    assert one.run(lambda: 7) == 7
    assert (one.statistics.calls, one.statistics.failures, one.statistics.seconds) == (1, 0, 0.5)


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize(
    ("work", "words"),
    [
        (failing, f"raised ValueError: no season, {raised_in(failing)}"),
        (leaving, f"called sys.exit(3), {raised_in(leaving)}"),
    ],
    ids=["failing", "leaving"],
)
def test_a_failure_names_plugin_and_contribution(trusted: bool, work: Callable[[], int], words: str) -> None:
    one = guard(trusted=trusted)
    with pytest.raises(ContributionFailed, match=r"^step a_step of plugin acme ") as caught:
        one.run(work)
    assert str(caught.value) == f"step a_step of plugin acme {words}"
    assert (one.statistics.calls, one.statistics.failures, one.statistics.last_problem) == (1, 1, words)


def test_the_traceback_goes_to_the_log_of_the_plugin(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "k2k.plugins.acme"), pytest.raises(ContributionFailed):
        guard().run(failing)
    assert "step a_step of plugin acme failed for ACME" in caplog.text
    assert "in failing" in caplog.text


def test_an_interrupt_by_a_person_is_no_failure_of_a_plugin() -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    one = guard()
    with pytest.raises(KeyboardInterrupt):
        one.run(interrupted)
    assert one.statistics.failures == 0


def test_three_calls_in_a_row_over_the_budget_are_quarantined_with_their_milliseconds() -> None:
    statistics = ContributionStatistics("ACME", "acme", "acme/price_resolvers/a_step")
    limits = Limits(deadline=5.0, budget=0.4)

    def run(seconds: float, *, trusted: bool = False) -> int:
        return Guard("step a_step", statistics, limits, trusted=trusted, clock=ticking(seconds)).run(lambda: 7)

    assert [run(0.5), run(0.5), run(0.4), run(0.5), run(0.5), run(0.5, trusted=True)] == [7] * 6
    assert (statistics.quarantine, statistics.over_budget, statistics.failures) == ("", 4, 0)
    assert [run(0.5), run(0.5), run(0.5)] == [7] * 3
    with pytest.raises(ContributionFailed, match="too slow: it took 500 ms for a call, over its budget of 400 ms"):
        run(0.1)
    assert statistics.lift()
    assert run(0.5) == 7
    assert statistics.is_slow(0.9)
    assert run(0.1) == 7
    assert not statistics.is_slow(0.9)
    assert statistics.is_slow(0.2)


def test_three_failures_in_a_row_are_quarantined_and_no_longer_called() -> None:
    one = guard()
    for _ in range(3):
        with pytest.raises(ContributionFailed):
            one.run(failing)
    calls = []
    with pytest.raises(ContributionFailed, match="after 3 failures in a row, the last: raised ValueError: no season"):
        one.run(lambda: calls.append(1))
    assert calls == []
    assert one.statistics.calls == 3


def test_a_right_answer_in_between_starts_the_count_again() -> None:
    one = guard()
    for work in (failing, failing, lambda: 1, failing, failing):
        try:
            one.run(work)
        except ContributionFailed:
            continue
    assert not one.statistics.quarantine
    assert one.statistics.failures == 4


def test_a_lifted_quarantine_lets_it_be_called_again() -> None:
    one = guard(failures=1)
    with pytest.raises(ContributionFailed):
        one.run(failing)
    assert one.statistics.lift()
    assert one.run(lambda: 1) == 1
    assert not one.statistics.lift()


def test_failures_of_single_lines_are_counted_and_never_quarantined() -> None:
    one = guard(failures=1)
    assert one.run(lambda: 1, [ValueError("one lot")]) == 1
    assert (one.statistics.failures, one.statistics.quarantine) == (1, "")


def test_what_never_answers_is_late_and_quarantined_at_once() -> None:
    one = guard(trusted=False, deadline=0.05)
    with pytest.raises(ContributionFailed, match=r"^step a_step of plugin acme gave no answer within 0.05 s$"):
        one.run(hanging)
    with pytest.raises(ContributionFailed, match="in quarantine after a failure"):
        one.run(lambda: 1)


def test_our_own_plugins_run_on_the_callers_thread_and_others_do_not() -> None:
    here = threading.current_thread()
    assert guard().run(threading.current_thread) is here
    assert guard(trusted=False).run(threading.current_thread) is not here


def test_a_late_thread_is_left_behind_as_a_daemon() -> None:
    with pytest.raises(DeadlineExceeded, match=r"no answer within 0.05 s"):
        call_with_deadline(hanging, 0.05, "acme")
    left = [thread for thread in threading.enumerate() if thread.name == "k2k plugin acme"]
    assert left
    assert all(thread.daemon for thread in left)


def test_words_about_a_failure_are_one_short_line() -> None:
    assert describe(ValueError("two\nlines\x1b[31m")) == "raised ValueError: two lines [31m"
    assert describe(ValueError()) == "raised ValueError"
    assert describe(SystemExit()) == "called sys.exit()"
    assert len(describe(ValueError("x" * 10_000))) == len("raised ValueError: ") + LONGEST


def test_an_error_that_cannot_even_be_shown_is_named_all_the_same() -> None:
    class Rude(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert describe(Rude()) == "raised Rude"
