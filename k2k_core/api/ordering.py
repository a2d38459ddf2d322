"""Facade methods of the buyer's sales: carts, prebooks, approval, delivery of own stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.api.arguments import require_alone, validated
from k2k_core.api.types import Day, day_of
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.ordering import Carts, PlacedOrder
from k2k_core.domain.orders import INVOICE_ORDER, PREBOOK, PURCHASE_ORDER
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.preconditions import at_version
from k2k_core.services.lists.pages import LIMIT, PageRequest
from k2k_core.services.ordering import approvals, cart_list, carts, checkout, invoice_order_delivery, prebooks
from k2k_core.services.ordering.cart_planning import CartRequest, WantedLine
from k2k_core.services.ordering.checkout import Chosen
from k2k_core.services.ordering.prebooks import PrebookRequest

ORDERED = (PURCHASE_ORDER, PREBOOK, INVOICE_ORDER)


@validated
class Ordering:
    """Carts and prebooks of the buyer's customers."""

    context: ServiceContext

    def add(
        self,
        buyer: str,
        customer: str,
        lot: str | None = None,
        line: str | None = None,
        boxes: int = 1,
        ship_date: Day | None = None,
        ship_via: str | None = None,
        location: str | None = None,
        cart: str | None = None,
        key: str | None = None,
        lines: Sequence[Mapping[str, Any]] | None = None,
    ) -> PlacedOrder:
        """Put boxes of a lot, or of a catalog line, into a cart; without `cart` a new one is opened. The boxes are
        reserved at once, and all documents exist at once (domain section 5).

        `lines` are several at once, `{lot, boxes}` or `{line, boxes}`: all of them are added, or none. The lines of the
        answer name their `row`; the fact `faults` of a refusal names every line that is refused, as `lines[1]`.

        Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible`, the errors of dates, `HeaderLocked` for
        another date, ship via or location than the cart's, `CartExpired`, `Conflict`. An error changes nothing.
        """
        if lines is not None:
            require_alone("lines", (lot, line, boxes) == (None, None, 1))
        wanted = (WantedLine(lot, line, boxes),) if lines is None else carts.wanted_lines(lines)
        header = day_of(ship_date), ship_via, location, cart
        return carts.add(self.context, CartRequest(buyer, customer, wanted, *header, lines is not None), key)

    def carts(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        lines: bool = False,
        **named: Any,
    ) -> Carts:
        """A page of a company's carts, oldest first, with counts of their lines; `lines` adds the lines. Filters:
        `cart` (several, with commas), `state`, `customer`, `ship_date_from`, `ship_date_to`; sorts: `opened_at`,
        `expires_at`, `ship_date`. `q` searches numbers and customers."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return cart_list.carts(self.context, company, asked, lines)

    def checkout(
        self,
        buyer: str,
        cart: str | None = None,
        line: str | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Check out a cart or one line of it. `version` is that of the document that this returns. Raises
        `CartExpired`, `Conflict` when nothing is left to check out, `VersionMismatch`, and the errors of dates and
        `NotVisible` for lines that can no longer ship on their date."""
        return checkout.checkout(self.context, buyer, Chosen(cart, line), key, version)

    def cancel(
        self,
        buyer: str,
        cart: str | None = None,
        line: str | None = None,
        purchase_order: str | None = None,
        prebook: str | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Cancel a cart, a line, a purchase order or a prebook that the vendor has not confirmed; the boxes return at
        once. Raises `Conflict`."""
        context = at_version(self.context, buyer, purchase_order or prebook, version, *ORDERED)
        return checkout.cancel(context, buyer, Chosen(cart, line, purchase_order, prebook), key)

    def prebook(
        self,
        buyer: str,
        customer: str,
        lines: Sequence[Mapping[str, Any]],
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        key: str | None = None,
        location: str | None = None,
    ) -> PlacedOrder:
        """Sell `{lot, boxes}` lines to a customer, at the prices of a location; the purchase orders wait for approval.
        Raises the errors of `add`."""
        request = PrebookRequest(customer, lines, day_of(ship_date), ship_via, location)
        return prebooks.prebook(self.context, buyer, request, key)

    def approve(
        self,
        buyer: str,
        purchase_order: str | None = None,
        prebook: str | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Approve a purchase order, or all waiting lines of a prebook, own stock included: the vendor may then confirm
        them. Raises `Conflict` when nothing waits for approval or the time is over, and the errors of dates and
        `NotVisible` for lines that can no longer ship on their date (domain section 5)."""
        context = at_version(self.context, buyer, purchase_order or prebook, version, *ORDERED)
        return approvals.approve(context, buyer, purchase_order, prebook, key)

    def deliver(self, company: str, invoice_order: str, key: str | None = None, version: int | None = None) -> Document:
        """Deliver an order of the company's own stock: its boxes have left, its invoice is issued (domain section 5).
        Raises `Conflict` when a line of it is not checked out, or it was delivered before."""
        context = at_version(self.context, company, invoice_order, version, INVOICE_ORDER)
        return invoice_order_delivery.deliver(context, company, invoice_order, key)
