"""Invoices (domain section 6): the vendor's to the buyer, and the buyer's to its customer.

A line's total is rounded half up over all its units; charges are separate lines. Credits are lines of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from k2k_core.domain.money import money
from k2k_core.domain.order_charges import credit_of_boxes, order_charges, total, units
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.parties import Customer
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.documents import landed_costs
from k2k_core.services.documents.charge_terms import terms_of
from k2k_core.services.documents.invoice_parties import parties_at_issue
from k2k_core.services.documents.recipients import Recipients, of_invoice
from k2k_core.services.inventory.vendor_codes import vendor_description
from k2k_core.services.journal import emit, notify, number_for, of_document
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, invoices
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.order_writes import document_numbers
from k2k_core.store.orders.rows import DocumentRow, InvoiceLineRow, LineRow, columns_of


def issue_for_order(
    session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, order: DocumentRow
) -> str | None:
    """The vendor's invoice for a confirmed order, at the vendor's prices, and its copy at the buyer if both sides
    synchronise; returns its number. None if nothing of the order is left."""
    lines = [line for line in documents.lines_of(session, order) if documents.is_settled(line)]
    if not lines:
        return None
    customer = vendor.customer_for(session, buyer.code)
    issued = invoices.open_like(
        session,
        order,
        company_id=vendor.id,
        number=number_for(session, vendor.id, INVOICE),
        customer_id=customer.id if customer else None,
        reference_number=order["number"],
        charge_terms=terms_of(session, vendor, order).as_json(),
        parties=parties_at_issue(session, vendor, customer, buyer),
    )
    products = vendor.products(session)
    added = [
        _Added(line, line["boxes"], line["cost"], vendor_description(line, products.get(line["vendor_product_id"])))
        for line in lines
    ]
    _add(session, issued, added)
    charge(session, vendor, issued)
    _emit_issued(
        session, vendor, issued, customer, {"vendor": vendor.code, "buyer": buyer.code, "order": order["number"]}
    )
    if vendor.company.settings.sync_invoices and buyer.company.settings.sync_invoices:
        _copy(session, vendor, buyer, issued, lines)
    return str(issued["number"])


def bill(
    session: Session,
    buyer: CompanySnapshot,
    prebook: DocumentRow,
    customer: Customer,
    boxes: Sequence[tuple[LineRow, int]],
) -> str:
    """Put boxes of a prebook's lines on the customer's invoice, one for each prebook; returns its number.

    It is issued with its first box. The caller holds the prebook, so that two scanners do not open two.
    """
    found = invoices.of_prebook(session, buyer.id, prebook["number"])
    if found is not None:
        documents.hold(session, [found["id"]])  # a credit holds the invoice alone
    invoice = found or invoices.open_like(
        session,
        prebook,
        company_id=buyer.id,
        number=number_for(session, buyer.id, INVOICE),
        customer_id=customer.id,
        reference_number=prebook["number"],
        charge_terms=terms_of(session, buyer, prebook).as_json(),
        parties=parties_at_issue(session, buyer, customer),
    )
    landed_costs.store_billed(session, buyer, boxes)
    _add(session, invoice, [_Added(line, count, line["price"], line["description"]) for line, count in boxes])
    charge(session, buyer, invoice)
    if found is None:
        _emit_issued(session, buyer, invoice, customer, {"customer": customer.code, "order": prebook["number"]})
    return str(invoice["number"])


class Voided(Protocol):
    """Voided boxes of a line, for its invoices: the billed line, and the number of boxes."""

    @property
    def of_line(self) -> int: ...

    @property
    def line(self) -> LineRow: ...

    @property
    def billed(self) -> int:
        """How many of the boxes were billed to the buyer's customer."""


def take_back(session: Session, company: CompanySnapshot, parts: Iterable[Voided], reason: str) -> None:
    """Credit what an invoice of a company bills for boxes that were voided since, with a line below zero for each line.

    A customer's invoice bills the boxes that have arrived, so only those are credited. Of a synchronised invoice the
    vendor's comes first: the copy gets its charges.
    """
    by_line = {one.of_line: one for one in parts}
    touched: dict[int, DocumentRow] = {}
    billing = invoices.billing(session, company.id, by_line)
    documents.hold(session, {invoice_id for invoice_id, _ in billing})
    for invoice_id, line_id in billing:
        invoice = touched.get(invoice_id) or get(session, invoice_id)
        one = by_line[line_id]
        voided = one.billed if invoice["vendor_id"] is None else int(one.line["boxes"])
        count = min(voided, invoices.boxes_of(session, invoice_id, line_id))
        if count:
            given = credit_boxes(session, invoice, {**one.line, "id": line_id}, count, reason)
            touched[invoice_id] = invoice
            if invoice["vendor_id"] in (None, company.id):
                facts = credited(invoice, line_id, count, given, reason)
                emit_credited(session, company, invoice, facts, _reason_for_customer(invoice, reason))
    for _, invoice in sorted(touched.items()):
        charge(session, company, invoice)


def credit_boxes(session: Session, invoice: DocumentRow, line: LineRow, boxes: int, reason: str) -> int:
    """Add a credit line for a number of billed boxes of a line; returns its amount (micros, zero or below).

    All credits of boxes go through here: boxes are worth their price, never more than what is left of the line, and the
    last ones all of it.
    """
    rows = invoices.rows_of_line(session, invoice["id"], line["id"])
    billed, currency = sum(row["boxes"] for row in rows), invoice["currency"]
    before, after = (units({**line, "boxes": count}) for count in (billed, billed - boxes))
    worth = total(rows[0]["price"], before, currency) - total(rows[0]["price"], after, currency)
    given = -credit_of_boxes(worth, left=sum(row["total"] for row in rows), last=boxes == billed)
    _add_credit(session, invoice, rows[0], boxes=-boxes, units=after - before, total=given, reason=reason)
    return given


def credit_amount(session: Session, invoice: DocumentRow, line_id: int, amount: int, reason: str) -> int:
    """Add a credit line for an amount (micros) of a line, whatever its boxes; returns it, below zero."""
    rows = invoices.rows_of_line(session, invoice["id"], line_id)
    _add_credit(session, invoice, rows[0], total=-amount, reason=reason)
    return -amount


def _add_credit(session: Session, invoice: DocumentRow, billed: InvoiceLineRow, **values: Any) -> None:
    copied_columns = ("line_id", "price", "description")
    invoices.add_line(session, invoice, **columns_of(billed, copied_columns), **values)


def credited(invoice: DocumentRow, line_id: int, boxes: int, amount: int, reason: str) -> dict[str, Any]:
    """The facts of a credit line for its event: `amount` is in micros, below zero."""
    shown = money(amount, invoice["currency"])
    return {"line": str(line_id), "boxes": boxes, "amount": shown, "reason": reason}


def _reason_for_customer(invoice: DocumentRow, reason: str) -> Text | str:
    """The reason of a void for the customer. The vendor's own words are for the buyer: they may name a hidden
    vendor."""
    return Text("invoice.credited.voided") if invoice["vendor_id"] is None else reason


def emit_credited(
    session: Session,
    company: CompanySnapshot,
    invoice: DocumentRow,
    facts: Mapping[str, Any],
    reason_for_customer: Text | str,
) -> None:
    """Emit `invoice.credited` to the issuer and to a buyer that has a copy, and notify the receivers of the invoice;
    the customer gets the reason that is meant for it."""
    known = {"number": invoice["number"], "currency": invoice["currency"], **facts}
    copied = invoices.copy_of(session, invoice)
    for issued in (invoice, copied):
        if issued is not None:
            told = {"company": company.code, **known}
            emit(session, "invoice.credited", told, [issued["company_id"]], of_document(issued))
    customer = company.customers_by_id(session).get(invoice["customer_id"])
    _mail(session, company, customer, "invoice.credited", known, {"reason": reason_for_customer})


class _Added(NamedTuple):
    """Boxes of an order line that come onto an invoice, at a price (micros)."""

    line: LineRow
    boxes: int
    price: int | None
    description: str


def _add(session: Session, invoice: DocumentRow, added: Sequence[_Added]) -> None:
    """Add boxes of lines to those that the invoice already has of them."""
    issued = invoices.billed_as_issued(session, invoice["id"], [one.line["id"] for one in added])
    before, fresh = dict(issued), dict[int, dict[str, Any]]()
    for line, boxes, price, description in added:
        line_id = line["id"]
        before[line_id] = before.get(line_id, 0) + boxes
        count = units({**line, "boxes": before[line_id]})
        amount = total(price, count, invoice["currency"])
        values = {"boxes": before[line_id], "units": count, "price": price or 0, "total": amount}
        if issued.get(line_id):
            invoices.change_line(session, invoice, line_id, **values)
        else:
            fresh[line_id] = {"line_id": line_id, "description": description, **values}
    invoices.add_lines(session, invoice, list(fresh.values()))


def charge(session: Session, company: CompanySnapshot, invoice: DocumentRow) -> None:
    """Recompute the agreed charges over all the goods on the invoice. A copy has the charges of the original."""
    if invoice["vendor_id"] not in (None, invoice["company_id"]):
        _charge_as_issued(session, invoice)
        return
    billed, subtotal = invoices.goods_on(session, invoice)
    lines = documents.lines_by(session, "id", billed)
    if invoice["company_id"] == invoice["vendor_id"]:
        lines = [{**line, "charges": line["vendor_charges"] or {}} for line in lines]
    invoices.remove_charges(session, invoice)
    counted = [(line, billed[line["id"]]) for line in lines]
    for name, amount in order_charges(terms_of(session, company, invoice), counted, subtotal, invoice["currency"]):
        invoices.add_line(session, invoice, description=name, price=amount, total=amount)


def _charge_as_issued(session: Session, copy: DocumentRow) -> None:
    invoices.remove_charges(session, copy)
    issued = documents.find(session, copy["vendor_id"], copy["number"].rpartition("/")[2], INVOICE)
    for row in invoices.rows_of(session, issued):
        if row["line_id"] is None:
            charge = {name: row[name] for name in ("description", "price", "total")}
            invoices.add_line(session, copy, **charge)


def _copy(
    session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, issued: DocumentRow, lines: Sequence[LineRow]
) -> None:
    """The same invoice in the buyer's books, under the vendor's number."""
    ordered = documents.ids_in(lines, "purchase_order_id")
    numbers = document_numbers(session, ordered)
    copy = invoices.open_like(
        session,
        issued,
        company_id=buyer.id,
        number=invoices.copy_number(vendor.code, issued["number"]),
        customer_id=None,
        reference_number=numbers[ordered[0]] if ordered else "",
        parties=parties_at_issue(session, buyer, None, vendor, buyer),
    )
    columns = ("line_id", "description", "boxes", "units", "price", "total")
    for row in invoices.rows_of(session, issued):
        invoices.add_line(session, copy, **columns_of(row, columns))


def _emit_issued(
    session: Session, company: CompanySnapshot, invoice: DocumentRow, customer: Customer | None, data: Mapping[str, Any]
) -> None:
    amount = money(invoices.total_of(session, invoice), invoice["currency"])
    facts = {"number": invoice["number"], "total": amount, "currency": invoice["currency"]}
    emit(session, "invoice.issued", {**data, **facts, "company": company.code}, [company.id], of_document(invoice))
    mail_issued(session, company, customer, facts)


def mail_issued(
    session: Session, company: CompanySnapshot, customer: Customer | None, facts: Mapping[str, Any]
) -> list[Recipients]:
    """Notify the receivers of an invoice that it was issued; returns these."""
    return _mail(session, company, customer, "invoice.issued", facts)


def _mail(
    session: Session,
    company: CompanySnapshot,
    customer: Customer | None,
    event: str,
    facts: Mapping[str, Any],
    for_customer: Mapping[str, Any] | None = None,
) -> list[Recipients]:
    """Notify the receivers of the invoice, and return them: the company's staff in its language, the customer in its
    own, with the text variant `for_customer`."""
    own, told = company.company, of_invoice(company, customer)
    for receivers in told:
        if receivers.customer is None or customer is None:
            notify(session, company.id, receivers.addresses, event, facts, own.locale)
        else:
            theirs = {**facts, **(for_customer or {})}
            notify(session, company.id, receivers.addresses, event, theirs, customer.locale or own.locale)
    return told
