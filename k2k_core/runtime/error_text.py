"""Describes a failure in one short line that is safe to show, whatever the exception says."""

from __future__ import annotations

LONGEST = 200


class WrongAnswer(Exception):
    """A contribution returned something invalid: too few answers, another type, NaN."""


def describe(error: BaseException) -> str:
    """`raised ValueError: the message`, `called sys.exit(3)`, or `gave a wrong answer: …`."""
    if isinstance(error, SystemExit):
        return f"called sys.exit({line(error.code)})" if error.code is not None else "called sys.exit()"
    text = line(error)
    if isinstance(error, WrongAnswer):
        return f"gave a wrong answer: {text}"
    return f"raised {type(error).__name__}: {text}" if text else f"raised {type(error).__name__}"


def line(value: object) -> str:
    """The text of a value on one short line; empty for an object whose text cannot be computed."""
    try:
        text = str(value)[: 4 * LONGEST]
    except Exception:
        return ""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(printable.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
