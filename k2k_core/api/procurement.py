"""Facade methods for purchase orders: the buyer sends them, the vendor accepts, fills or rejects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import validated
from k2k_core.api.types import Day, day_of
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.procurement import BuyerRequestLines, BuyerRequests, Transferred
from k2k_core.domain.orders import PURCHASE_ORDER
from k2k_core.services import documents, procurement
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Procurement:
    """Purchase orders and their transfer to the vendor."""

    context: ServiceContext

    def purchase_order(
        self,
        buyer: str,
        vendor: str,
        lines: Sequence[Mapping[str, Any]],
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        prebook: str | None = None,
        key: str | None = None,
    ) -> Document:
        """Order `{product or lot, box_type?, boxes, units_per_box?, unit_cost?}` lines from a vendor; the order waits
        for approval. Lots are reserved at once, products wait for the transfer (domain section 6).

        Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible` and the errors of dates.
        """
        request = procurement.purchase_orders.PurchaseRequest(vendor, lines, day_of(ship_date), ship_via, prebook)
        return procurement.purchase_orders.purchase_order(self.context, buyer, request, key)

    def transfer(
        self, buyer: str, purchase_order: str, key: str | None = None, version: int | None = None
    ) -> Transferred:
        """Send a purchase order to its connected vendor: `{purchase_order, vendor_document}`.

        Raises `Conflict` when it was sent before, has nothing to send, or there is no active connection.
        """
        context = documents.preconditions.at_version(self.context, buyer, purchase_order, version, PURCHASE_ORDER)
        return procurement.transfers.transfer(context, buyer, purchase_order, key)

    def requests(
        self,
        vendor: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> BuyerRequests:
        """A page of the purchase orders that buyers have sent to a vendor, oldest first. Filters: `document` and
        `purchase_order` (several, with commas), `state`, `buyer`, `unknown` (with a line of an unknown product),
        `waiting` (with a line without boxes), `overdue`, and the days `ship_date_from`, `ship_date_to`,
        `vendor_ship_date_from`, `vendor_ship_date_to`; sorts: `created_at`, `ship_date`, `vendor_ship_date`."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return procurement.requests.requests(self.context, vendor, asked)

    def request(self, vendor: str, document: str) -> BuyerRequestLines:
        """One of these orders by the vendor's own number of it, with its lines, and with the vendor's lots that can
        fill each line that waits. Raises `NotFound`."""
        return procurement.requests.request(self.context, vendor, document)

    def accept_order(
        self, vendor: str, purchase_order: str, key: str | None = None, version: int | None = None
    ) -> Document:
        """Accept a buyer's purchase order: the vendor's prebook becomes its sales order. `version` is that of the
        vendor's own document of the order. Raises `Conflict`, `VersionMismatch`."""
        context = procurement.preconditions.at_vendors_version(self.context, vendor, purchase_order, version)
        return procurement.transfers.accept_order(context, vendor, purchase_order, key)

    def fill(
        self,
        vendor: str,
        purchase_order: str,
        lines: Sequence[Mapping[str, Any]],
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Fill `{line, product?, lots[{lot, boxes}]}` lines of an accepted order from the vendor's lots, each fully or
        partly; without `lots` first in, first out. Only boxes that are there, and fresh, on the vendor ship date are
        taken. `version` is that of the vendor's own document of the order.

        Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `Conflict`, `NotVisible`, `VersionMismatch`.
        """
        context = procurement.preconditions.at_vendors_version(self.context, vendor, purchase_order, version)
        return procurement.filling.fill(context, vendor, purchase_order, lines, key)

    def reject(
        self, vendor: str, purchase_order: str, reason: str = "", key: str | None = None, version: int | None = None
    ) -> Document:
        """Reject a buyer's purchase order with a reason; reserved boxes return. `version` is that of the vendor's own
        document of the order. Raises `Conflict`, `VersionMismatch`."""
        context = procurement.preconditions.at_vendors_version(self.context, vendor, purchase_order, version)
        return procurement.transfers.reject(context, vendor, purchase_order, reason, key)
