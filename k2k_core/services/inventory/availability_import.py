"""Use case: the import of a file of vendor availability (domain section 3, "Availability").

A row names a lot of vendor availability and its boxes: `overwrite` sets the number of boxes of the lot, `increase` adds
to it. Lots that the file does not name do not change. A lot never gets fewer boxes than are sold. An upload is atomic:
with one fault nothing is written; a dry run is the same code without the writing, and returns every fault.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from k2k_core.domain.answers.inventory import AvailabilityUpload, LotBoxes, UploadedLot
from k2k_core.domain.availability_columns import MODES, OVERWRITE
from k2k_core.domain.items import VENDOR_AVAILABILITY
from k2k_core.domain.roles import STOCK
from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.schemas import availability_rows, table_files
from k2k_core.schemas.availability_rows import FileRow, RowFault
from k2k_core.schemas.crosschecks import company_faults
from k2k_core.schemas.record import Values, refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.inventory import lot_records
from k2k_core.store.inventory.lot_records import Stocked
from k2k_core.store.inventory.stock_ledger import moved_in
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.records import Records

OPERATION = "import_availability"


@dataclass
class ImportPlan:
    """What an upload does: new lots, and the changes of existing lots with their new number of boxes."""

    rows: int
    new: list[Values] = field(default_factory=list)
    changed: list[tuple[Stocked, Values]] = field(default_factory=list)
    uploaded: list[UploadedLot] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


class PlannedUpload(NamedTuple):
    """The upload of a file, read and permitted: its request, for a key, and its work in a transaction."""

    request: Mapping[str, object]
    look: Callable[[Session], AvailabilityUpload]
    work: Callable[[Session], AvailabilityUpload]


def planned_upload(context: ServiceContext, company: str, content: bytes, mode: str = OVERWRITE) -> PlannedUpload:
    """Upload a file of vendor availability.

    `look` returns counts, every lot with its boxes before and after, and every fault with its row and column, and
    writes nothing; `work` raises `Invalid` with every fault. Raises `UnreadableFile`, `NotAllowed`.
    """
    context.actor.require(STOCK, company)
    if mode not in MODES:
        raise Invalid("{mode!r} is none of the modes {known}.", mode=mode, known=MODES).at("mode")
    if not isinstance(content, bytes):
        raise Invalid("The content of a file is bytes.")
    read = availability_rows.read_file(table_files.lines(content, table_files.format_of(content)))

    def plan(session: Session) -> tuple[Records, ImportPlan]:
        company_id, currency = companies.found(session, company)
        records = Records(session, company_id, currency)
        return records, _plan(records, *read, mode)

    request = {"mode": mode, "sha256": hashlib.sha256(content).hexdigest()}

    def write(session: Session) -> AvailabilityUpload:
        records, planned = plan(session)
        faults = [{"path": f"row {row}, {column}", "message": text} for row, column, text in planned.faults]
        refuse(faults, "The file is not valid: {first}")
        _write(records, planned)
        answer = _answer(company, mode, False, planned)
        movements = {one.code: one.movement for one in moved_in(session)}
        answer["lots"] = [_with_movement(lot, movements) for lot in answer["lots"]]
        after: Json = {**request, "counts": {"added": len(planned.new), "changed": len(planned.changed)}}
        audit(session, context.actor, records.company_id, "availability.imported", "lots", Change(after=after))
        return answer

    return PlannedUpload(request, lambda session: _answer(company, mode, True, plan(session)[1]), write)


def _plan(records: Records, rows: list[FileRow], faults: list[RowFault], mode: str) -> ImportPlan:
    plan = ImportPlan(len(rows), faults=list(faults))
    codes = [row.texts["lot"] for row in rows if "lot" in row.texts]
    there = lot_records.stocked(records.session, records.company_id, codes)
    seen: dict[str, FileRow] = {}
    for row in rows:
        code = row.texts.get("lot", "")
        if code in seen:
            words = Message("{lot} is in row {row} already", lot=code, row=seen[code].number)
            plan.faults.append(RowFault(row.number, "lot", words))
        elif code:
            seen[code] = row
    read = [
        (row, there.get(code), *(availability_rows.change(row) if code in there else availability_rows.new_lot(row)))
        for code, row in seen.items()
    ]
    unknown_references = _unknown_references(records, [(row, values) for row, _, values, _ in read])
    for row, lot, values, found in read:
        found = [*found, *unknown_references.get(row.number, ()), *(_refused(row, lot, values, mode) if lot else ())]
        plan.faults += found
        if not found and "boxes" in row.texts:
            _note(plan, row.texts["lot"], lot, values, mode)
    plan.faults = sorted(set(plan.faults))
    return plan


def _unknown_references(records: Records, read: Sequence[tuple[FileRow, Values]]) -> dict[int, list[RowFault]]:
    """The faults of rows that name something that the company does not have, by row; all rows are checked together."""
    found: dict[int, list[RowFault]] = defaultdict(list)
    for each in company_faults({"lots": [values for _, values in read]}, records.known()):
        place, _, path = each["path"].removeprefix("lots[").partition("].")
        row, _ = read[int(place)]
        found[row.number].append(RowFault(row.number, "lot" if path == "code" else path, each["message"]))
    return found


def _refused(row: FileRow, lot: Stocked, values: Values, mode: str) -> list[RowFault]:
    """The faults of a row about an existing lot."""
    if lot.inventory_type != VENDOR_AVAILABILITY:
        words = Message("is a lot of {inventory_type}, not of vendor availability", inventory_type=lot.inventory_type)
        return [RowFault(row.number, "lot", words)]
    boxes = _boxes(lot, values, mode)
    if boxes < lot.sold:
        words = Message("{sold} are sold: the lot cannot have {boxes}", sold=lot.sold, boxes=boxes)
        return [RowFault(row.number, "boxes", words)]
    return []


def _boxes(lot: Stocked | None, values: Values, mode: str) -> int:
    """How many boxes the lot has after the upload."""
    given: int = values.get("boxes", 0)
    return given if lot is None or mode == OVERWRITE else lot.boxes + given


def _note(plan: ImportPlan, code: str, lot: Stocked | None, values: Values, mode: str) -> None:
    boxes = _boxes(lot, values, mode)
    if lot is None:
        plan.new.append(values)
        before: LotBoxes | None = None
        left = boxes
    else:
        plan.changed.append((lot, {**values, "boxes": boxes}))
        before, left = {"boxes": lot.boxes, "available": lot.available}, boxes - lot.sold
    plan.uploaded.append({"lot": code, "before": before, "after": {"boxes": boxes, "available": left}})


def _write(records: Records, plan: ImportPlan) -> None:
    if plan.new:
        lot_records.put_lots(records, plan.new)
    for lot, values in plan.changed:
        columns = records.stored("lots", {name: value for name, value in values.items() if name != "boxes"})
        if columns:
            records.replace("lots", lot.id, columns)
        lot_records.change_boxes(records, lot.id, values["boxes"])


def _with_movement(lot: UploadedLot, movements: Mapping[str, int]) -> UploadedLot:
    return {**lot, "movement": movements[lot["lot"]]} if lot["lot"] in movements else lot


def _answer(company: str, mode: str, dry_run: bool, plan: ImportPlan) -> AvailabilityUpload:
    return {
        "company": company,
        "mode": mode,
        "dry_run": dry_run,
        "written": not dry_run,
        "rows": plan.rows,
        "counts": {"added": len(plan.new), "changed": len(plan.changed)},
        "lots": plan.uploaded,
        "faults": [{"row": row, "column": column, "message": text} for row, column, text in plan.faults],
        "findings": [],
    }
