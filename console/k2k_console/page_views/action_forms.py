"""Reads the form of an action: its values, and what is wrong with them, beside each field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from k2k_console.fields import Fault
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Field

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
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    """Beside their fields; those of the whole form under an empty name."""

    def add(self, name: str, fault: Fault) -> None:
        """Put a fault beside a field."""
        self.faults.setdefault(name, []).append(fault)


def read_form(action: Action, sent: Mapping[str, str]) -> ActionForm:
    """The form of an action as it was sent. Of a field with a present value (`Field.now`) only a change is a value,
    with the value that the form was opened with as `expected`."""
    form = ActionForm(action, {one.name: sent.get(one.name, "") for one in fields_of(action)})
    for one in fields_of(action):
        typed, seen = form.typed[one.name].strip(), sent.get(f"was.{one.name}")
        if seen is not None and typed == seen:
            continue
        try:
            value = _value(one, typed)
        except ValueError as error:
            form.add(one.name, error.args[0])
            continue
        if seen is not None:
            form.expected[one.name] = seen or None
        if value is not None or seen is not None:
            form.values[one.name] = value
    return form


def _value(one: Field, typed: str) -> Any:
    """The value for the facade; raises `ValueError` with the fault."""
    if one.kind == "switch":
        return typed == "on"
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
