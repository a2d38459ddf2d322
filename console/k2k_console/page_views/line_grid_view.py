"""Shows a document that is typed line by line, and has it made.

What is typed stands in the address of the page, so that neither a fault nor a log-in loses any of it.
"""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from k2k_console.fields import Fault
from k2k_console.page_views import drawers
from k2k_console.page_views.addresses import PanelAddress
from k2k_console.page_views.dialogs import action_of
from k2k_console.page_views.feedback import keep, stored_feedback
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import render
from k2k_console.page_views.tokens import new_token
from k2k_console.translations import text
from k2k_console.vocabulary import Call, Draft, Grid, LineGrid, Toast
from k2k_core.errors import K2KError, NotAllowed

MOST_LINES = 100
LONGEST = 200
BLANK_LINES = 3
"""So many empty lines stand below those that are typed."""


def draft_of(grid: LineGrid, given: MultiDict[str, str]) -> Draft:
    """What a request has of the document."""
    typed = {name: [_cleaned(value) for value in given.getlist(name)] for name in (*grid.line, grid.seen)}
    first = typed[grid.line[0]][:MOST_LINES]
    lines = [
        {name: values[place] if place < len(values) else "" for name, values in typed.items()}
        for place, what in enumerate(first)
        if what
    ]
    return Draft({name: _cleaned(given.get(name, "")) for name in grid.head if name in given}, tuple(lines))


def _cleaned(typed: str) -> str:
    return " ".join(typed.replace("\0", "").split())[:LONGEST]


def address_of(reader: Reader, draft: Draft) -> PanelAddress:
    """The address of the page with what is typed: opened again, also after a log-in, it has all of it."""
    names = _grid(reader).line
    lines = [(name, line[name]) for line in draft.lines for name in names]
    head = [(name, value) for name, value in draft.head.items() if value]
    return PanelAddress(url_for(f"{reader.page.name}.index_view"), head + lines)


def shown(reader: Reader) -> Response:
    """The page of what its address has."""
    grid = _grid(reader)
    draft = draft_of(grid, request.args)
    if "lookup" in request.args:
        return _found(reader, grid, draft)
    if request.args.get("do"):
        action_of(reader, request.args["do"])
    return _page(reader, draft, grid.read(reader.k2k, reader.company, draft))


def sent(reader: Reader) -> Response:
    """Make the document that was typed; any other button shows what is known of it so far."""
    grid = _grid(reader)
    draft = draft_of(grid, request.form)
    if "do" not in request.form:
        return redirect(address_of(reader, _without(draft, request.form.get("drop", ""))).url, 303)
    action = action_of(reader, request.form["do"])
    token = request.form.get("key", "")
    if not 16 <= len(token) <= 64:
        abort(400)
    read = grid.read(reader.k2k, reader.company, draft)
    if not read.lines or any(line.faults for line in read.lines):
        return _page(reader, draft, read, 422, token)
    if any(not line.typed.get(grid.seen) for line in read.lines):
        words = text("Some prices were not shown yet. Here they are.")
        return _page(
            reader, draft, read, 409, token, Fault(words, "not_shown", text("Send it again if they are right."))
        )
    assert action.call is not None
    try:
        answer = action.call(Call(reader.k2k, reader.company, [], {"grid": read}, token))
    except K2KError as error:
        if error.status >= 500 or isinstance(error, NotAllowed):
            raise
        return _refused(reader, draft, read, error, token)
    page, name = grid.made(answer)
    keep(Toast(str(action.done) % {"name": name}))
    return redirect(url_for(f"{page}.record_view", key=name), 303)


def _refused(reader: Reader, draft: Draft, read: Grid, error: K2KError, token: str) -> Response:
    """What was typed, with the fault beside the line that it is about, else above the lines."""
    line = _grid(reader).refused(read, error)
    if line is not None:
        line.faults.append(Fault.of(error))
    return _page(reader, draft, read, error.status, token, None if line else Fault.of(error))


def _page(
    reader: Reader, draft: Draft, read: Grid, status: int = 200, token: str = "", fault: Fault | None = None
) -> Response:
    grid = _grid(reader)
    address = address_of(reader, draft)
    return render(
        status,
        page=reader.page,
        reader=reader,
        line_grid=grid,
        grid=read,
        shown=read.facts,
        blank=BLANK_LINES,
        fault=fault,
        address=address,
        refused=status >= 400,
        wrong=[place for place, line in enumerate(read.lines, 1) if line.faults] if status >= 400 else [],
        faulty=fault is not None or any(line.faults for line in read.lines),
        lookup=address.with_parameters(lookup=grid.line[0]),
        token=token or new_token(),
        over=None,
        drawer=drawers.asked_for(reader) if request.method == "GET" else None,
        **stored_feedback(),
    )


def _found(reader: Reader, grid: LineGrid, draft: Draft) -> Response:
    words = _cleaned(request.args.get("q", ""))
    rows = grid.find(reader.k2k, reader.company, draft, words)
    return FlaskResponse(render_template("k2k/parts/lookup.html", rows=rows), mimetype="text/html")


def _without(draft: Draft, place: str) -> Draft:
    lines = [line for number, line in enumerate(draft.lines) if str(number) != place]
    return Draft(draft.head, tuple(lines))


def _grid(reader: Reader) -> LineGrid:
    grid = reader.page.line_grid
    assert grid is not None
    return grid
