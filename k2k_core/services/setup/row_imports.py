"""Use case: imports of the records of a collection, from a file or as rows, with what each row changes.

An import is a `put` of rows that need not be complete: a field that a row leaves out stays as it is. The rows of a dry
run can be corrected and passed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, cast

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.imports import ImportedRow, RowsImported
from k2k_core.domain.answers.setup import RecordsPut, RowOutcome
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Fault, Invalid, NotFound
from k2k_core.messages import Message
from k2k_core.schemas import record_files, table_files
from k2k_core.schemas.network import COLLECTIONS, shown
from k2k_core.schemas.record import MOST_ROWS, Values, refuse
from k2k_core.schemas.record_files import RecordRows, code_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.setup.changes import GUARDS
from k2k_core.services.setup.checked_writes import NONE, written
from k2k_core.services.setup.hidden_vendor_names import checking_names, with_names
from k2k_core.services.setup.import_faults import NearestCodes, Work, cell_faults, falls, in_file
from k2k_core.services.setup.puts import (
    ACTIONS,
    CHANGED,
    CHECKS,
    CREATED,
    OUTCOMES,
    PARTS,
    REFUSED,
    TOGETHER,
    UNCHANGED,
    PutOptions,
    planned_put,
)
from k2k_core.services.setup.record_lists import SHAPES
from k2k_core.services.setup.typed_prices import checking_typed, priced_lots
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.lists.records import named_records
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.records import Progress, Records, noted

OPERATION = "import_rows"

MOST_IMPORTED = 10_000
"""The greatest number of rows of an import."""

MOST_ZEROS = 8
"""Zeros that a code may have lost in a spreadsheet."""


Phases = Callable[[str, int], None]
"""Is called with the name of a phase and the rows done."""


class RowsRequest(NamedTuple):
    """What is imported into a collection: the `content` of a file, of a format or of that of its bytes, or `rows`;
    `corrections` are cells that were typed again since, by the number of the row and the column."""

    collection: str
    content: bytes | None = None
    rows: Sequence[Mapping[str, Any]] | None = None
    format: str | None = None
    corrections: Mapping[str, Any] | None = None


def import_rows(
    context: ServiceContext,
    company: str,
    request: RowsRequest,
    key: str | None = None,
    options: PutOptions = TOGETHER,
    progress: Phases | None = None,
) -> RowsImported:
    """Add and change records of a collection from a file; returns what each row changes. `progress` is called with the
    name of the phase, `reading` or `writing`, and the rows done.

    Raises `UnreadableFile`, `Invalid` with every fault, `VersionMismatch`, `Conflict` for a record that was changed
    meanwhile. A dry run, and an import that need not be `atomic`, refuse rows one by one.
    """
    collection = request.collection
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    asked = {"collection": collection, "atomic": options.atomic, **_given(request)}
    command = IdempotentCommand(context, company, OPERATION, key, asked)
    answered: RowsImported | None = command.replayed()
    if answered is not None:
        return answered
    rows = read(request)
    dry_run = options.write.dry_run
    tell = progress or _nobody_watches
    if request.content is not None:
        _refuse_lost_zeros(context, company, collection, rows)
    merged = _merged(context, company, collection, rows.rows, partial(tell, "reading"))
    work = _planned(_Import(context, company, collection, rows, merged, asked, partial(tell, "writing")), options)
    changes: list[Mapping[str, Any]] = [{"collection": collection, "rows": merged}]
    checked = checking_typed(context, company, priced_lots(company, changes), checking_names(company, work, changes))
    combine = _combine_dry_run if dry_run else _combine
    return written(command, company, checked, with_names(combine), CHECKS.get(collection, NONE), options.write)


def _nobody_watches(phase: str, done: int) -> None:
    """The progress of an import that nobody watches."""


def _combine(answer: RowsImported, found: list[SetupFinding]) -> RowsImported:
    """The answer of an import: the values that were read are for a dry run only."""
    for row in answer["rows"]:
        row.pop("values", None)
    return {**answer, "findings": [*found, *answer["findings"]]}


def _combine_dry_run(answer: RowsImported, found: list[SetupFinding]) -> RowsImported:
    for row in answer["rows"]:
        row.pop("audit", None)
        row.pop("undoable", None)
        row.pop("movement", None)
    return {**answer, "findings": [*found, *answer["findings"]], "dry_run": True, "written": False}


def _given(request: RowsRequest) -> dict[str, Any]:
    if request.content is None:
        given: dict[str, Any] = {"rows": request.rows}
    else:
        given = {"sha256": hashlib.sha256(request.content).hexdigest(), "format": request.format}
    return {**given, "corrections": request.corrections} if request.corrections else given


def read(request: RowsRequest) -> RecordRows:
    """The rows of a request. Raises `NotFound` for a collection that does not exist, `UnreadableFile`, `Invalid`."""
    collection = request.collection
    if collection not in COLLECTIONS:
        raise NotFound(
            "There is no collection {collection}; there are {known}.", collection=collection, known=list(COLLECTIONS)
        )
    if collection == "price_lists" and request.rows is None:
        raise Invalid("Price lists have files of their own, with a row for each price: use import_price_lists.")
    if (request.content is None) == (request.rows is None):
        raise Invalid("Give either the content of a file or rows.").at("content")
    if request.content is not None:
        format = table_files.format_of(request.content, request.format)
        found = record_files.read(collection, table_files.lines(request.content, format))
    else:
        rows = list(request.rows or ())
        found = RecordRows((), list(range(2, len(rows) + 2)), [dict(row) for row in rows])
    if request.corrections:
        record_files.correct(collection, found, request.corrections)
    if len(found.rows) > MOST_IMPORTED:
        raise Invalid(
            "At most {most} rows are imported at once, not {count}.", most=MOST_IMPORTED, count=len(found.rows)
        )
    return found


class _Records:
    """The records that some rows name, by code, as they are in this unit of work; each is shown as JSON when it is
    asked for."""

    def __init__(self, session: Session, company_id: int, collection: str, codes: Sequence[str]) -> None:
        self._collection, self._fields = collection, COLLECTIONS[collection]._declared_fields
        self._rows = named_records(session, company_id, collection, list(dict.fromkeys(codes)))

    def get(self, code: str) -> Values | None:
        """A record as JSON, None for one that is not there."""
        row = self._rows.get(code)
        if row is None:
            return None
        return shown(self._collection, {name: value for name, value in row.items() if name in self._fields})

    def version(self, code: str) -> int | None:
        """The version of a record, None for one that is not there."""
        return self._rows[code]["version"] if code in self._rows else None


def _refuse_lost_zeros(context: ServiceContext, company: str, collection: str, rows: RecordRows) -> None:
    """A fault for each new record whose code is that of another one without its zeros, as a spreadsheet leaves it: it
    would become a second record. A file that has the other one too has not lost them."""
    if record_files.keys(collection) != ("code",):
        return
    places = {code_of(collection, row): place for place, row in enumerate(rows.rows)}
    numbers = [code for code in places if code.isascii() and code.isdigit()]
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        there = _Records(session, company_id, collection, numbers)
        new = [code for code in numbers if there.version(code) is None]
        meant = {"0" * zeros + code: code for code in new for zeros in range(1, MOST_ZEROS + 1)}
        others = _Records(session, company_id, collection, list(meant))
    for whole, code in meant.items():
        if others.version(whole) is not None and whole not in places:
            words = Message("would be a new record beside {code}: write the zeros, or add it by hand", code=whole)
            rows.faults.setdefault(places[code], []).append({"path": "code", "message": words})


def _merged(
    context: ServiceContext, company: str, collection: str, rows: Sequence[Values], progress: Progress
) -> list[Values]:
    """The rows as whole records: with the fields of the record that is there, as far as a row leaves them out."""
    codes = [code_of(collection, row) for row in rows]
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        there = _Records(session, company_id, collection, codes)
    merged = [
        _whole(collection, there.get(code), there.version(code), row)
        for code, row in noted(list(zip(codes, rows, strict=True)), progress)
    ]
    progress(len(rows))
    return merged


def _whole(collection: str, record: Values | None, version: int | None, row: Values) -> Values:
    """A whole record. What it takes from the record that is there must still be so when it is written: its fields, and
    for what nobody can expect, as the prices of a list, its version."""
    guards = {name: row[name] for name in GUARDS if row.get(name) is not None}
    fields = {name: value for name, value in row.items() if name not in GUARDS}
    whole = _over(record or {}, fields)
    if record is not None:
        fixed = {*record_files.keys(collection), *PARTS}
        taken = {
            name: value
            for name, value in record.items()
            if name not in fixed and (name not in fields or isinstance(fields[name], Mapping))
        }
        theirs = guards.get("expected")
        if theirs is None or isinstance(theirs, Mapping):
            guards["expected"] = {**taken, **(theirs or {})}
        if collection == "price_lists" and "seasons" not in fields:
            guards.setdefault("version", version)
    return {**whole, **guards}


def _over(record: Mapping[str, Any], row: Mapping[str, Any]) -> Values:
    """The fields of a row over those of a record, part by part; null takes a field away."""
    found = dict(record)
    for name, value in row.items():
        if isinstance(value, Mapping):
            there = found.get(name)
            value = _over(there if isinstance(there, Mapping) else {}, value) or None
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


@dataclass
class _Import:
    """One import, read: the rows as they were given, and the whole records that they make."""

    context: ServiceContext
    company: str
    collection: str
    read: RecordRows
    merged: list[Values]
    asked: Mapping[str, Any]
    progress: Progress
    twice: dict[int, list[Fault]] = field(default_factory=dict)

    def answer(self, session: Session, work: Work) -> RowsImported:
        """Do the work, and tell what it changed."""
        company_id, currency = companies.found(session, self.company)
        codes = [code_of(self.collection, row) for row in self.merged]
        before = _Records(session, company_id, self.collection, codes)
        outcomes = work(session)
        moved = [codes[place] for place, one in outcomes.items() if one["outcome"] in (CREATED, CHANGED)]
        after = _Records(session, company_id, self.collection, moved)
        nearest = NearestCodes(self.collection, Records(session, company_id, currency))
        rows = [self._row(number, outcomes.get(number), before, after, nearest) for number in range(len(self.merged))]
        counts: Any = {name: sum(one["outcome"] == name for one in rows) for name in OUTCOMES}
        change = Change(after={"counts": cast(Json, counts), "sha256": cast(Json, self.asked.get("sha256"))})
        audit(session, self.context.actor, company_id, f"{self.collection}.imported", self.collection, change)
        return {
            "company": self.company,
            "collection": self.collection,
            "dry_run": False,
            "written": True,
            "records": len(rows) - counts[REFUSED],
            "counts": counts,
            "rows": rows,
            "findings": [one.as_dict() for one in falls(self.collection, rows)],
        }

    def _row(
        self,
        number: int,
        outcome: RowOutcome | None,
        before: _Records,
        after: _Records,
        nearest: NearestCodes,
    ) -> ImportedRow:
        given = self.read.rows[number]
        code = code_of(self.collection, given)
        told: dict[str, Any] = dict(outcome or {"outcome": REFUSED})
        faults = [*self.read.faults.get(number, ()), *self.twice.get(number, ())]
        answer: dict[str, Any] = {
            **told,
            "row": self.read.numbers[number],
            "code": code or None,
            "before": None,
            "after": None,
            "faults": cell_faults(faults, told.get("error"), given, nearest),
            "values": given,
        }
        if told["outcome"] == UNCHANGED:
            answer |= {"before": {}, "after": {}}
        elif told["outcome"] != REFUSED:
            answer |= self._difference(before.get(code), after.get(code) or {})
        return cast(ImportedRow, answer)

    def _difference(self, was: Values | None, now: Values) -> dict[str, Any]:
        """The fields that a row changes, as the reader may see them."""
        rules, reader = rules_of(SHAPES[self.collection]), reader_of(self.context.actor)
        if was is None:
            return {"after": disclosed(now, rules, reader)}
        moved = [name for name in now if was.get(name) != now[name]]
        old, new = ({name: one.get(name) for name in moved} for one in (was, now))
        return {"before": disclosed(old, rules, reader), "after": disclosed(new, rules, reader)}


def _planned(wanted: _Import, options: PutOptions) -> Any:
    """The work of an import, all rows together or one by one."""
    work = _one_by_one(wanted) if options.write.dry_run or not options.atomic else _together(wanted)
    return lambda session: wanted.answer(session, work)


def _together(wanted: _Import) -> Work:
    """All rows, or none: every fault names the row and the column of the file."""
    unreadable = in_file(wanted.read, wanted.read.faults)
    whole = (wanted.context, wanted.company, wanted.collection, wanted.merged)
    put = None if unreadable else planned_put(*whole, progress=wanted.progress)

    def work(session: Session) -> dict[int, RowOutcome]:
        refuse(unreadable, "The file is not valid: {first}")
        assert put is not None
        try:
            answer = put(session)
        except Invalid as error:
            if wanted.asked.get("sha256") and error.faults:
                refuse(in_file(wanted.read, {0: error.faults}, paths=True), "The file is not valid: {first}")
            raise
        return {one["row"]: one for one in answer["results"]}

    return work


def _one_by_one(wanted: _Import) -> Work:
    """Every row that can be written, some at a time; a row of a record that another one has written is refused."""
    seen: set[str] = set()
    numbers: list[int] = []
    for number, row in enumerate(wanted.merged):
        code = code_of(wanted.collection, row)
        if number in wanted.read.faults:
            continue
        if code and code in seen:
            column = record_files.keys(wanted.collection)[0]
            wanted.twice[number] = [{"path": column, "message": Message("{code} stands in another row", code=code)}]
            continue
        seen.add(code)
        numbers.append(number)
    some = [numbers[start : start + MOST_ROWS] for start in range(0, len(numbers), MOST_ROWS)]
    puts = [
        planned_put(
            wanted.context,
            wanted.company,
            wanted.collection,
            [wanted.merged[one] for one in each],
            row_by_row=True,
        )
        for each in some
    ]

    def work(session: Session) -> dict[int, RowOutcome]:
        found: dict[int, RowOutcome] = {}
        for each, put in zip(some, puts, strict=True):
            answer: RecordsPut = put(session)
            found.update({each[one["row"]]: one for one in answer["results"]})
            wanted.progress(len(found))
        return found

    return work
