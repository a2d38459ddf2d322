"""What a change of the set-up changes, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from k2k_console.formats import number
from k2k_console.pages.margins.margins_page import COMPANY_GPM, FLOOR, K2K_GPM
from k2k_console.translations import text

FIELDS = {one.name: one.label for one in (K2K_GPM, COMPANY_GPM, FLOOR)}
NO_RECORDS = ("settings", "values", "expected", "version", "collection", "rows", "hierarchies")


def words_of(change: Mapping[str, Any]) -> Sequence[str]:
    """Each value that a change sets."""
    if "hierarchies" in change:
        return [text("the order of price steps")]
    if "collection" in change:
        rows = len(change.get("rows") or ())
        return [text("%(count)d {count:row|rows} of %(collection)s", count=rows, collection=change["collection"])]
    subject = next((f"{kind}/{code}" for kind, code in change.items() if kind not in NO_RECORDS and code), "settings")
    values = change.get("settings") or change.get("values") or {}
    return [f"{field_words(subject, name)}: {value_words(value)}" for name, value in values.items()]


def field_words(subject: str, field: str) -> str:
    """A field, and of which record it is one."""
    _, _, code = subject.partition("/")
    name = str(FIELDS.get(field, field))
    return text("%(name)s of %(code)s", name=name, code=code) if code else name


def value_words(value: Any) -> str:
    """A value as it is shown; a structure as its fields."""
    if value is None:
        return text("none")
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_words(one)}" for name, one in value.items())
    try:
        return number(Decimal(str(value)))
    except InvalidOperation:
        return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
