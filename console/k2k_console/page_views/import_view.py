"""The import of a file in three steps: the file, what each of its rows would change, and what was done.

Nothing is written before the last step. A long file is looked at and imported by a worker; the job of its look has its
rows until the import.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from k2k_console.fields import Fault
from k2k_console.long_work import address_of
from k2k_console.page_views import availability_files, dialogs
from k2k_console.page_views.actions import HOLD, findings_of
from k2k_console.page_views.import_files import LONG, carried, rows_about, uncarried
from k2k_console.page_views.lists.list_reading import MOST_AT_ONCE
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.undone_entries import as_ranges
from k2k_console.translations import text
from k2k_console.vocabulary import Finding
from k2k_console.vocabulary.imports import CHANGED, CREATED, REFUSED, UNCHANGED, ImportedRow, ImportSteps
from k2k_core.domain.availability_columns import INCREASE
from k2k_core.domain.jobs import DONE
from k2k_core.errors import K2KError, NotAllowed
from k2k_core.schemas import record_files

NAME = "import"
"""The value of `do` in the address of the page, and in its forms."""

JOB, ROWS, STEP = "job", "rows", "step"
LOOK, CHECK, SAVE, FAULTY = "look", "check", "save", "faulty"
CELL = re.compile(r"cell\.([0-9]{1,6})\.([a-z0-9_.]{1,60})")
"""The name of a field with a cell that is typed again: the number of the row, and the column."""

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_SHOWN = 200
"""So many rows of a kind are shown; the others are counted."""

LONGEST_CELL = 10_000
"""Characters of a cell that is typed again."""

MOST_FOUND = 20
"""So many findings of the checks."""


@dataclass
class Importing:
    """An import as it stands: what the facade answered about the file, and what stands against it."""

    steps: ImportSteps
    name: str = ""
    content: bytes | None = None
    job: str = ""
    answer: Mapping[str, Any] | None = None
    done: bool = False
    faults: list[Fault] = field(default_factory=list)
    findings: Sequence[Finding] = ()
    token: str = field(default_factory=new_token)
    adds: bool = False
    """Whether the boxes of the file are added to those that are there."""
    corrections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Cells that were typed again since the file was chosen, by the number of the row and the column."""

    @property
    def rows(self) -> list[ImportedRow]:
        """The rows of the file."""
        return [ImportedRow.of(row) for row in (self.answer or {}).get("rows", ())]

    @property
    def source(self) -> dict[str, Any]:
        """What is imported, as arguments of the facade: the file, or the rows that its job has read."""
        if self.content is not None:
            return {"content": self.content, "corrections": self.corrections}
        return {"rows": [row["values"] for row in (self.answer or {}).get("rows", ())]}

    @property
    def corrected(self) -> dict[str, str]:
        """The same by place, `12.price_a`."""
        return {f"{row}.{column}": typed for row, cells in self.corrections.items() for column, typed in cells.items()}

    @property
    def editable(self) -> frozenset[str]:
        """The places of the faulty cells that are shown and can be typed again."""
        if self.content is None or self.done or self.adds:
            return frozenset()
        refused = [row for row in self.rows if row.outcome == REFUSED][:MOST_SHOWN]
        faults = [(row.number, one) for row in refused for one in row.faults]
        known = record_files.columns(self.steps.collection)
        return frozenset(f"{row}.{one.column}" for row, one in faults if one.column in known and one.typed is not None)

    @property
    def carried(self) -> str:
        """The file, as the form of the look carries it."""
        return "" if self.content is None else carried(self.content)


def shown(reader: Reader) -> Response:
    """The first step; with a job in the address, the look at its rows; with a format, the file of what is there."""
    importing = Importing(_steps(reader))
    wanted = request.args.get(ROWS, "")
    if wanted:
        if wanted not in MEDIA_TYPES:
            abort(404)
        content = reader.k2k.export_rows(reader.company, importing.steps.collection, format=wanted)
        return _file(content, f"{importing.steps.collection}.{wanted}", wanted)
    if request.args.get(JOB):
        _read_job(reader, importing, request.args[JOB])
    return _page(reader, importing)


def sent(reader: Reader) -> Response:
    """Look at a file, import it, or answer its faulty rows as a file."""
    steps = _steps(reader)
    importing = Importing(steps, request.form.get("name", "")[:200])
    importing.adds = steps.adds and request.form.get("mode") == INCREASE
    step = request.form.get(STEP, "")
    if step == LOOK:
        return _look(reader, importing)
    if request.form.get(JOB):
        _read_job(reader, importing, request.form[JOB])
    else:
        importing.content = uncarried(request.form.get("content", ""))
        importing.corrections = _corrections()
    if step == CHECK:
        return _asked(reader, importing) if importing.content is not None else _beside(reader, importing)
    if step == FAULTY:
        found = reader.k2k.faulty_rows(reader.company, importing.steps.collection, **importing.source)
        return _file(found, f"{importing.steps.collection}-{text('faults')}.csv", "csv")
    return _save(reader, importing) if step == SAVE else abort(400)


def _corrections() -> dict[str, dict[str, str]]:
    """The cells that were typed again: those that differ from what they showed, and those of earlier looks."""
    found: dict[str, dict[str, str]] = {}
    for name, typed in request.form.items():
        cell = CELL.fullmatch(name)
        if cell is not None and typed[:LONGEST_CELL] != request.form.get(f"was.{name}"):
            found.setdefault(cell[1], {})[cell[2]] = typed[:LONGEST_CELL]
    return found


def _beside(reader: Reader, importing: Importing) -> Response:
    """The faulty rows of a long file, looked at by themselves."""
    importing.content = reader.k2k.faulty_rows(reader.company, importing.steps.collection, **importing.source)
    importing.job, importing.answer = "", None
    return _asked(reader, importing)


def _steps(reader: Reader) -> ImportSteps:
    steps = reader.page.imports
    if steps is None:
        abort(404)
    dialogs.action_of(reader, steps.action.address)
    return steps


def _look(reader: Reader, importing: Importing) -> Response:
    """What a file would change. Nothing is written."""
    file = request.files.get("file")
    importing.content = file.read() if file is not None else b""
    importing.name = (file.filename or "")[:200] if file is not None else ""
    if not importing.content:
        fault = Fault(text("No file is chosen."), hint=text("Choose a CSV or XLSX file, or drop it on the field."))
        importing.faults.append(fault)
        return _page(reader, importing, 422)
    asked = {"collection": importing.steps.collection, "dry_run": True}
    if rows_about(importing.content) > LONG and not importing.adds:
        job = reader.k2k.submit(reader.company, "import_rows", asked, importing.content, key=_token())
        return redirect(address_of(job["id"], _own(reader), _own(reader, job=job["id"])), 303)
    return _asked(reader, importing)


def _asked(reader: Reader, importing: Importing, status: int = 200) -> Response:
    """The look: each row with what it changes, or what is wrong with the file as a whole."""
    try:
        importing.answer = _looked_at(reader, importing)
    except K2KError as error:
        _refuse(importing, error)
        return _page(reader, importing, error.status)
    return _page(reader, importing, status)


def _looked_at(reader: Reader, importing: Importing) -> Mapping[str, Any]:
    if importing.adds and importing.content is not None:
        return availability_files.looked_at(reader, importing.content)
    return reader.k2k.import_rows(reader.company, importing.steps.collection, dry_run=True, **importing.source)


def _add(reader: Reader, importing: Importing) -> Response:
    """Add the boxes of a file: all of it, or nothing. A long one is a job."""
    content = importing.content or b""
    if rows_about(content) > LONG:
        job = reader.k2k.submit(reader.company, "import_availability", {"mode": INCREASE}, content, key=_token())
        return redirect(address_of(job["id"], url_for(f"{reader.page.name}.index_view")), 303)
    try:
        importing.answer = availability_files.added(reader, content, _token())
    except K2KError as error:
        _refuse(importing, error)
        return _asked(reader, importing, error.status)
    importing.done = True
    return _page(reader, importing)


def _save(reader: Reader, importing: Importing) -> Response:
    """Import a file: all rows, or those without a fault."""
    if importing.adds:
        return _add(reader, importing)
    leave_out = request.form.get("leave") == "1"
    asked: dict[str, Any] = {"collection": importing.steps.collection, "atomic": not leave_out}
    if request.form.get("anyway") != "1":
        asked["hold"] = HOLD
    if importing.job:
        looked_at = (importing.answer or {}).get("rows", ())
        rows = [row["values"] for row in looked_at if row["outcome"] != REFUSED]
        job = reader.k2k.submit(reader.company, "import_rows", {**asked, "rows": rows}, key=_token())
        return redirect(address_of(job["id"], url_for(f"{reader.page.name}.index_view")), 303)
    try:
        importing.answer = reader.k2k.import_rows(reader.company, key=_token(), **importing.source, **asked)
    except K2KError as error:
        importing.findings = findings_of(error)
        if not importing.findings:
            _refuse(importing, error)
        return _asked(reader, importing, error.status)
    importing.done = True
    return _page(reader, importing)


def _refuse(importing: Importing, error: K2KError) -> None:
    """Say over the form why a file was refused; what no other file can mend is raised again."""
    if error.status >= 500 or isinstance(error, NotAllowed):
        raise error
    importing.faults.append(Fault.of(error))


def _read_job(reader: Reader, importing: Importing, job: str) -> None:
    """The rows that a job has looked at: of this collection, and once it is done."""
    found = reader.k2k.job(reader.company, job)
    result = found["result"]
    if found["state"] != DONE or found["kind"] != "import_rows" or not result.get("dry_run"):
        abort(404)
    if result["collection"] != importing.steps.collection:
        abort(404)
    importing.job, importing.answer = found["id"], result


def _page(reader: Reader, importing: Importing, status: int = 200) -> Response:
    rows, answer = importing.rows, importing.answer
    refused = [row for row in rows if row.outcome == REFUSED]
    moved = [row for row in rows if row.changes]
    context = {
        "page": reader.page,
        "importing": importing,
        "steps": importing.steps,
        "list_url": url_for(f"{reader.page.name}.index_view"),
        "own_url": _own(reader),
        "counts": answer["counts"] if answer else {},
        "kinds": (CHANGED, CREATED, UNCHANGED),
        "writable": 0 if importing.adds and refused else len(rows) - len(refused),
        "refused": refused,
        "moved": moved,
        "most": MOST_SHOWN,
        "editable": importing.editable,
        "corrected": importing.corrected,
        "found": [(Finding.of(one), _place(one["place"])) for one in answer["findings"]] if answer else [],
        "most_found": MOST_FOUND,
        "fault": importing.faults,
        "undo": as_ranges(_entries(answer)) if answer and importing.done else "",
        "new_token": new_token,
    }
    return FlaskResponse(render_template("k2k/import.html", **context), status, mimetype="text/html")


def _place(place: str) -> str:
    """Where a finding is, without the collection: `A101.price_a`."""
    return place.partition(".")[2] or place


def _entries(answer: Mapping[str, Any]) -> Sequence[int]:
    """The entries of the audit that take an import back; none where some of its changes cannot be undone."""
    done = [row for row in answer["rows"] if row["outcome"] in (CHANGED, CREATED)]
    whole = len(done) <= MOST_AT_ONCE and all(row.get("undoable") for row in done)
    return [int(row["audit"]) for row in done] if whole else ()


def _own(reader: Reader, job: str | None = None) -> str:
    return url_for(f"{reader.page.name}.index_view", do=NAME, job=job)


def _token() -> str:
    token = request.form.get("key", "")
    return token if 16 <= len(token) <= 64 else abort(400)


def _file(content: bytes, name: str, format: str) -> Response:
    answer = FlaskResponse(content, mimetype=MEDIA_TYPES[format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
