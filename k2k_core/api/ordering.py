"""Facade methods of the buyer's sales: carts and prebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.api.types import Day, day_of
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.services.context import ServiceContext
from k2k_core.services.ordering import carts, checkout, prebooks
from k2k_core.services.ordering.carts import CartRequest
from k2k_core.services.ordering.prebooks import PrebookRequest


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
    ) -> PlacedOrder:
        """Put boxes of a lot, or of a catalog line, into a cart; without `cart` a new one is opened. The boxes are
        reserved at once, with all documents (domain section 5).

        Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible`, the errors of dates, `HeaderLocked` for
        another date, way or location than the cart's, `CartExpired`, `Conflict`. An error changes nothing.
        """
        request = CartRequest(buyer, customer, lot, line, boxes, day_of(ship_date), ship_via, location, cart)
        return carts.add(self.context, request, key)

    def checkout(
        self, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None
    ) -> Document:
        """Check out a cart or one line of it. Raises `CartExpired`, and `Conflict` when nothing is left to check
        out."""
        return checkout.checkout(self.context, buyer, cart, line, key)

    def cancel(self, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None) -> Document:
        """Cancel a cart or a line that the vendor has not confirmed; the boxes return at once. Raises `Conflict`."""
        return checkout.cancel(self.context, buyer, cart, line, key)

    def prebook(
        self,
        buyer: str,
        customer: str,
        lines: Sequence[Mapping[str, Any]],
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        key: str | None = None,
    ) -> PlacedOrder:
        """Sell `{lot, boxes}` lines to a customer; the purchase orders wait for approval. Raises the errors of
        `add`."""
        request = PrebookRequest(customer, lines, day_of(ship_date), ship_via)
        return prebooks.prebook(self.context, buyer, request, key)

    def approve(self, buyer: str, purchase_order: str, key: str | None = None) -> Document:
        """Approve a purchase order: the vendor may confirm its lines. Raises `Conflict` when it does not wait for
        approval."""
        return prebooks.approve(self.context, buyer, purchase_order, key)
