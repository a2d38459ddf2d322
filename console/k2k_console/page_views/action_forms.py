"""Reads the form of an action: its values, and what is wrong with them, beside each field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from flask import abort

from k2k_console.fields import Fault
from k2k_console.formats import clock_time, with_decimals
from k2k_console.readings import LONGEST, Unreadable, read_number, read_time, typed_number
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Field, TypedRows
from k2k_console.vocabulary.cells import NUMBERS
from k2k_core.domain.parties import NO_SHIPPING

_DIGITS = re.compile(r"[0-9]{1,9}")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

_WHOLE = re.compile(r"[0-9]{1,18}")

VERSION = "version"
"""The hidden field of a dialog with the version of the record that it shows."""

SHOWN = "shown."
"""What the hidden fields of a preview begin with."""

THEIRS = "theirs"
"""Of a field that two people changed: what the other one saved stays."""

TYPED = (
    Field("reason", later("Reason"), needed=True),
    Field("confirm", later("Type CONFIRM"), kind="code", needed=True, longest=20),
)


def fields_of(action: Action) -> tuple[Field, ...]:
    """The fields of an action; one that is confirmed by typing has the reason and the word too."""
    return action.fields + (TYPED if action.confirm == "typed" else ())


@dataclass
class ActionForm:
    """A form that was sent: what was typed, the values for the facade, and the faults by field."""

    action: Action
    typed: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    """The version of the record that the form has shown."""
    shown: dict[str, str] = field(default_factory=dict)
    """The values that its preview has shown."""
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    """Beside their fields; those of the whole form under an empty name."""

    def add(self, name: str, fault: Fault) -> None:
        """Put a fault beside a field."""
        self.faults.setdefault(name, []).append(fault)


def read_form(action: Action, sent: Mapping[str, str]) -> ActionForm:
    """The form of an action as it was sent. Of a field with a present value (`Field.now`) only a change is a value,
    with the value that the form was opened with as `expected`."""
    form = ActionForm(action, {one.name: sent.get(one.name, "") for one in fields_of(action)})
    form.version = _version(sent.get(VERSION, ""))
    form.shown = {name.removeprefix(SHOWN): value for name, value in sent.items() if name.startswith(SHOWN)}
    for one in fields_of(action):
        if sent.get(f"keep.{one.name}") != THEIRS:
            _read(form, one, sent.get(f"was.{one.name}"), sent.get("reading", ""))
    if action.typed_rows is not None:
        _read_rows(form, action.typed_rows, sent)
    return form


def _version(sent: str) -> int | None:
    """The version that a form says; what is none was never in one of these pages."""
    if not sent:
        return None
    if not _WHOLE.fullmatch(sent):
        abort(400)
    return int(sent)


def _read_rows(form: ActionForm, rows: TypedRows, sent: Mapping[str, str]) -> None:
    """Read what was typed in rows: a mapping by their keys. A fault stands beside its row."""
    keys = [name.partition(".")[2] for name in sent if name.startswith(rows.name(""))]
    form.typed = {**form.typed, **{rows.name(key): sent[rows.name(key)] for key in keys}}
    for key in keys:
        _read(form, replace(rows.field, name=rows.name(key), now=None), None, sent.get("reading", ""))
    found = {key: form.values.pop(rows.name(key)) for key in keys if rows.name(key) in form.values}
    form.values[rows.field.name] = found


def _read(form: ActionForm, one: Field, was: str | None, reading: str) -> None:
    """Read one field; `was` is the value that its form was opened with, `reading` the answer to a question about it."""
    _check_seen(one, was)
    name, _, answer = reading.partition(":")
    refused, equals, chosen = answer.rpartition("=")
    typed = form.typed[one.name].strip()
    if equals and (name, refused) == (one.name, typed):
        typed = chosen
        form.typed = {**form.typed, one.name: chosen}
    try:
        value = _value(one, typed)
    except ValueError as error:
        form.add(one.name, error.args[0])
        return
    seen = was if one.kind != "switch" or was is None else was == str(True)
    if was is None:
        form.values |= {} if value is None else {one.name: value}
    elif not _is_same(one, value, seen):
        form.expected[one.name] = seen if one.kind == "switch" else seen or None
        form.values[one.name] = value


def _is_same(one: Field, value: Any, seen: Any) -> bool:
    if one.kind in NUMBERS and value and seen:
        return Decimal(value) == Decimal(seen)
    return (value or None) == (seen or None)


def _check_seen(one: Field, seen: str | None) -> None:
    """A value that is no number was never that of a number: it is of no form of these pages."""
    if one.kind in NUMBERS and seen and not (len(seen) <= LONGEST and _PLAIN.fullmatch(seen)):
        abort(400)


def shown_value(one: Field, value: object, currency: str = "") -> str:
    """A stored value of a field in the form in which its reader types it; an amount with all its decimals, and at least
    those of its currency."""
    if value is None:
        return ""
    if one.kind == "money" and currency:
        return typed_number(with_decimals(str(value), currency))
    if one.kind == "cut_off":
        return text("closed") if value == NO_SHIPPING else clock_time(str(value))
    return typed_number(str(value)) if one.kind in NUMBERS else str(value)


def _value(one: Field, typed: str) -> Any:
    """The value for the facade; raises `ValueError` with the fault."""
    if one.kind == "switch":
        return typed == "on"
    if one.kind in NUMBERS and typed:
        return _within(one, _number(typed))
    if one.kind == "whole" and (typed or one.needed):
        return _whole(one, typed)
    if one.kind == "cut_off" and typed:
        return _cut_off(typed)
    if not typed and one.needed:
        raise ValueError(Fault(text("This is needed."), hint=text("Fill it in.")))
    if not typed:
        return None
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in typed):
        raise ValueError(Fault(text("Control characters cannot be stored."), hint=text("Type it again by hand.")))
    if len(typed) > one.longest:
        raise ValueError(Fault(text("At most %(longest)d characters.", longest=one.longest), hint=text("Shorten it.")))
    if one.kind == "choice" and typed not in one.choices:
        raise ValueError(
            Fault(text("%(given)s is not known.", given=repr(typed)), hint=text("Choose one of the list."))
        )
    return typed


def _within(one: Field, value: str) -> str:
    """A number that keeps to the limits of its field; raises `ValueError` with the fault for any other."""
    least, below = one.least or None, one.below or None
    if (least is None or Decimal(value) >= Decimal(least)) and (below is None or Decimal(value) < Decimal(below)):
        return value
    words = text("%(number)s is outside the limits.", number=typed_number(value))
    hint = text("Choose at least %(least)s.", least=least)
    if below is not None:
        hint = text("Choose at least %(least)s and less than %(below)s.", least=least, below=below)
    raise ValueError(Fault(words, hint=hint))


def _whole(one: Field, typed: str) -> str:
    """A typed whole number between the limits of its field, as text; raises `ValueError` with the fault."""
    least, most = int(one.least), int(one.below) - 1
    if _DIGITS.fullmatch(typed) and least <= int(typed) <= most:
        return str(int(typed))
    words = text(
        "%(given)s is not a whole number from %(least)d to %(most)d.", given=repr(typed), least=least, most=most
    )
    raise ValueError(Fault(words, hint=text("Type it again by hand.")))


def _cut_off(typed: str) -> str:
    """A typed time of day as a cut-off, or that nothing is shipped."""
    if typed.casefold() in (NO_SHIPPING, text("closed").casefold(), "-", "–"):
        return NO_SHIPPING
    try:
        return f"{read_time(typed):%H%M}"
    except Unreadable:
        words = text("%(given)s is no time of day.", given=repr(typed))
        hint = text("Type 1500 or 15:00; %(closed)s for no shipping that day.", closed=text("closed"))
        raise ValueError(Fault(words, hint=hint)) from None


def _number(typed: str) -> str:
    """A typed number as the facade takes it; one that can be read in two ways is asked about."""
    try:
        return read_number(typed)
    except Unreadable as refused:
        words = refused.question() or text("%(given)s is not a number that can be used here.", given=repr(typed))
        raise ValueError(Fault(words, refused.code, text("Type it again by hand."), refused.readings)) from None
