"""Air waybills: their numbers, who shares them, and what is typed about them later (domain sections 5 and 6)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.answers.fulfilment import Awb, LineLandedCost, TypedCosts
from k2k_core.domain.roles import PRICES, PURCHASING
from k2k_core.domain.wire import UNCHANGED
from k2k_core.errors import Invalid, NotAllowed, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.landed_costs import landed_cost_report
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.fulfilment import landed_costs as landing
from k2k_core.store.fulfilment.awbs import record_costs
from k2k_core.store.orders.documents import Row

LONGEST_NUMBER = 40
COSTS = ("freight", "handling")
_BUYER_PART = 20


def read_number(typed: object) -> str:
    """A reference number as it was typed, or nothing."""
    return "" if typed is None else wire.text(typed, LONGEST_NUMBER)


def derived_number(vendor: CompanySnapshot, buyer: CompanySnapshot, order: Row) -> str:
    """The number of an AWB without a reference: the same for the same vendor, buyer, vendor ship date and ship via.

    It stands on labels, so it names nobody but the buyer: the vendor and the way are in the letters at its end.
    """
    day: dt.date | None = order["vendor_ship_date"] or order["ship_date"]
    date = f"{day:%y%m%d}" if day else "000000"
    what = "|".join((vendor.code, buyer.code, date, order["ship_via"]))
    letters = base64.b32encode(hashlib.sha256(what.encode()).digest()).decode()[:6]
    return f"{date}-{buyer.code[:_BUYER_PART]}-{letters}"


def of_company(session: Session, company_id: int, number: str, side: str = "both") -> list[Row]:
    """Every AWB of that number that a company sends (`side` vendor), gets (buyer), or either; `NotFound`."""
    found = awbs.sent_or_got(session, company_id, number, side)
    if not found:
        raise NotFound(f"There is no AWB {number}.", awb=number)
    return found


@dataclass(frozen=True, slots=True)
class AwbChange:
    """What is typed about an AWB, as it came: None or blank takes a value back, `UNCHANGED` leaves it."""

    arrival_date: Any = UNCHANGED
    freight: Any = UNCHANGED
    handling: Any = UNCHANGED


def change(context: ServiceContext, company: str, awb: str, typed: AwbChange, key: str | None = None) -> Awb:
    """Type what is known of an AWB by now; answers the AWB. Works on the number of a company's own supply too.

    A real amount replaces the estimate, 0 included; blank or None takes it back. Costs are the buyer's alone: every box
    that is not billed costs by them from now on, a billed one keeps what it was billed with (`landed_costs`).
    """
    changes = _read(typed)
    costs = {name: changes[name] for name in COSTS if name in changes}
    context.actor.require(PRICES if costs else PURCHASING, company)
    shown = _shown(changes)

    def work(session: Session) -> Awb:
        snapshot = context.snapshots.get(session, company)
        rows = awbs.own_supply(session, snapshot.id, str(awb)) or of_company(session, snapshot.id, str(awb))
        if costs and any(row["buyer_id"] != snapshot.id for row in rows):
            raise NotAllowed("The costs of an AWB are its buyer's: only the buyer types them.")
        if changes:
            record_costs(session, rows, changes)
            before = _shown({name: rows[0][name] for name in changes})
            audit(session, context.actor, snapshot.id, "awb", str(awb), Change(before, shown))
            if costs:
                awbs.note_costs(session, snapshot.id, str(awb), {**rows[0], **costs}, context.actor.email)
            told = {row["buyer_id"] for row in rows} | {row["vendor_id"] for row in rows if not costs}
            emit(session, "awb.changed", {"awb": str(awb), "fields": sorted(changes)}, sorted(told - {None}))
        return answer(context, session, snapshot, {**rows[0], **changes})

    return IdempotentCommand(context, company, "awb", key, {"awb": str(awb), **shown}).transact(work)


def answer(context: ServiceContext, session: Session, snapshot: CompanySnapshot, row: Row) -> Awb:
    """An AWB as one of its companies sees it; its costs, and what they make of the lines, are for the buyer alone."""
    ids = [company for company in (row["vendor_id"], row["buyer_id"]) if company is not None]
    names = {company_id: found.code for company_id, found in context.snapshots.by_id(session, ids).items()}
    mine = row["buyer_id"] == snapshot.id
    return {
        "number": row["number"],
        "vendor": names.get(row["vendor_id"]),
        "buyer": names[row["buyer_id"]],
        "ship_date": _text(row["ship_date"]),
        "ship_via": row["ship_via"],
        "arrival_date": _text(row["arrival_date"]),
        "freight": _cost(row["freight"]) if mine else None,
        "handling": _cost(row["handling"]) if mine else None,
        "shipped": row["shipped_at"] is not None,
        "shipped_at": _text(row["shipped_at"]),
        "orders": awbs.orders_on(session, snapshot.id, row["id"]),
        "box_codes": boxes.codes_on_awb(session, row["id"]),
        "costs_typed": _costs_typed(session, snapshot, row["number"]) if mine else None,
        "landed_costs": _landed_costs(session, snapshot, row["number"]) if mine else None,
    }


def _costs_typed(session: Session, company: CompanySnapshot, number: str) -> list[TypedCosts]:
    """Who typed which real costs when, oldest first."""
    return [
        {
            "freight": _cost(one["freight"]),
            "handling": _cost(one["handling"]),
            "by": one["person"],
            "at": one["at"].isoformat(),
        }
        for one in awbs.costs_typed(session, company.id, [number]).get(number, ())
    ]


def _landed_costs(session: Session, company: CompanySnapshot, number: str) -> list[LineLandedCost]:
    """What the boxes of each line on the AWB cost by now, and the billed ones when they were billed."""
    lines = landing.lines_on(session, company.id, number)
    told = landed_cost_report(session, company, lines)
    return [{**one, "line": str(line["id"])} for line in lines for one in told.get(line["id"], ())]


def _read(typed: AwbChange) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    costs = (("freight", typed.freight, wire.amount), ("handling", typed.handling, wire.amount))
    for name, value, read in (("arrival_date", typed.arrival_date, wire.counted_day), *costs):
        if value is not UNCHANGED:
            blank = value is None or (isinstance(value, str) and not value.strip())
            try:
                changes[name] = None if blank else read(value)
            except Invalid as error:
                fault = {"path": name, "message": error.message}
                raise Invalid(f"{name}: {error.message}", faults=[fault]) from None
    return changes


def _shown(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: _cost(value) if name in COSTS else _text(value) for name, value in changes.items()}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _cost(amount: int | None) -> str | None:
    return None if amount is None else wire.number_text(amount)
