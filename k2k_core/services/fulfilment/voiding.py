"""Use case: the vendor voids an order or deletes a line, typed out and with a reason (domain section 5).

The boxes return to the vendor's stock, the line is cancelled in all its documents at once, and what the buyer's
customer ordered stays visible: a new line of the prebook, in state needed and without a vendor, takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k2k_core.domain import wire
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import CANCELLED, CHECKED_OUT, IN_CART, NEEDED, SALES_ORDER, STAGED
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import ConfirmationRequired, Conflict, Invalid, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view, invoices
from k2k_core.services.fulfilment.line_notifications import notify_voided
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import Row, get, update_status

TYPED = "CONFIRM"
VOIDABLE = (IN_CART, CHECKED_OUT, STAGED, NEEDED)
"""Lines of a vendor's order in these states can be voided; one that is needed waits for its boxes still."""


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """Which order, or which line of one, is voided and why. `confirm` is what a person typed."""

    sales_order: str | None
    line: str | None
    reason: str
    confirm: str


def void(context: ServiceContext, vendor: str, asked: VoidRequest, key: str | None = None) -> Document:
    """Void a whole order, or one line of one; answers the order.

    `ConfirmationRequired` unless `confirm` is CONFIRM; `Conflict` when boxes of it have been received.
    """
    context.actor.require(CONFIRMING, vendor)
    reason = _checked(asked)
    sales_order, line = _as_text(asked.sales_order), _as_text(asked.line)

    def work(session: Session) -> Document:
        company = context.snapshots.get(session, vendor)
        order, lines = _found(session, company.id, sales_order, line)
        _void(context, session, company, order, lines, reason)
        return document_view.answer(context, session, company, get(session, order["id"]))

    request = {"sales_order": sales_order, "line": line, "reason": reason}
    return IdempotentCommand(context, vendor, "void", key, request).transact(work)


def _checked(asked: VoidRequest) -> str:
    if asked.confirm != TYPED:
        raise ConfirmationRequired("A void is typed out: nothing was voided.")
    if (asked.sales_order is None) == (asked.line is None):
        raise Invalid("Name either the sales order or one line of it.")
    why = wire.text(asked.reason)
    if not why:
        raise Invalid("A void needs a reason.", faults=[{"path": "reason", "message": "missing"}])
    return why


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _found(session: Session, vendor_id: int, number: str | None, line: str | None) -> tuple[Row, list[Row]]:
    """The order and the lines to void, locked; every line that still counts for a whole order."""
    if number is None:
        number = _order_of(session, vendor_id, line)
    order = documents.find(session, vendor_id, number, SALES_ORDER)
    documents.hold_order(session, order)
    lines = [one for one in documents.lines_of(session, order) if line is None or str(one["id"]) == line]
    documents.hold(session, lots=documents.ids_in(lines, "lot_id"), lines=[one["id"] for one in lines])
    ids = {one["id"] for one in lines}
    return order, [one for one in documents.lines_of(session, order) if one["id"] in ids]


def _order_of(session: Session, vendor_id: int, line: str | None) -> str:
    found = documents.order_number_of_line(session, vendor_id, wire.line_id(line))
    if found is None:
        raise NotFound(f"There is no line {line}.", line=line)
    return found


def _void(
    context: ServiceContext, session: Session, vendor: CompanySnapshot, order: Row, found: Sequence[Row], reason: str
) -> None:
    lines = [line for line in found if line["state"] not in documents.ENDED]
    _require_voidable(session, order, lines)
    for state in VOIDABLE:
        these = [line for line in lines if line["state"] == state]
        documents.move_lines(session, these, state, state=CANCELLED, reason=reason)
    for line in sorted((line for line in lines if line["lot_id"]), key=lambda line: int(line["lot_id"])):
        stock_ledger.give_back(session, vendor.id, line["lot_id"], line["boxes"], "voided", line["id"])
    boxes.release(session, [line["id"] for line in lines])
    needed = _needed_again(session, lines)
    update_status(session, lines)
    for company in (vendor, context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]):
        invoices.take_back(session, company, lines)
    new_lines = {old: str(new) for old, new in needed.items()}
    notify_voided(context, session, order, lines, reason, new_lines)
    voided = [str(line["id"]) for line in lines]
    audit(session, context.actor, vendor.id, "void", order["number"], Change(voided, {"reason": reason}))


def _needed_again(session: Session, lines: Sequence[Row]) -> dict[int, int]:
    """What the customers of voided lines still want, each in a new line; the new lines by old."""
    wanted = [line for line in lines if line["prebook_id"] is not None and line["boxes"] > line["released"]]
    return {
        line["id"]: documents.add_needed(
            session, line, boxes=line["boxes"] - line["released"], reason=f"voided line {line['id']}"
        )
        for line in wanted
    }


def _require_voidable(session: Session, order: Row, lines: Sequence[Row]) -> None:
    number = order["number"]
    if not lines:
        raise Conflict(f"There is nothing left to void on {number}.")
    arrived = [line["id"] for line in lines if line["state"] not in VOIDABLE]
    staged = [line["id"] for line in lines if line["state"] == STAGED]
    arrived += boxes.lines_with_arrivals(session, staged)
    if arrived:
        named = ", ".join(str(line_id) for line_id in sorted(set(arrived)))
        raise Conflict(f"The buyer has received boxes of {number} already (line {named}): they cannot be voided.")
