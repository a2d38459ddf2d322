"""Finds or opens the documents of the lines of one purchase: existing ones are locked.

Which lines share a document, and which one they join, is in domain section 5. Locks are taken in the order of
`store.orders.order_writes`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

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
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.documents.hidden_vendors import hides_today
from k2k_core.services.inventory.vendor_codes import CARRIER, names_of
from k2k_core.services.ordering.order_planning import PlannedLine
from k2k_core.store.database.numbering import next_values
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts, order_writes
from k2k_core.store.orders.order_writes import DocumentRef

Address = dict[str, str]
Numbers = Mapping[tuple[int, str], int]
"""The last number that was taken of a company's kind of document, or of its carts."""


@dataclass(frozen=True, slots=True)
class Header:
    """What all lines of one purchase have in common. `ship_to` is the delivery address. `cart_id` is None for prebooks
    and standalone purchase orders, `customer` for the latter; `approved` is true for e-commerce; `prebook` is one that
    the lines join; `numbers` are those of all their documents (`numbers_of_cart`): the cart is new, and there is none
    yet that they could join."""

    buyer: CompanySnapshot
    customer: Customer | None
    ship_date: dt.date
    ship_via: str
    ship_to: Address
    carrier: str = ""
    cart_id: int | None = None
    approved: bool = True
    expires_at: dt.datetime | None = None
    prebook: DocumentRef | None = None
    numbers: Numbers | None = None
    hiding: frozenset[int] | None = None
    """The ids of the vendors that hide their names, if they are known with what the lines were planned from."""

    @property
    def prebook_id(self) -> int | None:
        """The prebook that the lines join."""
        return self.prebook.id if self.prebook else None


def address_of(handler: ShipViaHandler, buyer: CompanySnapshot, customer: Customer | None) -> Address:
    """The delivery address of the vendor's boxes: the buyer company's, or its customer's. It calls a plugin: never in a
    writing transaction."""
    address = handler.ship_to(customer) if customer else None
    return asdict(address or ShipTo(name=buyer.company.name))


class OrderDocuments(NamedTuple):
    """The documents of a line."""

    prebook: DocumentRef | None = None
    purchase_order: DocumentRef | None = None
    sales_order: DocumentRef | None = None
    invoice_order: DocumentRef | None = None

    def ids(self) -> dict[str, int | None]:
        """Their ids by the columns of the order line."""
        return {f"{kind}_id": document and document.id for kind, document in self._asdict().items()}

    def numbers(self) -> dict[str, str | None]:
        """Their numbers by kind."""
        return {kind: document and document.number for kind, document in self._asdict().items()}


Key = tuple[Any, ...]
"""A document that lines of one purchase share: its kind, and for orders the vendor and the day on which it ships."""

Found = dict[Key, tuple[DocumentRef, ...]]
"""Documents by what they are needed for: the buyer's own alone, its purchase order with the vendor's sales order."""


def numbers_of_cart(
    session: Session, buyer: CompanySnapshot, customer: Customer, planned_lines: Sequence[PlannedLine]
) -> Numbers:
    """The next numbers of a new cart and of the documents that its lines open, taken in one statement."""
    counters: list[tuple[int, str]] = []
    for key, planned in _needed(customer, planned_lines).items():
        counters += [(buyer.id, key[0])] if key[0] != PURCHASE_ORDER else _order_counters(buyer, planned)
    counters.sort(key=_in_order)
    return next_values(session, Counter([(buyer.id, carts.COUNTER), *counters]))


def _order_counters(buyer: CompanySnapshot, planned: PlannedLine) -> list[tuple[int, str]]:
    return [(buyer.id, PURCHASE_ORDER), (planned.owner.id, SALES_ORDER)]


def _in_order(counter: tuple[int, str]) -> tuple[int, int]:
    """The buyer's own documents come before those of its vendors by id, so that all transactions take numbers in the
    same order."""
    company_id, kind = counter
    return _PLACE[kind], company_id if kind == SALES_ORDER else 0


def documents_for(session: Session, header: Header, planned_lines: Sequence[PlannedLine]) -> list[OrderDocuments]:
    """The documents of each line, locked until the end of the unit of work or opened in it."""
    needed = _needed(header.customer, planned_lines)
    found = {} if header.numbers is not None else _joined(session, header, needed)
    _mark_k2k(session, needed, found)
    found |= _opened(session, header, {key: planned for key, planned in needed.items() if key not in found})
    return [_documents_of(header, planned, found) for planned in planned_lines]


def vendor_carrier(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, leaves: dt.date) -> str:
    """The carrier that serves a buyer on the day on which a vendor's boxes leave; empty for none."""
    record = vendor.customer_for(session, buyer.code)
    return record.days_of_service.get(weekday(leaves), "") if record else ""


def sales_type(buyer: CompanySnapshot) -> str:
    """The sales type of a buyer's K2K sales (domain section 5, "Sales type")."""
    return "open_market" if buyer.company.settings.classify_k2k_as_open_market else "prebook"


def _own_kind(customer: Customer | None, planned: PlannedLine) -> str | None:
    """The buyer's own document for a line: on-hand stock makes an invoice order, all else a prebook. None when the
    buyer buys for itself."""
    if customer is None:
        return None
    on_hand = planned.lot.inventory_type in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS)
    return INVOICE_ORDER if on_hand else PREBOOK


def _needed(customer: Customer | None, planned_lines: Sequence[PlannedLine]) -> dict[Key, PlannedLine]:
    """The documents that the lines need, each with one of its lines: a vendor's if there is one."""
    needed: dict[Key, PlannedLine] = {}
    for planned in planned_lines:
        own, vendors = _own_kind(customer, planned), planned.vendor is not None
        if own is not None and ((own,) not in needed or vendors):
            needed[(own,)] = planned
        if vendors and own != INVOICE_ORDER:
            needed.setdefault(_order_key(planned), planned)
    return needed


def _documents_of(header: Header, planned: PlannedLine, found: Found) -> OrderDocuments:
    own = _own_kind(header.customer, planned)
    mine = None if own is None else found[(own,)][0]
    if own == INVOICE_ORDER:
        return OrderDocuments(invoice_order=mine)
    return OrderDocuments(mine, *found[_order_key(planned)]) if planned.vendor is not None else OrderDocuments(mine)


def _order_key(planned: PlannedLine) -> Key:
    return PURCHASE_ORDER, planned.owner.id, planned.vendor_ship_date


# Joining


def _joined(session: Session, header: Header, needed: Mapping[Key, PlannedLine]) -> Found:
    """The existing documents, locked until the end."""
    if header.cart_id is None and any(key[0] == PURCHASE_ORDER for key in needed):
        # Before any document is locked: else a purchase that found none could wait for a document that another one
        # has opened and locked, while that one waits here.
        order_writes.serialize_joining(session, header.buyer.id)
    return _held(session, header, needed)


def _held(session: Session, header: Header, needed: Mapping[Key, PlannedLine]) -> Found:
    """The documents that were found are read again once they are locked: they may have been closed, or another one
    opened."""
    held: set[int] = set()
    while True:
        found = _existing(session, header, needed)
        fresh = {document.id for documents in found.values() for document in documents} - held
        if not fresh or not order_writes.hold_documents(session, fresh):
            return found
        held |= fresh


def _existing(session: Session, header: Header, needed: Mapping[Key, PlannedLine]) -> Found:
    if header.cart_id is not None:
        return _of_cart(session, header.buyer.id, header.cart_id, needed)
    found: Found = {} if header.prebook is None else {(PREBOOK,): (header.prebook,)}
    separate = header.buyer.company.settings.separate_po_per_purchase
    for key, planned in needed.items():
        if key[0] == PURCHASE_ORDER and not separate and (pair := _joinable(session, header, planned)) is not None:
            found[key] = pair
    return found


def _of_cart(session: Session, buyer_id: int, cart_id: int, needed: Mapping[Key, PlannedLine]) -> Found:
    """The drafts of a cart, and its orders that the vendor has not confirmed."""
    found: Found = {}
    for one in order_writes.documents_of_cart(session, buyer_id, cart_id):
        order = one.kind == PURCHASE_ORDER
        key: Key = (one.kind, one.vendor_id, one.vendor_ship_date) if order else (one.kind,)
        documents = (one.document, one.sale) if one.sale is not None else (one.document,)
        if key in needed and len(documents) == (2 if order else 1):
            found.setdefault(key, documents)
    return found


def _joinable(session: Session, header: Header, planned: PlannedLine) -> tuple[DocumentRef, DocumentRef] | None:
    return order_writes.joinable_orders(
        session,
        buyer_id=header.buyer.id,
        vendor_id=planned.owner.id,
        vendor_ship_date=planned.vendor_ship_date,
        ship_via=header.ship_via,
        ship_to=header.ship_to,
    )


def _mark_k2k(session: Session, needed: Mapping[Key, PlannedLine], found: Found) -> None:
    """A prebook gets the K2K mark with the first line of a connected vendor."""
    for document in found.get((PREBOOK,), ()):
        if not document.k2k and (planned := needed.get((PREBOOK,))) is not None and planned.vendor is not None:
            order_writes.mark_k2k(session, document.id)


# Opening


def _opened(session: Session, header: Header, missing: Mapping[Key, PlannedLine]) -> Found:
    """The missing documents, opened together in the order of their numbers."""
    rows = [(key, row) for key, planned in missing.items() for row in _rows(session, header, key, planned)]
    rows.sort(key=lambda one: _in_order((one[1]["company_id"], one[1]["kind"])))
    opened = order_writes.open_documents(session, [row for _, row in rows], header.numbers)
    found: Found = {}
    for (key, _), document in zip(rows, opened, strict=True):
        found[key] = (*found.get(key, ()), document)
    _place_together(session, header, found)
    return found


def _place_together(session: Session, header: Header, opened: Found) -> None:
    """Own stock that was placed with a prebook has it as its reference: they are approved together."""
    orders, prebooks = opened.get((INVOICE_ORDER,)), opened.get((PREBOOK,))
    if header.cart_id is None and orders and prebooks:
        order_writes.set_reference(session, orders[0].id, prebooks[0].number)


_PLACE = {kind: place for place, kind in enumerate((INVOICE_ORDER, PREBOOK, PURCHASE_ORDER, SALES_ORDER))}


def _rows(session: Session, header: Header, key: Key, planned: PlannedLine) -> list[dict[str, Any]]:
    if key[0] != PURCHASE_ORDER:
        return [_own_row(header, str(key[0]), planned)]
    return _order_rows(session, header, planned)


def _own_row(header: Header, kind: str, planned: PlannedLine) -> dict[str, Any]:
    buyer, customer = header.buyer, header.customer
    return {
        "company_id": buyer.id,
        "kind": kind,
        "k2k": kind == PREBOOK and planned.vendor is not None,
        "status": DRAFT,
        "vendor_id": None,
        "buyer_id": buyer.id,
        "customer_id": customer.id if customer else None,
        "cart_id": header.cart_id,
        "ship_date": header.ship_date,
        "vendor_ship_date": None,
        "ship_via": header.ship_via,
        "ship_to": asdict(customer.ship_to) if customer else {},
        "carrier": header.carrier,
        "sales_type": sales_type(buyer) if kind == PREBOOK else "open_market",
        "currency": buyer.company.currency,
        "parties": None,
    }


def _order_rows(session: Session, header: Header, planned: PlannedLine) -> list[dict[str, Any]]:
    """The purchase order of the buyer and the sales order of the vendor."""
    buyer, vendor = header.buyer, planned.owner
    record = vendor.customer_for(session, buyer.code)
    carrier = vendor_carrier(session, vendor, buyer, planned.vendor_ship_date)
    common: dict[str, Any] = {
        "k2k": True,
        "vendor_id": vendor.id,
        "buyer_id": buyer.id,
        "cart_id": header.cart_id,
        "ship_date": header.ship_date,
        "vendor_ship_date": planned.vendor_ship_date,
        "ship_via": header.ship_via,
        "ship_to": header.ship_to,
        "sales_type": sales_type(buyer),
        "currency": vendor.company.currency,
        "parties": parties_at_opening(session, vendor, buyer, header.hiding),
    }
    bought = {"status": APPROVED if header.approved else PENDING_APPROVAL, "customer_id": None}
    sold = {"status": PENDING, "customer_id": record.id if record else None, "carrier": carrier}
    return [
        {
            "company_id": buyer.id,
            "kind": PURCHASE_ORDER,
            **bought,
            "carrier": buyers_name(session, buyer, vendor, carrier),
            **common,
        },
        {"company_id": vendor.id, "kind": SALES_ORDER, **sold, **common},
    ]


def buyers_name(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, carrier: str) -> str:
    """The buyer's own name of a vendor's carrier, as its purchase order stores it."""
    return names_of(session, buyer, vendor, CARRIER).get(carrier, carrier)


def parties_at_opening(
    session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, hiding: frozenset[int] | None = None
) -> dict[str, Any]:
    """What an order stores of its companies: their names by code, and whether the vendor's is hidden. `hiding` are the
    vendors that hide theirs, if that is known."""
    names = {one.code: one.company.name for one in (vendor, buyer)}
    hidden = hides_today(session, vendor, buyer) if hiding is None else vendor.id in hiding
    return {"names": names, "vendor_hidden": hidden}
