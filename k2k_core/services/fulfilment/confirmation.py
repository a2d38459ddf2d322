"""Use case: the vendor confirms a sales order (domain section 5).

Lines that are not checked out are dropped only on request. The others get their boxes, first in, first out, and an air
waybill; from then on they are in the buyer's staging area, and the order is the vendor's invoice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from k2k_core.domain.answers.fulfilment import Confirmation, DroppedLine
from k2k_core.domain.orders import (
    CHECKED_OUT,
    CONFIRMED,
    DROPPED,
    IN_CART,
    PENDING,
    SALES_ORDER,
    SHIPPED,
    STAGED,
    awb_id,
)
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Conflict, PendingLines
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, invoices
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.fulfilment import air_waybills
from k2k_core.services.fulfilment.confirmation_event import emit_confirmed
from k2k_core.services.fulfilment.line_notifications import notify_dropped
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.moved_lots import moved_lots
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.orders import documents, procurement
from k2k_core.store.orders.documents import get, update_status
from k2k_core.store.orders.order_ends import has_ended
from k2k_core.store.orders.rows import DocumentRow, LineRow


@dataclass(frozen=True, slots=True)
class ConfirmationRequest:
    """How a sales order is confirmed: without the lines that are not checked out (`drop_pending`), with a reference
    number for its AWB, and late, so that it leaves today."""

    sales_order: str
    drop_pending: bool = False
    reference_number: str | None = None
    late: bool = False


def confirm(context: ServiceContext, vendor: str, request: ConfirmationRequest, key: str | None = None) -> Confirmation:
    """Confirm an order: `{awb, box_codes[], dropped[{line, lot, boxes}]}`. An overdue one is confirmed `late`: it
    leaves today.

    Raises `PendingLines` with the lines that are not checked out, unless `drop_pending`; `Conflict` when the order was
    confirmed or voided before or has ended, when its vendor ship date is past and it is not confirmed late, and when a
    lot arrives after it (`arrives_later`).
    """
    context.actor.require(CONFIRMING, vendor)
    number, late = str(request.sales_order), bool(request.late)
    reference = air_waybills.read_number(request.reference_number)
    asked = {"sales_order": number, "drop_pending": bool(request.drop_pending), "reference_number": reference}
    asked |= {"late": True} if late else {}

    def work(session: Session) -> Confirmation:
        company = context.snapshots.get(session, vendor)
        return _Confirmation(context, session, company, number, late).run(bool(request.drop_pending), reference)

    return IdempotentCommand(context, vendor, "confirm", key, asked).transact(work)


class _Confirmation:
    """One order while it is confirmed, in one unit of work."""

    def __init__(
        self, context: ServiceContext, session: Session, vendor: CompanySnapshot, number: str, late: bool
    ) -> None:
        self.context, self.session, self.vendor, self.late = context, session, vendor, late
        self.today = vendor.company.today(session.now)
        found = documents.find(session, vendor.id, number, SALES_ORDER)
        documents.hold_order(session, found)
        self.order = get(session, found["id"])
        self.lines = documents.lines_of(session, self.order)
        self.codes = documents.lot_codes(session, self.lines)

    def run(self, drop_pending: bool, reference: str) -> Confirmation:
        """Drop lines if requested, confirm the others, notify both companies."""
        self._require_open()
        self._hold()
        pending = [line for line in self.lines if documents.is_pending(line, self.session)]
        ready = [line for line in self.lines if line["state"] == CHECKED_OUT and not has_ended(line, self.session.now)]
        if not ready and not pending:
            raise self._nothing_left()
        if ready:
            self._require_leaving(ready)
        if pending and not drop_pending:
            raise self._pending_lines(pending)
        self._drop(pending)
        awb, its_id, codes = self._stage(ready, pending, reference) if ready else (None, None, [])
        update_status(self.session, [*ready, *pending])
        notify_dropped(self.context, self.session, self.order, pending)
        return {
            "awb": awb,
            "awb_id": its_id,
            "box_codes": codes,
            "dropped": [self._shown(line) for line in pending],
            "moved": moved_lots(self.session, self.vendor.code),
        }

    def _require_open(self) -> None:
        number, status = self.order["number"], self.order["status"]
        if status in (CONFIRMED, SHIPPED):
            raise Conflict("{order} is confirmed already.", order=number, status=status)
        if status != PENDING:
            raise Conflict("{order} is {status:words}: there is nothing left to confirm.", order=number, status=status)

    def _hold(self) -> None:
        """Lock the lots and lines, and read the lines again: another command may have changed them."""
        lots, lines = documents.ids_in(self.lines, "lot_id"), [line["id"] for line in self.lines]
        documents.hold(self.session, lots=lots, lines=lines)
        self.lines = documents.lines_of(self.session, self.order)

    @property
    def _leaves(self) -> dt.date:
        """The day on which the boxes leave: the vendor ship date, or today if that is past and the confirmation is
        late."""
        return self.today if self._is_late else self._planned

    @property
    def _planned(self) -> dt.date:
        return self.order["vendor_ship_date"] or self.order["ship_date"] or self.today

    @property
    def _is_late(self) -> bool:
        """Whether it leaves today because its vendor ship date is past. An order that is not overdue leaves on its date
        in any case."""
        return self.late and self._planned < self.today

    def _require_leaving(self, ready: list[LineRow]) -> None:
        """The conditions for lines that were checked out: the vendor ship date is not past, and the boxes are there by
        then."""
        number, leaves = self.order["number"], self._leaves
        if leaves < self.today:
            raise Conflict(
                "{order} should have left on {vendor_ship_date}: confirm it late, and it leaves today.",
                order=number,
                overdue=True,
                vendor_ship_date=leaves.isoformat(),
            )
        arrivals = documents.arrival_dates(self.session, ready)
        later = [line for line in ready if arrivals[line["lot_id"]] > leaves]
        if later:
            lots = sorted({self.codes[line["lot_id"]] for line in later})
            raise Conflict(
                "{arrives_later} arrive(s) after {order} leaves on {leaves}.",
                order=number,
                leaves=leaves,
                arrives_later=lots,
            )

    def _nothing_left(self) -> Conflict:
        ended = any(has_ended(line, self.session.now) for line in self.lines)
        if ended:
            return Conflict(
                "{order} has no line that could be confirmed: its time was over before somebody checked it out,"
                " approved or confirmed it.",
                order=self.order["number"],
            )
        return Conflict("{order} has no line that could be confirmed.", order=self.order["number"])

    def _pending_lines(self, pending: list[LineRow]) -> PendingLines:
        return PendingLines(
            "{count} line(s) of {order} are not checked out.",
            count=len(pending),
            order=self.order["number"],
            lines=[self._shown(line) for line in pending],
        )

    def _shown(self, line: LineRow) -> DroppedLine:
        return {"line": str(line["id"]), "lot": self.codes[line["lot_id"]], "boxes": line["boxes"]}

    def _drop(self, pending: list[LineRow]) -> None:
        documents.move_lines(self.session, pending, IN_CART, state=DROPPED, reason="not checked out")
        for line in sorted(pending, key=lambda line: int(line["lot_id"])):
            stock_ledger.give_back(self.session, self.vendor.id, line["lot_id"], line["boxes"], "dropped", line["id"])
        tell_watchers(self.session, documents.ids_in(pending, *documents.LINE_COLUMN.values()))

    def _stage(self, ready: list[LineRow], pending: list[LineRow], reference: str) -> tuple[str, str, list[str]]:
        session, buyer_id = self.session, self.order["buyer_id"]
        buyer = self.context.snapshots.by_id(session, [buyer_id])[buyer_id]
        order: DocumentRow = {**self.order, "vendor_ship_date": self._leaves} if self._is_late else self.order
        number = reference or order["reference_number"] or air_waybills.derived_number(self.vendor, buyer, order)
        row_id = awbs.joined(session, self.vendor.id, buyer.id, number, self._leaves, order["ship_via"])
        if self._is_late:
            awbs.leaves_on(session, row_id, self._leaves)
            orders = documents.ids_in(self.lines, "purchase_order_id", "sales_order_id")
            documents.leave_on(session, orders, self._leaves)
        documents.move_lines(session, ready, CHECKED_OUT, state=STAGED, awb_id=row_id)
        changes = {"awb_id": row_id, "reference_number": reference or order["reference_number"]}
        documents.move_document(session, order["id"], PENDING, CONFIRMED, **changes)
        given = boxes.allocate(session, ready)
        codes = [code for line in ready for code in given.get(line["id"], ())]
        data = {"vendor": self.vendor.code, "buyer": buyer.code, "awb": number, "boxes": len(codes)}
        emit_confirmed(session, order, data, ready, pending, given)
        audit(
            session, self.context.actor, self.vendor.id, "confirm", order["number"], Change(order["status"], CONFIRMED)
        )
        procurement.confirmed(session, order["id"])
        charge_terms.freeze(self.context, session, [order["id"]])
        invoices.issue_for_order(session, self.vendor, buyer, get(session, order["id"]))
        return number, awb_id(row_id), codes
