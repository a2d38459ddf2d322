"""What a save has changed, in words: of each field from what to what."""

from __future__ import annotations

from k2k_console.formats import day
from k2k_console.frame import today
from k2k_console.page_views.action_forms import ActionForm, shown_value
from k2k_console.translations import text
from k2k_console.vocabulary import Field

NONE = "–"


def changed_words(form: ActionForm, currency: str) -> str:
    """The fields that differ from what was seen, each from → to; empty where none had a value that was seen."""
    changed = [one for one in form.action.fields if one.now is not None and one.name in form.values]
    parts = [_from_to(one, form.expected.get(one.name), form.values[one.name], currency) for one in changed]
    return f"{', '.join(parts)}." if parts else ""


def _from_to(one: Field, was: object, now: object, currency: str) -> str:
    return f"{one.label}: {_said(one, was, currency)} → {_said(one, now, currency)}"


def _said(one: Field, value: object, currency: str) -> str:
    if one.kind == "switch":
        return text("yes") if value in (True, "on", str(True)) else text("no")
    if value in (None, ""):
        return NONE
    if one.kind == "choice":
        return str(one.choices.get(str(value), value))
    return day(str(value), today()) if one.kind == "date" else shown_value(one, value, currency)
