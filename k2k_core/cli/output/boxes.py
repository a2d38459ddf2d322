"""Formats confirmations, air waybills, labels, staging and scans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from k2k_core.cli.language import said, words
from k2k_core.cli.terminal import Terminal, table
from k2k_core.messages import Message

Answer = Mapping[str, Any]

OUTCOMES = {
    "received": Message("received"),
    "billed": Message("billed to its customer"),
    "already_received": Message("was received already"),
    "unknown": Message("unknown to this network"),
    "not_yours": Message("not yours"),
    "cancelled": Message("cancelled"),
    "missing": Message("reported missing to the vendor"),
}


def confirmation(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What was confirmed: the AWB, the boxes, and what was dropped."""
    yield words(
        "{count} {count:box goes|boxes go} on AWB {awb}:",
        count=len(answer["box_codes"]),
        awb=screen.bold(str(answer["awb"])),
    )
    yield f"  {', '.join(answer['box_codes'])}"
    for line in answer["dropped"]:
        yield words("  dropped, not checked out: {boxes} of {lot}", boxes=line["boxes"], lot=line["lot"])


def waybill(screen: Terminal, answer: Answer) -> Iterator[str]:
    """An AWB."""
    yield words(
        "AWB {awb}: {vendor} to {buyer} on {ship_date}",
        awb=screen.bold(answer["number"]),
        vendor=answer["vendor"],
        buyer=answer["buyer"],
        ship_date=answer["ship_date"],
    )


def labels(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The text of the first label, and how many there are."""
    yield (
        words(
            "{count} label(s), {media_type}. The first one says:",
            count=len(answers),
            media_type=answers[0]["media_type"],
        )
        if answers
        else words("no label")
    )
    for label in answers[:1]:
        text = " · ".join(label["text"].splitlines())
        yield from (screen.dim(f"  | {line}") for line in wrap(text, screen.width - 8))


def staging(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The boxes in the staging area, by AWB and lot."""
    counted = Counter((one["awb"], one["lot"], one["mark_code"] or "", one["state"]) for one in answers)
    rows = [
        (words("{number} {number:box|boxes}", number=number), lot, mark, state, words("AWB {awb}", awb=awb))
        for (awb, lot, mark, state), number in counted.items()
    ]
    yield from table(rows) if rows else iter((screen.dim(words("nothing")),))


def outcomes(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """The outcome of each scanned code."""
    well = ("received", "billed")
    for one in answers:
        outcome = said(OUTCOMES.get(one["outcome"]) or str(one["outcome"]))
        yield f"{one['box_code']}  {screen.good(outcome) if one['outcome'] in well else outcome}"
