"""Whom an action notifies by mail, in words, before it happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from k2k_console.page_views.reader import Reader
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action
from k2k_core.errors import NotFound

ROLES = {"salesperson": later("salesperson"), "customer": later("customer")}
ADDRESSES = later("notification addresses")
"""What the settings of a company name."""


MOST_NAMED = 10
"""Of how many records it is said whom they notify; of the others their number is."""


def told_of_each(reader: Reader, action: Action, names: Sequence[str]) -> Sequence[str]:
    """Whom an action on several documents notifies; of one that there is not, nobody."""
    told: dict[str, None] = {}
    for name in names[:MOST_NAMED]:
        with suppress(NotFound):
            told.update(dict.fromkeys(told_of(reader, action, name)))
    more = len(names) - MOST_NAMED
    return [*told, text("those of %(count)d more", count=more)] if more > 0 else list(told)


def told_of(reader: Reader, action: Action, name: str) -> Sequence[str]:
    """Whom an action on a document notifies: one's own people by address, those of the partner by what they are."""
    found: list[Any] = reader.k2k.who_is_told(reader.company, action.verb, name)
    own = [address for one in found for address in one["to"] or ()]
    theirs = [one for one in found if one["to"] is None]
    partners = [text("%(who)s of %(company)s", who=_who(one), company=one["company"]) for one in theirs]
    return list(dict.fromkeys([*own, *partners]))


def _who(told: Mapping[str, Any]) -> str:
    return str(ROLES.get(told["role"], ADDRESSES))
