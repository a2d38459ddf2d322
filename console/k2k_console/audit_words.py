"""What the entries of the audit say in words: records, fields and values by the names that they have on the screen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from k2k_console.formats import boxes, week_days
from k2k_console.long_work import TITLES
from k2k_console.pages.api_keys import SCOPES
from k2k_console.pages.available_items import TYPES
from k2k_console.pages.people import ROLE_NAMES
from k2k_console.record_names import collection_name, field_name, record_name
from k2k_console.translations import later, locale, text
from k2k_core.domain.code_words import CODES
from k2k_core.messages import words_of
from k2k_core.texts import translator

OF_COLLECTIONS = ("put", "imported")
"""What is done to a collection."""

OF_STATES = ("", "state", "status", "transfer", "kind")
"""Fields whose values are states, or kinds of documents; an entry that has no fields tells a state."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "roles": ROLE_NAMES,
    "scopes": SCOPES,
    "inventory_type": TYPES,
    "unit_type": {"stem": later("stem"), "bunch": later("bunch")},
}
"""Field → what its values are called that are stored as codes."""

PARTS: Mapping[str, str] = {
    **TYPES,
    "percent": later("percent"),
    "amount": later("amount"),
}
"""Part of a value → what it is called; days of the week are called as the reader calls them."""

_BOXES = re.compile(r"([0-9]+) boxes")
"""What an entry is about that is about boxes: their number."""


def subject_name(action: str, subject: str) -> str:
    """What an entry is about, for a sentence that says of what kind it is: a job by its kind, a number of boxes, or a
    record by its code alone."""
    if action.startswith("job."):
        return str(TITLES.get(subject, subject))
    counted = _BOXES.fullmatch(subject)
    return boxes(int(counted[1])) if counted else subject


def subject_words(action: str, subject: str) -> str:
    """What an entry is about, in words: a record by its kind and code, or a whole collection."""
    kind, _, verb = action.partition(".")
    if verb in OF_COLLECTIONS:
        return collection_name(subject)
    return record_name(kind, subject)


def changes(before: object, after: object) -> list[tuple[str, str, str]]:
    """What was changed: what it is called, before, after, one row for each value; unchanged values are left out."""
    if not isinstance(before, dict) and not isinstance(after, dict):
        return [] if before == after else [("", shown(before), shown(after))]
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return [(field_name(name), shown(old.get(name), name), shown(new.get(name), name)) for name in names]


def shown(value: object, field: str = "") -> str:
    """A stored value of a field as text."""
    if value is None:
        return text("unset")
    if isinstance(value, bool):
        return text("on") if value else text("off")
    if isinstance(value, dict):
        return ", ".join(f"{_part(name)} {shown(inner, name)}" for name, inner in value.items()) or text("nothing")
    if isinstance(value, list):
        return ", ".join(shown(inner, field) for inner in value) or text("nothing")
    return _in_words(str(value), field)


def _in_words(value: str, field: str) -> str:
    """A code by its words; what was typed as it is."""
    if field in VALUES:
        return str(VALUES[field].get(value, value))
    if field in OF_STATES and value in CODES:
        return translator(locale())(words_of(value))
    return value


def _part(name: str) -> str:
    return str(PARTS[name]) if name in PARTS else week_days().get(name) or field_name(name)
