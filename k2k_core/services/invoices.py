"""Invoices (domain section 6): the vendor's to the buyer or its customer, and the buyer's to its customer.

A line's total is half up over all its units; charges stand apart. What is taken back later is a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from k2k_core.domain.money import money
from k2k_core.domain.orders import INVOICE, ISSUED
from k2k_core.domain.parties import AdditionalCharge, Connection, Customer
from k2k_core.services import documents
from k2k_core.services.documents import DOCUMENT, Row
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import emit, notify, number_for
from k2k_core.store import tables
from k2k_core.store.parties import connection_between
from k2k_core.store.work import Session

_LINE: Any = tables.InvoiceLine


def issue_for_order(session: Session, vendor: CompanyFacts, buyer: CompanyFacts, order: Row) -> str | None:
    """The vendor's invoice for a shipped order, at the vendor's prices, and its copy at the buyer where both sides
    synchronise; its number. None when nothing of the order is left."""
    lines = [line for line in documents.lines_of(session, order) if documents.is_settled(line)]
    if not lines:
        return None
    connection = connection_between(session, vendor.company, buyer.company)
    customer = None if _bills_final_customer(connection, buyer, order) else vendor.customer_for(session, buyer.code)
    issued = _open(
        session,
        order,
        company_id=vendor.id,
        number=number_for(session, vendor.id, INVOICE),
        customer_id=customer.id if customer else None,
        reference_number=order["number"],
    )
    products = vendor.products(session)
    for line in lines:
        _add(session, issued, line, line["boxes"], line["cost"], products.get(line["vendor_product_id"]))
    _charge(session, issued, customer)
    _tell(session, vendor, issued, customer, {"vendor": vendor.code, "buyer": buyer.code, "order": order["number"]})
    both = vendor.company.settings.sync_invoices and buyer.company.settings.sync_invoices
    if both and not _bills_final_customer(connection, buyer, order):
        _copy(session, vendor, buyer, issued, lines)
    return str(issued["number"])


def bill(
    session: Session, buyer: CompanyFacts, prebook: Row, customer: Customer, boxes: Sequence[tuple[Row, int]]
) -> str:
    """Put boxes of a prebook's lines on the customer's invoice, one for each prebook; its number.

    It is issued with its first box. The caller holds the prebook, so that two scanners do not open two.
    """
    mine = (DOCUMENT.company_id == buyer.id) & (DOCUMENT.kind == INVOICE) & DOCUMENT.vendor_id.is_null()
    found = session.dicts(DOCUMENT.select().where(mine & (DOCUMENT.reference_number == prebook["number"])))
    invoice = found[0] if found else _open(
        session,
        prebook,
        company_id=buyer.id,
        number=number_for(session, buyer.id, INVOICE),
        customer_id=customer.id,
        reference_number=prebook["number"],
    )
    for line, count in boxes:
        _add(session, invoice, line, count, line["price"])
    _charge(session, invoice, customer)
    if not found:
        _tell(session, buyer, invoice, customer, {"customer": customer.code, "order": prebook["number"]})
    return str(invoice["number"])


def billed_boxes(session: Session, company_id: int, line_ids: Iterable[int]) -> Mapping[int, int]:
    """How many boxes of lines stand on the customers' invoices of a company, by line."""
    mine = (_LINE.company_id == company_id) & _LINE.line_id.in_(list(line_ids)) & DOCUMENT.vendor_id.is_null()
    query = _LINE.select(_LINE.line_id, _LINE.boxes).join(DOCUMENT, on=DOCUMENT.id == _LINE.invoice_id).where(mine)
    return dict(session.rows(query))


def take_back(session: Session, company: CompanyFacts, lines: Iterable[Row]) -> None:
    """Credit what an invoice of a company bills for lines that were voided since, with a line that says so."""
    ids = [line["id"] for line in lines]
    rows = session.dicts(_LINE.select().where((_LINE.company_id == company.id) & _LINE.line_id.in_(ids)))
    for row in rows:
        credit = {name: -row[name] for name in ("boxes", "units", "total")}
        kept = {name: row[name] for name in ("company_id", "invoice_id", "line_id", "price")}
        session.insert(tables.InvoiceLine, **kept, **credit, description=f"Voided: {row['description']}")
    for invoice_id in sorted({row["invoice_id"] for row in rows}):
        invoice = documents.reread(session, invoice_id)
        _charge(session, invoice, company.customers_by_id(session).get(invoice["customer_id"]))


def total_of(session: Session, invoice: Row) -> int:
    """What an invoice comes to, in micros."""
    totals = session.rows(_LINE.select(_LINE.total).where(_LINE.invoice_id == invoice["id"]))
    return sum(amount for (amount,) in totals)


def charge_amount(charge: AdditionalCharge, subtotal: int, boxes: int, currency: str) -> int:
    """What a charge comes to (micros): a percentage of the goods, or an amount per order or per box."""
    if charge.kind == "percent":
        return documents.percent_of(subtotal, charge.value, currency)
    return documents.total(charge.value, boxes if charge.kind == "per_box" else 1, currency)


def _bills_final_customer(connection: Connection | None, buyer: CompanyFacts, order: Row) -> bool:
    """Whether the vendor bills the buyer's customer: agreed, and the boxes go there (domain section 6)."""
    elsewhere = bool(order["ship_to"]) and order["ship_to"].get("name") != buyer.company.name
    return connection is not None and connection.bill_to_final_customer and elsewhere


def _open(session: Session, order: Row, **own: Any) -> Row:
    kept = ("ship_date", "vendor_ship_date", "ship_via", "ship_to", "carrier", "awb_id", "currency", "sales_type")
    values = {name: order[name] for name in (*kept, "vendor_id", "buyer_id")} | own
    new_id = session.insert(tables.Document, kind=INVOICE, status=ISSUED, created_at=session.now, **values)
    return documents.reread(session, new_id)


def _add(session: Session, invoice: Row, line: Row, boxes: int, price: int | None, product: Any = None) -> None:
    """Boxes of a line, added to those that the invoice has of it already."""
    mine = (_LINE.invoice_id == invoice["id"]) & (_LINE.line_id == line["id"])
    before = session.value(_LINE.select(_LINE.boxes).where(mine)) or 0
    count = documents.units({**line, "boxes": before + boxes})
    total = documents.total(price, count, invoice["currency"])
    values = {"boxes": before + boxes, "units": count, "price": price or 0, "total": total}
    if before:
        session.change(_LINE.update(**values).where(mine))
        return
    description = product.description if product is not None else line["description"]
    place = {"company_id": invoice["company_id"], "invoice_id": invoice["id"], "line_id": line["id"]}
    session.insert(tables.InvoiceLine, **place, **values, description=description)


def _charge(session: Session, invoice: Row, customer: Customer | None) -> None:
    """The customer's additional charges, worked out anew over all the goods on the invoice."""
    charges = customer.additional_charges if customer else ()
    if not charges:
        return
    here = _LINE.invoice_id == invoice["id"]
    goods = session.rows(_LINE.select(_LINE.boxes, _LINE.total).where(here & _LINE.line_id.is_null(False)))
    boxes, subtotal = sum(count for count, _ in goods), sum(total for _, total in goods)
    session.change(_LINE.delete().where(here & _LINE.line_id.is_null()))
    for charge in charges if boxes else ():
        amount = charge_amount(charge, subtotal, boxes, invoice["currency"])
        values = {"description": charge.name, "price": amount, "total": amount}
        session.insert(tables.InvoiceLine, company_id=invoice["company_id"], invoice_id=invoice["id"], **values)


def _copy(session: Session, vendor: CompanyFacts, buyer: CompanyFacts, issued: Row, lines: Sequence[Row]) -> None:
    """The same invoice in the buyer's books, under the vendor's number."""
    ordered = documents.ids_in(lines, "purchase_order_id")
    numbers = session.rows(DOCUMENT.select(DOCUMENT.number).where(DOCUMENT.id.in_(ordered)).order_by(DOCUMENT.id))
    copy = _open(
        session,
        issued,
        company_id=buyer.id,
        number=f"{vendor.code}/{issued['number']}",
        customer_id=None,
        reference_number=numbers[0][0] if numbers else "",
    )
    columns = ("line_id", "description", "boxes", "units", "price", "total")
    for row in session.dicts(_LINE.select().where(_LINE.invoice_id == issued["id"]).order_by(_LINE.id)):
        values = {name: row[name] for name in columns}
        session.insert(tables.InvoiceLine, company_id=buyer.id, invoice_id=copy["id"], **values)


def _tell(
    session: Session, company: CompanyFacts, invoice: Row, customer: Customer | None, data: Mapping[str, Any]
) -> None:
    total, currency = money(total_of(session, invoice), invoice["currency"]), invoice["currency"]
    facts = {"number": invoice["number"], "total": total, "currency": currency}
    emit(session, "invoice.issued", {**data, **facts, "company": company.code}, [company.id])
    to = [*company.company.settings.send_invoice_to, *(customer.send_invoice_to if customer else ())]
    notify(session, company.id, to, "invoice.issued", facts, company.company.locale)
