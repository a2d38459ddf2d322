"""Facade methods of the buyer's sales: carts, prebooks, approval, delivery of own stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import require_alone, validated
from k2k_core.api.types import Day, day_of
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.ordering import Carts, PlacedOrder
from k2k_core.domain.orders import INVOICE_ORDER, PREBOOK, PURCHASE_ORDER
from k2k_core.services import documents, ordering
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext

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
        answer name their `row`; the fact `faults` of a refusal names every line that is refused, as `lines[1]` or
        `lines[1].boxes`.

        Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible`, the errors of dates, `HeaderLocked` for
        another date, ship via or location than the cart's, `CartExpired`, `Conflict`. An error changes nothing.
        """
        if lines is not None:
            require_alone("lines", (lot, line, boxes) == (None, None, 1))
        wanted = (
            (ordering.cart_planning.WantedLine(lot, line, boxes),)
            if lines is None
            else ordering.carts.wanted_lines(lines)
        )
        header = day_of(ship_date), ship_via, location, cart
        return ordering.carts.add(
            self.context, ordering.cart_planning.CartRequest(buyer, customer, wanted, *header, lines is not None), key
        )

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
        """A page of a company's carts, oldest first, with counts of their lines; `lines` adds the lines. A customer
        reads its own. Filters:
        `cart` (several, with commas), `state`, `customer`, `document` (a number), `ship_date_from`, `ship_date_to`;
        sorts: `opened_at`, `expires_at`, `ship_date`. `q` searches numbers and customers."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return ordering.cart_list.carts(self.context, company, asked, lines)

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
        return ordering.checkout.checkout(self.context, buyer, ordering.checkout.Chosen(cart, line), key, version)

    def cancel(
        self,
        buyer: str,
        cart: str | None = None,
        line: str | None = None,
        purchase_order: str | None = None,
        prebook: str | None = None,
        key: str | None = None,
        version: int | None = None,
        boxes: int | None = None,
    ) -> Document:
        """Cancel a cart, a line, a purchase order or a prebook that the vendor has not confirmed; the boxes return at
        once. With `boxes` so many of a line, which goes on with the others. A customer cancels its own. Raises
        `Conflict`, and `InvalidQuantity` for more boxes than the line has."""
        context = documents.preconditions.at_version(self.context, buyer, purchase_order or prebook, version, *ORDERED)
        return ordering.checkout.cancel(
            context, buyer, ordering.checkout.Chosen(cart, line, purchase_order, prebook, boxes), key
        )

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
        request = ordering.prebooks.PrebookRequest(customer, lines, day_of(ship_date), ship_via, location)
        return ordering.prebooks.prebook(self.context, buyer, request, key)

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
        context = documents.preconditions.at_version(self.context, buyer, purchase_order or prebook, version, *ORDERED)
        return ordering.approvals.approve(context, buyer, purchase_order, prebook, key)

    def deliver(self, company: str, invoice_order: str, key: str | None = None, version: int | None = None) -> Document:
        """Deliver an order of the company's own stock: its boxes have left, its invoice is issued (domain section 5).
        Raises `Conflict` when a line of it is not checked out, or it was delivered before."""
        context = documents.preconditions.at_version(self.context, company, invoice_order, version, INVOICE_ORDER)
        return ordering.invoice_order_delivery.deliver(context, company, invoice_order, key)
