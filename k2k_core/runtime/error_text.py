"""Describes a failure in one short line that is safe to show, whatever the exception says."""

from __future__ import annotations

from k2k_core.messages import Message

LONGEST = 200


class WrongAnswer(Exception):
    """A contribution returned something invalid: too few answers, another type, NaN."""


def describe(error: BaseException) -> str:
    """`raised ValueError: the message`, `called sys.exit(3)`, or `gave a wrong answer: …`."""
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
