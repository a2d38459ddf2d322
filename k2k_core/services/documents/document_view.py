"""The view of a document by one company (scenario "Documents"): headers, lines, states and frozen explanations.

Prices on prebooks, invoice orders and their invoices are the customer's, on purchase and sales orders the vendor's.
Each side reads its own part of an explanation and never the other's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from k2k_core.clock import moment_text
from k2k_core.domain.answers.documents import Document, DocumentCharge, DocumentHeader, DocumentLine, ListedDocument
from k2k_core.domain.answers.field_types import COMPANY, STAFF
from k2k_core.domain.answers.prices import PriceStep
from k2k_core.domain.disclosure import LISTED_PURCHASE, LISTED_SALE, PURCHASE, SALE, disclosed, reader_of
from k2k_core.domain.money import money
from k2k_core.domain.order_charges import order_charges, total, units
from k2k_core.domain.orders import (
    CONFIRMED,
    INVOICE,
    INVOICE_ORDER,
    LINE_COLORS,
    PREBOOK,
    PURCHASE_ORDER,
    RELEASED,
    SALES_ORDER,
)
from k2k_core.domain.parsing import iso_text
from k2k_core.services.catalog import prices
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import attachments
from k2k_core.services.documents.charge_terms import terms_of
from k2k_core.services.documents.landed_costs import landed_cost_report
from k2k_core.services.inventory.moved_lots import moved_lots
from k2k_core.services.inventory.vendor_codes import boxes_at_vendor, vendor_description
from k2k_core.services.pricing.frozen_explanation import steps_from_json
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.orders import document_versions, documents, invoices, order_ends, order_writes, procurement
from k2k_core.store.orders.rows import DocumentRow, InvoiceLineRow, LineRow

CUSTOMER_PRICED = (PREBOOK, INVOICE_ORDER)
UNKNOWN = "unknown"


def answer(
    context: ServiceContext, session: Session, company: CompanySnapshot, document: DocumentRow, *, attached: bool = True
) -> Document:
    """One document with its explanations, and with the lots that this unit of work has moved. `attached` is False where
    it is known that nothing is attached to it."""
    view = _View(context, session, company, [document], explained=True)
    shown = for_reader(context, company.code, view.document(document, attached=attached))
    moved = moved_lots(session, company.code, buys=document["vendor_id"] != company.id)
    return {**shown, "moved": moved} if moved and reader_of(context.actor) in COMPANY.names else shown


def answers(
    context: ServiceContext,
    session: Session,
    company: CompanySnapshot,
    found: Sequence[DocumentRow],
    explained: bool = False,
) -> list[Document]:
    """Documents of one company, in the given order, with a constant number of queries."""
    view = _View(context, session, company, found, explained)
    return [for_reader(context, company.code, view.document(document)) for document in found]


def listed(
    context: ServiceContext, session: Session, company: CompanySnapshot, found: Sequence[DocumentRow], lines: bool
) -> list[ListedDocument]:
    """The same documents as rows of a list, with their lines where these are asked for."""
    view, reader = _View(context, session, company, found, explained=False, goods=lines), reader_of(context.actor)
    rows = [view.listed(document, lines) for document in found]
    rules = [LISTED_PURCHASE if _is_bought(company.code, row) else LISTED_SALE for row in rows]
    return [disclosed(row, each, reader) for row, each in zip(rows, rules, strict=True)]


def for_reader(context: ServiceContext, company: str, answer: Document) -> Document:
    """A document of a company without what is not for this reader: documents of what the company buys contain costs."""
    reader = reader_of(context.actor)
    return answer if reader == STAFF else disclosed(answer, PURCHASE if _is_bought(company, answer) else SALE, reader)


def _is_bought(company: str, document: DocumentHeader) -> bool:
    """Whether a document is about what the company buys: a purchase order, or an invoice of a vendor."""
    vendors = document["kind"] == INVOICE and document["vendor"] not in (None, company)
    return vendors or document["kind"] == PURCHASE_ORDER


class _View:
    """Several documents of one company, with everything that their views need, read together."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        snapshot: CompanySnapshot,
        found: Sequence[DocumentRow],
        explained: bool,
        goods: bool = True,
    ) -> None:
        """`goods` is whether lines are shown: without them nobody reads the codes of their lots and boxes."""
        self.snapshot, self.explained = snapshot, explained
        self.lines = documents.lines_by_document(session, found)
        self.billed = invoices.shown_lines(session, snapshot.id, found)
        every = [line for lines in self.lines.values() for line in lines]
        every += _billed_lines(self.billed)
        shown = every if goods else []
        self.lots, self.boxes = documents.lot_codes(session, shown), boxes.codes_of_lines(session, shown)
        billed = _billed_lines(self.billed) if goods else []
        self.billed_boxes = boxes.billed_codes_of_lines(session, [line["id"] for line in billed])
        partners = {document[side] for document in found for side in ("vendor_id", "buyer_id")}
        partners |= {line["vendor_id"] for line in every}
        known = context.snapshots.by_id(session, sorted(partners - {None}))
        self.companies = {company_id: company.code for company_id, company in known.items()}
        self.names = {company.code: company.company.name for company in known.values()}
        self.session, self.partners = session, known
        ordered = [
            line for document in found if document["kind"] == PURCHASE_ORDER for line in self.lines[document["id"]]
        ]
        beside = documents.ids_in(ordered, "sales_order_id", "prebook_id")
        self.documents_beside = order_writes.documents_by_id(session, beside)
        self.own_boxes = boxes_at_vendor(session, snapshot.id, shown)
        self.products = snapshot.products(session)
        self.customers = {one.id: code for code, one in snapshot.customers(session).items()}
        self.customer_names = {code: one.name for code, one in snapshot.customers(session).items()}
        self.records = {one.company: code for code, one in snapshot.customers(session).items() if one.company}
        self.numbers_beside = procurement.numbers_beside(found, self.lines, self.documents_beside)
        self.awbs = awbs.numbers(session, documents.ids_in([*found, *every], "awb_id"))
        self.landed_costs = landed_cost_report(session, snapshot, every) if explained else {}

    def document(self, document: DocumentRow, *, attached: bool = True) -> Document:
        """The document with its lines and total."""
        lines, charges = self._lines_and_charges(document)
        header = self._header(document, [amount for amount, _ in (*lines, *charges)])
        body = {"lines": [line for _, line in lines], "charges": self._charged(document, charges)}
        shown = cast(Document, {**header, **body})
        if self.explained:
            shown["links"] = attachments.of_document(self.session, self.snapshot, document) if attached else []
        return shown

    def listed(self, document: DocumentRow, with_lines: bool) -> ListedDocument:
        """The document as a row of a list."""
        lines, charges = self._lines_and_charges(document)
        header = self._header(document, [amount for amount, _ in (*lines, *charges)])
        counts = {
            "created_at": moment_text(document["created_at"]),
            "vendor_name": self.names.get(header["vendor"] or ""),
            "buyer_name": self.names.get(header["buyer"] or ""),
            "customer_name": self.customer_names.get(header["customer"] or ""),
            "boxes": sum(line["boxes"] for _, line in lines if line["state"] not in documents.ENDED),
            "line_counts": dict(Counter(line["state"] for _, line in lines)),
            "mark_codes": sorted({line["mark_code"] for _, line in lines if line["mark_code"]}),
        }
        shown = cast(ListedDocument, {**header, **counts})
        if with_lines:
            shown["lines"] = [line for _, line in lines]
            shown["charges"] = self._charged(document, charges)
        return shown

    def _header(self, document: DocumentRow, counted: Sequence[int]) -> DocumentHeader:
        """What a document says of itself; `counted` is what its lines and charges come to."""
        on = {line["awb_id"] for line in self.lines[document["id"]]} - {None}
        awb = document["awb_id"] or (on.pop() if len(on) == 1 else None)
        sales_order, prebook = self.numbers_beside.get(document["id"], (None, None))
        prebook = prebook if document["company_id"] == self.snapshot.id else None
        return {
            "number": document["number"],
            "kind": document["kind"],
            "version": self._version(document),
            "status": document["status"],
            "k2k": document["k2k"],
            "vendor": self.companies.get(document["vendor_id"]),
            "buyer": self.companies.get(document["buyer_id"]),
            "customer": self._customer(document),
            "ship_date": iso_text(document["ship_date"]),
            "vendor_ship_date": iso_text(document["vendor_ship_date"]),
            "ship_via": document["ship_via"],
            "ship_to": document["ship_to"],
            "carrier": document["carrier"],
            "sales_type": document["sales_type"],
            "transfer": document["transfer"],
            "expires_at": self._expires_at(document),
            "overdue": any(order_ends.is_overdue(line, self.session.now) for line in self.lines[document["id"]]),
            "sales_order": sales_order,
            "prebook": prebook,
            "awb": None if awb is None else self.awbs.get(awb),
            "reference_number": document["reference_number"] or None,
            "reason": document["reason"] or None,
            "currency": document["currency"],
            "total": money(sum(counted), document["currency"]),
        }

    def _charged(self, document: DocumentRow, charges: Sequence[tuple[int, str]]) -> list[DocumentCharge]:
        return [{"name": name, "amount": money(amount, document["currency"])} for amount, name in charges]

    def _version(self, document: DocumentRow) -> int:
        lines = [*self.lines[document["id"]], *(line for _, line in self.billed[document["id"]])]
        return document_versions.version_with(document, lines)

    def _expires_at(self, document: DocumentRow) -> str | None:
        """When the first of its waiting lines ends."""
        now, lines = self.session.now, self.lines[document["id"]]
        moments = [line["expires_at"] for line in lines if line["state"] in order_ends.ENDING_STATES]
        first: dt.datetime | None = min((one for one in moments if one is not None and one > now), default=None)
        return iso_text(first)

    def _customer(self, document: DocumentRow) -> str | None:
        """The customer's code in this company; for a sales order the buyer's, for a purchase order the customer of all
        its lines."""
        code = self.customers.get(document["customer_id"])
        if code is None and document["kind"] == SALES_ORDER:
            return self.records.get(self.companies[document["buyer_id"]])
        if code is None and document["kind"] == PURCHASE_ORDER:
            ordered = {line["customer_id"] for line in self.lines[document["id"]]}
            return self.customers.get(ordered.pop()) if len(ordered) == 1 else None
        return code

    def _lines_and_charges(self, document: DocumentRow) -> tuple[list[tuple[int, DocumentLine]], list[tuple[int, str]]]:
        """The lines of the document and its charges, each with its amount (micros)."""
        if document["kind"] == INVOICE:
            rows = self.billed[document["id"]]
            goods = [self._invoice_line(document, row, line) for row, line in rows if line is not None]
            return goods, [(row["total"], row["description"]) for row, line in rows if line is None]
        shown = [(line, self._order_line(document, line)) for line in self.lines[document["id"]]]
        return [row for _, row in shown], self._charges(document, [(line, row[0]) for line, row in shown])

    def _charges(self, document: DocumentRow, lines: Sequence[tuple[LineRow, int]]) -> list[tuple[int, str]]:
        """The charge lines of an order, each once; a purchase order has those of its vendor's orders. `lines` have
        their amounts."""
        by_order: dict[int, list[tuple[LineRow, int]]] = defaultdict(list)
        for line, amount in lines:
            order_id = line["sales_order_id"] if document["kind"] == PURCHASE_ORDER else document["id"]
            if line["state"] not in documents.ENDED and order_id is not None:
                by_order[order_id].append((line, amount))
        charged: dict[str, int] = defaultdict(int)
        for order_id, mine in by_order.items():
            order = self.documents_beside.get(order_id, document)
            counted = [(_charged(line, order), _counted(document, line)) for line, _ in mine]
            terms = terms_of(self.session, self.partners.get(order["company_id"], self.snapshot), order)
            subtotal = sum(amount for _, amount in mine)
            for name, amount in order_charges(terms, counted, subtotal, document["currency"]):
                charged[name] += amount
        return [(amount, name) for name, amount in charged.items()]

    def _order_line(self, document: DocumentRow, line: LineRow) -> tuple[int, DocumentLine]:
        price = line["price"] if _is_for_customer(document) else line["cost"]
        currency = document["currency"]
        counted = _counted(document, line)
        count = units({**line, "boxes": counted})
        amount = total(price, count, currency)
        prices = (None, None) if price is None else (money(price, currency), money(amount, currency))
        shown = self._line(line, line["boxes"], count, *prices)
        given_up = counted == 0 and line["state"] not in documents.ENDED
        shown["state"] = RELEASED if given_up else line["state"]
        shown["color"] = LINE_COLORS.get(shown["state"])
        if line["buyer_id"] == self.snapshot.id:
            shown["released"] = line["released"]
        shown["explanation"] = self._explanation(line, document)
        counts = line["state"] not in documents.ENDED and not _is_nobodys(document, line)
        return (amount if counts else 0), shown

    def _invoice_line(self, document: DocumentRow, row: InvoiceLineRow, line: LineRow) -> tuple[int, DocumentLine]:
        currency = document["currency"]
        prices = money(row["price"], currency), money(row["total"], currency)
        shown = self._line(line, row["boxes"], row["units"], *prices)
        shown["description"] = row["description"]
        if document["vendor_id"] is None:  # boxes of the line that are on their way, released or voided are not billed
            shown["box_codes"] = self.billed_boxes.get(line["id"], []) if row["boxes"] > 0 else []
        if row["reason"]:
            shown["amount"] = money(row["total"], currency)
            shown["reason"] = row["reason"]
        return row["total"], shown

    def _line(self, line: LineRow, boxes: int, units: int, price: str | None, total: str | None) -> DocumentLine:
        mine = line["buyer_id"] == self.snapshot.id
        product = self.products.get(line["product_id"] if mine else line["vendor_product_id"])
        return {
            "line": str(line["id"]),
            "lot": self._lot(line, mine),
            "product": product.code if product else self._unknown(line, mine),
            "description": line["description"] if mine else vendor_description(line, product),
            "box_type": self.own_boxes.get(line["id"], line["box_type"]) or None,
            "units_per_box": line["units_per_box"] or None,
            "unit_type": line["unit_type"],
            "mark_code": line["mark_code"] or None,
            "box_codes": self.boxes.get(line["id"], []),
            "boxes": boxes,
            "units": units,
            "price": price,
            "total": total,
            "state": line["state"],
            "landed_costs": self.landed_costs.get(line["id"]),
        }

    def _unknown(self, line: LineRow, mine: bool) -> str | None:
        """A buyer's product without a mapping is unknown at the vendor (domain section 6, "Procurement")."""
        return UNKNOWN if not mine and line["vendor_product_id"] is None else None

    def _lot(self, line: LineRow, mine: bool) -> str | None:
        code = self.lots.get(line["lot_id"])
        if code is None or not mine or line["vendor_id"] is None:
            return code
        return f"{self.companies[line['vendor_id']]}/{code}"

    def _explanation(self, line: LineRow, document: DocumentRow) -> list[PriceStep] | None:
        stored = line["explanation"] if _is_for_customer(document) else None
        if document["company_id"] == document["vendor_id"]:
            stored = line["vendor_explanation"]
        if not self.explained or stored is None:
            return None
        return [prices.step_answer(step) for step in steps_from_json(stored)]


def _billed_lines(rows: Mapping[int, Sequence[tuple[InvoiceLineRow, LineRow | None]]]) -> list[LineRow]:
    """The order lines that invoices bill."""
    return [line for of_invoice in rows.values() for _, line in of_invoice if line is not None]


def _charged(line: LineRow, order: DocumentRow) -> LineRow:
    """A line with the charges of each of its boxes on an order."""
    charges = line["charges"] if _is_for_customer(order) else line["vendor_charges"]
    return {**line, "charges": charges or {}}


def _is_nobodys(document: DocumentRow, line: LineRow) -> bool:
    """Whether a line on a purchase order lacked stock at its vendor and is no longer ordered from anybody."""
    return document["kind"] == PURCHASE_ORDER and document["transfer"] == CONFIRMED and line["vendor_id"] is None


def _is_for_customer(document: DocumentRow) -> bool:
    """Whether a document is a sale to a customer of this company; a buyer's prebook at its vendor is not."""
    return document["kind"] in CUSTOMER_PRICED and document["company_id"] != document["vendor_id"]


def _counted(document: DocumentRow, line: LineRow) -> int:
    """The number of boxes of a line that a document counts: on a prebook those that its customer did not give up, on an
    order between the two companies all of them (domain section 6)."""
    return int(line["boxes"] - line["released"] if _is_for_customer(document) else line["boxes"])
