"""What somebody else changed of a record while its dialog was open, in fields that its reader left alone."""

from __future__ import annotations

from typing import Any

from flask import request

from k2k_console.page_views.dialogs import Dialog
from k2k_console.page_views.lists.list_reading import read_row
from k2k_console.page_views.reader import Reader
from k2k_console.translations import text
from k2k_console.vocabulary import Field, Row


def meanwhile_words(reader: Reader, dialog: Dialog) -> str:
    """Who changed which field meanwhile, a sentence for each; empty where nobody did. It is asked once the record was
    saved: what was saved is told by itself."""
    form = dialog.form
    left = [
        one
        for one in dialog.fields
        if one.now is not None and f"was.{one.name}" in request.form and one.name not in form.values
    ]
    record = _record(reader, dialog) if left else None
    if record is None:
        return ""
    moved = [one for one in left if request.form[f"was.{one.name}"] != _present(one, record)]
    return " ".join(
        text("%(who)s changed %(name)s meanwhile.", who=_who(reader, dialog, one), name=one.label) for one in moved
    )


def _record(reader: Reader, dialog: Dialog) -> Row | None:
    if dialog.record is not None or reader.page.list is None:
        return dialog.record
    return read_row(reader, reader.page.list, dialog.names[0])


def _present(one: Field, record: Row) -> str:
    value = None if one.now is None else one.now(record)
    return "" if value is None else str(value)


def _who(reader: Reader, dialog: Dialog, one: Field) -> str:
    """Who changed a field last, where the audit has its changes by field."""
    action, name = dialog.action, dialog.names[0]
    subject, field = one.audited
    if not subject and action.verb == "set":
        subject, field = f"{action.subject}s/{name}", one.name
    last: Any = reader.k2k.last_change(reader.company, subject, field) if subject else None
    return last["who"] if last else text("Somebody else")
