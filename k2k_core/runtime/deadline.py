"""Runs a third party's code with a deadline.

Each call has a new daemon thread: nothing is shared between calls, nothing survives a fork, and a thread that never
returns is abandoned. Code that never releases the interpreter (a C loop holding its lock) cannot be stopped in process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from k2k_core.messages import Message

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The work was not done by its deadline. Its thread is abandoned: it may still run, and its result is ignored."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Message("no answer within {seconds:g} s", seconds=seconds))


def call_with_deadline(work: Callable[[], T], seconds: float, name: str) -> T:
    """What `work` returns or raises, or `DeadlineExceeded` after that many seconds."""
    answers: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # also SystemExit: the caller decides what each means
            raised.append(error)

    thread = threading.Thread(target=run, name=f"k2k plugin {name}", daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if not answers:
        raise DeadlineExceeded(seconds)
    return answers[0]
