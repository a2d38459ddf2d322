"""Use cases: air waybills, their numbers, the orders that share them, their arrival dates and real costs (domain
sections 5 and 6)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.field_types import STAFF
from k2k_core.domain.answers.fulfilment import Awb, TypedCosts
from k2k_core.domain.disclosure import reader_of
from k2k_core.domain.orders import awb_id, awb_row_id
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.domain.roles import PRICES, PURCHASING, READING
from k2k_core.errors import Ambiguous, Invalid, NotAllowed, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import Precondition, ServiceContext
from k2k_core.services.documents.landed_costs import report_of_awb
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_awb
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.fulfilment.awbs import AwbCostRow, AwbRow, record_costs
from k2k_core.store.orders.rows import DocumentRow, columns_of

LONGEST_NUMBER = 40
COSTS = ("freight", "handling")
_BUYER_PART = 20


def read_number(typed: object) -> str:
    """A reference number as entered, or None. Raises `Invalid` for one that looks like the id of an AWB."""
    number = "" if typed is None else parsing.argument("reference_number", parsing.text, typed, LONGEST_NUMBER)
    if awb_row_id(number) is not None:
        refused = Invalid("{number} looks like the id of an AWB: a reference number is another.", number=number)
        raise refused.at("reference_number")
    return number


def derived_number(vendor: CompanySnapshot, buyer: CompanySnapshot, order: DocumentRow) -> str:
    """The number of an AWB without a reference: the same for the same vendor, buyer, vendor ship date and ship via.

    It is printed on labels, so it names only the buyer: the vendor and the ship via are encoded at its end.
    """
    day: dt.date | None = order["vendor_ship_date"] or order["ship_date"]
    date = f"{day:%y%m%d}" if day else "000000"
    what = "|".join((vendor.code, buyer.code, date, order["ship_via"]))
    letters = base64.b32encode(hashlib.sha256(what.encode()).digest()).decode()[:6]
    return f"{date}-{buyer.code[:_BUYER_PART]}-{letters}"


class CompanyAwbs:
    """The AWBs of one company by number, or by id, and by the other company."""

    def __init__(self, context: ServiceContext, session: Session, company: CompanySnapshot) -> None:
        self._context, self._session, self._company = context, session, company

    def named(self, name: str, partner: str | None = None, side: str = "both") -> list[AwbRow]:
        """Every AWB with this name that the company sends (`side` vendor), receives (buyer), or either. Raises
        `NotFound`."""
        rows = awbs.sent_or_got(self._session, self._company.id, name, side)
        if partner is not None:
            rows = [row for row in rows if self.partner_of(row) == partner]
        if not rows:
            raise _unknown(name, partner)
        return rows

    def one(self, name: str, partner: str | None = None, side: str = "both") -> AwbRow:
        """The only AWB with this name. Raises `Ambiguous` with the other companies if there are several."""
        rows = self.named(name, partner, side)
        if len(rows) > 1:
            partners = sorted({self.partner_of(row) for row in rows})
            raise Ambiguous(
                "{count} AWBs have the number {awb}: name the partner, or the id of one.",
                count=len(rows),
                awb=name,
                partners=partners,
                ids=[awb_id(row["id"]) for row in rows],
            )
        return rows[0]

    def partner_of(self, row: AwbRow) -> str:
        """The code of the other company; of the company's own supply its own code."""
        mine = row["buyer_id"] == self._company.id
        other = row["vendor_id"] if mine else row["buyer_id"]
        if other is None:
            return self._company.code
        return self._context.snapshots.by_id(self._session, [other])[other].code


def _unknown(name: str, partner: str | None) -> NotFound:
    if partner is None:
        return NotFound("There is no AWB {awb}.", awb=name)
    return NotFound("There is no AWB {awb} with {partner}.", awb=name, partner=partner)


def named(context: ServiceContext, company: str, awb: str, partner: str | None = None) -> list[Awb]:
    """Every AWB of a company with this number or id, with the partner if one is given. Raises `NotFound`."""
    context.actor.require(READING, company)
    number = str(awb)
    _open_own_supply(context, company, number)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        rows = CompanyAwbs(context, session, snapshot).named(number, partner)
        return [answer(context, session, snapshot, row) for row in rows]


def _only(context: ServiceContext, company: str, number: str, partner: str | None) -> Awb:
    """The only AWB with a number."""
    _open_own_supply(context, company, number)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        return answer(context, session, snapshot, CompanyAwbs(context, session, snapshot).one(number, partner))


def _open_own_supply(context: ServiceContext, company: str, number: str) -> None:
    """The AWB of a company's own supply gets its id the first time that it is used; after that, and for every other
    AWB, this only reads."""
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        missing = awbs.lacks_own_supply(session, company_id, number)
    if missing:
        context.store.transact(partial(_opened_own_supply, company_id=company_id, number=number))


def _opened_own_supply(session: Session, company_id: int, number: str) -> None:
    session.show(company_id)
    awbs.open_own_supply(session, company_id, number)


@dataclass(frozen=True, slots=True)
class AwbChange:
    """What is entered about an AWB: None or blank removes a value, `UNCHANGED` leaves it."""

    arrival_date: Any = UNCHANGED
    freight: Any = UNCHANGED
    handling: Any = UNCHANGED


def change(
    context: ServiceContext,
    company: str,
    awb: str,
    typed: AwbChange,
    partner: str | None = None,
    key: str | None = None,
) -> Awb:
    """Record the arrival date or the real costs of an AWB; returns the AWB. Accepts a number of the company's own
    supply too.

    Raises `Ambiguous` if the number has several AWBs: then give `partner`, or an id. Without changes it only reads. A
    real amount replaces the estimate, 0 included; blank or None removes it. Costs are for the buyer only: every box
    that is not billed has them from now on, a billed one keeps the costs that it was billed with (`landed_costs`).
    """
    changes = _read(typed)
    costs = {name: changes[name] for name in COSTS if name in changes}
    if not changes and key is None:
        context.actor.require(READING, company)
        return _only(context, company, str(awb), partner)
    context.actor.require(PRICES if costs else PURCHASING, company)
    shown = _shown(changes)

    def work(session: Session) -> Awb:
        snapshot = context.snapshots.get(session, company)
        awbs.open_own_supply(session, snapshot.id, str(awb))
        row = CompanyAwbs(context, session, snapshot).one(str(awb), partner)
        if costs and row["buyer_id"] != snapshot.id:
            raise NotAllowed("The costs of an AWB are its buyer's: only the buyer types them.")
        if changes:
            record_costs(session, row, changes)
            before = _shown(columns_of(row, changes))
            audit(session, context.actor, snapshot.id, "awb", row["number"], Change(before, shown))
            if costs:
                awbs.note_costs(session, {**row, **costs}, context.actor.email)
            told = {"awb": row["number"], "fields": sorted(changes)}
            emit(session, "awb.changed", told, [row["buyer_id"]], of_awb(row["id"]))
            of_vendor = told | {"fields": sorted(changes.keys() - costs.keys())}
            emit(session, "awb.changed", of_vendor, [row["vendor_id"]], of_awb(row["id"]))
        return answer(context, session, snapshot, awbs.by_id(session, row["id"]))

    request = {"awb": str(awb), **({} if partner is None else {"partner": partner}), **shown}
    return IdempotentCommand(context, company, "awb", key, request).transact(work)


def at_version(
    context: ServiceContext, company: str, awb: str, partner: str | None, version: int | None
) -> ServiceContext:
    """The context for a command on an AWB that requires the version that the caller has read; raises `VersionMismatch`
    in its transaction."""
    asked = parsing.version(version)
    if asked is None:
        return context

    def require(session: Session) -> None:
        snapshot = context.snapshots.get(session, company)
        awbs.open_own_supply(session, snapshot.id, str(awb))
        row = awbs.held(session, CompanyAwbs(context, session, snapshot).one(str(awb), partner)["id"])
        require_version(f"awbs/{awb}", row["version"], asked)

    return replace(context, precondition=Precondition(require, {"version": asked}))


def answer(context: ServiceContext, session: Session, snapshot: CompanySnapshot, row: AwbRow) -> Awb:
    """An AWB as one of its companies sees it; its costs, and the landed costs of its lines, are for those people of the
    buyer only who may see costs (domain section 7)."""
    ids = [company for company in (row["vendor_id"], row["buyer_id"]) if company is not None]
    companies = {one: found.company for one, found in context.snapshots.by_id(session, ids).items()}
    vendor, buyer = companies.get(row["vendor_id"]), companies[row["buyer_id"]]
    mine = row["buyer_id"] == snapshot.id and reader_of(context.actor) == STAFF
    report = report_of_awb(session, snapshot, row) if mine else None
    return {
        "id": awb_id(row["id"]),
        "number": row["number"],
        "version": row["version"],
        "vendor": None if vendor is None else vendor.code,
        "vendor_name": None if vendor is None else vendor.name,
        "buyer": buyer.code,
        "buyer_name": buyer.name,
        "ship_date": _text(row["ship_date"]),
        "ship_via": row["ship_via"],
        "arrival_date": _text(row["arrival_date"]),
        "freight": _cost(row["freight"]) if mine else None,
        "handling": _cost(row["handling"]) if mine else None,
        "shipped": row["shipped_at"] is not None,
        "shipped_at": _text(row["shipped_at"]),
        "orders": awbs.orders_on(session, snapshot.id, row["id"]),
        "box_codes": boxes.codes_on_awb(session, row["id"]),
        "costs_typed": None if report is None else _costs_typed(report.typed),
        "landed_costs": None if report is None else report.lines,
        "in_stock": None if report is None else report.in_stock,
    }


def _costs_typed(typed: Sequence[AwbCostRow]) -> list[TypedCosts]:
    """Who entered which real costs when."""
    return [
        {
            "freight": _cost(one["freight"]),
            "handling": _cost(one["handling"]),
            "by": one["person"],
            "at": moment_text(one["at"]),
        }
        for one in typed
    ]


def _read(typed: AwbChange) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    costs = (("freight", typed.freight, parsing.amount), ("handling", typed.handling, parsing.amount))
    for name, value, read in (("arrival_date", typed.arrival_date, parsing.counted_day), *costs):
        if value is not UNCHANGED:
            blank = value is None or (isinstance(value, str) and not value.strip())
            try:
                changes[name] = None if blank else read(value)
            except Invalid as error:
                fault = {"path": name, "message": error.message}
                raise Invalid("{path}: {problem}", path=name, problem=error.message, faults=[fault]) from None
    return changes


def _shown(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: _cost(value) if name in COSTS else _text(value) for name, value in changes.items()}


def _text(value: Any) -> Any:
    return parsing.iso_text(value) if isinstance(value, dt.date) else value


def _cost(amount: int | None) -> str | None:
    return None if amount is None else parsing.number_text(amount)
