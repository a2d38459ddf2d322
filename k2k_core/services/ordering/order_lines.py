"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in the order that `store.orders` names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2k_core.domain.answers.ordering import PlacedLine, PlacedOrder
from k2k_core.domain.billing import ChargeTerms, charge_terms_from
from k2k_core.domain.money import money
from k2k_core.domain.order_ends import OrderEnd
from k2k_core.domain.orders import CANCELLED
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.journal import emit
from k2k_core.services.ordering.order_documents import Header, OrderDocuments, documents_for
from k2k_core.services.ordering.order_ends import end_at_vendor, end_of_own_stock
from k2k_core.services.ordering.order_planning import PlannedLine, Versions, require_current
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.master_data import mappings
from k2k_core.store.orders import charge_terms, order_writes
from k2k_core.store.orders.documents import update_statuses
from k2k_core.store.orders.order_writes import EndedLine

if TYPE_CHECKING:
    from k2k_core.services.ordering.order_planning import PlannedLine


@dataclass(frozen=True, slots=True)
class Written:
    """One line that was written, and its documents."""

    line_id: int
    pick: PlannedLine
    papers: OrderDocuments


def write_lines(session: Session, header: Header, marks: Versions, picks: Sequence[PlannedLine]) -> list[Written]:
    """One line for each pick: documents held or opened, lines inserted, boxes taken.

    `marks` are what the picks were worked out from. `InsufficientStock` and `StalePlan` undo the whole unit of work.
    """
    papers = documents_for(session, header, picks)
    order_writes.lock_lots(session, [pick.lot.id for pick in picks])
    # Only now: whoever has put one of these lots on hold before they were locked is seen.
    require_current(session, marks)
    agreed = (
        {} if header.alone else charge_terms.agreed(session, {i for one in papers for i in one.ids().values() if i})
    )
    rows = [_row(session, header, pick, one, agreed) for pick, one in zip(picks, papers, strict=True)]
    ids = order_writes.add_lines(session, rows)
    written = [Written(*one) for one in zip(ids, picks, papers, strict=True)]
    for one in sorted(written, key=lambda one: one.pick.lot.id):
        pick = one.pick
        stock_ledger.take(session, pick.owner.id, pick.lot.id, pick.boxes, "ordered", one.line_id)
    return written


def _row(
    session: Session, header: Header, pick: PlannedLine, papers: OrderDocuments, agreed: Mapping[int, Any]
) -> dict[str, Any]:
    buyer, customer, lot, own = header.buyer, header.customer, pick.lot, papers.prebook or papers.invoice_order
    return {
        "buyer_id": buyer.id,
        "vendor_id": pick.vendor.id if pick.vendor else None,
        "lot_company_id": pick.owner.id,
        "lot_id": lot.id,
        "cart_id": header.cart_id,
        **papers.ids(),
        "customer_id": customer.id if customer else None,
        "product_id": product_for(session, buyer, pick),
        "vendor_product_id": pick.vendor_product_id,
        "description": lot.product.description,
        "inventory_type": lot.inventory_type,
        "box_type": lot.box_type,
        "boxes": pick.boxes,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "price": pick.price,
        "cost": pick.cost,
        "landed_cost": pick.landed_cost,
        "components": pick.components,
        **charges_on(pick, own.id if own else None, papers.sales_order.id if papers.sales_order else None, agreed),
        "mark_code": customer.code if customer else "",
        **_end(session, header, pick)._asdict(),
        "explanation": pick.explanation,
        "vendor_explanation": pick.vendor_explanation,
        **frozen_box(pick),
    }


def charges_on(
    pick: PlannedLine, own: int | None, sales_order: int | None, agreed: Mapping[int, Any]
) -> dict[str, dict[str, int]]:
    """What a box is charged apart from its price and from its cost, on the buyer's own order and on the vendor's.
    `agreed` are the terms of those orders of which a line was agreed before."""
    return {
        "charges": pick.charges_by(_terms(agreed.get(own or 0), pick.charged.customers)),
        "vendor_charges": pick.vendor_charges_by(_terms(agreed.get(sales_order or 0), pick.charged.vendors)),
    }


def _terms(kept: Mapping[str, Any] | None, today: ChargeTerms) -> ChargeTerms:
    """The terms by which a box of an order is charged: those agreed on, where its price leaves such charges out today
    as it did then."""
    if kept is None or today.fuel is None:
        return today
    terms = charge_terms_from(kept)
    return today if terms.fuel is None else terms


def frozen_box(pick: PlannedLine) -> dict[str, Any]:
    """What a line keeps of its boxes, and what the vendor calls them (domain section 5)."""
    theirs = pick.vendor_lot
    return {
        "vendor_description": theirs.product.description if theirs else None,
        "vendor_box_type": theirs.box_type if theirs else None,
        "fbe": pick.lot.received.fbe if pick.lot.received else pick.lot.fbe,
        "dimensions": pick.dimensions,
    }


def _end(session: Session, header: Header, pick: PlannedLine) -> OrderEnd:
    """A line in a cart ends with it; another one waits for its approval."""
    if header.cart_id is not None:
        return OrderEnd(header.expires_at)
    if pick.vendor is not None:
        return end_at_vendor(session, header.buyer, pick.vendor, pick.vendor_ship_date, pick.lot)
    if header.customer is None:
        raise TypeError("own stock is sold to a customer")
    return end_of_own_stock(session, header.buyer, header.customer, header.ship_date, pick.lot)


def emit_lines_added(session: Session, buyer: CompanySnapshot, written: Sequence[Written]) -> None:
    """Emit `order_line.added` for each line, to the buyer and, of a vendor's boxes, to the vendor."""
    for one in written:
        vendor = one.pick.vendor
        data = {"line": str(one.line_id), "lot": one.pick.lot.ref, "boxes": one.pick.boxes}
        emit(session, "order_line.added", data, [buyer.id, vendor.id if vendor else None])


def placed_order(
    buyer: CompanySnapshot, written: Sequence[Written], cart: str | None = None, expires_at: dt.datetime | None = None
) -> PlacedOrder:
    """The lines with their prices, and the first document of each kind: own boxes and a vendor's may stand together."""
    papers = [one.papers.numbers() for one in written]
    first = {kind: next((each[kind] for each in papers if each[kind]), None) for kind in OrderDocuments._fields}
    return {
        "cart": cart,
        "expires_at": expires_at.isoformat() if expires_at else None,
        "prebook": first["prebook"],
        "purchase_order": first["purchase_order"],
        "sales_order": first["sales_order"],
        "invoice_order": first["invoice_order"],
        "lines": [_line(buyer, one, each) for one, each in zip(written, papers, strict=True)],
    }


def _line(buyer: CompanySnapshot, one: Written, papers: dict[str, str | None]) -> PlacedLine:
    pick = one.pick
    return {
        "line": str(one.line_id),
        "lot": pick.lot.ref,
        "boxes": pick.boxes,
        "price": None if pick.price is None else money(pick.price, buyer.company.currency),
        "purchase_order": papers["purchase_order"],
        "sales_order": papers["sales_order"],
    }


def release(
    session: Session, line_ids: Sequence[int], states: Collection[str], *, to: str = CANCELLED, reason: str = ""
) -> list[EndedLine]:
    """End those of the lines that are still in one of `states`, in one conditional UPDATE; their boxes return.

    Answers the lines that this unit of work has ended: one that somebody else has confirmed, cancelled or expired first
    is not among them.
    """
    if not line_ids:
        return []
    ended = order_writes.end_lines(session, line_ids, states, to, reason)
    for line in ended:
        if line.lot_company_id is not None and line.lot_id is not None:
            stock_ledger.give_back(session, line.lot_company_id, line.lot_id, line.boxes, to, line.line_id)
        data = {"line": str(line.line_id), "boxes": line.boxes, "reason": reason}
        emit(session, f"order_line.{to}", data, [line.buyer_id, line.vendor_id])
    if ended:
        prebooks, purchase_orders, sales_orders, invoice_orders = (_documents(ended, place) for place in range(4))
        update_statuses(session, prebooks, purchase_orders, [*sales_orders, *invoice_orders])
    return ended


def _documents(ended: Sequence[EndedLine], place: int) -> list[int]:
    return sorted({document for line in ended if (document := line.documents[place]) is not None})


def product_for(session: Session, buyer: CompanySnapshot, pick: PlannedLine) -> int | None:
    """The buyer's product of a pick. An automatic mapping is written down when it is first sold: the vendor's product
    and its category are added to the buyer where nothing matched."""
    mapped = pick.mapped
    if mapped is None or pick.vendor is None or pick.vendor_product_id is None:
        return buyer.product_ids(session).get(pick.lot.product.code)
    product_id = mapped.product_id or mappings.add_copy(session, buyer.id, pick.lot.product)
    if mapped.automatic:
        mappings.remember_mapping(session, buyer.id, pick.vendor.id, pick.vendor_product_id, product_id)
    return product_id
