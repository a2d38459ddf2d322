"""A form that is sent to a page: which action it asks for, whether that is confirmed, and what is shown afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from k2k_console.fields import Fault
from k2k_console.long_work import address_of
from k2k_console.page_addresses import this_address
from k2k_console.page_views import detail_view, panel_view
from k2k_console.page_views.action_forms import ActionForm, read_form
from k2k_console.page_views.actions import do_each, do_one, findings_of, place, preview_of
from k2k_console.page_views.dialogs import Dialog, action_of
from k2k_console.page_views.feedback import keep
from k2k_console.page_views.lists import list_view, view_requests
from k2k_console.page_views.lists.list_reading import MOST_AT_ONCE, every_key, keys_that_fit
from k2k_console.page_views.lists.typed_cells import TypedCell, typed_cells
from k2k_console.page_views.meanwhile import meanwhile_words
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.saved_words import changed_words
from k2k_console.page_views.undone_entries import of_ranges
from k2k_console.readings import typed_number
from k2k_console.translations import filled, text
from k2k_console.vocabulary import (
    Action,
    ConflictDialog,
    ConflictField,
    Download,
    Every,
    Finding,
    Outcome,
    Preview,
    Progress,
    Refusal,
    ShownOnce,
    Toast,
)
from k2k_console.vocabulary.actions import key_of_part
from k2k_console.vocabulary.cells import counted
from k2k_core.errors import K2KError, VersionMismatch

UNDO = "undo"
PREVIEWED = "previewed"
"""A form that was sent from the dialog which shows what an action would do."""
ASKED = "asked"
"""A form that was sent from the dialog of an action, which says its effect."""

CELLS = "cells"
"""A form of values that were typed in the cells of a list, and of the button that was pressed in a row."""


def sent(reader: Reader, key: str | None) -> Response:
    """Do what a form asks for: with `do` in the address or in the form, to the record of the address or to the chosen
    rows."""
    name = (request.form.getlist("do") or [request.args.get("do", "")])[-1]
    if name == UNDO:
        return _undone(reader)
    if name == CELLS:
        return _cells(reader)
    if name in view_requests.FORMS and key is None and reader.page.list is not None:
        return view_requests.sent(reader, name, _token())
    action = action_of(reader, name)
    form = read_form(action, request.form)
    if key is not None:
        record = detail_view.read_record(reader, key)
        dialog = Dialog(action, [key], form, record, token=_token())
        detail_view.choose_row(reader, dialog, request.form.get(detail_view.ROW, ""))
        return _to_one(reader, dialog)
    if not action.bulk:
        return _to_row(reader, action, form)
    if action.every is not None:
        return _to_all_that_fit(reader, action, action.every, form)
    return _to_several(reader, Dialog(action, _chosen(reader), form, every=_every(), token=_token()))


def _to_all_that_fit(reader: Reader, action: Action, every: Every, form: ActionForm) -> Response:
    address = list_view.address_of(reader)
    names = keys_that_fit(reader, address.listing, every)
    if not names:
        keep(Toast(str(every.nothing)))
        return redirect(address.url, 303)
    return _to_several(reader, Dialog(action, names, form, token=_token()))


def _cells(reader: Reader) -> Response:
    """Save the values that were typed in a list, each cell by itself, then do what was pressed in a row."""
    changed, token = typed_cells(reader, request.form), _token()
    pressed, _, row = request.form.get("pressed", "").partition(":")
    if len(changed) == 1 and not pressed:
        (cell,) = changed
        return _to_one(reader, Dialog(cell.action, [cell.name], cell.form, token=cell.token(token)))
    refused = [refusal for cell in changed if (refusal := _refusal(reader, cell, token)) is not None]
    if refused:
        dialog = Dialog(changed[0].action, [cell.name for cell in changed], changed[0].form)
        left = {refusal.key for refusal in refused}
        dialog.outcome = Outcome([name for name in dialog.names if name not in left], refused)
        return _again(reader, dialog, 409 if len(refused) == len(changed) else 200)
    if pressed:
        action = action_of(reader, pressed)
        return _to_one(reader, Dialog(action, [row], read_form(action, {}), token=token))
    count = len(changed)
    words = (
        text("%(count)d {count:change is|changes are} saved.", count=count) if count else text("Nothing was changed.")
    )
    keep(Toast(words))
    return redirect(list_view.address_of(reader).url, 303)


def _refusal(reader: Reader, cell: TypedCell, token: str) -> Refusal | None:
    """Save a cell; why that was refused, or None."""
    faults = [fault for found in cell.form.faults.values() for fault in found]
    if faults:
        return Refusal(cell.name, faults[0].code, str(faults[0]), faults[0].hint)
    try:
        do_one(reader, cell.action, cell.name, cell.form, cell.token(token))
    except K2KError as error:
        return Refusal.of(cell.name, error)
    return None


def _token() -> str:
    """The idempotency key of the form. A form without one is not one of these pages."""
    token = request.form.get("key", "")
    if not 16 <= len(token) <= 64:
        abort(400)
    return token


def _every() -> bool:
    return "all" in request.form


def _chosen(reader: Reader) -> list[str]:
    """The keys of the chosen rows: those that are ticked, or all that match."""
    if not _every():
        return list(dict.fromkeys(request.form.getlist("id")))
    address = list_view.address_of(reader)
    return every_key(reader, address, address.listing)


def _to_row(reader: Reader, action: Action, form: ActionForm) -> Response:
    """An action that the list has for a single row."""
    names = _chosen(reader) if action.subject else [""]
    if len(names) != 1:
        abort(400)
    return _to_one(reader, Dialog(action, names, form, token=_token()))


def _to_one(reader: Reader, dialog: Dialog) -> Response:
    if dialog.form.faults:
        return _again(reader, dialog, 422)
    if not dialog.form.values and any(one.now is not None for one in dialog.action.fields):
        keep(Toast(text("Nothing was changed.")))
        return redirect(_back(reader, dialog), 303)
    dialog.form.expected |= _known()
    step = dialog.action.pending
    if step is not None and request.form.get(step.argument) == "on":
        dialog.form.values[step.argument] = True
    anyway = request.form.get("anyway") == "1"
    try:
        answer = do_one(reader, dialog.action, dialog.subject, dialog.form, dialog.token, anyway)
    except K2KError as error:
        return _refused(reader, dialog, error)
    if isinstance(answer, Download):
        return _file(answer)
    if isinstance(answer, Progress):
        return redirect(address_of(answer.job, _back(reader, dialog)), 303)
    if isinstance(answer, ShownOnce):
        dialog.once = answer
        return _again(reader, dialog, 200)
    currency = str((dialog.record or {}).get("currency") or reader.currency)
    words = [
        _done_words(reader, dialog, answer),
        changed_words(dialog.form, currency),
        meanwhile_words(reader, dialog),
    ]
    said = Toast(" ".join(part for part in words if part), _entry(answer), _back_to(dialog, answer))
    keep(said, _notes(answer))
    return redirect(_back(reader, dialog), 303)


def _done_words(reader: Reader, dialog: Dialog, answer: Any) -> str:
    name, action = _title(reader, dialog), dialog.action
    if action.says is not None:
        return action.says(name, answer)
    return filled(str(action.done), {**(dialog.row or {}), "name": name, **dialog.form.typed})


def _title(reader: Reader, dialog: Dialog) -> str:
    """What a record is called on its own page, else its key."""
    detail, record = reader.page.detail, dialog.record
    return dialog.names[0] if detail is None or record is None else str(detail.title(record))


def _to_several(reader: Reader, dialog: Dialog) -> Response:
    names = dialog.names
    if dialog.form.faults and not any(one.name in request.form for one in dialog.fields):
        dialog.form.faults.clear()  # its button was pressed, and its fields are asked for now
        return _again(reader, dialog, 200)
    if not names:
        dialog.form.add("", Fault(text("Nothing is chosen."), hint=text("Tick at least one row.")))
    elif len(names) > MOST_AT_ONCE:
        words = text("At most %(most)d at once.", most=MOST_AT_ONCE)
        dialog.form.add("", Fault(words, hint=text("Narrow the list with a filter.")))
    if dialog.form.faults:
        return _again(reader, dialog, 422)
    if not dialog.form.values and any(one.now is not None for one in dialog.fields):
        return _nothing_typed(reader, dialog)
    preview = dialog.action.preview
    if preview is not None and PREVIEWED not in request.form:
        return _previewed(reader, dialog, preview)
    unseen = dialog.action.confirm == "effect" and preview is None and ASKED not in request.form
    if unseen or request.form.get("counted") != str(len(names)):
        return _again(reader, dialog, 200)
    try:
        outcome = do_each(reader, dialog.action, names, dialog.form, dialog.token)
    except K2KError as error:
        return _refused(reader, dialog, error)
    if isinstance(outcome.answer, Download):
        return _file(outcome.answer)
    if isinstance(outcome.answer, Progress):
        return redirect(address_of(outcome.answer.job, _back(reader, dialog)), 303)
    if outcome.refused:
        dialog.outcome = outcome
        return _again(reader, dialog, 200 if outcome.done else 409)
    keep(Toast(counted(dialog.action.many_done, len(outcome.done)), outcome.undo))
    return redirect(_back(reader, dialog), 303)


def _previewed(reader: Reader, dialog: Dialog, preview: Preview) -> Response:
    """The dialog that shows what would be done, for those records that it would be done to."""
    try:
        found = preview_of(reader, preview, dialog.names, dialog.form, dialog.token)
    except K2KError as error:
        return _refused(reader, dialog, error)
    dialog.preview, dialog.names, dialog.every = found, found.done, False
    return _again(reader, dialog, 200)


def _nothing_typed(reader: Reader, dialog: Dialog) -> Response:
    """The dialog, and a fault once it was there: blank, a field of several records changes none of them."""
    typed = next(one for one in dialog.fields if one.now is not None)
    if typed.name not in request.form:
        return _again(reader, dialog, 200)
    words = text("Left blank, it changes nothing.")
    dialog.form.add(typed.name, Fault(words, hint=text("Fill it in, or empty it in each record by itself.")))
    return _again(reader, dialog, 422)


def _refused(reader: Reader, dialog: Dialog, error: K2KError) -> Response:
    """The dialog again: with the findings that hold it back, the fields that another changed, or the fault."""
    dialog.findings = findings_of(error)
    fields: Any = error.facts.get("fields", ())
    moved = _moved(dialog) if isinstance(error, VersionMismatch) else ()
    if moved:
        dialog.conflict = ConflictDialog(moved)
    elif fields:
        dialog.conflict = _conflict(dialog.form, fields)
        dialog.known = _known_of(fields)
    elif not dialog.findings:
        place(error, dialog.form)
    return _again(reader, dialog, error.status)


def _moved(dialog: Dialog) -> tuple[ConflictField, ...]:
    """The typed fields that another has changed of a record which is guarded as a whole: who it was is not known."""
    was, typed = dialog.form.expected, dialog.form.values
    return tuple(
        ConflictField(one.name, one.label, was[one.name], dialog.present(one) or None, None, None, typed.get(one.name))
        for one in dialog.fields
        if one.name in was and was[one.name] != (dialog.present(one) or None)
    )


def _called(action: Action, field: Mapping[str, Any]) -> str:
    """What a field is called that the form does not have."""
    name = action.conflict_name
    return str(field["field"]) if name is None else name(str(field.get("subject", "")), str(field["field"]))


def _known_of(fields: Sequence[Mapping[str, Any]]) -> str:
    """The present values of fields that the form does not have, such as those of a draft: whoever goes on has seen
    them, and replaces all of them."""
    known: dict[str, dict[str, Any]] = {}
    for one in fields:
        if "subject" in one:
            known.setdefault(one["subject"], {})[one["field"]] = one["theirs"]
    return json.dumps(known) if known else ""


def _known() -> dict[str, Any]:
    """The present values that a form says its person has seen."""
    try:
        found = json.loads(request.form.get("known") or "{}")
    except ValueError:
        abort(400)
    return found if isinstance(found, dict) else abort(400)


def _conflict(form: ActionForm, fields: Sequence[Mapping[str, Any]]) -> ConflictDialog:
    labels = {one.name: one.label for one in form.action.fields}
    return ConflictDialog(
        tuple(
            ConflictField(
                one["field"],
                labels.get(one["field"]) or _called(form.action, one),
                one["was"],
                one["theirs"],
                one["who"],
                one["when"],
                one["yours"] if "subject" in one else form.values.get(one["field"]),
            )
            for one in fields
        )
    )


def _again(reader: Reader, dialog: Dialog, status: int) -> Response:
    if dialog.record is not None:
        return detail_view.shown(reader, dialog.names[0], dialog, status)
    if reader.page.list is not None:
        return list_view.shown(reader, dialog, status)
    return panel_view.shown(reader, dialog, status)


def _back(reader: Reader, dialog: Dialog) -> str:
    if dialog.record is not None:
        own = url_for(f"{reader.page.name}.record_view", key=dialog.names[0])
        return own if reader.page.list is None else list_view.address_of(reader).of_record(own)
    return panel_view.address_of(reader).url if reader.page.list is None else list_view.address_of(reader).url


def _undone(reader: Reader) -> Response:
    """Undo the changes that a toast speaks of, by their entries in the audit. Of several, those that cannot be undone
    any more stay and are named."""
    entries, token = of_ranges(request.form.get("entry", ""), MOST_AT_ONCE), _token()
    if len(entries) < 2:
        reader.k2k.undo(reader.company, entries[0] if entries else 0, key=token)
        keep(Toast(text("Undone.")))
    else:
        refused = [one for entry in entries if (one := _not_undone(reader, entry, token)) is not None]
        words = text("%(done)d undone, %(refused)d refused", done=len(entries) - len(refused), refused=len(refused))
        keep(Toast(words if refused else text("Undone.")), refused)
    return redirect(this_address(), 303)


def _not_undone(reader: Reader, entry: int, token: str) -> Finding | None:
    """Undo one of several changes; why that was refused, or None."""
    try:
        reader.k2k.undo(reader.company, entry, key=key_of_part(token, str(entry)))
    except K2KError as error:
        refusal = Refusal.of(str(entry), error)
        return Finding("warn", refusal.code, refusal.text, refusal.hint)
    return None


def _entry(answer: Any) -> tuple[int, ...]:
    """The entries of the audit that undo an answer, or what several changes of it answer, if all can be undone."""
    if not isinstance(answer, Mapping):
        return ()
    if "changes" in answer:
        entries = [_entry(one) for one in answer["changes"]]
        return tuple(entry for found in entries for entry in found) if all(entries) else ()
    return (int(answer["audit"]),) if answer.get("undoable") and answer.get("audit") is not None else ()


def _back_to(dialog: Dialog, answer: Any) -> dict[str, str]:
    """The form that takes an action back: another action of the page, or the value that a field had before."""
    action, name, form = dialog.action, dialog.names[0], dialog.form
    if action.undo:
        name = name if action.undo_name is None else action.undo_name(answer)
        return {"do": action.undo.address, "id": name, "counted": "1"}
    if len(form.expected) != 1 or not form.values or dialog.record is not None:
        return {}
    (field,) = form.expected
    seen, now = ("" if value is None else str(value) for value in (form.expected[field], form.values[field]))
    return {"do": action.address, "id": name, field: typed_number(seen) if seen else "", f"was.{field}": now}


def _notes(answer: Any) -> list[Finding]:
    found = answer.get("findings", ()) if isinstance(answer, Mapping) else ()
    return [Finding.of(one) for one in found]


def _file(file: Download) -> Response:
    answer = FlaskResponse(file.content, mimetype=file.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
