"""Formats confirmations, air waybills, labels, staging and scans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from k2k_core.cli.terminal import Terminal, table

Answer = Mapping[str, Any]

OUTCOMES = {
    "received": "received",
    "billed": "billed to its customer",
    "already_received": "was received already",
    "unknown": "unknown to this network",
    "not_yours": "not yours",
    "cancelled": "cancelled",
    "missing": "reported missing to the vendor",
}


def confirmation(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What was confirmed: the AWB, the boxes, and what was dropped."""
    yield f"{len(answer['box_codes'])} boxes go on AWB {screen.bold(str(answer['awb']))}:"
    yield f"  {', '.join(answer['box_codes'])}"
    for line in answer["dropped"]:
        yield f"  dropped, not checked out: {line['boxes']} of {line['lot']}"


def waybill(screen: Terminal, answer: Answer) -> Iterator[str]:
    """An AWB."""
    yield f"AWB {screen.bold(answer['number'])}: {answer['vendor']} to {answer['buyer']} on {answer['ship_date']}"


def labels(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The text of the first label, and how many there are."""
    yield f"{len(answers)} label(s), {answers[0]['media_type']}. The first one says:" if answers else "no label"
    for label in answers[:1]:
        words = " · ".join(label["text"].splitlines())
        yield from (screen.dim(f"  | {line}") for line in wrap(words, screen.width - 8))


def staging(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The boxes in the staging area, by AWB and lot."""
    counted = Counter((one["awb"], one["lot"], one["mark_code"] or "", one["state"]) for one in answers)
    rows = [(f"{number} boxes", lot, mark, state, f"AWB {awb}") for (awb, lot, mark, state), number in counted.items()]
    yield from table(rows) if rows else iter((screen.dim("nothing"),))


def outcomes(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The outcome of each scanned code."""
    well = ("received", "billed")
    for one in answers:
        outcome = OUTCOMES.get(one["outcome"]) or str(one["outcome"])
        yield f"{one['box_code']}  {screen.good(outcome) if one['outcome'] in well else outcome}"
