"""The form of values that are edited together: what is typed, what saving would do, and the save itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from k2k_console.effects import Effect
from k2k_console.fields import Fault
from k2k_console.formats import week_days
from k2k_console.frame import page_of
from k2k_console.long_work import address_of
from k2k_console.page_views import action_requests, drawers, panel_view
from k2k_console.page_views.action_forms import ActionForm, read_form, shown_value
from k2k_console.page_views.actions import HOLD, findings_of, place
from k2k_console.page_views.dialogs import action_of
from k2k_console.page_views.edit_form_words import ask_of, changed_meanwhile, changed_words, last_words, overruled
from k2k_console.page_views.effects import effect_of, without_guards
from k2k_console.page_views.feedback import keep, stored_feedback
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import render, target
from k2k_console.page_views.tokens import new_token
from k2k_console.security import BACKGROUND
from k2k_console.translations import text
from k2k_console.vocabulary import (
    ConflictDialog,
    ConflictField,
    Edited,
    EditForm,
    Field,
    Finding,
    Toast,
    WhatIf,
)
from k2k_core.errors import K2KError

EFFECT = "effect"
"""The form is not saved: what saving would do is asked for. A page that asks for it by itself, while one types, takes
nothing else from the answer."""


@dataclass
class Editing:
    """An edit form as it stands: the present values, what was typed, and what stands against saving it."""

    part: EditForm
    edited: Edited
    form: ActionForm
    writable: bool
    effect: Effect | None = None
    conflict: ConflictDialog | None = None
    findings: Sequence[Finding] = ()
    known: str = ""
    token: str = field(default_factory=new_token)

    @property
    def changes(self) -> Sequence[Mapping[str, Any]]:
        """What `set_all` makes of what was changed."""
        return self.part.changes(self.edited.values, self.form.values) if self.form.values else ()

    @property
    def typed(self) -> Mapping[str, Any]:
        """The values as they are typed: those that were changed over the present ones."""
        return {**self.edited.values, **self.form.values}

    def present(self, one: Field) -> str:
        """The present value of a field, as its form sends it back."""
        value = self.edited.values.get(one.name)
        return "" if value is None else str(value)

    def value(self, one: Field) -> str:
        """What a field shows: what was typed, if that is another value or none, else its present value."""
        if one.name in self.form.values or one.name in self.form.faults:
            return self.form.typed[one.name]
        return self.stored(one)

    def stored(self, one: Field) -> str:
        """What a field shows of its present value."""
        return shown_value(one, self.edited.values.get(one.name))

    def is_on(self, one: Field) -> bool:
        """Whether a switch is on."""
        return bool(self.typed.get(one.name))

    def was(self, one: Field) -> str:
        """What a field that was changed showed before."""
        return self.stored(one) or text("none")

    @property
    def button(self) -> str:
        """What its button says: the effect."""
        words = self.effect.words if self.effect else ""
        return (
            text("%(save)s, %(effect)s", save=self.part.action.label, effect=words) if words else self.part.action.label
        )


def shown(reader: Reader) -> Response:
    """The values as they are."""
    if request.args.get("do"):
        action_of(reader, request.args["do"])
    return _page(reader, _editing(reader))


def sent(reader: Reader) -> Response:
    """Save what was typed, store it as a draft, or say what saving would do."""
    part = _part(reader)
    name = (request.form.getlist("do") or [part.action.address])[-1]
    if name not in (EFFECT, *(one.address for one in part.actions)):
        return action_requests.sent(reader, None)
    action_of(reader, part.action.address if name == EFFECT else name)
    editing = _editing(reader, _token() if name != EFFECT else request.form.get("key", ""))
    if name == EFFECT:
        _look(reader, editing)
        return _page(reader, editing)
    return _stored(reader, editing) if name != part.action.address else _saved(reader, editing)


def _editing(reader: Reader, token: str = "") -> Editing:
    """The form as it was sent. A field that it does not have is left alone."""
    part = _part(reader)
    edited = part.read(reader.k2k, reader.company)
    there = tuple(one for one in edited.fields if f"was.{one.name}" in request.form)
    form = read_form(replace(part.action, fields=there), request.form)
    editing = Editing(part, edited, form, reader.may(part.action), token=token or new_token())
    _meanwhile(reader, editing)
    return editing


def _meanwhile(reader: Reader, editing: Editing) -> None:
    """What somebody else changed since the form was opened: a value that both changed is a conflict."""
    form, both = editing.form, []
    for one in form.action.fields:
        now = editing.present(one)
        if request.form[f"was.{one.name}"] == now or one.name not in form.values:
            continue
        mine = form.values[one.name]
        if ("" if mine is None else str(mine)) == now:
            form.values.pop(one.name)
        elif request.form.get(f"keep.{one.name}") != "yours":
            both.append(_conflict(reader, editing, one))
    editing.conflict = ConflictDialog(tuple(both)) if both else None


def _conflict(reader: Reader, editing: Editing, one: Field) -> ConflictField:
    last: Any = reader.k2k.last_change(reader.company, *one.audited) if one.audited[0] else None
    was = request.form[f"was.{one.name}"]
    shown = (was, editing.edited.values.get(one.name), editing.form.values[one.name])
    was_shown, theirs, yours = (ask_of(one, value) for value in shown)
    who, when = (last["who"], last["when"]) if last else (None, None)
    return ConflictField(one.name, one.label, was_shown, theirs, who, when, yours)


def _look(reader: Reader, editing: Editing) -> None:
    """Ask what saving would do; what stands against it is put beside the fields."""
    if editing.form.faults or not editing.changes:
        return
    try:
        editing.effect = effect_of(reader, editing.part, editing.changes)
    except K2KError as error:
        place(error, editing.form)


def _saved(reader: Reader, editing: Editing) -> Response:
    if editing.form.faults:
        return _page(reader, editing, 422)
    if editing.conflict:
        return _page(reader, editing, 409)
    if not editing.changes:
        keep(Toast(text("Nothing was changed.")))
        return _back(reader)
    anyway = request.form.get("anyway") == "1"
    if isinstance(editing.part.effect, WhatIf):
        _look(reader, editing)
        if editing.form.faults:
            return _page(reader, editing, 422)
        if editing.effect is None or request.form.get("seen") != editing.effect.seen:
            return _page(reader, editing, 409 if request.form.get("seen") else 200)
    try:
        hold = None if anyway else HOLD
        made: Any = reader.k2k.set_all(reader.company, editing.changes, key=editing.token, hold=hold)
    except K2KError as error:
        return _refused(reader, editing, error)
    form, now = editing.form, editing.edited.values
    words = changed_words(editing.part, form.action.fields, now, form.values)
    effect = editing.effect.words if editing.effect else ""
    entries = [int(each["audit"]) for each in made if each.get("undoable") and each.get("audit") is not None]
    found = [Finding.of(one) for each in made for one in each.get("findings", ())]
    notes = [*overruled(editing.edited, form), *changed_meanwhile(reader, form, now), *found]
    keep(Toast(f"{words} {effect[:1].upper()}{effect[1:]}." if effect else words, entries), notes)
    return _back(reader)


def _refused(reader: Reader, editing: Editing, error: K2KError) -> Response:
    """The form again: with the findings that hold it back, or the fault."""
    editing.findings = findings_of(error)
    if not editing.findings:
        place(error, editing.form)
    elif editing.effect is None:
        editing.effect = Effect(findings=editing.findings)
    return _page(reader, editing, error.status)


def _stored(reader: Reader, editing: Editing) -> Response:
    """Store what was typed as a draft."""
    kind = editing.part.effect
    assert isinstance(kind, WhatIf)
    assert kind.keep is not None
    if editing.form.faults or editing.conflict:
        return _page(reader, editing, 422 if editing.form.faults else 409)
    if not editing.changes:
        editing.form.add("", Fault(text("Nothing was changed.")))
        return _page(reader, editing, 422)
    wanted = without_guards(editing.changes)
    if _lines() > kind.at_once:
        job = reader.k2k.submit(reader.company, "what_if", {"changes": wanted}, key=editing.token)
        return redirect(address_of(job["id"], panel_view.address_of(reader).url, page_of("drafts")), 303)
    try:
        made = reader.k2k.what_if(reader.company, wanted, key=editing.token)
    except K2KError as error:
        return _refused(reader, editing, error)
    keep(Toast(str(kind.keep.done) % {"name": made["draft"]}))
    return _back(reader)


def _lines() -> int:
    """How many prices the effect was about that the form has shown."""
    sent = request.form.get("lines", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 12 else 0


def _back(reader: Reader) -> Response:
    return redirect(panel_view.address_of(reader).url, 303)


def _token() -> str:
    token = request.form.get("key", "")
    if not 16 <= len(token) <= 64:
        abort(400)
    return token


def _page(reader: Reader, editing: Editing, status: int = 200) -> Response:
    last = last_words(reader, editing.edited) if not target() else {}
    return render(
        status,
        page=reader.page,
        reader=reader,
        editing=editing,
        last=last,
        alone=not target(),
        week=week_days(),
        panels=() if request.headers.get(BACKGROUND) == EFFECT else panel_view.read_panels(reader),
        chosen=set(),
        address=panel_view.address_of(reader),
        token=editing.token,
        over=None,
        drawer=drawers.asked_for(reader) if request.method == "GET" else None,
        findings=[*stored_feedback()["findings"], *changed_meanwhile(reader, editing.form, editing.edited.values)],
    )


def _part(reader: Reader) -> EditForm:
    part = reader.page.edit_form
    assert part is not None
    return part
