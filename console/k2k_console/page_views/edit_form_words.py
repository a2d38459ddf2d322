"""What a page says of values that are edited: what was changed, by whom, and what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from k2k_console.frame import local_day
from k2k_console.page_views.action_forms import ActionForm, shown_value
from k2k_console.page_views.reader import Reader
from k2k_console.translations import text
from k2k_console.vocabulary import Edited, EditForm, Field, FieldGroup, Finding
from k2k_console.vocabulary.edit_forms import Values


def ask_of(one: Field, value: object) -> str | None:
    """A value as a person would type it; a switch in words."""
    if one.kind == "switch":
        return text("yes") if value in (True, "True") else text("no")
    if value in (None, ""):
        return None
    shown = shown_value(one, value)
    return str(one.choices.get(str(value), shown)) if one.kind == "choice" else shown


def changed_words(part: EditForm, fields: Sequence[Field], before: Values, after: Values) -> str:
    """What was saved: one value with what it was, or how many."""
    if len(after) != 1:
        return text("%(count)d {count:change is|changes are} saved.", count=len(after))
    ((name, value),) = after.items()
    one = next(one for one in fields if one.name == name)
    none = text("none")
    facts = {"name": one.label, "before": ask_of(one, before.get(name)) or none, "after": ask_of(one, value) or none}
    return str(part.action.done) % facts


def changed_meanwhile(reader: Reader, form: ActionForm, now: Values) -> list[Finding]:
    """The values that somebody else changed while the form was open, and its reader did not."""
    found = []
    for one in form.action.fields:
        value = now.get(one.name)
        if one.name in form.values or request.form[f"was.{one.name}"] == ("" if value is None else str(value)):
            continue
        last: Any = reader.k2k.last_change(reader.company, *one.audited) if one.audited[0] else None
        who = last["who"] if last else text("Somebody else")
        words = text("%(who)s changed %(name)s meanwhile.", who=who, name=one.label)
        found.append(Finding("info", "changed_meanwhile", words))
    return found


def overruled(edited: Edited, form: ActionForm) -> list[Finding]:
    """That values were saved which do not count, since the installation sets others."""
    names = [str(one.label) for one in form.action.fields if one.name in form.values and one.name in edited.overruled]
    if not names:
        return []
    return [
        Finding("warn", "overruled", text("Saved, but the installation overrides: %(names)s.", names=", ".join(names)))
    ]


def last_words(reader: Reader, edited: Edited) -> Mapping[str, str]:
    """Who changed each field last, from which value to which, by the names of the fields; of those in a week none."""
    fields = [one for part in edited.parts if isinstance(part, FieldGroup) for one in part.fields if one.audited[0]]
    return {one.name: words for one in fields if (words := _last(reader, one))}


def _last(reader: Reader, one: Field) -> str:
    last: Any = reader.k2k.last_change(reader.company, *one.audited)
    if last is None:
        return ""
    none = text("none")
    before, after = (ask_of(one, last[name]) or none for name in ("before", "after"))
    facts: dict[str, object] = {"who": last["who"], "before": before, "after": after, "day": local_day(last["when"])}
    return text("%(who)s, %(before)s → %(after)s, %(day)s", **facts)
