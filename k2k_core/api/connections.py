"""Facade methods for connections of two companies, and for how a buyer maps what a vendor shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.domain import wire
from k2k_core.domain.answers.connections import CodeMapping, Connection, Offer
from k2k_core.domain.wire import UNCHANGED
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.mapping import code_mapping, product_mapping
from k2k_core.services.mapping.product_mapping import OfferChange


@validated
class Connections:
    """Connections: their states and terms, and the mappings of products, box types and carriers."""

    context: ServiceContext

    def propose(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """One of the two companies proposes to connect."""
        return connections.propose(self.context, vendor, buyer, by, key)

    def accept(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """The other company accepts; the connection becomes active once the readiness list is empty."""
        return connections.accept(self.context, vendor, buyer, by, key)

    def suspend(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Take the offers away at once; orders stay as they are."""
        return connections.suspend(self.context, vendor, buyer, by, key)

    def resume(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Share again after a suspension."""
        return connections.resume(self.context, vendor, buyer, by, key)

    def change_terms(
        self, vendor: str, buyer: str, by: str, terms: Mapping[str, object], key: str | None = None
    ) -> Connection:
        """Change `hide_vendor`, `share_future_sales` (the vendor), `bill_to_final_customer` (on: the buyer)."""
        return connections.change_terms(self.context, vendor, buyer, by, terms, key)

    def end(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """End a connection for good; orders stay as they are."""
        return connections.end(self.context, vendor, buyer, by, key)

    def map(
        self,
        buyer: str,
        lot: str,
        product: str | None = None,
        va_price: Any = UNCHANGED,
        confirmed: bool | None = None,
        key: str | None = None,
    ) -> Offer:
        """Map a vendor's lot to a product, type a price for it (None takes it back), confirm it or not."""
        typed = va_price if va_price is UNCHANGED or va_price is None else wire.positive(va_price)
        return product_mapping.map_offer(self.context, buyer, lot, OfferChange(product, typed, confirmed), key)

    def map_box_type(self, buyer: str, vendor: str, box_type: str, own: str | None) -> CodeMapping:
        """Say which of the buyer's box types a vendor's is; None for the one of the same code again."""
        return code_mapping.map_box_type(self.context, buyer, vendor, box_type, own)

    def map_carrier(self, buyer: str, vendor: str, carrier: str, own: str | None) -> CodeMapping:
        """Say what the buyer calls a vendor's carrier; None for the vendor's own name again."""
        return code_mapping.map_carrier(self.context, buyer, vendor, carrier, own)
