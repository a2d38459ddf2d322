"""The answer of a scan: with each outcome what the box is, whose it is, and how far its AWB has come. What was scanned
is logged with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from k2k_core.clock import moment_text
from k2k_core.domain.answers.fulfilment import AwbProgress, ScannedBox
from k2k_core.domain.answers.inventory import MovedLot
from k2k_core.domain.box_codes import ALREADY_RECEIVED, ARRIVED, NOT_YOURS, UNKNOWN
from k2k_core.domain.orders import BILLED, awb_id
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.moved_lots import moved_lots
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awb_progress, boxes, scan_log
from k2k_core.store.fulfilment.awb_progress import Progress
from k2k_core.store.fulfilment.boxes import ClaimRow
from k2k_core.store.fulfilment.scan_log import FirstScan, Scanned
from k2k_core.store.orders import documents, invoices
from k2k_core.store.orders.order_writes import document_numbers
from k2k_core.store.orders.rows import LineRow

MOST_CODES = 50
"""How many codes of boxes that have not come are named of each AWB."""


class ScanAnswer:
    """The answer of one scan of a company, in the unit of work that receives the boxes."""

    def __init__(self, context: ServiceContext, session: Session, company: CompanySnapshot, how: str) -> None:
        self.context, self.session, self.company, self.how = context, session, company, how

    def of(self, codes: Sequence[str], outcomes: Sequence[str]) -> list[ScannedBox]:
        """The outcome of each code, in order."""
        scanned = list(zip(codes, outcomes, strict=True))
        known = _Known(self.context, self.session, self.company, scanned)
        answer = [known.box(code, outcome) for code, outcome in scanned]
        logged = [_logged(one) for one in answer]
        scan_log.add(self.session, self.company.id, self.context.actor.email, self.how, logged)
        return answer


def _logged(one: ScannedBox) -> Scanned:
    line = one.get("line")
    return Scanned(one["box_code"], one["outcome"], None if line is None else int(line), one.get("invoice"))


class _Known:
    """What the company knows of the boxes on its orders, read of all of them together."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        company: CompanySnapshot,
        scanned: Sequence[tuple[str, str]],
    ) -> None:
        self.company = company
        mine = [code for code, outcome in scanned if outcome not in (UNKNOWN, NOT_YOURS)]
        self.ids = boxes.by_code(session, mine)
        self.claims = boxes.last_claims(session, company.id, self.ids.values())
        lines = documents.lines_by(session, "id", {claim["line_id"] for claim in self.claims.values()})
        self.lines = {line["id"]: line for line in lines}
        self.vendors = context.snapshots.by_id(session, documents.ids_in(lines, "vendor_id"))
        self.products, self.customers = company.products(session), company.customers_by_id(session)
        self.numbers = document_numbers(session, documents.ids_in(lines, "prebook_id", "purchase_order_id"))
        self.invoices = _invoices(session, company.id, lines)
        self.own_lots = boxes.own_lots(session, company.id, self.ids.values())
        self.moved = {one["lot"]: one for one in moved_lots(session, company.code)}
        self.progress = _progress(session, company.id, lines)
        again = [code for code, outcome in scanned if outcome == ALREADY_RECEIVED]
        self.first = scan_log.received(session, company.id, again, ARRIVED)

    def box(self, code: str, outcome: str) -> ScannedBox:
        claim = self.claims.get(self.ids.get(code, 0))
        if claim is None:
            return {"box_code": code, "outcome": outcome}
        line = self.lines[claim["line_id"]]
        own_lot = self.own_lots.get(claim["box_id"])
        shown = {
            "box_code": code,
            "outcome": outcome,
            **self._goods(claim, line),
            **self._sale(claim, line),
            "own_lot": own_lot,
            "moved": self._moved(own_lot),
            **self._first_scan(code),
            "progress": self.progress.get(line["awb_id"]),
        }
        return cast(ScannedBox, shown)

    def _goods(self, claim: ClaimRow, line: LineRow) -> dict[str, object]:
        vendor, product = self.vendors[line["vendor_id"]].code, self.products.get(line["product_id"])
        return {
            "line": str(line["id"]),
            "vendor": vendor,
            "lot": f"{vendor}/{claim['lot_code']}",
            "product": None if product is None else product.code,
            "description": line["description"],
            "mark_code": line["mark_code"] or None,
        }

    def _sale(self, claim: ClaimRow, line: LineRow) -> dict[str, object]:
        customer = self.customers.get(line["customer_id"])
        order = self.numbers.get(line["prebook_id"]) or self.numbers.get(line["purchase_order_id"])
        return {
            "order": order,
            "customer": None if customer is None else customer.code,
            "customer_name": None if customer is None else customer.name,
            "invoice": self.invoices.get(line["id"]) if claim["box_state"] == BILLED else None,
        }

    def _moved(self, own_lot: str | None) -> MovedLot | None:
        return None if own_lot is None else self.moved.get(own_lot)

    def _first_scan(self, code: str) -> dict[str, object]:
        first: FirstScan | None = self.first.get(code)
        if first is None:
            return {"received_at": None, "received_by": None}
        return {"received_at": moment_text(first.at), "received_by": first.person}


def _invoices(session: Session, company_id: int, lines: Sequence[LineRow]) -> Mapping[int, str]:
    """The number of the company's invoice that bills each line."""
    billing = invoices.billing(session, company_id, [line["id"] for line in lines])
    numbers = document_numbers(session, {invoice for invoice, _ in billing})
    return {line: numbers[invoice] for invoice, line in billing}


def _progress(session: Session, company_id: int, lines: Sequence[LineRow]) -> Mapping[int, AwbProgress]:
    ids = documents.ids_in(lines, "awb_id")
    codes = awb_progress.first_not_come(session, company_id, ids, MOST_CODES)
    found = awb_progress.progress(session, company_id, ids)
    return {awb: progress_of(one, codes.get(awb, [])) for awb, one in found.items()}


def progress_of(one: Progress, not_come: list[str]) -> AwbProgress:
    """The progress of an AWB, with the codes of boxes that have not come."""
    return {
        "awb": one.number,
        "awb_id": awb_id(one.awb_id),
        "expected": one.expected,
        "scanned": one.scanned,
        "waiting": one.waiting,
        "reported": one.reported,
        "not_come": not_come,
    }
