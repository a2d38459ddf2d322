"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in the order of `store.orders.order_writes`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2k_core.domain.answers.ordering import PlacedLine, PlacedOrder
from k2k_core.domain.money import money
from k2k_core.domain.order_charges import ChargeTerms, charge_terms_from
from k2k_core.domain.order_ends import OrderEnd
from k2k_core.domain.orders import CANCELLED
from k2k_core.domain.parsing import iso_text
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.journal import LineCompanies, emit_of_line
from k2k_core.services.ordering.order_documents import Header, OrderDocuments, documents_for
from k2k_core.services.ordering.order_ends import end_at_vendor, end_of_own_stock
from k2k_core.services.ordering.order_planning import PlannedLine, Versions, require_current
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.inventory.stock_ledger import Taken
from k2k_core.store.master_data import mappings
from k2k_core.store.orders import charge_terms, order_writes
from k2k_core.store.orders.documents import update_statuses
from k2k_core.store.orders.order_writes import EndedLine

if TYPE_CHECKING:
    from k2k_core.services.ordering.order_planning import PlannedLine


@dataclass(frozen=True, slots=True)
class Written:
    """One line that was written, and its documents; the boxes that are available of its lot after it, and the lot's
    last movement."""

    line_id: int
    planned: PlannedLine
    documents: OrderDocuments
    available: int
    movement: int


def write_lines(
    session: Session, header: Header, versions: Versions, planned_lines: Sequence[PlannedLine]
) -> list[Written]:
    """One order line for each planned line: documents locked or opened, lines inserted, boxes taken.

    `versions` are those that the plan was made from. `InsufficientStock` and `StalePlan` roll back the whole unit of
    work.
    """
    documents = documents_for(session, header, planned_lines)
    order_writes.lock_lots(session, [planned.lot.id for planned in planned_lines])
    # Only now: whoever has put one of these lots on hold before they were locked is seen.
    require_current(session, versions)
    agreed = (
        {}
        if header.numbers is not None
        else charge_terms.agreed(session, {i for one in documents for i in one.ids().values() if i})
    )
    products = _products_for(session, header.buyer, planned_lines)
    rows = [
        {**_row(session, header, planned, one, agreed), "product_id": product_id}
        for planned, one, product_id in zip(planned_lines, documents, products, strict=True)
    ]
    ids = order_writes.add_lines(session, rows)
    wanted = [
        Taken(planned.owner.id, planned.lot.id, planned.boxes, line_id)
        for line_id, planned in zip(ids, planned_lines, strict=True)
    ]
    left = stock_ledger.take_all(session, sorted(wanted, key=lambda one: one.lot_id), "ordered")
    return [
        Written(line_id, planned, one, *left[planned.lot.id])
        for line_id, planned, one in zip(ids, planned_lines, documents, strict=True)
    ]


def _row(
    session: Session, header: Header, planned: PlannedLine, documents: OrderDocuments, agreed: Mapping[int, Any]
) -> dict[str, Any]:
    buyer, customer, lot, own = header.buyer, header.customer, planned.lot, documents.prebook or documents.invoice_order
    return {
        "buyer_id": buyer.id,
        "vendor_id": planned.vendor.id if planned.vendor else None,
        "lot_company_id": planned.owner.id,
        "lot_id": lot.id,
        "cart_id": header.cart_id,
        **documents.ids(),
        "customer_id": customer.id if customer else None,
        "vendor_product_id": planned.vendor_product_id,
        "description": lot.product.description,
        "inventory_type": lot.inventory_type,
        "box_type": lot.box_type,
        "boxes": planned.boxes,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "price": planned.price,
        "cost": planned.cost,
        "landed_cost": planned.landed_cost,
        "components": planned.components,
        **charges_on(
            planned, own.id if own else None, documents.sales_order.id if documents.sales_order else None, agreed
        ),
        "mark_code": customer.code if customer else "",
        **_end(session, header, planned)._asdict(),
        "explanation": planned.explanation,
        "goods": _goods(planned),
        "vendor_explanation": planned.vendor_explanation,
        **frozen_box(planned),
    }


def _goods(planned: PlannedLine) -> str | None:
    """The goods whose hidden vendors have numbers by this line."""
    sources = planned.explanation.get("sources") if planned.explanation else None
    return sources["goods"] if sources else None


def charges_on(
    planned: PlannedLine, own: int | None, sales_order: int | None, agreed: Mapping[int, Any]
) -> dict[str, dict[str, int]]:
    """The separate charges of a box on the buyer's own order and on the vendor's. `agreed` are the terms of those
    orders of which a line was agreed before."""
    return {
        "charges": planned.charges_by(_terms(agreed.get(own or 0), planned.charged.customers)),
        "vendor_charges": planned.vendor_charges_by(_terms(agreed.get(sales_order or 0), planned.charged.vendors)),
    }


def _terms(agreed: Mapping[str, Any] | None, today: ChargeTerms) -> ChargeTerms:
    """The terms of the charges of a box on an order: the agreed ones, if its price leaves such charges out today as it
    did then."""
    if agreed is None or today.fuel is None:
        return today
    terms = charge_terms_from(agreed)
    return today if terms.fuel is None else terms


def frozen_box(planned: PlannedLine) -> dict[str, Any]:
    """What a line stores of its boxes, with the vendor's codes for them (domain section 5)."""
    theirs = planned.vendor_lot
    return {
        "vendor_description": theirs.product.description if theirs else None,
        "vendor_box_type": theirs.box_type if theirs else None,
        "fbe": planned.lot.received.fbe if planned.lot.received else planned.lot.fbe,
        "dimensions": planned.dimensions,
    }


def _end(session: Session, header: Header, planned: PlannedLine) -> OrderEnd:
    """A line in a cart ends with it; another one waits for its approval."""
    if header.cart_id is not None:
        return OrderEnd(header.expires_at)
    if planned.vendor is not None:
        return end_at_vendor(session, header.buyer, planned.vendor, planned.vendor_ship_date, planned.lot)
    if header.customer is None:
        raise TypeError("own stock is sold to a customer")
    return end_of_own_stock(session, header.buyer, header.customer, header.ship_date, planned.lot)


def emit_lines_added(session: Session, buyer: CompanySnapshot, written: Sequence[Written]) -> None:
    """Emit `order_line.added` for each line, to the buyer and, of a vendor's boxes, to the vendor."""
    for one in written:
        vendor = one.planned.vendor
        companies = LineCompanies(buyer.id, vendor.id if vendor else None)
        emit_of_line(session, "order_line.added", one.line_id, {}, companies)


def placed_order(
    buyer: CompanySnapshot,
    written: Sequence[Written],
    cart: str | None = None,
    expires_at: dt.datetime | None = None,
    rows: Iterable[int] | None = None,
) -> PlacedOrder:
    """The lines with their prices, and the first document of each kind: own boxes and a vendor's may be in one
    order. `rows` are the places of the wanted lines, where one may have become several."""
    numbers = [one.documents.numbers() for one in written]
    first = {kind: next((each[kind] for each in numbers if each[kind]), None) for kind in OrderDocuments._fields}
    return {
        "cart": cart,
        "expires_at": iso_text(expires_at),
        "prebook": first["prebook"],
        "purchase_order": first["purchase_order"],
        "sales_order": first["sales_order"],
        "invoice_order": first["invoice_order"],
        "lines": [
            _line(buyer, one, each, row)
            for one, each, row in zip(written, numbers, range(len(written)) if rows is None else rows, strict=True)
        ],
    }


def _line(buyer: CompanySnapshot, one: Written, numbers: dict[str, str | None], row: int) -> PlacedLine:
    planned = one.planned
    return {
        "line": str(one.line_id),
        "lot": planned.lot.ref,
        "boxes": planned.boxes,
        "price": None if planned.price is None else money(planned.price, buyer.company.currency),
        "purchase_order": numbers["purchase_order"],
        "sales_order": numbers["sales_order"],
        "available": one.available,
        "movement": one.movement,
        "row": row,
    }


def release(
    session: Session, line_ids: Sequence[int], states: Collection[str], *, to: str = CANCELLED, reason: str = ""
) -> list[EndedLine]:
    """End those of the lines that are still in one of `states`, in one conditional UPDATE; their boxes return.

    Returns the lines that this unit of work has ended: one that was confirmed, cancelled or expired before is not among
    them.
    """
    if not line_ids:
        return []
    ended = order_writes.end_lines(session, line_ids, states, to, reason)
    for line in ended:
        if line.lot_company_id is not None and line.lot_id is not None:
            stock_ledger.give_back(session, line.lot_company_id, line.lot_id, line.boxes, to, line.line_id)
        data = {"boxes": line.boxes, "reason": reason}
        emit_of_line(session, f"order_line.{to}", line.line_id, data, LineCompanies(line.buyer_id, line.vendor_id))
    if ended:
        prebooks, purchase_orders, sales_orders, invoice_orders = (_documents(ended, place) for place in range(4))
        update_statuses(session, prebooks, purchase_orders, [*sales_orders, *invoice_orders])
        tell_watchers(session, [*prebooks, *purchase_orders, *sales_orders, *invoice_orders])
    return ended


def _documents(ended: Sequence[EndedLine], place: int) -> list[int]:
    return sorted({document for line in ended if (document := line.documents[place]) is not None})


def _products_for(session: Session, buyer: CompanySnapshot, lines: Sequence[PlannedLine]) -> list[int | None]:
    """The buyer's products of planned lines; what is mapped already is read at once."""
    automatic = [one.vendor_product_id for one in lines if one.mapped is not None and one.mapped.automatic]
    known = mappings.known_mappings(session, buyer.id, [one for one in automatic if one is not None])
    return [product_for(session, buyer, planned, known) for planned in lines]


def product_for(
    session: Session, buyer: CompanySnapshot, planned: PlannedLine, known: Mapping[int, int] | None = None
) -> int | None:
    """The buyer's product of a planned line. An automatic mapping is stored when it is first sold: the vendor's product
    and its category are added to the buyer where nothing matched. `known` are mappings of vendors' products."""
    mapped = planned.mapped
    if mapped is None or planned.vendor is None or planned.vendor_product_id is None:
        return buyer.product_ids(session).get(planned.lot.product.code)
    product_id = mapped.product_id or mappings.add_copy(session, buyer.id, planned.lot.product)
    if mapped.automatic and (known or {}).get(planned.vendor_product_id) != product_id:
        mappings.remember_mapping(session, buyer.id, planned.vendor.id, planned.vendor_product_id, product_id)
    return product_id
