"""What saving a form would do, before it is saved: to prices, or what the checks of the set-up would find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_console.effects import Effect, effect_of_answer
from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import EditForm, Finding, WhatIf
from k2k_core.errors import NotFound

Changes = Sequence[Mapping[str, Any]]
COUNTS = ("lines", "up", "down", "gained_price", "lost_price", "unchanged", "without_price", "under_margin_floor")


def effect_of(reader: Reader, part: EditForm, changes: Changes) -> Effect:
    """What changes would do. Raises what the facade raises."""
    if isinstance(part.effect, WhatIf):
        wanted = without_guards(changes)
        try:
            answer: Any = reader.k2k.what_if(reader.company, wanted, store=False)
        except NotFound as error:  # a company without customers has no price that could move
            return Effect(seen=_seen(wanted, {}), about=error.message)
        return effect_of_answer(reader.k2k, reader.company, answer, _seen(wanted, answer))
    made = reader.k2k.set_all(reader.company, changes, dry_run=True)
    found: list[Any] = [one for each in made for one in each.get("findings", ())]
    return Effect(findings=[Finding.of(one) for one in found])


def without_guards(changes: Changes) -> Changes:
    """Changes without the values that were seen: what they do is compared, and a draft guards itself."""
    return [{name: value for name, value in one.items() if name != "expected"} for one in changes]


def _seen(changes: Changes, answer: Mapping[str, Any]) -> str:
    counts = {name: answer.get(name) for name in COUNTS}
    return hashlib.sha256(json.dumps([changes, counts], sort_keys=True).encode()).hexdigest()[:24]
