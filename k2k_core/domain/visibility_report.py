"""Why lots are hidden, counted by rule (domain section 3): the answers for single lots as one report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, cast

from k2k_core.domain.answers.sharing import DenialCount, DenialDetail, OrderableShipDates, SharedLot, VisibleLot

OF_THE_SHIP_DATE = frozenset(("arrives_later", "too_old_on_ship_date"))
"""Rules that depend on the chosen ship date, not on time."""

EXAMPLES = 5
"""How many lots are named for a rule."""

Verdict = SharedLot | VisibleLot
"""What `share` or `visible` answers for one lot."""


class Counted(NamedTuple):
    """How many lots pass and how many do not, and the rules that hold these back."""

    passing: int
    kept_back: int
    by_reason: list[DenialCount]
    by_side: Mapping[str, int] = MappingProxyType({})
    """How many the rules of each side hold back; one that both do counts for both."""


def counted(verdicts: Sequence[Verdict]) -> Counted:
    """How many lots pass and how many do not, and every rule that holds lots back, the one with the most first.

    A lot may have several reasons; `alone` counts the lots that only this rule holds back.
    """
    hidden = [verdict for verdict in verdicts if verdict["reasons"]]
    by_rule: dict[tuple[str, str], list[tuple[Verdict, DenialDetail]]] = defaultdict(list)
    for verdict in hidden:
        for detail in verdict["details"]:
            by_rule[detail["code"], detail["side"]].append((verdict, detail))
    rows = [_row(code, side, found) for (code, side), found in by_rule.items()]
    rows.sort(key=lambda row: (-row["count"], row["code"], row["side"]))
    sides = Counter(side for one in hidden for side in {detail["side"] for detail in one["details"]})
    return Counted(len(verdicts) - len(hidden), len(hidden), rows, sides)


def _row(code: str, side: str, found: Sequence[tuple[Verdict, DenialDetail]]) -> DenialCount:
    """One rule. Of the other side's rule only its code and its count are shown."""
    alone = [pair for pair in found if len(pair[0]["reasons"]) == 1]
    first, detail = (alone or found)[0]
    examples = dict.fromkeys(verdict["lot"] for verdict, _ in [(first, detail), *alone, *found])
    return {
        "code": code,
        "side": side,
        "count": len({verdict["lot"] for verdict, _ in found}),
        "alone": len(alone),
        "owner": _shared(one.get("owner") for _, one in found),
        "setting": _shared(one.get("setting") for _, one in found),
        "reason": detail["reason"],
        "examples": list(examples)[:EXAMPLES],
        "cured_on": min((day for _, one in found if (day := one.get("cured_on"))), default=None),
        "ship_dates": _ship_dates([verdict for verdict, _ in found]) if code in OF_THE_SHIP_DATE else None,
    }


def _ship_dates(verdicts: Iterable[Verdict]) -> OrderableShipDates:
    """The first and the last ship date for which any of these lots can be ordered."""
    spans = [cast(VisibleLot, one)["ship_dates"] for one in verdicts]  # sharing knows no ship date
    firsts = [span["from"] for span in spans if span["from"] is not None]
    ends = [span["until"] for span in spans if span["from"] is not None]
    endless = None in ends
    return {"from": min(firsts, default=None), "until": None if endless else max(filter(None, ends), default=None)}


def _shared(values: Iterable[str | None]) -> str | None:
    """A value that all lots have in common; a sorted list of several; None when it may not be shown."""
    found = sorted({value for value in values if value})
    return ", ".join(found) or None
