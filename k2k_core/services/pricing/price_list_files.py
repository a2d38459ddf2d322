"""Use cases: export of price lists to files, and import with a dry run (pricing section 5).

A dry run reads, checks and plans with the code of the real import and leaves out only the writing. An import is atomic:
with one fault in one row nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, cast

from k2k_core.domain.answers.inventory import FileFault
from k2k_core.domain.answers.price_lists import (
    ChangeCounts,
    ListState,
    PriceListChange,
    PriceListImport,
    RowChanged,
    RowPrices,
    SeasonDays,
)
from k2k_core.domain.parsing import number_text
from k2k_core.domain.price_falls import PriceChange, price_falls
from k2k_core.domain.price_list_imports import (
    MODES,
    UPSERT,
    ListFields,
    Plan,
    RowChange,
    RowFault,
    Span,
    plan_import,
    with_nearest,
)
from k2k_core.domain.price_lists import PriceListRow
from k2k_core.domain.roles import PRICES
from k2k_core.errors import Invalid, NotFound
from k2k_core.messages import Message
from k2k_core.schemas import price_list_rows, table_files
from k2k_core.schemas.price_list_rows import FileRows
from k2k_core.schemas.record import refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.services.pricing import price_lists as kept_lists
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.master_data import companies, price_lists

MAX_LISTED_CHANGES = 1_000
"""Changes that the answer of an import, and its audit, name one by one; a dry run names all."""

OPERATION = "import_price_lists"

Progress = Callable[[str, int], None]
"""Called with the phase (`reading`, `writing`) and how many of its rows are done."""


@dataclass(frozen=True)
class Import:
    """One file that is to be imported, read."""

    company: str
    mode: str
    format: str
    dry_run: bool
    digest: str
    file: FileRows
    progress: Progress
    atomic: bool = True


def export_price_lists(
    context: ServiceContext, company: str, format: str = table_files.CSV, lists: Collection[str] | None = None
) -> bytes:
    """The named lists of a company, or all, as a CSV or XLSX file that can be imported again.

    Raises `Invalid` for another format, `NotFound` for a list that is not there, `NotAllowed`.
    """
    context.actor.require(PRICES, company)
    named = table_files.format_of(b"", format)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        there = kept_lists.lists(session, snapshot).by_code
    for code in lists or ():
        if code not in there:
            raise NotFound("There is no price list {code} in {company}.", code=code, company=company, kind="price_list")
    wanted = [price_list for code, price_list in sorted(there.items()) if lists is None or code in lists]
    return table_files.written(price_list_rows.cells(wanted), named)


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file of price lists: `csv` or `xlsx`, or by its content without a format. Rows with a fault are left out where
    it need not be `atomic`."""

    content: bytes
    format: str | None
    mode: str
    dry_run: bool
    atomic: bool = True


class PlannedImport(NamedTuple):
    """The import of a file, read and permitted: its request, for a key, and its work in a transaction."""

    request: Mapping[str, object]
    look: Callable[[Session], PriceListImport]
    work: Callable[[Session], PriceListImport]


def planned_import(
    context: ServiceContext, company: str, request: ImportRequest, progress: Progress | None = None
) -> PlannedImport:
    """Import a file of price lists: `upsert` rows, or `replace` those of the file's seasons.

    `look` returns counts, changes with before and after, and every fault, and writes nothing; `work` raises `Invalid`
    with every fault and its row and column. Raises `UnreadableFile`, `NotAllowed`.
    """
    context.actor.require(PRICES, company)
    if request.mode not in MODES:
        raise Invalid("{mode!r} is none of the modes {known}.", mode=request.mode, known=MODES).at("mode")
    if not request.atomic and request.mode != UPSERT:
        raise Invalid("Rows are left out of an upsert only: to replace would remove what they stand for.").at("atomic")
    if not isinstance(request.content, bytes):
        raise Invalid("The content of a file is bytes.")
    wanted = _read(company, request, progress or _no_progress)

    def look(session: Session) -> PriceListImport:
        company_id, _ = companies.found(session, company)
        return _answer(wanted, _plan(session, company_id, wanted))

    asked = {"mode": wanted.mode, "format": wanted.format, "sha256": wanted.digest}
    asked |= {} if request.atomic else {"atomic": "no"}
    return PlannedImport(asked, look, lambda session: _import(context, session, wanted))


def _read(company: str, request: ImportRequest, progress: Progress) -> Import:
    named = table_files.format_of(request.content, request.format)
    lines = table_files.lines(request.content, named)
    file = price_list_rows.read_rows(lines, lambda done: progress("reading", done))
    digest = hashlib.sha256(request.content).hexdigest()
    return Import(company, request.mode, named, request.dry_run, digest, file, progress, request.atomic)


def _import(context: ServiceContext, session: Session, wanted: Import) -> PriceListImport:
    company_id, _ = companies.found(session, wanted.company)
    companies.lock(session, [company_id])  # the plan must still hold when it is written
    plan = _plan(session, company_id, wanted)
    refuse(
        [
            {"path": Message("row {row}, {column}", row=row, column=column), "message": text}
            for row, column, text, _ in plan.faults
        ],
        "The file is not valid: {first}",
    )
    price_lists.write(session, company_id, plan, lambda done: wanted.progress("writing", done))
    answer = _answer(wanted, plan)
    if not plan.empty:
        after = {name: answer[name] for name in ("mode", "counts", "changes", "changes_left_out")}
        after["sha256"] = wanted.digest
        audit(
            session, context.actor, company_id, "price_lists.imported", "price_lists", Change(after=cast(Json, after))
        )
        emit_setup_changed(session, company_id, wanted.company)
    return answer


def _plan(session: Session, company_id: int, wanted: Import) -> Plan:
    """The plan of a file; where rows with a fault are left out, of the others."""
    file = wanted.file
    stored = price_lists.stored(session, company_id, {row.list for row in file.rows})
    known = price_lists.known(session, company_id)
    rows, faults, left_out = file.rows, file.faults, list[RowFault]()
    while True:
        plan = plan_import(rows, file.columns, stored, known, wanted.mode)
        plan.faults = with_nearest(sorted({*faults, *plan.faults}, key=lambda one: (one.row, one.column)), rows, known)
        plan.left_out = left_out
        if wanted.atomic or not plan.faults:
            return plan
        left_out = sorted([*left_out, *plan.faults], key=lambda one: (one.row, one.column))
        faulty = {fault.row for fault in left_out}
        rows, faults = [row for row in rows if row.number not in faulty], []


def _answer(wanted: Import, plan: Plan) -> PriceListImport:
    most = None if wanted.dry_run else MAX_LISTED_CHANGES
    everything = len(plan.lists) + len(plan.seasons) + len(plan.rows)
    changes = list(islice(_changes(plan), most))
    return {
        "company": wanted.company,
        "mode": wanted.mode,
        "format": wanted.format,
        "dry_run": wanted.dry_run,
        "written": not wanted.dry_run,
        "rows": len(wanted.file.rows),
        "counts": {
            "lists": _counts(plan.lists),
            "seasons": _counts(plan.seasons),
            "rows": {**_counts(plan.rows), "unchanged": plan.unchanged},
        },
        "changes": changes,
        "changes_left_out": everything - len(changes),
        "left_out": len({fault.row for fault in plan.left_out}),
        "faults": [_fault(fault) for fault in (*plan.left_out, *plan.faults)],
        "findings": [one.as_dict() for one in price_falls(_moved(plan.rows))],
    }


def _counts(changes: Collection[Any]) -> ChangeCounts:
    kinds = [_kind(change) for change in changes]
    return {"added": kinds.count("added"), "changed": kinds.count("changed"), "removed": kinds.count("removed")}


def _kind(change: Any) -> str:
    if change.after is None:
        return "removed"
    return "added" if change.before is None else "changed"


def _changes(plan: Plan) -> Iterator[PriceListChange]:
    """Every change: lists, seasons, then rows in the order of the file."""
    for of_list in plan.lists:
        yield {
            "what": "list",
            "change": _kind(of_list),
            "row": of_list.number,
            "list": of_list.after.code,
            "before": None if of_list.before is None else _list(of_list.before),
            "after": _list(of_list.after),
        }
    for of_season in plan.seasons:
        yield {
            "what": "season",
            "change": _kind(of_season),
            "row": of_season.number,
            "list": of_season.after.list,
            "season": of_season.after.name,
            "before": None if of_season.before is None else _days(of_season.before.span),
            "after": _days(of_season.after),
        }
    for change in plan.rows:
        row = change.after or (change.before and change.before.row)
        if row is not None:
            yield _row(change, row)


def _row(change: RowChange, row: PriceListRow) -> RowChanged:
    return {
        "what": "row",
        "change": _kind(change),
        "row": change.number,
        "list": change.season.list,
        "season": change.season.name,
        "product": row.product,
        "box_type": row.box_type,
        "vendor": row.vendor,
        "before": _prices(change.before and change.before.row),
        "after": _prices(change.after),
    }


def _list(fields: ListFields) -> ListState:
    return {
        "name": fields.name,
        "type": fields.type,
        "master": fields.master,
        "active": fields.active,
        "everyone": fields.everyone,
    }


def _days(span: Span) -> SeasonDays:
    return {"start": span.start.isoformat(), "end": span.end.isoformat()}


def _prices(row: PriceListRow | None) -> RowPrices | None:
    if row is None:
        return None
    return {"price": number_text(row.price), "cost": None if row.cost is None else number_text(row.cost)}


def _fault(fault: RowFault) -> FileFault:
    found: FileFault = {"row": fault.row, "column": fault.column, "message": fault.message}
    return found if fault.nearest is None else {**found, "nearest": fault.nearest}


def _moved(rows: Iterable[RowChange]) -> Iterator[PriceChange]:
    """The prices of the rows that are changed."""
    for change in rows:
        if change.before is not None and change.after is not None:
            row = change.after
            names = (change.season.list, change.season.name, row.product, row.box_type, row.vendor)
            place = ".".join(["price_lists", *(name for name in names if name)])
            yield PriceChange(place, change.before.row.price, row.price)


def _no_progress(what: str, done: int) -> None:
    """The progress callback that does nothing."""
