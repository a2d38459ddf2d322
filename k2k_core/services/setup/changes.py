"""Use case: changes of settings, and of fields of customers, vendors, locations, lots, products, box types,
categories and carriers (the verb `set`).

Only what is named changes. Each setting and field needs the role of its action, invalid values are refused with every
fault, and the old and new values are audited with the person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.setup import Changed
from k2k_core.domain.missing_records import missing
from k2k_core.domain.roles import COMPANY_SETUP, CUSTOMER_TYPE, PEOPLE, PRICES, PURCHASING, READING, STOCK
from k2k_core.errors import Fault, Invalid
from k2k_core.schemas.crosschecks import company_faults
from k2k_core.schemas.network import COLLECTIONS, CompanySchema, read_change, shown
from k2k_core.schemas.record import read, record_fault, refuse
from k2k_core.services.change_guards import Guard, Subject
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit_offers_changed, emit_setup_changed
from k2k_core.services.pricing.price_checks import affects_prices
from k2k_core.services.setup import consistency
from k2k_core.services.setup.checked_writes import AS_USUAL, Checks, WriteOptions, written
from k2k_core.services.setup.hidden_vendor_names import checking_names, with_names
from k2k_core.services.setup.ship_via_choices import ship_via_faults
from k2k_core.services.setup.typed_prices import checking_typed, priced_lots
from k2k_core.settings.catalogue import BY_NAME, read_own
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import lot_records
from k2k_core.store.inventory.stock_ledger import movement_of
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.records import RECORD_TABLES, Records, Values, hold_named

Work = Callable[[Session], Changed]
"""The work of a change inside a transaction; it returns what was changed."""

COLLECTION_OF: Mapping[str, str] = {
    "customer": "customers",
    "vendor": "vendors",
    "location": "locations",
    "lot": "lots",
    "product": "products",
    "box_type": "box_types",
    "category": "categories",
    "carrier": "carriers",
}
"""The kinds of records that can be changed, with their collections."""

_PRICES = (
    *("landed_cost_as_price", "ecommerce_markup", "price_b_markup", "sell_fast_markup", "price_lists", "k2k_gpm"),
    *("show_fob_price", "charge_fuel_surcharge", "outbound_cube_rate", "additional_charges", "exchange_rate"),
    *("unit_cost", "web_price", "price_a", "price_b", "price_b_manual", "unit_price", "va_price"),
    *("purchase_order_price", "last_price"),
)
ADDRESSES = ("send_invoice_to", "send_checkout_notification_to")
"""Fields of a customer that are notification addresses."""

FIELD_ACTIONS: Mapping[str, str] = {
    **dict.fromkeys(_PRICES, PRICES),
    **dict.fromkeys(ADDRESSES, PEOPLE),
    "arrival_date": PURCHASING,
    "type": CUSTOMER_TYPE,
}
"""Field → the action that changing it needs."""

OTHER_FIELDS: Mapping[str, str] = {"lots": STOCK, "products": PURCHASING}
"""Collection → the action that the change of any other field is; else it is part of the company's set-up."""

FIXED: Mapping[str, tuple[str, ...]] = {"lots": ("inventory_type", "box_codes")}
"""Fields, beside the code, that a change cannot touch."""


GUARDS = ("version", "expected")
"""Guards of a change (`change_guards`)."""

LATER_KINDS = ("product", "box_type", "category", "carrier")
"""Kinds of records that `change` did not know when the first idempotency keys were stored."""


@dataclass(frozen=True)
class ChangeRequest:
    """A change: `settings`, or `values` of one of the records; values alone are the company's own. `version` is that of
    the record, or of the settings, which the caller has read, `expected` the values of fields."""

    settings: Mapping[str, object] | None = None
    customer: str | None = None
    lot: str | None = None
    vendor: str | None = None
    location: str | None = None
    product: str | None = None
    box_type: str | None = None
    category: str | None = None
    carrier: str | None = None
    values: Mapping[str, object] | None = None
    version: int | None = None
    expected: Mapping[str, object] | None = None

    def as_request(self) -> dict[str, object]:
        """The request for an idempotency key: without `GUARDS` and `LATER_KINDS` that are not given, so that it equals
        that of keys stored before these existed."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None or name not in (*GUARDS, *LATER_KINDS)
        }


def change(
    context: ServiceContext,
    company: str,
    asked: ChangeRequest,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
    operation: str = "set",
) -> Changed:
    """Change settings, or fields of one record (`COLLECTION_OF`); returns what was changed, with its new values.

    Values without a record are the company's own: name, currency, timezone, locale. Null restores the default of a
    setting or field. New findings of the checks after the change are in `findings`. Raises `Invalid` with every fault,
    `NotAllowed` without the role of a field, `InsufficientStock` when a lot would get fewer boxes than are sold.
    """
    context.actor.require(READING, company)
    command = IdempotentCommand(context, company, operation, key, asked.as_request())
    answered: Changed | None = command.replayed()
    if answered is not None:
        return answered
    changes = [vars(asked)]
    work = planned(context, company, **vars(asked))

    def combine(answer: Changed, found: list[SetupFinding]) -> Changed:
        (combined,) = _with_findings([answer], found, options)
        return combined

    checked = checking_typed(context, company, priced_lots(company, changes), checking_names(company, work, changes))
    return written(command, company, checked, with_names(combine), _checks_of(changes), options)


def change_all(
    context: ServiceContext,
    company: str,
    changes: Sequence[Mapping[str, Any]],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> list[Changed]:
    """Several changes in one transaction, each with the arguments of `change`: all of them or none. Each has the
    findings about its place, the last one those about none."""
    context.actor.require(READING, company)
    command = IdempotentCommand(context, company, "set_all", key, {"changes": changes})
    answered: list[Changed] | None = command.replayed()
    if answered is not None:
        return [_replayed(one) for one in answered]
    works = [planned(context, company, **_named(number, each)) for number, each in enumerate(changes)]

    def all_of_them(session: Session) -> list[Changed]:
        hold_records_of(session, company, changes)
        return [work(session) for work in works]

    def combine(answers: list[Changed], found: list[SetupFinding]) -> list[Changed]:
        return _with_findings(answers, found, options)

    named = checking_names(company, all_of_them, changes)
    checked = checking_typed(context, company, priced_lots(company, changes), named)
    return written(command, company, checked, with_names(combine), _checks_of(changes), options)


def _checks_of(changes: Sequence[Mapping[str, Any]]) -> Checks:
    """The checks that some changes can affect: lots affect none."""
    moving = [each for each in changes if each.get("lot") is None]
    names = [set(each["settings"]) if isinstance(each.get("settings"), Mapping) else None for each in moving]
    prices = any(found is None or any(map(affects_prices, found)) for found in names)
    fields = [name for each in moving for name in (each.get("values") or each.get("settings") or ())]
    return Checks(prices, not DATE_FIELDS.isdisjoint(fields))


DATE_FIELDS = frozenset(
    (
        *("min_age", "max_age", "cut_offs", "days_of_service", "ship_via", "company", "transit_days", "timezone"),
        *("max_order_days_in_advance", "ship_days_offset", "freshness_on_ship_date"),
    )
)
"""Settings and fields that ages, days and calendars depend on."""


def _with_findings(answers: Sequence[Changed], found: Sequence[SetupFinding], options: WriteOptions) -> list[Changed]:
    """The answers of changes, with their findings; those of a dry run cannot be undone."""
    combined: list[Changed] = [{**answer, "findings": []} for answer in answers]
    for finding in found:
        places = [number for number, answer in enumerate(answers) if finding["place"].startswith(_place(answer))]
        combined[places[0] if places else -1]["findings"].append(finding)
    for answer in combined if options.dry_run else ():
        answer.pop("audit", None)
        answer.pop("undoable", None)
        answer.pop("movement", None)
        answer["dry_run"] = True
    return combined


def _replayed(stored: Changed) -> Changed:
    """The answer of the first time; those of older versions have `findings` only where there were some."""
    return {**stored, "findings": stored.get("findings", [])}


def _place(answer: Changed) -> str:
    """The place of a change as findings name it."""
    if "settings" in answer:
        return "settings."
    named = [(COLLECTION_OF[kind], code) for kind, code in answer.items() if kind in COLLECTION_OF]
    return "".join(f"{collection}.{code}." for collection, code in named) or "company."


def _named(number: int, each: Mapping[str, Any]) -> Mapping[str, Any]:
    """One change of several; raises `Invalid` for unknown arguments."""
    unknown = set(each) - {*COLLECTION_OF, "settings", "values", *GUARDS}
    if unknown:
        raise Invalid(
            "A change has no {unknown}: it names settings, or what it changes.", unknown=sorted(map(str, unknown))
        ).at(f"changes_[{number}]")
    return each


def hold_records_of(session: Session, company: str, changes: Sequence[Mapping[str, Any]]) -> None:
    """Lock the records that several changes name, before they are changed one after the other: in the common lock
    order, and before their company."""
    for kind, collection in COLLECTION_OF.items():
        codes = {_own_code(company, str(each[kind])) for each in changes if each.get(kind) is not None}
        if codes and len(changes) > 1:
            hold_named(session, company, collection, codes)


def planned(
    context: ServiceContext,
    company: str,
    *,
    settings: object = None,
    values: object = None,
    **named: Any,
) -> Work:
    """A change, parsed and permitted, as the work of a transaction: several can be done in one. Arguments of
    `change`."""
    asked = Asked(parsing.version(named.pop("version", None)), named.pop("expected", None))
    targets = {kind: code for kind, code in named.items() if code is not None}
    if set(targets) - set(COLLECTION_OF):
        known = list(COLLECTION_OF)
        raise Invalid("A change names one of {known}, not {named}.", known=known, named=list(targets)).at("changes")
    odd = [kind for kind, code in targets.items() if not isinstance(code, str)]
    if odd:
        raise Invalid("A {named} is named by its code, a text.", named=odd).at(odd[0])
    if settings is None and not targets and isinstance(values, Mapping) and values:
        return planned_company(context, company, values, asked)
    if len(targets) + (settings is not None) != 1 or (values is None) != (settings is not None):
        *kinds, last = COLLECTION_OF
        raise Invalid("Change either settings, or one {kinds} or {last} with its values.", kinds=kinds, last=last).at(
            "values"
        )
    if settings is not None:
        return _change_settings(context, company, settings, asked)
    ((kind, code),) = targets.items()
    return _change_record(context, company, Target(kind, _own_code(company, str(code))), values, asked)


class Asked(NamedTuple):
    """The guards of a change, as they were given."""

    version: int | None = None
    expected: object = None


class Target(NamedTuple):
    """The record that is changed: its kind, such as `customer`, and its code."""

    kind: str
    code: str


def _change_settings(context: ServiceContext, company: str, settings: object, asked: Asked) -> Work:
    own, faults = read_own(settings)
    expected, more = read_own({} if asked.expected is None else asked.expected)
    faults = [record_fault(f"settings.{each['path']}".rstrip("."), each["message"]) for each in faults]
    refuse(faults + _under("expected", more), "The change is not valid: {first}")
    for action in sorted({BY_NAME[name].action for name in (*own, *expected)}):
        context.actor.require(action, company)
    guard = Guard(asked.version, expected)

    def work(session: Session) -> Changed:
        company_id, _ = companies.found(session, company)
        companies.lock(session, [company_id])
        before = companies.own_settings(session, company_id, {*own, *expected})
        subject = Subject("settings", company_id, company, ("settings.changed",))
        guard.require(session, subject, companies.versions(session, company_id)[1], before)
        companies.write_settings(session, company_id, own)
        old = {name: before.get(name) for name in own}
        audited = audit(session, context.actor, company_id, "settings.changed", company, Change(old, own))
        emit_setup_changed(session, company_id, company)
        if not set(own).isdisjoint(consistency.SETTINGS):
            consistency.refuse_impossible(session, company_id, {("settings", ""): "settings"})
        version = companies.versions(session, company_id)[1]
        return {"settings": own, "version": version, "audit": audited, "undoable": True, "findings": []}

    return work


def _change_record(context: ServiceContext, company: str, target: Target, values: object, asked: Asked) -> Work:
    kind, code = target
    collection = COLLECTION_OF[kind]
    parsed, faults = read_change(collection, values, code)
    expected, more = read_change(collection, {} if asked.expected is None else asked.expected, code)
    faults += _fixed_faults(collection, values)
    if collection == "customers":
        faults += [record_fault("ship_via", each["message"]) for each in ship_via_faults(context, company, [parsed])]
    _require_roles(context, company, collection, {*(parsed or ()), *(expected or ())})
    refuse(_under("expected", more), "The change is not valid: {first}")
    guard = Guard(asked.version, shown(collection, expected))

    def work(session: Session) -> Changed:
        company_id, currency = companies.found(session, company)
        records = Records(session, company_id, currency)
        record_id = records.ids(collection).get(code)
        if record_id is None:
            raise missing(kind, code, company)
        unknown = _reference_faults(records, collection, parsed)
        refuse(_under("values", faults + unknown), "The change is not valid: {first}")
        records.hold(collection, [record_id])
        row = records.present(collection, record_id)
        subject = Subject(f"{collection}/{code}", company_id, code, (f"{kind}.changed",))
        guard.require(session, subject, row["version"], fields_shown(records, collection, row, expected))
        if collection == "lots":
            lot_records.refuse_other_costs(records, record_id, parsed)
        before = fields_shown(records, collection, row, parsed)
        _write(records, collection, record_id, parsed)
        if collection == "customers" and not consistency.CUSTOMER.isdisjoint(parsed):
            consistency.refuse_impossible(session, company_id, {(collection, code): "values"})
        after = shown(collection, parsed)
        audited = audit(session, context.actor, company_id, f"{kind}.changed", code, Change(before, after))
        if collection == "lots":
            emit_offers_changed(session, company_id, company, [code])
        else:
            emit_setup_changed(session, company_id, company)
        version = records.version(collection, record_id)
        moved = movement_of(session, record_id) if collection == "lots" else None
        moves = {} if moved is None else {"movement": moved}
        answer = {kind: code, "values": after, "version": version, "audit": audited, "undoable": True, **moves}
        return cast(Changed, {**answer, "findings": []})

    return work


def _write(records: Records, collection: str, record_id: int, values: Values) -> None:
    columns = records.stored(collection, {name: value for name, value in values.items() if name != "boxes"})
    if collection == "vendors" and not {"currency", "company"}.isdisjoint(columns):
        before = records.present(collection, record_id)
        company = columns.get("company", before["company"])
        columns["currency"] = records.vendor_currency(company, columns.get("currency"), "values.currency")
    if columns.get("last_price") is not None:
        arrival = columns.get("arrival_date") or records.present(collection, record_id)["arrival_date"]
        columns["last_price"] = lot_records.last_price(columns["last_price"], arrival)
    elif collection == "lots" and "last_price" not in columns:
        typed = lot_records.typed_price(records, records.present(collection, record_id), columns)
        columns |= {} if typed is None else {"last_price": typed}
    if collection == "lots":
        columns |= lot_records.costs_in_another_pack(records.present(collection, record_id), columns)
    if columns:
        records.replace(collection, record_id, columns)
    if "boxes" in values:
        lot_records.change_boxes(records, record_id, values["boxes"])


def fields_shown(records: Records, collection: str, row: Values, names: Iterable[str]) -> Values:
    """The named fields of a record as it is stored, as JSON."""
    references = RECORD_TABLES[collection].references
    found: Values = {}
    for name in names:
        if name in references:
            column, target = references[name]
            found[name] = records.codes(target).get(row[column])
        else:
            found[name] = row[name]
    return shown(collection, found)


def columns_shown(records: Records, collection: str, row: Values, columns: Iterable[str]) -> Values:
    """The fields of a record that are stored in some of its columns, as JSON."""
    names = {column: name for name, (column, _) in RECORD_TABLES[collection].references.items()}
    known = COLLECTIONS[collection]._declared_fields
    fields = [names.get(column, column) for column in columns]
    return fields_shown(records, collection, row, [name for name in fields if name in known])


def _require_roles(context: ServiceContext, company: str, collection: str, fields: Iterable[str]) -> None:
    other = OTHER_FIELDS.get(collection, COMPANY_SETUP)
    for action in sorted({FIELD_ACTIONS.get(name, other) for name in fields} or {other}):
        context.actor.require(action, company)


def _fixed_faults(collection: str, values: object) -> list[Fault]:
    fixed = ("code", *FIXED.get(collection, ()))
    given = values if isinstance(values, Mapping) else {}
    return [record_fault(name, "never changes") for name in fixed if name in given]


def _reference_faults(records: Records, collection: str, values: Values) -> list[Fault]:
    prefix = f"{collection}[0]."
    found = company_faults({collection: [values]}, records.known())
    return [record_fault(each["path"].removeprefix(prefix), each["message"]) for each in found]


def _under(path: str, faults: Iterable[Fault]) -> list[Fault]:
    return [record_fault(f"{path}.{each['path']}".rstrip("."), each["message"]) for each in faults]


def _own_code(company: str, code: str) -> str:
    return code.removeprefix(f"{company}/")


FIELDS = ("name", "currency", "timezone", "locale")


def planned_company(context: ServiceContext, company: str, values: Mapping[str, object], asked: Asked) -> Work:
    """The change of a company's own values, as the work of a transaction; returns the new values.

    Raises `Invalid` with every fault, and `NotFound` for an unknown company.
    """
    context.actor.require(COMPANY_SETUP, company)
    loaded, faults = read(CompanySchema(only=FIELDS, partial=True), values)
    if isinstance(values, Mapping) and "code" in values:
        faults = [each for each in faults if each["path"] != "code"] + [record_fault("code", "never changes")]
    if loaded.get("name", company) in ("", None):
        loaded["name"] = company
    expected, more = read(CompanySchema(only=FIELDS, partial=True), asked.expected or {})
    refuse(_under("values", faults) + _under("expected", more), "The change is not valid: {first}")
    guard = Guard(asked.version, expected)

    def work(session: Session) -> Changed:
        company_id, _ = companies.found(session, company)
        companies.lock(session, [company_id])
        subject = Subject("company", company_id, company, ("company.changed",))
        version = companies.versions(session, company_id)[0]
        guard.require(session, subject, version, companies.fields(session, company_id, expected))
        before = companies.change(session, company_id, loaded)
        if "currency" in loaded:
            companies.follow_currency(session, company, loaded["currency"])
        change = Change(before, dict(loaded))
        audited = audit(session, context.actor, company_id, "company.changed", company, change)
        version = companies.versions(session, company_id)[0]
        undo = {"audit": audited, "undoable": True}
        return cast(Changed, {"company": company, "values": dict(loaded), "version": version, **undo, "findings": []})

    return work
