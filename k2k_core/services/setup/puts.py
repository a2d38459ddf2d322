"""Use case: puts whole records of a collection into a company, by code, with an outcome for each row.

All rows are written, or those that can be: then each of the others is refused with its error and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.setup import RecordsPut, RowOutcome
from k2k_core.domain.roles import COMPANY_SETUP, PEOPLE, PRICES, PURCHASING, STOCK
from k2k_core.errors import Conflict, Fault, Invalid, K2KError, NotAllowed, NotFound, VersionMismatch
from k2k_core.messages import Message
from k2k_core.schemas.crosschecks import company_faults
from k2k_core.schemas.network import COLLECTIONS, read_change, read_rows, shown
from k2k_core.schemas.record import MOST_ROWS, record_fault, refuse
from k2k_core.services.change_guards import Guard, Subject
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, audit_all, emit_offers_changed, emit_setup_changed
from k2k_core.services.setup import consistency
from k2k_core.services.setup.changes import ADDRESSES, COLLECTION_OF, GUARDS, columns_shown, fields_shown
from k2k_core.services.setup.checked_writes import AS_USUAL, NONE, Checks, WriteOptions, written
from k2k_core.services.setup.hidden_vendor_names import checking_names, with_names
from k2k_core.services.setup.ship_via_choices import ship_via_faults
from k2k_core.services.setup.typed_prices import checking_typed, priced_lots
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.fields import Json
from k2k_core.store.inventory import lot_records
from k2k_core.store.inventory.stock_ledger import movement_of
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.records import RECORD_TABLES, Progress, Records, Values, no_progress

ACTIONS: Mapping[str, str] = {"users": PEOPLE, "price_lists": PRICES, "lots": STOCK, "products": PURCHASING}
"""Collection → the action that writing it needs; every other one is part of the company's set-up."""

SINGULAR: Mapping[str, str] = {
    **{name: name.removesuffix("s") for name in COLLECTIONS},
    "categories": "category",
    "box_dimensions": "box_dimensions",
}
"""Collection → what one of its records is called in the audit."""

CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
OUTCOMES = (CREATED, CHANGED, UNCHANGED, REFUSED)

_HIDDEN = frozenset(("id", "company_id", "version", "password_hash", "search", "available", "allocated", "ledger_id"))
"""Columns that are no fields of a record, or that nobody may read."""


PARTS = ("seasons", "box_codes")
"""Fields in tables of their own, which nobody can expect."""


class PutOptions(NamedTuple):
    """How rows are put: `atomic` all or none; otherwise each that can be written."""

    atomic: bool = True
    write: WriteOptions = AS_USUAL


TOGETHER = PutOptions()


def put(
    context: ServiceContext,
    company: str,
    collection: str,
    rows: object,
    key: str | None = None,
    options: PutOptions = TOGETHER,
) -> RecordsPut:
    """Add or replace whole records of a company, by code; returns how many, and the outcome of each row.

    Raises `Invalid` with every fault (`lots[3].boxes`), `VersionMismatch` for a row with another version than its
    record has, `InsufficientStock` when a lot would get fewer boxes than are sold. Changed lots of the open market emit
    `offer.changed` to buyers. Rows that need not be `atomic`, and those of a dry run, are refused one by one.
    """
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    request = {"collection": collection, "rows": rows, **({} if options.atomic else {"atomic": False})}
    command = IdempotentCommand(context, company, "put", key, request)
    answered: RecordsPut | None = command.replayed()
    if answered is not None:
        return {**answered, "findings": answered.get("findings", [])}
    dry_run = options.write.dry_run
    work = planned_put(context, company, collection, rows, row_by_row=dry_run or not options.atomic)
    combine = _dry_run_answer if dry_run else _put_answer
    changes: list[Mapping[str, Any]] = [{"collection": collection, "rows": rows}]
    checked = checking_typed(context, company, priced_lots(company, changes), checking_names(company, work, changes))
    return written(command, company, checked, with_names(combine), CHECKS.get(collection, NONE), options.write)


def _put_answer(answer: RecordsPut, found: list[SetupFinding]) -> RecordsPut:
    return {**answer, "findings": found}


def _dry_run_answer(answer: RecordsPut, found: list[SetupFinding]) -> RecordsPut:
    """The answer of a dry run: nothing of it can be undone."""
    for row in answer["results"]:
        row.pop("audit", None)
        row.pop("undoable", None)
        row.pop("movement", None)
    return {**answer, "findings": found, "dry_run": True}


CHECKS: Mapping[str, Checks] = {
    "customers": Checks(),
    "vendors": Checks(),
    "locations": Checks(dates=False),
    "price_lists": Checks(dates=False),
    "carriers": Checks(prices=False),
}
"""Collection → the checks that its records can move."""


def planned_put(
    context: ServiceContext,
    company: str,
    collection: str,
    rows: object,
    *,
    row_by_row: bool = False,
    progress: Progress = no_progress,
) -> Callable[[Session], RecordsPut]:
    """The put of some rows as the work of a transaction. A row may have the `version` of the record that its sender has
    read, and `expected` values of its fields. `row_by_row` refuses each row that cannot be written with its error; else
    the first of them refuses all. `progress` is called with the number of rows that are written."""
    if collection not in COLLECTIONS:
        raise NotFound(
            "There is no collection {collection}; there are {known}.", collection=collection, known=list(COLLECTIONS)
        )
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    plain, versions, faults = _without_versions(collection, rows)
    expected, more = _expected(collection, rows)
    faults += more
    loaded, more = read_rows(collection, plain)
    faults += more
    if collection == "customers" and isinstance(loaded, list):
        faults += ship_via_faults(context, company, loaded)
    if row_by_row and isinstance(rows, Sequence) and len(rows) > MOST_ROWS:
        raise Invalid("At most {most} rows can be put row by row, not {count}.", most=MOST_ROWS, count=len(rows))
    asked = _Asked(collection, plain, loaded if isinstance(loaded, list) else [], versions, expected, faults, progress)

    def work(session: Session) -> RecordsPut:
        company_id, currency = companies.found(session, company)
        put = _Put(context, Records(session, company_id, currency), company, asked)
        return put.row_by_row() if row_by_row else put.together()

    return work


def _without_versions(collection: str, rows: object) -> tuple[object, dict[int, int], list[Fault]]:
    """The rows without the versions that some have beside their fields, these versions by row, and the faults."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Sequence):
        return rows, {}, []
    versions, faults, plain = {}, [], []
    for number, row in enumerate(rows):
        if isinstance(row, Mapping) and row.get("version") is not None:
            try:
                versions[number] = parsing.whole(row["version"], 0, parsing.LARGEST_VERSION)
            except Invalid as error:
                faults.append(record_fault(f"{collection}[{number}].version", error.message))
        given = isinstance(row, Mapping)
        plain.append({name: value for name, value in row.items() if name not in GUARDS} if given else row)
    return plain, versions, faults


def _expected(collection: str, rows: object) -> tuple[dict[int, Values], list[Fault]]:
    """The values that the sender of a row has read of fields of its record, by row, as JSON, and the faults."""
    if isinstance(rows, str | bytes) or not isinstance(rows, Sequence):
        return {}, []
    found: dict[int, Values] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows):
        if isinstance(row, Mapping) and row.get("expected") is not None:
            loaded, more = read_change(collection, row["expected"], row.get("code"))
            parts = [record_fault(name, "is not known here") for name in PARTS if name in (loaded or ())]
            path = f"{collection}[{number}].expected"
            faults += [record_fault(f"{path}.{each['path']}".rstrip("."), each["message"]) for each in (*more, *parts)]
            found[number] = {} if more or parts else shown(collection, loaded)
    return found, faults


@dataclass(frozen=True)
class _Asked:
    """The input of a put: the rows as given and as parsed, their versions, and the faults so far; and who is told how
    many rows are written."""

    collection: str
    given: Any
    loaded: Sequence[Any]
    versions: Mapping[int, int]
    expected: Mapping[int, Values]
    faults: list[Fault]
    progress: Progress


@dataclass
class _Put:
    """One put, in one unit of work."""

    context: ServiceContext
    records: Records
    company: str
    asked: _Asked
    refused: dict[int, K2KError] = field(default_factory=dict)

    def together(self) -> RecordsPut:
        """Write all rows, or raise the faults of any."""
        asked, records = self.asked, self.records
        faults = asked.faults + company_faults({asked.collection: asked.loaded}, records.known())
        refuse(faults, "The rows are not valid: {first}")
        numbers = range(len(asked.loaded))
        before = self._held(numbers)
        for number in numbers:
            self._require_version(number, before)
            self._require_addresses(number, before)
        self._write(numbers)
        return self._done(numbers, before)

    def row_by_row(self) -> RecordsPut:
        """Write every row that can be written, and refuse the others."""
        asked = self.asked
        if not isinstance(asked.given, list):
            refuse(asked.faults, "The rows are not valid: {first}")
        readable = self._readable()
        before = self._held(readable)
        current = []
        for number in readable:
            try:
                self._require_version(number, before)
                self._require_addresses(number, before)
                current.append(number)
            except (VersionMismatch, Conflict, NotAllowed) as error:
                self.refused[number] = error
        self._write_what_can_be(current)
        return self._done([number for number in current if number not in self.refused], before)

    def _readable(self) -> list[int]:
        """The rows without a fault of their own or among themselves."""
        collection, loaded = self.asked.collection, self.asked.loaded
        found = self.asked.faults + company_faults({collection: loaded}, self.records.known())
        for number in range(len(self.asked.given)):
            own = [each for each in found if f"{each['path']}.".startswith((f"{collection}[{number}].",))]
            if own:
                first = Message("{path}: {problem}", path=own[0]["path"], problem=own[0]["message"])
                self.refused[number] = Invalid(Message("The row is not valid: {first}", first=first), own)
        return [number for number in range(len(self.asked.given)) if number not in self.refused]

    def _held(self, numbers: Iterable[int]) -> dict[int, Values]:
        """Lock the existing records, and read them as they are before the put, by row."""
        there = {number: record_id for number in numbers if (record_id := self._id(number)) is not None}
        self.records.hold(self.asked.collection, there.values())
        rows = self.records.rows(self.asked.collection, there.values())
        return {number: rows[record_id] for number, record_id in there.items()}

    def _id(self, number: int) -> int | None:
        return self.records.id_of(self.asked.collection, self.asked.loaded[number])

    def _require_version(self, number: int, before: Mapping[int, Values]) -> None:
        version = before[number]["version"] if number in before else 0
        path, code = f"{self.asked.collection}/{self._code(number)}", str(self._code(number))
        require_version(path, version, self.asked.versions.get(number))
        expected = self.asked.expected.get(number)
        if expected:
            there = before.get(number)
            now = {} if there is None else fields_shown(self.records, self.asked.collection, there, expected)
            actions = (f"{SINGULAR[self.asked.collection]}.changed",)
            subject = Subject(path, self.records.company_id, code, actions)
            Guard(None, expected).require(self.records.session, subject, version, now)

    def _require_addresses(self, number: int, before: Mapping[int, Values]) -> None:
        """Other notification addresses are an admin's, whether a field of a customer is changed or all of it."""
        if self.asked.collection == "customers":
            there, row = before.get(number, {}), self.asked.loaded[number]
            if any(list(row[name]) != list(there.get(name) or ()) for name in ADDRESSES):
                self.context.actor.require(PEOPLE, self.company)

    def _write(self, numbers: Sequence[int], *, alone: bool = False) -> None:
        """Write rows; `alone` also checks at once that the result is possible."""
        rows = [self.asked.loaded[number] for number in numbers]
        write(self.records, self.asked.collection, rows, self.asked.progress)
        if self.asked.collection in ("customers", "carriers"):
            session, name = self.records.session, self.asked.collection
            places = {(name, row["code"]): f"{name}[{number}]" for number, row in zip(numbers, rows, strict=True)}
            check = consistency.require_possible if alone else consistency.refuse_impossible
            check(session, self.records.company_id, places)

    def _write_what_can_be(self, numbers: Sequence[int]) -> None:
        """Write all at once if possible, else in halves until the rows that cannot be written are isolated."""
        if not numbers:
            return
        try:
            with self.records.session.savepoint():
                self._write(numbers, alone=True)
        except K2KError as error:
            self.records.forget_ids(self.asked.collection)
            if len(numbers) == 1:
                self.refused[numbers[0]] = error
                return
            middle = len(numbers) // 2
            self._write_what_can_be(numbers[:middle])
            self._write_what_can_be(numbers[middle:])

    def _done(self, numbers: Sequence[int], before: Mapping[int, Values]) -> RecordsPut:
        """Audit what was written and emit its events; returns the outcome of each row."""
        collection, session = self.asked.collection, self.records.session
        ids = {number: self._id(number) for number in numbers}
        after = self.records.rows(collection, [one for one in ids.values() if one is not None])
        written = {number: after[record_id] for number, record_id in ids.items() if record_id is not None}
        self._audit(numbers, before, written)
        if numbers and collection == "lots":
            codes = [str(self._code(number)) for number in numbers]
            emit_offers_changed(session, self.records.company_id, self.company, codes)
        elif numbers and collection != "users":
            emit_setup_changed(session, self.records.company_id, self.company)
        results = [
            self._outcome(number, before, written) for number in range(len(self.asked.loaded or self.asked.given))
        ]
        counts = {name: sum(one["outcome"] == name for one in results) for name in OUTCOMES}
        return cast(
            RecordsPut, {"collection": collection, "records": len(numbers), "results": results, "counts": counts}
        )

    def _audit(self, numbers: Sequence[int], before: Mapping[int, Values], after: Mapping[int, Values]) -> None:
        """One entry for the put, and one for each changed record, with its changed fields."""
        collection, company_id = self.asked.collection, self.records.company_id
        key = RECORD_TABLES[collection].key
        codes = [str(row[key]) for row in (self.asked.loaded[number] for number in numbers) if key in row]
        change = Change(after={"records": list[Json](codes)})
        audit(self.records.session, self.context.actor, company_id, f"{collection}.put", collection, change)
        entries = []
        for number in numbers:
            if number in before and before[number]["version"] != after[number]["version"]:
                old, new = before[number], after[number]
                moved = [name for name in new if name not in _HIDDEN and old[name] != new[name]]
                change = Change(self._fields(old, moved), self._fields(new, moved))
                entries.append((str(self._code(number)), change))
        action = f"{SINGULAR[collection]}.changed"
        self.audited = dict(
            zip(
                [code for code, _ in entries],
                audit_all(self.records.session, self.context.actor, company_id, action, entries),
                strict=True,
            )
        )

    def _fields(self, row: Values, columns: Iterable[str]) -> Values:
        return columns_shown(self.records, self.asked.collection, row, columns)

    def _outcome(self, number: int, before: Mapping[int, Values], after: Mapping[int, Values]) -> RowOutcome:
        code = self._code(number)
        answer: RowOutcome = {"row": number, "code": code, "outcome": REFUSED}
        if number in self.refused:
            answer["error"] = self.refused[number].as_dict()
            return answer
        version = int(after[number]["version"])
        fresh = number not in before
        answer["outcome"] = CREATED if fresh else UNCHANGED if before[number]["version"] == version else CHANGED
        answer["version"] = version
        movement = (
            movement_of(self.records.session, int(after[number]["id"])) if self.asked.collection == "lots" else None
        )
        if movement is not None:
            answer["movement"] = movement
        if after[number].get("archived"):
            answer["archived"] = True
        if code in self.audited:
            answer["audit"] = self.audited[code]
            answer["undoable"] = self.asked.collection in UNDOABLE
        return answer

    def _code(self, number: int) -> str | None:
        """The code of a row as given; of box dimensions the box type, and the product if there is one."""
        row = self.asked.given[number] if isinstance(self.asked.given, list) else None
        if not isinstance(row, Mapping):
            return None
        if self.asked.collection == "box_dimensions":
            return ":".join(str(row[name]) for name in ("box_type", "product") if row.get(name)) or None
        value = row.get(RECORD_TABLES[self.asked.collection].key)
        return None if value in (None, "") else str(value)


UNDOABLE = tuple(COLLECTION_OF.values())
"""Collections whose records `set` changes: what was put there can be undone."""


def write(records: Records, collection: str, rows: Sequence[Values], progress: Progress = no_progress) -> None:
    """Write the records of one collection; lots with their boxes. `progress` is called with the number of rows that are
    written."""
    if not rows:
        return
    if collection == "lots":
        lot_records.put_lots(records, rows, progress)
    else:
        records.write(collection, rows, progress)
