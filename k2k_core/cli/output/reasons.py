"""Formats what is shared or visible and what is not: counted by rule, or one lot with every failing rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from k2k_core.cli.language import words
from k2k_core.cli.terminal import Terminal, table
from k2k_core.domain.answers.sharing import DenialCount, DenialDetail, OrderableShipDates
from k2k_core.domain.visibility_report import OF_THE_SHIP_DATE, Counted
from k2k_core.messages import Message

Answer = Mapping[str, Any]

STATES = {"shared": Message("shared"), "visible": Message("visible")}

MARGIN = 14
"""Columns of a line of `counted` that are neither the rule's code nor the example."""


def in_full(screen: Terminal, answer: Answer, word: str, where: str) -> Iterator[str]:
    """One lot: every failing rule, whose it is, and the dates. `word` is `shared` or `visible`."""
    verdict = (
        screen.good(words("is {word}", word=STATES[word]))
        if answer[word]
        else screen.bad(words("is not {word}", word=STATES[word]))
    )
    yield f"{screen.bold(answer['lot'])} {verdict} {where}"
    for detail in answer["details"]:
        yield f"  {detail['code']}: {detail['reason']}"
        yield from (f"      {line}" for line in _facts(detail))
    yield from _ahead(answer)


def dates_in_full(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The planner's chain of reasons, and every date that it offers."""
    first = answer["first"]
    yield screen.good(words("first date {first}", first=first)) if first else screen.bad(words("no date is possible"))
    yield from (f"  {reason}" for reason in answer["reasons"])
    if answer["dates"]:
        yield words("{count} date(s): {dates}", count=len(answer["dates"]), dates=list(_spans(answer["dates"])))


def _spans(dates: Sequence[str]) -> Iterator[str]:
    """Dates, with runs of three or more days as first and last."""
    days = [dt.date.fromisoformat(date) for date in dates]
    for _, run in groupby(enumerate(days), key=lambda each: each[1].toordinal() - each[0]):
        span = [day.isoformat() for _, day in run]
        yield from span if len(span) < 3 else [words("{first} to {last}", first=span[0], last=span[-1])]


def _ahead(answer: Answer) -> Iterator[str]:
    """The ship dates of a lot, and what time alone will change."""
    if not OF_THE_SHIP_DATE.isdisjoint(answer["reasons"]):
        yield f"  {_orderable(answer['ship_dates'])}"
    if answer.get("visible_on"):
        late = words(", for a later ship date") if answer["hidden_by"] else ""
        yield words(
            "  It will be visible from {visible_on} on, by time alone{late}.",
            visible_on=answer["visible_on"],
            late=late,
        )
    elif any(detail.get("cured_on") for detail in answer["details"]) and "visible_on" in answer:
        yield words("  It will not be visible by time alone: another rule stands against it by then.")
    if answer.get("hidden_on"):
        rules = ", ".join(answer["hidden_by"])
        yield words(
            "  It will be hidden from {hidden_on} on, by time alone: {rules}.",
            hidden_on=answer["hidden_on"],
            rules=rules,
        )


def _orderable(span: OrderableShipDates) -> str:
    """The ship dates for which boxes are there and fresh."""
    if span["from"] is None:
        return words("It can be ordered for no ship date.")
    until = words(" until {until}", until=span["until"]) if span["until"] else ""
    return words("It can be ordered for ship dates from {first}{until}.", first=span["from"], until=until)


def counted(
    screen: Terminal,
    report: Counted,
    word: str,
    where: str,
    names: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """How many lots pass, how many each rule holds back, and an example of each: the answer of `hidden` or
    `held_back`."""
    passed, held_back = report.passing, report.kept_back
    yield words(
        "{lots} are {word} {where}",
        lots=screen.bold(words("{passed} of {count} {count:lot|lots}", passed=passed, count=passed + held_back)),
        word=STATES[word],
        where=where,
    )
    if not held_back:
        return
    if held_back == 1:
        yield words("1 is not; a lot may have several reasons:")
    else:
        yield words("{held_back} are not; a lot may have several reasons:", held_back=held_back)
    room = screen.width - MARGIN - max(len(row["code"]) for row in report.by_reason)
    rows = [(row["count"], row["code"], _example(row, names or {}, room)) for row in report.by_reason]
    yield from (f"  {line}" for line in table(rows, right=(0,)))


def _example(row: DenialCount, names: Mapping[str, str], room: int) -> str:
    """A lot with this reason, with its name if there is room for it."""
    lot = row["examples"][0]
    until = words("until") if row["count"] == 1 else words("the first until")
    day = f" ({until} {row['cured_on']})" if row["cured_on"] else ""
    short = f"{lot}{day}: {row['reason']}"
    named = f"{lot} {names.get(lot, '')}".strip() + f"{day}: {row['reason']}"
    return named if len(named) <= room else short if len(short) <= room else short[: room - 1] + "…"


def _facts(detail: DenialDetail) -> Iterator[str]:
    if detail.get("setting"):
        yield words("set by {owner}: {setting}", owner=detail["owner"], setting=detail["setting"])
    else:
        yield words("on the vendor's side") if detail["side"] == "vendor" else words("on the buyer's side")
    if detail.get("caused_on"):
        yield words("since {caused_on}", caused_on=detail["caused_on"])
    if detail.get("cured_on"):
        yield words("time alone cures it on {cured_on}", cured_on=detail["cured_on"])
