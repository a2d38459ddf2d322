"""What is shared or seen and what is not, in words: counted by rule, or one lot with every failing rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.screen import Screen, table

Answer = Mapping[str, Any]

MARGIN = 14
"""Columns of a line of `counted` that are neither the rule's code nor the example."""


def in_full(screen: Screen, answer: Answer, word: str, where: str) -> Iterator[str]:
    """One lot: every failing rule, whose it is, and the dates. `word` is `shared` or `visible`."""
    verdict = screen.good(f"is {word}") if answer[word] else screen.bad(f"is not {word}")
    yield f"{screen.bold(answer['lot'])} {verdict} {where}"
    for detail in answer["details"]:
        yield f"  {detail['code']}: {detail['reason']}"
        yield from (f"      {line}" for line in _facts(detail))
    if answer.get("visible_on"):
        yield f"  It will be visible from {answer['visible_on']} on, by time alone."


def counted(
    screen: Screen,
    answers: Sequence[Answer],
    word: str,
    where: str,
    names: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """How many lots pass, how many each rule keeps back, and an example of each."""
    kept = [one for one in answers if not one[word]]
    yield f"{screen.bold(f'{len(answers) - len(kept)} of {len(answers)} lots')} are {word} {where}"
    if not kept:
        return
    yield f"{len(kept)} are not; a lot may have several reasons:"
    counts = Counter(code for one in kept for code in one["reasons"])
    room = screen.width - MARGIN - max(map(len, counts))
    rows = [(number, code, _example(code, kept, names or {}, room)) for code, number in counts.most_common()]
    yield from (f"  {line}" for line in table(rows, right=(0,)))


def _example(code: str, kept: Sequence[Answer], names: Mapping[str, str], room: int) -> str:
    """A lot that has this reason, if possible no other; with its name where there is room for it."""
    mine = [one for one in kept if code in one["reasons"]]
    one = next((each for each in mine if len(each["reasons"]) == 1), mine[0])
    detail = next(each for each in one["details"] if each["code"] == code)
    day = f" (until {detail['cured_on']})" if detail.get("cured_on") else ""
    short = f"{one['lot']}{day}: {detail['reason']}"
    named = f"{one['lot']} {names.get(one['lot'], '')}".strip() + f"{day}: {detail['reason']}"
    return named if len(named) <= room else short if len(short) <= room else short[: room - 1] + "…"


def _facts(detail: Answer) -> Iterator[str]:
    if detail.get("setting"):
        yield f"set by {detail['owner']}: {detail['setting']}"
    else:
        yield f"on the {detail['side']}'s side"
    if detail.get("caused_on"):
        yield f"since {detail['caused_on']}"
    if detail.get("cured_on"):
        yield f"time alone cures it on {detail['cured_on']}"
