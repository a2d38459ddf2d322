"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in one order by everybody: carts, documents, lots, lines, boxes, each in ascending id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from peewee import BaseQuery

from k2k_core.domain.items import OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.orders import (
    APPROVED,
    CANCELLED,
    DRAFT,
    IN_CART,
    INVOICE_ORDER,
    OPEN_LINE_STATES,
    PENDING,
    PENDING_APPROVAL,
    PREBOOK,
    PURCHASE_ORDER,
    SALES_ORDER,
    VOIDED,
)
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import number_for
from k2k_core.services.mapping import product_for
from k2k_core.services.selling import Pick
from k2k_core.store import stock
from k2k_core.store.tables import Document, Lot, OrderLine
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Header:
    """What all lines of one purchase have in common. `cart_id` is None for prebooks and standalone purchase orders,
    `customer` for the latter; `approved` is true for e-commerce."""

    buyer: CompanyFacts
    customer: Customer | None
    ship_date: dt.date
    ship_via: str
    handler: ShipViaHandler
    carrier: str = ""
    cart_id: int | None = None
    approved: bool = True
    expires_at: dt.datetime | None = None

    @property
    def ship_to(self) -> dict[str, str]:
        """Where the vendor's boxes go: to the buyer company, or to its customer."""
        address = self.handler.ship_to(self.customer) if self.customer else None
        return asdict(address or ShipTo(name=self.buyer.company.name))


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of a line."""

    prebook_id: int | None = None
    purchase_order_id: int | None = None
    sales_order_id: int | None = None
    invoice_order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One line that was written, and its documents."""

    line_id: int
    pick: Pick
    papers: Papers


class OrderWriter:
    """Writes the lines of one purchase: documents found or opened, lines inserted, boxes taken."""

    def __init__(self, session: Session, header: Header) -> None:
        self._session = session
        self._header = header
        self._opened: dict[tuple[object, ...], tuple[int, ...]] = {}

    def write(self, picks: Sequence[Pick]) -> list[Written]:
        """One line for each pick. `InsufficientStock` undoes the whole unit of work."""
        session = self._session
        papers = [self._papers(pick) for pick in picks]
        session.lock(Lot, [pick.lot.id for pick in picks])
        written = [self._insert(pick, ids) for pick, ids in zip(picks, papers, strict=True)]
        for one in sorted(written, key=lambda one: one.pick.lot.id):
            pick = one.pick
            stock.take(session, pick.owner.id, pick.lot.id, pick.boxes, "ordered", one.line_id)
        return written

    def _papers(self, pick: Pick) -> Papers:
        """On-hand stock makes an invoice order; all else a prebook, and a vendor's boxes its two orders too."""
        customer, kind = self._header.customer, pick.lot.inventory_type
        if kind in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS) and customer is not None:
            return Papers(invoice_order_id=self._own_document(INVOICE_ORDER))
        prebook = self._own_document(PREBOOK) if customer is not None else None
        if pick.vendor is None:
            return Papers(prebook_id=prebook)
        return Papers(prebook, *self._vendor_orders(pick))

    def _own_document(self, kind: str) -> int:
        """The cart's own document of a kind; without a cart the one that this purchase has opened."""
        if (kind,) not in self._opened:
            self._opened[(kind,)] = (self._document_of_cart(kind) or self._new_own_document(kind),)
        return self._opened[(kind,)][0]

    def _document_of_cart(self, kind: str) -> int | None:
        header = self._header
        if header.cart_id is None:
            return None
        mine = (Document.company_id == header.buyer.id) & (Document.cart_id == header.cart_id)
        found: int | None = self._session.value(
            Document.select(Document.id).where(mine & (Document.kind == kind) & (Document.status == DRAFT))
        )
        return found

    def _new_own_document(self, kind: str) -> int:
        session, header, buyer = self._session, self._header, self._header.buyer
        return session.insert(
            Document,
            company_id=buyer.id,
            kind=kind,
            number=number_for(session, buyer.id, kind),
            status=DRAFT,
            k2k=kind == PREBOOK,
            buyer_id=buyer.id,
            customer_id=header.customer.id if header.customer else None,
            cart_id=header.cart_id,
            ship_date=header.ship_date,
            ship_via=header.ship_via,
            ship_to=asdict(header.customer.ship_to) if header.customer else {},
            carrier=header.carrier,
            sales_type=_sales_type(buyer) if kind == PREBOOK else "open_market",
            currency=buyer.company.currency,
            created_at=session.now,
        )

    def _vendor_orders(self, pick: Pick) -> tuple[int, int]:
        """The purchase order of the buyer and the sales order of the vendor that take this line."""
        key = (PURCHASE_ORDER, pick.owner.id, pick.vendor_ship_date)
        if key not in self._opened:
            self._opened[key] = self._joined(pick) or self._new_vendor_orders(pick)
        purchase_order, sales_order = self._opened[key]
        return purchase_order, sales_order

    def _joined(self, pick: Pick) -> tuple[int, int] | None:
        """An open pair to join, held until the end so that nobody confirms or approves it meanwhile."""
        session, header = self._session, self._header
        if header.cart_id is None and header.buyer.company.settings.separate_po_per_purchase:
            return None
        found = session.first(self._open_purchase_order(pick))
        if found is None:
            return None
        session.lock(Document, found)
        open_states = (APPROVED, PENDING_APPROVAL, PENDING)
        pair = Document.id.in_(found) & Document.status.in_(open_states)
        if len(session.rows(Document.select(Document.id).where(pair))) != 2:
            return None
        return int(found[0]), int(found[1])

    def _open_purchase_order(self, pick: Pick) -> BaseQuery:
        """A cart extends its own approved order; others join one that is pending approval (domain section 5)."""
        header = self._header
        if header.cart_id is not None:
            mine = (Document.cart_id == header.cart_id) & (Document.status == APPROVED)
        else:
            mine = (Document.status == PENDING_APPROVAL) & (Document.ship_to == header.ship_to)
        same = (
            (Document.company_id == header.buyer.id)
            & (Document.kind == PURCHASE_ORDER)
            & (Document.vendor_id == pick.owner.id)
            & (Document.vendor_ship_date == pick.vendor_ship_date)
            & (Document.ship_via == header.ship_via)
        )
        return (
            Document.select(Document.id, OrderLine.sales_order_id)
            .join(OrderLine, on=OrderLine.purchase_order_id == Document.id)
            .where(same & mine & OrderLine.sales_order_id.is_null(False))
            .order_by(Document.id)
        )

    def _new_vendor_orders(self, pick: Pick) -> tuple[int, int]:
        session, header = self._session, self._header
        buyer, vendor = header.buyer, pick.owner
        common = {
            "k2k": True,
            "vendor_id": vendor.id,
            "buyer_id": buyer.id,
            "cart_id": header.cart_id,
            "ship_date": header.ship_date,
            "vendor_ship_date": pick.vendor_ship_date,
            "ship_via": header.ship_via,
            "ship_to": header.ship_to,
            "sales_type": _sales_type(buyer),
            "currency": vendor.company.currency,
            "created_at": session.now,
        }
        purchase_order = session.insert(
            Document,
            company_id=buyer.id,
            kind=PURCHASE_ORDER,
            number=number_for(session, buyer.id, PURCHASE_ORDER),
            status=APPROVED if header.approved else PENDING_APPROVAL,
            **common,
        )
        sales_order = session.insert(
            Document,
            company_id=vendor.id,
            kind=SALES_ORDER,
            number=number_for(session, vendor.id, SALES_ORDER, k2k=True),
            status=PENDING,
            **common,
        )
        return purchase_order, sales_order

    def _insert(self, pick: Pick, papers: Papers) -> Written:
        session, header, lot = self._session, self._header, pick.lot
        buyer, customer = header.buyer, header.customer
        line_id = session.insert(
            OrderLine,
            buyer_id=buyer.id,
            vendor_id=pick.vendor.id if pick.vendor else None,
            lot_company_id=pick.owner.id,
            lot_id=lot.id,
            cart_id=header.cart_id,
            **asdict(papers),
            customer_id=customer.id if customer else None,
            product_id=product_for(session, buyer, pick),
            vendor_product_id=pick.vendor_product_id,
            description=lot.product.description,
            inventory_type=lot.inventory_type,
            box_type=lot.box_type,
            boxes=pick.boxes,
            units_per_box=lot.units_per_box,
            unit_type=lot.unit_type,
            stems_per_bunch=lot.stems_per_bunch,
            price=pick.price,
            cost=pick.cost,
            landed_cost=pick.landed_cost,
            components=pick.components,
            state=IN_CART,
            mark_code=customer.code if customer else "",
            expires_at=header.expires_at,
            explanation=pick.explanation,
            vendor_explanation=pick.vendor_explanation,
            created_at=session.now,
        )
        return Written(line_id, pick, papers)


def close_empty_documents(session: Session, documents: Iterable[int | None]) -> None:
    """Give documents whose last open line has ended their final status: cancelled, or voided for a sales order."""
    ids = sorted({document for document in documents if document is not None})
    if not ids:
        return
    columns = (
        OrderLine.prebook_id,
        OrderLine.purchase_order_id,
        OrderLine.sales_order_id,
        OrderLine.invoice_order_id,
    )
    session.lock(Document, ids)
    touching = columns[0].in_(ids) | columns[1].in_(ids) | columns[2].in_(ids) | columns[3].in_(ids)
    rows = session.rows(OrderLine.select(*columns).where(touching & OrderLine.state.in_(OPEN_LINE_STATES)))
    alive = {document for row in rows for document in row}
    empty = [document for document in ids if document not in alive]
    if empty:
        is_order = Document.kind == SALES_ORDER
        gone = Document.id.in_(empty)
        session.change(Document.update(status=VOIDED).where(gone & is_order))
        session.change(Document.update(status=CANCELLED).where(gone & ~is_order))


def _sales_type(buyer: CompanyFacts) -> str:
    return "open_market" if buyer.company.settings.classify_k2k_as_open_market else "prebook"
