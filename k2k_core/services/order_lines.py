"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in the order that `store.orders` names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
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
from k2k_core.services.selling import Marks, Pick, require_unmoved
from k2k_core.store import orders, stock
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Header:
    """What all lines of one purchase have in common. `cart_id` is None for prebooks and standalone purchase orders,
    `customer` for the latter; `approved` is true for e-commerce; `prebook_id` names a prebook that the lines join;
    `alone` says that there is nothing yet that they could join: the cart is new."""

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
    alone: bool = False

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


Key = tuple[object, ...]
"""A document that lines of one purchase share: its kind, and for orders the vendor and the day on which it ships."""


class OrderWriter:
    """Writes the lines of one purchase: documents found or opened, lines inserted, boxes taken. `marks` are what the
    picks were worked out from."""

    def __init__(self, session: Session, header: Header, marks: Marks) -> None:
        self._session = session
        self._header = header
        self._marks = marks
        self._opened: dict[Key, tuple[int, ...]] = {}

    def write(self, picks: Sequence[Pick]) -> list[Written]:
        """One line for each pick. `InsufficientStock` and `Moved` undo the whole unit of work."""
        session = self._session
        self._opened = self._joined(self._keys(picks))
        self._reserve_numbers(picks)
        papers = [self._papers(pick) for pick in picks]
        orders.lock_lots(session, [pick.lot.id for pick in picks])
        # Only now: whoever has put one of these lots on hold before they were locked is seen.
        require_unmoved(session, self._marks)
        written = [self._insert(pick, ids) for pick, ids in zip(picks, papers, strict=True)]
        for one in sorted(written, key=lambda one: one.pick.lot.id):
            pick = one.pick
            stock.take(session, pick.owner.id, pick.lot.id, pick.boxes, "ordered", one.line_id)
        return written

    def _papers(self, pick: Pick) -> Papers:
        """On-hand stock makes an invoice order; all else a prebook, and a vendor's boxes its two orders too."""
        own, vendors = self._own_kind(pick), pick.vendor is not None
        mine = self._own_document(own) if own is not None else None
        if own == INVOICE_ORDER:
            return Papers(invoice_order_id=mine)
        if mine is not None and vendors:
            orders.mark_k2k(self._session, mine)
        return Papers(mine, *self._vendor_orders(pick)) if vendors else Papers(prebook_id=mine)

    def _own_kind(self, pick: Pick) -> str | None:
        """Which document of the buyer's own takes a line; none when the buyer buys for itself."""
        if self._header.customer is None:
            return None
        on_hand = pick.lot.inventory_type in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS)
        return INVOICE_ORDER if on_hand else PREBOOK

    def _keys(self, picks: Sequence[Pick]) -> dict[Key, Pick]:
        """Which documents the lines need, each with one of its lines."""
        needed: dict[Key, Pick] = {}
        for pick in picks:
            own = self._own_kind(pick)
            if own is not None:
                needed.setdefault((own,), pick)
            if pick.vendor is not None and own != INVOICE_ORDER:
                needed.setdefault(_order_key(pick), pick)
        return needed

    def _joined(self, needed: Mapping[Key, Pick]) -> dict[Key, tuple[int, ...]]:
        """The documents there are already, held until the end."""
        header = self._header
        if header.alone:
            return {}
        found = self._held(needed)
        if header.cart_id is None and any(key[0] == PURCHASE_ORDER for key in needed):
            orders.one_after_the_other(self._session, header.buyer.id)
            found = self._held(needed)
        return found

    def _held(self, needed: Mapping[Key, Pick]) -> dict[Key, tuple[int, ...]]:
        """What was found is looked for again once it is held: somebody may have closed it, or opened another one."""
        held: set[int] = set()
        while True:
            found = self._existing(needed)
            ids = {one for documents in found.values() for one in documents}
            if ids <= held:
                return found
            orders.hold_documents(self._session, ids - held)
            held |= ids

    def _existing(self, needed: Mapping[Key, Pick]) -> dict[Key, tuple[int, ...]]:
        header = self._header
        found: dict[Key, tuple[int, ...]] = {}
        if header.prebook_id is not None:
            found[(PREBOOK,)] = (header.prebook_id,)
        for key, pick in needed.items():
            if key[0] == PURCHASE_ORDER:
                if (pair := self._joinable(pick)) is not None:
                    found[key] = pair
            elif key not in found and header.cart_id is not None:
                draft = orders.draft_of_cart(self._session, header.buyer.id, header.cart_id, str(key[0]))
                if draft is not None:
                    found[key] = (draft,)
        return found

    def _reserve_numbers(self, picks: Sequence[Pick]) -> None:
        """Several numbers are held in one order by everybody before any of them is taken."""
        missing = [key for key in self._keys(picks) if key not in self._opened]
        kinds, buyer_id = {str(key[0]) for key in missing}, self._header.buyer.id
        if len(missing) < 2 or (len(missing) == 2 and kinds == {PREBOOK, PURCHASE_ORDER}):
            return  # taken in this order anyway
        own = [(buyer_id, kind) for kind in (INVOICE_ORDER, PREBOOK, PURCHASE_ORDER) if kind in kinds]
        vendors = sorted({pick.owner.id for pick in picks if _order_key(pick) in missing})
        orders.reserve_numbers(self._session, [*own, *((vendor_id, SALES_ORDER) for vendor_id in vendors)])

    def _own_document(self, kind: str) -> int:
        """The cart's own document of a kind; without a cart the one that this purchase has opened."""
        if (kind,) not in self._opened:
            self._opened[(kind,)] = (self._new_own_document(kind),)
        return self._opened[(kind,)][0]

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
        key = _order_key(pick)
        if key not in self._opened:
            self._opened[key] = self._new_vendor_orders(pick)
        purchase_order, sales_order = self._opened[key]
        return purchase_order, sales_order

    def _joinable(self, pick: Pick) -> tuple[int, int] | None:
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


def _order_key(pick: Pick) -> Key:
    return PURCHASE_ORDER, pick.owner.id, pick.vendor_ship_date


def sales_type(buyer: CompanyFacts) -> str:
    """As what K2K sales of a buyer count (domain section 5, "Sales type")."""
    return "open_market" if buyer.company.settings.classify_k2k_as_open_market else "prebook"
