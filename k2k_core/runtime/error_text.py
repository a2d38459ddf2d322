"""Describes a failure in one short line that is safe to show, whatever the exception says."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TypeVar

from k2k_core.messages import Message

T = TypeVar("T")

LONGEST = 200


class WrongAnswer(Exception):
    """A contribution returned something invalid: too few answers, another type, NaN."""


class Contained(Exception):
    """Whatever a third party's code raised, as text: what is left of it runs none of that code again."""

    def __init__(self, error: BaseException) -> None:
        self.text = _safely(lambda: describe(error), Message("raised something that cannot be described"))
        self.trace = _safely(lambda: "".join(traceback.format_exception(error)), "")
        super().__init__(self.text)


def contained(work: Callable[[], T], passing: tuple[type[BaseException], ...] = ()) -> Callable[[], T]:
    """The same work, which raises `Contained` and nothing else besides what is `passing`. It belongs on the thread on
    which the work is done: the message of an exception is code of the plugin too."""

    def run() -> T:
        try:
            return work()
        except BaseException as error:
            if type(error) in (*passing, Contained):
                raise
            raise Contained(error) from None

    return run


def _safely(make: Callable[[], str], otherwise: str) -> str:
    try:
        return make()
    except BaseException:
        return otherwise


def describe(error: BaseException) -> str:
    """`raised ValueError: the message`, `called sys.exit(3)`, or `gave a wrong answer: …`."""
    if isinstance(error, Contained):
        return error.text
    if isinstance(error, SystemExit):
        return Message("called sys.exit({code})", code="" if error.code is None else line(error.code))
    text = message_of(error)
    if isinstance(error, WrongAnswer):
        return Message("gave a wrong answer: {problem}", problem=text)
    if text:
        return Message("raised {error}: {problem}", error=type(error).__name__, problem=text)
    return Message("raised {error}", error=type(error).__name__)


def message_of(error: BaseException) -> str:
    """The message of an exception on one short line; one of K2K's own keeps its facts."""
    own = error.args[0] if error.args else None
    text = line(error)
    return own if isinstance(own, Message) and own == text else text


def line(value: object) -> str:
    """The text of a value on one short line; empty for an object whose text cannot be computed."""
    try:
        text = str(value)[: 4 * LONGEST]
    except Exception:
        return ""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(printable.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
