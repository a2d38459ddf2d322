"""Formats connections, changes, ship dates, events and notifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from k2k_core.cli.language import said, words
from k2k_core.cli.terminal import Terminal, table
from k2k_core.messages import Message

Answer = Mapping[str, Any]
NEAR = 5
"""How many dates are shown."""

LATER, MISSING = Message("may come later"), Message("missing")
MARGIN = 8
"""Columns of a line of `readiness` that are neither of its texts."""

LATEST = 12
"""How many events or messages are shown."""


def connection(screen: Terminal, answer: Answer) -> Iterator[str]:
    """A connection and its state."""
    yield words(
        "{vendor} to {buyer}: {shown}",
        vendor=answer["vendor"],
        buyer=answer["buyer"],
        shown=screen.bold(answer["state"]),
    )


def readiness(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The open requirements, and whose they are."""
    if not answers:
        yield screen.good(words("Nothing is missing."))
    for one in answers:
        later, what = one.get("warning"), f"{one['company']}, {one['requirement']}"
        state = said(LATER if later else MISSING)
        room = screen.width - MARGIN - len(what) - len(state)
        yield f"{what} ({state if later else screen.bold(state)}): {_cut(one['detail'], room)}"


def change(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What was changed."""
    what = next(
        (
            f"{name} {answer[name]}"
            for name in ("customer", "lot", "vendor", "location", "product", "box_type", "category", "carrier")
            if name in answer
        ),
        "",
    )
    values = answer.get("values") or answer.get("settings") or {}
    yield f"{what or words('settings')}: " + ", ".join(
        f"{name} = {screen.bold(str(value))}" for name, value in values.items()
    )


def ship_dates(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The chain of reasons and the next dates."""
    yield from answer["reasons"]
    yield words("offered: {shown}", shown=screen.bold(", ".join(answer["dates"][:NEAR]))) + (
        " …" if len(answer["dates"]) > NEAR else ""
    )


def availability(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The number of available boxes."""
    yield ", ".join(
        words(
            "{lot}: {shown} {available:box|boxes} left",
            lot=one["lot"],
            shown=screen.bold(str(one["available"])),
            available=one["available"],
        )
        for one in answers
    )


def offer(screen: Terminal, answer: Answer) -> Iterator[str]:
    """An offer as its buyer has mapped it."""
    state = words("confirmed") if answer["confirmed"] else words("not confirmed")
    yield words(
        "{lot} is {shown}, {state}, {available} {available:box|boxes}",
        lot=answer["lot"],
        shown=screen.bold(str(answer["mapped_product"])),
        state=state,
        available=answer["available"],
    )


def clock(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The time."""
    yield words("It is {shown}.", shown=screen.bold(answer["clock"][:16].replace("T", " ")))


def messages(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """Notifications: the addressees and subjects."""
    yield from table([(one["to"], one["subject"]) for one in answers[-LATEST:]])
    if len(answers) > LATEST:
        yield screen.dim(words("and {count} before that", count=len(answers) - LATEST))


def events(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The latest events of a company's feed, with a run of one type as one line."""
    runs = [(kind, list(alike)) for kind, alike in groupby(answers, key=lambda one: one["type"])]
    rows = [
        (alike[0]["seq"], kind, words("{count} {count:time|times}", count=len(alike)) if len(alike) > 1 else "")
        for kind, alike in runs
    ]
    yield from table(rows[-LATEST:], right=(0,))
    if len(rows) > LATEST:
        yield screen.dim(words("… and what was before that"))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
