"""Why lots are not seen, counted by rule (domain section 3): the answers for single lots as one report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

EXAMPLES = 5
"""How many lots are named for a rule."""

Verdict = Mapping[str, Any]
"""What `share` or `visible` answers for one lot."""


def counted(verdicts: Sequence[Verdict], passes: str, kept: str) -> dict[str, Any]:
    """How many lots pass and how many do not, and every rule that keeps lots back, the one with the most first.

    `passes` is the field that says so of one lot (`visible`, `shared`), `kept` the name of the others' number. A lot
    may have several reasons; `alone` counts those that a rule keeps back by itself.
    """
    hidden = [verdict for verdict in verdicts if not verdict[passes]]
    by_rule: dict[tuple[str, str], list[tuple[Verdict, Verdict]]] = defaultdict(list)
    for verdict in hidden:
        for detail in verdict["details"]:
            by_rule[detail["code"], detail["side"]].append((verdict, detail))
    rows = [_row(code, side, found) for (code, side), found in by_rule.items()]
    rows.sort(key=lambda row: (-row["count"], row["code"], row["side"]))
    return {passes: len(verdicts) - len(hidden), kept: len(hidden), "by_reason": rows}


def _row(code: str, side: str, found: Sequence[tuple[Verdict, Verdict]]) -> dict[str, Any]:
    """One rule. Of the other side's rule no more is known than that it keeps lots back, and the code."""
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
        "cured_on": min((one["cured_on"] for _, one in found if one.get("cured_on")), default=None),
    }


def _shared(values: Iterable[Any]) -> str | None:
    """What all lots have in common; several, in order; None for nothing that may be told."""
    found = sorted({value for value in values if value})
    return ", ".join(found) or None
