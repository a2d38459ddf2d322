"""Purchase orders for products: their lines without a lot, their document at the vendor, the progress of their
transfer.

A waiting line has no lot yet and is in state needed. While its order is at the vendor it belongs to the vendor's
document through `sales_order_id`: first the vendor's prebook, which becomes the sales order when it is accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from k2k_core.domain.order_ends import NO_END
from k2k_core.domain.orders import (
    ACCEPTED,
    CANCELLED,
    CHECKED_OUT,
    CONFIRMED,
    FILLED,
    NEEDED,
    OPEN_LINE_STATES,
    PENDING,
    PREBOOK,
    PURCHASE_ORDER,
    SALES_ORDER,
    VOIDED,
    document_number,
)
from k2k_core.store.database.numbering import next_value
from k2k_core.store.database.session import Session
from k2k_core.store.orders.order_writes import open_document
from k2k_core.store.orders.rows import DocumentRow, LineRow, columns_of, shown
from k2k_core.store.tables import Document, Lot, OrderLine, ProductMapping

_SPLIT = (
    *("buyer_id", "vendor_id", "cart_id", "prebook_id", "purchase_order_id", "sales_order_id", "customer_id"),
    *("product_id", "vendor_product_id", "description", "inventory_type", "box_type", "units_per_box", "unit_type"),
    *("stems_per_bunch", "price", "cost", "mark_code", "explanation", "charges", "reason"),
    *("expires_at", "notice_at", "overdue_at"),
)
"""What both parts of a divided line have in common."""


def purchase_order(session: Session, buyer_id: int, number: str) -> DocumentRow | None:
    """A purchase order of a buyer by number."""
    mine = (Document.company_id == buyer_id) & (Document.kind == PURCHASE_ORDER) & (Document.number == number)
    return _first(session, mine)


def prebook_of(session: Session, buyer_id: int, number: str) -> DocumentRow | None:
    """A prebook that a buyer made for one of its customers, by number."""
    mine = (Document.company_id == buyer_id) & (Document.kind == PREBOOK) & (Document.number == number)
    return _first(session, mine & Document.vendor_id.is_null())


def at_vendor(session: Session, vendor_id: int, number: str) -> list[DocumentRow]:
    """The purchase orders with that number that buyers have transferred to a vendor; also by the vendor's own
    number."""
    if not number:
        return []  # most orders have no former number: nothing is not the name of all of them
    sent = (Document.kind == PURCHASE_ORDER) & (Document.vendor_id == vendor_id) & (Document.transfer != "none")
    found = session.dicts(Document.select().where(sent & (Document.number == number)).order_by(Document.id))
    if found:
        return shown(session, found)
    theirs = (Document.company_id == vendor_id) & (Document.kind.in_((PREBOOK, SALES_ORDER)))
    named = (Document.number == number) | (Document.former_number == number)
    lines = OrderLine.select(OrderLine.purchase_order_id).join(Document, on=OrderLine.sales_order_id == Document.id)
    return shown(session, session.dicts(Document.select().where(sent & Document.id.in_(lines.where(theirs & named)))))


def lines_of(session: Session, purchase_order_id: int) -> list[LineRow]:
    """The lines of a purchase order, by id."""
    mine = OrderLine.purchase_order_id == purchase_order_id
    return shown(session, session.dicts(OrderLine.select().where(mine).order_by(OrderLine.id)))


def waiting_lines(session: Session, purchase_order_id: int) -> list[LineRow]:
    """Those of its lines that have no lot yet."""
    return [line for line in lines_of(session, purchase_order_id) if line["state"] == NEEDED]


def needed_on_prebook(session: Session, prebook_id: int, product_id: int) -> list[LineRow]:
    """Lines of a prebook that nobody has ordered from a vendor yet, of one product."""
    mine = (OrderLine.prebook_id == prebook_id) & (OrderLine.product_id == product_id)
    free = (OrderLine.state == NEEDED) & OrderLine.purchase_order_id.is_null()
    return shown(session, session.dicts(OrderLine.select().where(mine & free).order_by(OrderLine.id)))


def hold(session: Session, *documents: int | None, lines: Collection[int] = ()) -> None:
    """Lock documents, then lines, until the end of the unit of work."""
    session.lock(Document, [document for document in documents if document is not None])
    session.lock(OrderLine, list(lines))


def add_waiting_line(session: Session, **columns: object) -> int:
    """Add a line that has no lot yet; its id."""
    return session.insert(OrderLine, state=NEEDED, created_at=session.now, **columns)


def change_line(session: Session, line_id: int, before: str, **changes: object) -> bool:
    """Change a line that is in the state `before`; False when it is in another one."""
    wanted = (OrderLine.id == line_id) & (OrderLine.state == before)
    return session.change(OrderLine.update(**changes).where(wanted)) == 1


def divide(session: Session, line: LineRow, boxes: int) -> int:
    """Add a second line like this one, with `boxes` of its boxes; returns its id. The caller takes them off the
    first."""
    common = columns_of(line, _SPLIT)
    return session.insert(OrderLine, **common, boxes=boxes, state=NEEDED, created_at=session.now)


def open_at_vendor(
    session: Session, order: DocumentRow, vendor_customer_id: int | None, products: Mapping[int, int], carrier: str
) -> str:
    """Open the vendor's prebook for a purchase order, with all its waiting lines; returns its number. `products` are
    the vendor's, by line, as far as known; `carrier` is the vendor's own name of it."""
    copied_columns = (
        *("vendor_id", "buyer_id", "ship_date", "vendor_ship_date", "ship_via", "ship_to", "currency", "sales_type"),
        "parties",
    )
    document_id = open_document(
        session,
        order["vendor_id"],
        PREBOOK,
        k2k=True,
        status=CHECKED_OUT,
        customer_id=vendor_customer_id,
        carrier=carrier,
        **columns_of(order, copied_columns),
    )
    for line in waiting_lines(session, order["id"]):
        changes = {"vendor_id": order["vendor_id"], "sales_order_id": document_id}
        product = products.get(line["id"])
        session.change(OrderLine.update(**changes, vendor_product_id=product).where(OrderLine.id == line["id"]))
    return str(session.value(Document.select(Document.number).where(Document.id == document_id)))


def vendor_document(session: Session, purchase_order_id: int) -> DocumentRow | None:
    """The vendor's document of a transferred purchase order: its prebook, or the sales order that it became. Lots that
    the same purchase order has reserved are on another sales order."""
    ids = OrderLine.select(OrderLine.sales_order_id).where(OrderLine.purchase_order_id == purchase_order_id)
    return _first(session, Document.id.in_(ids) & _was_sent())


def turn_into_sales_order(session: Session, vendor_id: int, document_id: int) -> str:
    """Turn the vendor's prebook into its K2K sales order; returns its new number. It can still be found by the old
    one."""
    number = document_number(SALES_ORDER, next_value(session, vendor_id, SALES_ORDER) - 1, True)
    wanted = (Document.id == document_id) & (Document.kind == PREBOOK)
    turned = Document.update(kind=SALES_ORDER, number=number, status=PENDING, former_number=Document.number)
    session.change(turned.where(wanted))
    return number


def move_transfer(session: Session, order_id: int, before: Collection[str], after: str, **changes: object) -> bool:
    """Change the progress of a purchase order's transfer; False when it has another one."""
    wanted = (Document.id == order_id) & Document.transfer.in_(list(before))
    return session.change(Document.update(transfer=after, **changes).where(wanted)) == 1


def end_rejected(session: Session, order: DocumentRow, document: DocumentRow, reason: str) -> list[LineRow]:
    """Cancel the open lines of a rejected order at its vendor, and its documents; returns the lines before it. An order
    that has also reserved lots continues with them."""
    every = [line for line in lines_of(session, order["id"]) if line["state"] in OPEN_LINE_STATES]
    lines = [line for line in every if line["sales_order_id"] == document["id"]]
    ids = [line["id"] for line in lines]
    session.lock(Lot, [line["lot_id"] for line in lines if line["lot_id"] is not None])
    session.lock(OrderLine, ids)
    ended = OrderLine.update(state=CANCELLED, reason=reason).where(OrderLine.id.in_(ids))
    session.change(ended)
    status = VOIDED if document["kind"] == SALES_ORDER else CANCELLED
    session.change(Document.update(status=status, reason=reason).where(Document.id == document["id"]))
    changes = {"reason": reason} if len(every) > len(lines) else {"reason": reason, "status": CANCELLED}
    session.change(Document.update(**changes).where(Document.id == order["id"]))
    return lines


def need_again(session: Session, line: LineRow, reason: str) -> None:
    """Add the same goods to the same prebook, from nobody yet, without the boxes that its customer gave up."""
    wanted = line["boxes"] - line["released"]
    if line["prebook_id"] is None or not wanted:
        return
    left_out = ("vendor_id", "purchase_order_id", "sales_order_id", "vendor_product_id", "cost", "cart_id", "reason")
    copied_columns = columns_of(line, (name for name in _SPLIT if name not in (*left_out, *NO_END._fields)))
    session.insert(OrderLine, **copied_columns, boxes=wanted, reason=reason, state=NEEDED, created_at=session.now)


def confirmed(session: Session, sales_order_id: int) -> None:
    """The vendor has confirmed: missing boxes are the buyer's own need again, and the transfer is at its end."""
    short = (OrderLine.sales_order_id == sales_order_id) & (OrderLine.state == NEEDED)
    nobodys = {"vendor_id": None, "sales_order_id": None, "vendor_product_id": None, **NO_END._asdict()}
    session.change(
        OrderLine.update(**nobodys, purchase_order_id=None).where(short & OrderLine.prebook_id.is_null(False))
    )
    session.change(OrderLine.update(**nobodys).where(short))
    sent = Document.select(Document.id).where((Document.id == sales_order_id) & _was_sent())
    orders = OrderLine.select(OrderLine.purchase_order_id).where(OrderLine.sales_order_id.in_(sent))
    wanted = Document.id.in_(orders) & Document.transfer.in_((ACCEPTED, FILLED))
    session.change(Document.update(transfer=CONFIRMED).where(wanted))


def mapped_at_vendor(session: Session, buyer_id: int, vendor_id: int) -> dict[int, int]:
    """The vendor's product for each mapped product of the buyer; the latest mapping counts."""
    mine = (ProductMapping.buyer_id == buyer_id) & (ProductMapping.vendor_id == vendor_id)
    query = ProductMapping.select(ProductMapping.product_id, ProductMapping.vendor_product_id).where(mine)
    return dict(session.rows(query.order_by(ProductMapping.id)))


def numbers_beside(
    orders: Sequence[DocumentRow], lines: Mapping[int, Sequence[LineRow]], known: Mapping[int, DocumentRow]
) -> dict[int, tuple[str | None, str | None]]:
    """The numbers of the sales order and of the prebook that belong to purchase orders, by id, from their lines and
    the `known` documents of these."""
    found: dict[int, tuple[str | None, str | None]] = {}
    for order in orders:
        if order["kind"] != PURCHASE_ORDER:
            continue
        sale = prebook = None
        for line in lines.get(order["id"], ()):
            sold, booked = known.get(line["sales_order_id"] or 0), known.get(line["prebook_id"] or 0)
            sale = sold["number"] if sold is not None and sold["kind"] == SALES_ORDER else sale
            prebook = prebook or (booked["number"] if booked is not None else None)
        found[order["id"]] = (sale, prebook)
    return found


def _was_sent() -> Any:
    """Documents of vendors that were made by a transfer: a prebook, or the sales order that one became."""
    return (Document.kind == PREBOOK) | (Document.former_number != "")


def _first(session: Session, wanted: Any) -> DocumentRow | None:
    found = session.dicts(Document.select().where(wanted).order_by(Document.id).limit(1))
    return found[0] if found else None
