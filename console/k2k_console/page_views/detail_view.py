"""Shows one record: its heading, facts and sections, what may be done to it, and its neighbours in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from k2k_console.page_views import dialogs, drawers
from k2k_console.page_views.feedback import stored_feedback
from k2k_console.page_views.lists.list_reading import ROWS_A_PAGE, read_page
from k2k_console.page_views.lists.list_view import address_of, shown_columns, sums
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import render
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.told import told_of
from k2k_console.translations import text
from k2k_console.vocabulary import Action, Column, Lines, Row, Timeline
from k2k_core.errors import NotFound

ROW = "row"
"""The parameter that names the row of a record for an action of its rows."""


@dataclass(frozen=True)
class Section:
    """A section with the rows of a record."""

    lines: Lines
    rows: Sequence[Row]
    columns: Sequence[Column]
    sums: dict[str, Decimal]
    actions: Sequence[Action]


def read_record(reader: Reader, key: str) -> Row:
    """The record of a key; one that does not belong on the page answers like an unknown key (`NotFound`)."""
    detail = reader.page.detail
    assert detail is not None
    named = {detail.subject: key, **detail.given}
    found: Any = getattr(reader.k2k, detail.read)(reader.company, **named)
    # A filter of several codes must not find one of them.
    names = detail.keys or (detail.subject,)
    rows = [
        row for row in found.get("items", [found]) if "items" not in found or key in {str(row[one]) for one in names}
    ]
    if len(rows) != 1 or (detail.fits is not None and not detail.fits(rows[0])):
        raise NotFound(text("There is nothing of that name that you can see."))
    record: Row = rows[0]
    return record if detail.beside is None else detail.beside(reader.k2k, reader.company, [record])[0]


def shown(reader: Reader, key: str, over: dialogs.Dialog | None = None, status: int = 200) -> Response:
    """The record, with a dialog or a drawer over it where the address asks for one."""
    record = over.record if over is not None and over.record is not None else read_record(reader, key)
    if over is None and (over := dialogs.asked_for(reader, record, [key])) is not None:
        choose_row(reader, over, request.args.get(ROW, ""))
    if over is not None and over.action.told:
        over.told = told_of(reader, over.action, key)
    drawer = drawers.asked_for(reader) if over is None else None
    return render(status, **_context(reader, key, record), over=over, drawer=drawer, **stored_feedback())


def choose_row(reader: Reader, dialog: dialogs.Dialog, key: str) -> None:
    """Name the row of the record that the action of a dialog is done to, if it is one of rows; raises `NotFound` for a
    row that the record does not have."""
    detail, record = reader.page.detail, dialog.record
    section = None if detail is None else detail.section_of(dialog.action)
    if section is None or record is None:
        return
    dialog.row = next((row for row in section.rows(record) if str(row[section.key]) == key), None)
    if dialog.row is None:
        raise NotFound(text("There is nothing of that name that you can see."))
    dialog.row_key = key


def _context(reader: Reader, key: str, record: Row) -> dict[str, Any]:
    detail = reader.page.detail
    assert detail is not None
    own = url_for(f"{reader.page.name}.record_view", key=key)
    address = address_of(reader) if reader.page.list is not None else None
    sections = [_section(reader, lines, record) for lines in detail.sections]
    return {
        "page": reader.page,
        "reader": reader,
        "detail": detail,
        "key": key,
        "record": record,
        "currency": record.get("currency"),
        "facts": [(fact, fact.show(record)) for fact in detail.facts],
        "sections": [one for one in sections if one.rows or not one.lines.optional],
        "row_actions": [action for one in sections for action in one.actions],
        "actions": [action for action in detail.actions if reader.may(action) and action.applies(record)],
        "base": address.of_record(own) if address is not None else own,
        "timeline": _timeline(reader, detail.timeline, key),
        "neighbours": _neighbours(reader, key),
        "token": new_token(),
        "new_token": new_token,
        "address": address,
    }


@dataclass(frozen=True)
class Neighbours:
    """The records before and after one on its page of the list, and its place there."""

    place: int
    of: int
    before: str | None
    after: str | None


def _neighbours(reader: Reader, key: str) -> Neighbours | None:
    """The neighbours of a record in the list that its address names; None where that page does not have it."""
    listing = reader.page.list
    if listing is None:
        return None
    address = address_of(reader)
    rows = read_page(reader, address, limit=ROWS_A_PAGE, cursor=address.cursor or None, fields=[listing.key])["items"]
    keys = [str(row[listing.key]) for row in rows]
    if key not in keys:
        return None
    place = keys.index(key)

    def link(at: int) -> str | None:
        found = keys[at] if 0 <= at < len(keys) else None
        return found and address.of_record(url_for(f"{reader.page.name}.record_view", key=found))

    return Neighbours(place + 1, len(keys), link(place - 1), link(place + 1))


def _timeline(reader: Reader, timeline: Timeline | None, key: str) -> Sequence[Row]:
    """What happened lately, the latest first."""
    if timeline is None:
        return ()
    read = getattr(reader.k2k, timeline.read)
    found: Sequence[Row] = read(reader.company, **{timeline.subject: key}, sort="-id", limit=timeline.limit)["items"]
    return found


def _section(reader: Reader, lines: Lines, record: Row) -> Section:
    # Rows of a record have its currency, so that sums of amounts are of one.
    rows = [{**row, "currency": record.get("currency", "")} for row in lines.rows(record)]
    columns = shown_columns(lines.columns, rows)
    summed = [row for row in rows if lines.summed(row)]
    actions = [one for one in lines.row_actions if reader.may(one) and any(one.applies(row) for row in rows)]
    return Section(lines, rows, columns, sums(columns, summed) if summed else {}, actions)
