"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in the order that `store.orders` names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.orders import (
    APPROVED,
    DRAFT,
    INVOICE_ORDER,
    PENDING,
    PENDING_APPROVAL,
    PREBOOK,
    PURCHASE_ORDER,
    SALES_ORDER,
)
from k2k_core.domain.parties import Customer, ShipTo, weekday
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.mapping import product_for
from k2k_core.services.selling import Pick
from k2k_core.store import orders, stock
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Header:
    """What all lines of one purchase have in common. `cart_id` is None for prebooks and standalone purchase orders,
    `customer` for the latter; `approved` is true for e-commerce; `prebook_id` names a prebook that the lines join."""

    buyer: CompanyFacts
    customer: Customer | None
    ship_date: dt.date
    ship_via: str
    handler: ShipViaHandler
    carrier: str = ""
    cart_id: int | None = None
    approved: bool = True
    expires_at: dt.datetime | None = None
    prebook_id: int | None = None

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
        orders.lock_lots(session, [pick.lot.id for pick in picks])
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
        if prebook is not None:
            orders.mark_k2k(self._session, prebook)
        return Papers(prebook, *self._vendor_orders(pick))

    def _own_document(self, kind: str) -> int:
        """The cart's own document of a kind; without a cart the one that this purchase has opened."""
        if (kind,) not in self._opened:
            self._opened[(kind,)] = (self._document_of_cart(kind) or self._new_own_document(kind),)
        return self._opened[(kind,)][0]

    def _document_of_cart(self, kind: str) -> int | None:
        header = self._header
        if header.prebook_id is not None and kind == PREBOOK:
            return header.prebook_id
        if header.cart_id is None:
            return None
        return orders.draft_of_cart(self._session, header.buyer.id, header.cart_id, kind)

    def _new_own_document(self, kind: str) -> int:
        header, buyer, is_prebook = self._header, self._header.buyer, kind == PREBOOK
        return orders.open_document(
            self._session,
            buyer.id,
            kind,
            k2k=False,
            status=DRAFT,
            buyer_id=buyer.id,
            customer_id=header.customer.id if header.customer else None,
            cart_id=header.cart_id,
            ship_date=header.ship_date,
            ship_via=header.ship_via,
            ship_to=asdict(header.customer.ship_to) if header.customer else {},
            carrier=header.carrier,
            sales_type=sales_type(buyer) if is_prebook else "open_market",
            currency=buyer.company.currency,
        )

    def _vendor_orders(self, pick: Pick) -> tuple[int, int]:
        """The purchase order of the buyer and the sales order of the vendor that take this line."""
        key = (PURCHASE_ORDER, pick.owner.id, pick.vendor_ship_date)
        if key not in self._opened:
            self._opened[key] = self._joined(pick) or self._new_vendor_orders(pick)
        purchase_order, sales_order = self._opened[key]
        return purchase_order, sales_order

    def _joined(self, pick: Pick) -> tuple[int, int] | None:
        header = self._header
        if header.cart_id is None and header.buyer.company.settings.separate_po_per_purchase:
            return None
        return orders.joinable_orders(
            self._session,
            buyer_id=header.buyer.id,
            vendor_id=pick.owner.id,
            vendor_ship_date=pick.vendor_ship_date,
            ship_via=header.ship_via,
            ship_to=header.ship_to,
            cart_id=header.cart_id,
        )

    def _new_vendor_orders(self, pick: Pick) -> tuple[int, int]:
        session, header = self._session, self._header
        buyer, vendor = header.buyer, pick.owner
        common: dict[str, Any] = {
            "k2k": True,
            "vendor_id": vendor.id,
            "buyer_id": buyer.id,
            "cart_id": header.cart_id,
            "ship_date": header.ship_date,
            "vendor_ship_date": pick.vendor_ship_date,
            "ship_via": header.ship_via,
            "ship_to": header.ship_to,
            "carrier": vendor_carrier(session, vendor, buyer, pick.vendor_ship_date),
            "sales_type": sales_type(buyer),
            "currency": vendor.company.currency,
        }
        status = APPROVED if header.approved else PENDING_APPROVAL
        purchase_order = orders.open_document(session, buyer.id, PURCHASE_ORDER, status=status, **common)
        sales_order = orders.open_document(session, vendor.id, SALES_ORDER, status=PENDING, **common)
        return purchase_order, sales_order

    def _insert(self, pick: Pick, papers: Papers) -> Written:
        session, header, lot = self._session, self._header, pick.lot
        buyer, customer = header.buyer, header.customer
        line_id = orders.add_line(
            session,
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
            charges=pick.charges,
            mark_code=customer.code if customer else "",
            expires_at=header.expires_at,
            explanation=pick.explanation,
            vendor_explanation=pick.vendor_explanation,
        )
        return Written(line_id, pick, papers)


def vendor_carrier(session: Session, vendor: CompanyFacts, buyer: CompanyFacts, leaves: dt.date) -> str:
    """The carrier that serves a buyer on the day on which a vendor's boxes leave; nobody is named without one."""
    record = vendor.customer_for(session, buyer.code)
    return record.days_of_service.get(weekday(leaves), "") if record else ""


def sales_type(buyer: CompanyFacts) -> str:
    """As what K2K sales of a buyer count (domain section 5, "Sales type")."""
    return "open_market" if buyer.company.settings.classify_k2k_as_open_market else "prebook"
