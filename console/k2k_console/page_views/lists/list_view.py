"""Shows a list: a page of its rows with filters, views, sums and what may be done to several rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response as FlaskResponse
from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from k2k_console.fields import Fault
from k2k_console.formats import number
from k2k_console.frame import page_of, today
from k2k_console.page_views import dialogs, drawers
from k2k_console.page_views.action_forms import shown_value
from k2k_console.page_views.addresses import MOVE, ListAddress, list_address
from k2k_console.page_views.feedback import stored_feedback
from k2k_console.page_views.lists import exports, renewal, saved_views
from k2k_console.page_views.lists.list_reading import ROWS_A_PAGE, nearest, read_page, read_row
from k2k_console.page_views.lists.tallies import tallied, tallied_of_all
from k2k_console.page_views.lists.totals import totals_of
from k2k_console.page_views.lists.typed_cells import cell_name
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import render
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.told import told_of_each
from k2k_console.vocabulary import Action, Column, List, Row

EXPORT, COUNT, NEAREST, TOTALS, TALLIES = "csv", "count", "nearest", "totals", "tallies"


@dataclass(frozen=True)
class Naming:
    """A view that was not saved: what was typed, and why."""

    name: str
    everybody: bool
    fault: Fault


def address_of(reader: Reader, given: Any = None) -> ListAddress:
    """What this request asks of the page's list."""
    listing = reader.page.list
    assert listing is not None
    return list_address(url_for(f"{reader.page.name}.index_view"), listing, request.args if given is None else given)


def shown(
    reader: Reader, over: dialogs.Dialog | None = None, status: int = 200, naming: Naming | None = None
) -> Response:
    """The list, with a dialog or a drawer over it where the address asks for one."""
    address = address_of(reader)
    if request.args.get("as") == EXPORT and address.listing.export:
        return exports.export(reader, address)
    if request.args.get("as") == TOTALS and address.listing.totals:
        return FlaskResponse(totals_of(reader, address), mimetype="text/plain")
    if request.args.get("as") == COUNT:
        return _counted(reader, address)
    if request.args.get("as") == TALLIES:
        return jsonify(tallied_of_all(reader, address))
    if over is None and request.method == "GET":
        over = dialogs.asked_for(reader, None, request.args.getlist("id"))
    drawer = drawers.asked_for(reader) if over is None else None
    fragment = drawers.alone(reader, drawer, listing=address.listing, address=address)
    if fragment is not None:
        return fragment
    context = _context(reader, address)
    tag = renewal.tag_of(context)
    same = renewal.unchanged(tag)
    if same is not None:
        return same
    if over is not None and len(over.names) == 1 and not over.action.bulk:
        over.record = _record(reader, address, context["rows"], over)
    if over is not None:
        over.told = told_of_each(reader, over.action, over.names) if over.action.told else ()
        over.tallies = address.listing.tallies
        over.sums = _sums(reader, address, context["rows"], over)
    answer = render(status, **context, tag=tag, over=over, drawer=drawer, naming=naming, **stored_feedback())
    answer.set_etag(tag)
    return answer


def _counted(reader: Reader, address: ListAddress) -> Response:
    """How many rows match, in the reader's language: what the tab of a view says, asked for once the page is there."""
    found = read_page(reader, address, limit=1, sort=None, count=True, fields=[address.listing.key])
    return FlaskResponse(number(found["count"]), mimetype="text/plain")


def _context(reader: Reader, address: ListAddress) -> dict[str, Any]:
    listing = address.listing
    found = read_page(reader, address, limit=ROWS_A_PAGE, cursor=address.cursor or None, count=True)
    rows = found["items"]
    columns, currency = shown_columns(spread(address.columns, rows), rows), currency_of(rows)
    actions = [action for action in listing.bulk_actions if reader.may(action)]
    return {
        "page": reader.page,
        "reader": reader,
        "listing": listing,
        "address": address,
        "saved": saved_views.tabs(reader, address),
        "filters": address.filters(today()),
        "columns": columns,
        "placed": shown_columns(address.columns, rows),
        "left_out": shown_columns(address.left_out, rows),
        "choosing": MOVE in request.args,
        "rows": rows,
        "currency": currency,
        "headings": headings(columns, currency),
        "nearest": _nearest(reader, address) if request.args.get("as") == NEAREST and not rows else None,
        "count": found["count"],
        "next": address.next(found["next"]) if found["next"] else None,
        "sums": sums(columns, rows),
        "actions": actions,
        "edits": [column.name for column in columns if column.edit is not None and reader.may(column.edit)],
        "typed": {name: cell for name, cell in listing.typed.items() if reader.may(cell.action)},
        "row_actions": [action for action in listing.row_actions if reader.may(action)],
        "every": _every_action(reader, listing),
        "import_url": _import_url(reader),
        "new_page": page_of(listing.new[0]) if listing.new else "",
        "every_count": _fitting(address, rows) if found["next"] is None and not address.cursor else None,
        "cell_name": cell_name,
        "shown_value": shown_value,
        "new_token": new_token,
        "chosen": set(request.values.getlist("id")),
        "token": new_token(),
    }


def _nearest(reader: Reader, address: ListAddress) -> list[tuple[str, str]]:
    """What is nearest to what was looked for in vain: the title of each row, and where it is."""
    title = next(column for column in address.listing.columns if column.phone == "title")
    found = []
    for row in nearest(reader, address, title.name):
        name = str(row[address.listing.key])
        record = url_for(f"{reader.page.name}.record_view", key=name) if reader.page.detail else ""
        found.append((str(row[title.name]), record or address.of_search(name).url))
    return found


def _record(reader: Reader, address: ListAddress, rows: Sequence[Row], over: dialogs.Dialog) -> Row | None:
    """The row that a dialog is for; where its present values are asked for, also one that is not on the page."""
    (name,) = over.names
    found = next((row for row in rows if str(row[address.listing.key]) == name), None)
    if found is None and any(one.now is not None for one in over.action.fields):
        return read_row(reader, address.listing, name)
    return found


def _sums(reader: Reader, address: ListAddress, rows: Sequence[Row], over: dialogs.Dialog) -> dict[str, int]:
    """What is summed up of the rows that a dialog is for."""
    return tallied_of_all(reader, address) if over.every else tallied(address.listing, rows, over.names)


def _every_action(reader: Reader, listing: List) -> Action | None:
    action = listing.every_action
    return action if action is not None and reader.may(action) else None


def _import_url(reader: Reader) -> str:
    """Where a file is imported; empty for whoever may not."""
    steps = reader.page.imports
    if steps is None or not reader.may(steps.action):
        return ""
    return url_for(f"{reader.page.name}.index_view", do=steps.action.address)


def _fitting(address: ListAddress, rows: Sequence[Row]) -> int | None:
    """How many rows the action for all of them is done to, where the page shows them all."""
    action = address.listing.every_action
    if action is None or action.every is None or address.q:
        return None
    filters = {name: value for name, value in address.filters(today()).items() if name not in action.every.filters}
    return None if filters else sum(1 for row in rows if action.every.fits(row))


def spread(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns, with those that the rows themselves have."""
    first = rows[0] if rows else None
    return [one for column in columns for one in column.spread_over(first)]


def shown_columns(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """The columns for this reader: one whose field no row has is not for them (disclosure)."""
    needed = {one.name: one.needs or ("" if one.show is not None else one.name) for one in columns}
    return [one for one in columns if not rows or not needed[one.name] or any(needed[one.name] in row for row in rows)]


def headings(columns: Sequence[Column], currency: str | None) -> dict[str, str]:
    """The headings of columns by their names, those of amounts with the currency of all rows."""
    said = {one.name: str(one.label) for one in columns}
    return said | {one.name: f"{one.label} {currency}" for one in columns if one.kind == "money" and currency}


def currency_of(rows: Sequence[Row]) -> str | None:
    """The currency of all rows, which then stands in the heading alone; None where they have several."""
    found = {str(row["currency"]) for row in rows if "currency" in row}
    return found.pop() if len(found) == 1 else None


def sums(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, Decimal]:
    """The sums of the rows that are shown; none of amounts in several currencies, and of what no row has."""
    several = currency_of(rows) is None
    return {
        column.name: sum((Decimal(str(column.value(row) or 0)) for row in rows), Decimal(0))
        for column in columns
        if column.total and not (several and column.kind == "money")
        if any(column.value(row) is not None for row in rows)
    }
