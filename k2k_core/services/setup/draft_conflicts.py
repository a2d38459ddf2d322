"""What a draft changes, field by field: the values when it was made, and those that others have changed since.

The values are stored with the entry `draft.made` of the audit. A draft is applied only while they are still the same,
or the caller names those that have moved as `expected`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from k2k_core.domain.answers.companies import MovedField
from k2k_core.errors import Conflict
from k2k_core.schemas.network import COLLECTIONS, CompanySchema, read_change, shown
from k2k_core.schemas.record import read, record_fault, refuse
from k2k_core.services.change_guards import Subject, difference
from k2k_core.services.setup.changes import COLLECTION_OF
from k2k_core.services.setup.undo import audited
from k2k_core.settings.catalogue import read_own
from k2k_core.store.database.session import Session
from k2k_core.store.events import audit_trail
from k2k_core.store.events.audit_trail import AuditRow
from k2k_core.store.lists.records import named_records
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.drafts import OPEN
from k2k_core.store.master_data.records import RECORD_TABLES

MADE = "draft.made"
"""The action of the entry with the values that a draft changes, as they were, and as it makes them."""

PRICES = "prices"
"""The name, beside the values that a draft makes, of the counts of the prices that it moves."""

Values = Mapping[str, Mapping[str, Any]]
"""Values of fields, by subject (`settings`, `company`, `hierarchies`, `customers/C-100`) and field."""

Wanted = dict[str, set[str] | None]
"""Fields by subject; None for every field of a record."""

SETTINGS, COMPANY, HIERARCHIES = "settings", "company", "hierarchies"
OF_THE_COMPANY = frozenset((SETTINGS, COMPANY, HIERARCHIES))
NEW = "code"
"""The field by which a record differs that was not there when the draft was made."""

_NOT_COMPARED = frozenset(("id", "version", "box_codes"))
_BY_VERSION = frozenset(("users",))
"""Collections whose records are compared by their versions: their values are not for everybody who sees drafts."""


def wanted_by(company: str, changes: Iterable[Mapping[str, Any]]) -> Wanted:
    """The fields that changes would write."""
    found: Wanted = {}
    for change in changes:
        for subject, names in _subjects(company, change):
            _add(found, subject, names)
    return found


def _subjects(company: str, change: Mapping[str, Any]) -> Iterable[tuple[str, set[str] | None]]:
    if "hierarchies" in change:
        return [(HIERARCHIES, {HIERARCHIES})]
    if "collection" in change:
        collection = change["collection"]
        rows = [row for row in change.get("rows") or () if isinstance(row, Mapping)]
        return [(f"{collection}/{_code(collection, row)}", None) for row in rows]
    if change.get("settings") is not None:
        return [(SETTINGS, set(change["settings"]))]
    names = set(change.get("values") or ())
    named = [(kind, change[kind]) for kind in COLLECTION_OF if change.get(kind) is not None]
    subjects = [f"{COLLECTION_OF[kind]}/{str(code).removeprefix(f'{company}/')}" for kind, code in named]
    return [(subject, names) for subject in subjects or [COMPANY]]


def _code(collection: str, row: Mapping[str, Any]) -> str:
    if collection == "box_dimensions":
        return ":".join(str(row[name]) for name in ("box_type", "product") if row.get(name))
    return str(row.get(RECORD_TABLES[collection].key))


def present(session: Session, company_id: int, wanted: Wanted, *, hold: bool = False) -> dict[str, dict[str, Any]]:
    """The values of these fields now, as JSON; a record that is not there is left out. One query for each kind of
    subject, two for price lists. With `hold` the records are locked, and then the
    company where its own values are wanted."""
    codes: dict[str, list[str]] = defaultdict(list)
    for subject in wanted:
        collection, _, code = subject.partition("/")
        if collection in COLLECTIONS:
            codes[collection].append(code)
    if hold:
        for collection in (name for name in dict.fromkeys((*COLLECTION_OF.values(), *COLLECTIONS)) if name in codes):
            rows = named_records(session, company_id, collection, codes[collection])
            session.lock(RECORD_TABLES[collection].table, [row["id"] for row in rows.values()])
        if not OF_THE_COMPANY.isdisjoint(wanted):
            companies.lock(session, [company_id])
    found = _own_values(session, company_id, wanted)
    for collection, named in codes.items():
        for code, row in named_records(session, company_id, collection, named).items():
            subject = f"{collection}/{code}"
            found[subject] = _fields(collection, row, wanted[subject])
    plain: dict[str, dict[str, Any]] = json.loads(json.dumps(found, default=str))
    return plain


def _own_values(session: Session, company_id: int, wanted: Wanted) -> dict[str, dict[str, Any]]:
    """The company's own settings, fields and order of price steps, where they are wanted."""
    found = {}
    names = wanted.get(SETTINGS)
    if names:
        own = companies.own_settings(session, company_id, names)
        found[SETTINGS] = {name: own.get(name) for name in names}
    columns = {name for name in wanted.get(COMPANY) or () if name in CompanySchema().fields}
    if columns:
        found[COMPANY] = companies.fields(session, company_id, columns)
    if HIERARCHIES in wanted:
        found[HIERARCHIES] = companies.fields(session, company_id, [HIERARCHIES])
    return found


def _fields(collection: str, row: Mapping[str, Any], names: Collection[str] | None) -> dict[str, Any]:
    if collection in _BY_VERSION:
        return {"version": row["version"]}
    compared = set(row) - _NOT_COMPARED if names is None else set(row).intersection(names)
    return shown(collection, {name: row[name] for name in compared})


class Made(NamedTuple):
    """The values of a draft: those that it replaced when it was made, and its own."""

    before: Mapping[str, Mapping[str, Any]]
    after: Mapping[str, Mapping[str, Any]]


def moved(made: Made, now: Values) -> list[MovedField]:
    """The fields whose values now are neither what they were nor what the draft makes them; of a record that was not
    there, its code."""
    found: list[MovedField] = []
    for subject, values in sorted(now.items()):
        was, yours = made.before.get(subject), made.after.get(subject, {})
        if was is None and values != yours:
            code = subject.partition("/")[2]
            found.append({"subject": subject, "field": NEW, "was": None, "theirs": code, "yours": code})
        elif was is not None:
            found += [
                {"subject": subject, "field": name, "was": was.get(name), "theirs": value, "yours": yours.get(name)}
                for name, value in sorted(values.items())
                if value not in (was.get(name), yours.get(name))
            ]
    return found


def with_conflicts(session: Session, company_id: int, company: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of drafts, each with the number of prices that it would have moved, and with the fields that were
    changed since it was made while it is open."""
    numbers = [row["draft"] for row in rows]
    made = {entry.subject: entry for entry in audit_trail.entries(session, company_id, MADE, numbers)}
    wanted = {
        row["draft"]: wanted_by(company, row["changes"])
        for row in rows
        if row["state"] == OPEN and row["draft"] in made
    }
    now = present(session, company_id, _together(wanted.values()))
    conflicts = {
        number: moved(_made(made[number]), {one: _only(now[one], fields[one]) for one in fields if one in now})
        for number, fields in wanted.items()
    }
    counts = {number: _values(_values(entry.after).get(PRICES)).get("moved") for number, entry in made.items()}
    return [{**row, "moved": counts.get(row["draft"]), "conflicts": conflicts.get(row["draft"], [])} for row in rows]


def _together(several: Iterable[Wanted]) -> Wanted:
    found: Wanted = {}
    for fields in several:
        for subject, names in fields.items():
            _add(found, subject, names)
    return found


def _add(wanted: Wanted, subject: str, names: set[str] | None) -> None:
    known = wanted.get(subject, set())
    wanted[subject] = None if names is None or known is None else known | names


def _only(values: Mapping[str, Any], names: Collection[str] | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if names is None or name in names or name == "version"}


def _values(stored: Any) -> Mapping[str, Any]:
    return stored if isinstance(stored, Mapping) else {}


def _made(entry: AuditRow) -> Made:
    return Made(_values(entry.before), _values(entry.after))


def require_unmoved(
    session: Session,
    company_id: int,
    company: str,
    draft: Mapping[str, Any],
    expected: Mapping[str, Any] | None = None,
) -> None:
    """Lock what a draft changes, and raise `Conflict` with the `fields` that were changed since it was made and that
    are not as `expected`. A draft from before its values were stored has none to compare."""
    made = audit_trail.entries(session, company_id, MADE, [draft["number"]])
    wanted = wanted_by(company, draft["changes"])
    known = _expected(expected, wanted)
    now = present(session, company_id, wanted, hold=True)
    if not made:
        return
    before, after = _made(made[0])
    seen = {subject: {**before.get(subject, now.get(subject, {})), **values} for subject, values in known.items()}
    found = moved(Made({**before, **seen}, after), now)
    if not found:
        return
    fields = [_with_author(session, company_id, company, one) for one in found]
    names = [f"{one['subject']}.{one['field']}" for one in found]
    raise Conflict("{names} changed since draft {draft} was made.", names=names, draft=draft["number"], fields=fields)


def _expected(expected: Mapping[str, Any] | None, wanted: Wanted) -> Values:
    """The expected values in the form in which values are compared. Raises `Invalid` with every fault."""
    found, faults = {}, []
    for subject, values in (expected or {}).items():
        if subject not in wanted:
            faults.append(record_fault(f"expected.{subject}", "is not changed by the draft"))
        elif not isinstance(values, Mapping):
            faults.append(record_fault(f"expected.{subject}", "not a mapping of fields to values"))
        else:
            found[subject], more = _read(subject, values)
            faults += [record_fault(f"expected.{subject}.{each['path']}", each["message"]) for each in more]
    refuse(faults, "The change is not valid: {first}")
    plain: Values = json.loads(json.dumps(found, default=str))
    return plain


def _read(subject: str, values: Mapping[str, Any]) -> Any:
    collection, _, code = subject.partition("/")
    if subject == SETTINGS:
        return read_own(values)
    if subject == COMPANY:
        return read(CompanySchema(partial=True), values)
    if collection not in COLLECTIONS or collection in _BY_VERSION:
        return values, []
    others = {name: value for name, value in values.items() if name != NEW}
    loaded, faults = read_change(collection, others, code)
    same = {NEW: values[NEW]} if NEW in values else {}
    return {**shown(collection, loaded or {}), **same}, faults


def _with_author(session: Session, company_id: int, company: str, one: MovedField) -> dict[str, Any]:
    subject = one["subject"]
    name, actions = (company, ["hierarchies.changed"]) if subject == HIERARCHIES else audited(company, subject)
    who = Subject(subject, company_id, name, actions)
    anything = one["field"] in (HIERARCHIES, "seasons", "version")
    known = difference(session, who, one["field"], one["was"], one["theirs"], anything=anything)
    return {"subject": subject, **known, "yours": one["yours"]}
