"""Invoices and their lines. A charge is a line without an order line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from peewee import Case, fn

from k2k_core.domain.money import line_total
from k2k_core.domain.orders import INVOICE, ISSUED
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import get, ids_in, lines_by
from k2k_core.store.orders.rows import DocumentRow, InvoiceLineRow, LineRow, columns_of
from k2k_core.store.tables import Company, Document, InvoiceLine


def open_like(session: Session, order: DocumentRow, **own: Any) -> DocumentRow:
    """Add an invoice with the header of an order (or invoice), and the values in `own`."""
    copied_columns = (
        "ship_date",
        "vendor_ship_date",
        "ship_via",
        "ship_to",
        "carrier",
        "awb_id",
        "currency",
        "sales_type",
        "k2k",
    )
    values = columns_of(order, (*copied_columns, "vendor_id", "buyer_id")) | own
    new_id = session.insert(Document, kind=INVOICE, status=ISSUED, created_at=session.now, **values)
    return get(session, new_id)


def of_prebook(session: Session, buyer_id: int, prebook: str) -> DocumentRow | None:
    """The invoice of a prebook for its customer, by the prebook's number."""
    mine = (Document.company_id == buyer_id) & (Document.kind == INVOICE) & Document.vendor_id.is_null()
    found = session.dicts(Document.select().where(mine & (Document.reference_number == prebook)))
    return found[0] if found else None


def billed_by_vendors(session: Session, line_ids: Iterable[int]) -> dict[int, int]:
    """How many boxes of order lines are on vendors' invoices to the buyers' customers, by order line: such invoices are
    from before migration step 8, and none is issued any more."""
    direct = (Document.company_id == Document.vendor_id) & Document.customer_id.is_null()
    query = InvoiceLine.select(InvoiceLine.line_id, InvoiceLine.boxes).join(
        Document, on=Document.id == InvoiceLine.invoice_id
    )
    return dict(session.rows(query.where(direct & InvoiceLine.line_id.in_(list(line_ids)))))


def boxes_of(session: Session, invoice_id: int, line_id: int) -> int:
    """How many boxes of an order line an invoice bills, without credited ones."""
    mine = (InvoiceLine.invoice_id == invoice_id) & (InvoiceLine.line_id == line_id)
    return int(session.value(InvoiceLine.select(fn.SUM(InvoiceLine.boxes)).where(mine)) or 0)


def copy_of(session: Session, invoice: DocumentRow) -> DocumentRow | None:
    """The copy of a vendor's invoice in its buyer's books, if both sides synchronised them."""
    if invoice["vendor_id"] is None or invoice["buyer_id"] is None:
        return None
    vendor: str = session.value(Company.select(Company.code).where(Company.id == invoice["company_id"]))
    copied = (Document.company_id == invoice["buyer_id"]) & (Document.kind == INVOICE)
    named = Document.number == copy_number(vendor, invoice["number"])
    found = session.dicts(Document.select().where(copied & named & (Document.vendor_id == invoice["company_id"])))
    return found[0] if found else None


def copy_number(vendor: str, number: str) -> str:
    """The number of a vendor's invoice in a buyer's books, by the code of the vendor's company."""
    return f"{vendor}/{number}"


def billed_as_issued(session: Session, invoice_id: int, line_ids: Collection[int]) -> dict[int, int]:
    """How many boxes of order lines were put on an invoice, including credited ones, by line."""
    mine = (InvoiceLine.invoice_id == invoice_id) & InvoiceLine.line_id.in_(list(line_ids)) & (InvoiceLine.reason == "")
    return dict(session.rows(InvoiceLine.select(InvoiceLine.line_id, InvoiceLine.boxes).where(mine)))


def rows_of_line(session: Session, invoice_id: int, line_id: int) -> list[InvoiceLineRow]:
    """The rows of an invoice for an order line: what it bills, then its credits."""
    mine = (InvoiceLine.invoice_id == invoice_id) & (InvoiceLine.line_id == line_id)
    return session.dicts(InvoiceLine.select().where(mine).order_by(InvoiceLine.id))


def change_line(session: Session, invoice: DocumentRow, line_id: int, **values: int) -> None:
    """Change the boxes, units, price and total of the line of an invoice for an order line."""
    mine = (InvoiceLine.invoice_id == invoice["id"]) & (InvoiceLine.line_id == line_id) & (InvoiceLine.reason == "")
    session.change(InvoiceLine.update(**values).where(mine))


def add_lines(session: Session, invoice: DocumentRow, rows: Sequence[dict[str, Any]]) -> None:
    """Add lines to an invoice, which name the same columns, in their order."""
    whose = {"company_id": invoice["company_id"], "invoice_id": invoice["id"]}
    session.insert_many(InvoiceLine, [{**whose, **row} for row in rows])


def add_line(session: Session, invoice: DocumentRow, **values: Any) -> None:
    """Add a line to an invoice."""
    session.insert(InvoiceLine, company_id=invoice["company_id"], invoice_id=invoice["id"], **values)


def remove_charges(session: Session, invoice: DocumentRow) -> None:
    """Remove the charges of an invoice, to compute them again."""
    mine = (InvoiceLine.invoice_id == invoice["id"]) & InvoiceLine.line_id.is_null()
    session.change(InvoiceLine.delete().where(mine))


def goods_on(session: Session, invoice: DocumentRow) -> tuple[dict[int, int], int]:
    """The boxes of each order line on an invoice, and their amount at their price in micros, without charges: credited
    boxes are subtracted, a credited amount changes nothing of this."""
    mine = (InvoiceLine.invoice_id == invoice["id"]) & InvoiceLine.line_id.is_null(False)
    columns = (InvoiceLine.line_id, InvoiceLine.price, fn.SUM(InvoiceLine.boxes), fn.SUM(InvoiceLine.units))
    rows = session.rows(InvoiceLine.select(*columns).where(mine).group_by(InvoiceLine.line_id, InvoiceLine.price))
    billed = {line_id: int(boxes) for line_id, _, boxes, _ in rows}
    return billed, sum(line_total(price, int(units), invoice["currency"]) for _, price, _, units in rows)


def total_of(session: Session, invoice: DocumentRow) -> int:
    """The total of an invoice, in micros."""
    rows = session.rows(InvoiceLine.select(InvoiceLine.total).where(InvoiceLine.invoice_id == invoice["id"]))
    return sum(row[0] for row in rows)


def rows_of(session: Session, invoice: DocumentRow) -> list[InvoiceLineRow]:
    """The lines of an invoice in the order in which they were added."""
    mine = InvoiceLine.invoice_id == invoice["id"]
    return session.dicts(InvoiceLine.select().where(mine).order_by(InvoiceLine.id))


def billing(session: Session, company_id: int, line_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The invoices of a company that bill some order lines, each with the line: ids, ascending."""
    mine = (InvoiceLine.company_id == company_id) & InvoiceLine.line_id.in_(list(line_ids))
    query = InvoiceLine.select(InvoiceLine.invoice_id, InvoiceLine.line_id).where(mine).distinct()
    return sorted(session.rows(query))


def billed_boxes(session: Session, company_id: int, line_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many boxes of order lines the invoices to a company's customers bill, by order line: without credited ones,
    and with them."""
    mine = (InvoiceLine.company_id == company_id) & InvoiceLine.line_id.in_(list(line_ids))
    issued = Case(None, [(InvoiceLine.reason == "", InvoiceLine.boxes)], 0)
    query = InvoiceLine.select(InvoiceLine.line_id, fn.SUM(InvoiceLine.boxes), fn.SUM(issued)).join(
        Document, on=Document.id == InvoiceLine.invoice_id
    )
    rows = session.rows(query.where(mine & Document.vendor_id.is_null()).group_by(InvoiceLine.line_id))
    return {line_id: (int(left), int(billed)) for line_id, left, billed in rows}


def shown_lines(
    session: Session, company_id: int, found: Sequence[DocumentRow]
) -> dict[int, list[tuple[InvoiceLineRow, LineRow | None]]]:
    """The lines of each invoice with the order lines that they bill; charges have none and come last."""
    by_invoice: dict[int, list[tuple[InvoiceLineRow, LineRow | None]]] = defaultdict(list)
    ids = [document["id"] for document in found if document["kind"] == INVOICE]
    if not ids:
        return by_invoice
    mine = (InvoiceLine.company_id == company_id) & InvoiceLine.invoice_id.in_(ids)
    order = (InvoiceLine.line_id.is_null(), InvoiceLine.id)
    rows = session.dicts(InvoiceLine.select().where(mine).order_by(*order))
    lines = {line["id"]: line for line in lines_by(session, "id", ids_in(rows, "line_id"))}
    for row in rows:
        by_invoice[row["invoice_id"]].append((row, lines.get(row["line_id"])))
    return by_invoice
