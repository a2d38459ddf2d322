"""Facade methods for connections of two companies, and for the buyer's mappings of a vendor's lots and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import argument_fault, require_alone, validated
from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import (
    CodeMapped,
    Connection,
    OfferMapped,
    OffersMapped,
    ProductAdded,
    Reminded,
    TermsChanged,
)
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.services import connections, mapping, setup

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Connections:
    """Connections: their states and terms, and the mappings of products, box types and carriers."""

    context: ServiceContext

    def propose(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Propose a connection; one that has ended can be proposed again. `by` is the company that acts (domain section
        2)."""
        return connections.connections.propose(self.context, vendor, buyer, by, key)

    def accept(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Accept a proposed connection. It becomes active at once when the readiness list is empty, else as soon as it
        is.

        Raises `NotAllowed` for the company that proposed it, `Conflict` in any other state than proposed.
        """
        return connections.connections.accept(self.context, vendor, buyer, by, key)

    def suspend(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Suspend an active connection: the offers disappear at once; orders stay as they are. Raises `Conflict`."""
        return connections.connections.suspend(self.context, vendor, buyer, by, key)

    def resume(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """Activate a suspended connection again. Raises `Conflict` in any other state."""
        return connections.connections.resume(self.context, vendor, buyer, by, key)

    def change_terms(
        self,
        vendor: str,
        buyer: str,
        by: str,
        terms: Mapping[str, object],
        key: str | None = None,
        version: int | None = None,
        dry_run: bool = False,
        hold: str | None = None,
        expected: Mapping[str, object] | None = None,
    ) -> TermsChanged:
        """Change `hide_vendor` (either company), `share_future_sales` (the vendor), `bill_to_final_customer` (the buyer
        turns it on, either turns it off). Raises `Conflict` for a connection that has ended, and for terms that are not
        as `expected` (`fields`), `VersionMismatch`."""
        options, parties = (
            setup.checked_writes.WriteOptions(dry_run, hold),
            connections.connections.Parties(vendor, buyer, by),
        )
        asked = connections.connections.AskedTerms(terms, parsing.version(version), expected)
        return setup.partner_writes.change_terms(self.context, parties, asked, key, options)

    def remind(self, vendor: str, buyer: str, requirement: str, key: str | None = None) -> Reminded:
        """Remind the people of the other company who can meet an open requirement of `readiness`, at most once a day.
        The answer names their roles, not them.

        Raises `NotFound` for a requirement that is not open, `NotAllowed` for one of one's own company, `Conflict`
        within a day of the last reminder.
        """
        return connections.reminders.remind(self.context, vendor, buyer, requirement, key)

    def end(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
        """End a connection; orders stay as they are. It can be proposed again."""
        return connections.connections.end(self.context, vendor, buyer, by, key)

    @overload
    def map(
        self,
        buyer: str,
        lot: str,
        product: Any = ...,
        va_price: Any = ...,
        confirmed: bool | None = ...,
        key: str | None = ...,
        version: int | None = ...,
        *,
        dry_run: bool = ...,
        hold: str | None = ...,
        expected: Mapping[str, Any] | None = ...,
    ) -> OfferMapped: ...

    @overload
    def map(
        self,
        buyer: str,
        *,
        rows: Sequence[Mapping[str, Any]],
        key: str | None = ...,
        dry_run: bool = ...,
        hold: str | None = ...,
    ) -> OffersMapped: ...

    def map(
        self,
        buyer: str,
        lot: str | None = None,
        product: Any = UNCHANGED,
        va_price: Any = UNCHANGED,
        confirmed: bool | None = None,
        key: str | None = None,
        version: int | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        dry_run: bool = False,
        hold: str | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> OfferMapped | OffersMapped:
        """Map a vendor's lot to a product of the buyer, set the buyer's price for it (`va_price`), confirm it or
        withdraw the confirmation (domain section 3). None removes the mapping, or the price; arguments that are not
        given change nothing. `rows`: up to 1,000 offers in one transaction, each with these arguments and an outcome of
        its own.

        Raises `Conflict` once the vendor's product has been sold (as another product, or at all when the mapping is
        removed), and with the `fields` that are not as `expected` (`product`, `va_price`, `confirmed`);
        `VersionMismatch` when the offer is no longer at the `version` that was read.
        """
        change = mapping.product_mapping.offer_change(product, va_price, confirmed, version, expected)
        options = setup.checked_writes.WriteOptions(dry_run, hold)
        if rows is not None:
            require_alone("rows", lot is None and change == mapping.product_mapping.offer_change())
            return setup.partner_writes.map_offers(self.context, buyer, rows, key, options)
        if lot is None:
            raise argument_fault("lot", "is missing")
        return setup.partner_writes.map_offer(self.context, buyer, lot, change, key, options)

    def add_product_from(
        self,
        buyer: str,
        lot: str,
        code: str | None = None,
        category: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> ProductAdded:
        """Add a product like that of a vendor's offer, with its description, variety, color and grade, and map the
        offer to it. Code and category are the vendor's by default; a code that is taken gets a number.

        Raises `NotFound` for a lot that is no offer, `Invalid` for a category that the buyer does not have, `Conflict`
        for a code that it has, and when the vendor's product has been sold as another one.
        """
        asked, options = (
            setup.offered_products.ProductRequest(lot, code, category),
            setup.checked_writes.WriteOptions(dry_run, hold),
        )
        return setup.offered_products.add_product_from(self.context, buyer, asked, key, options)

    def map_box_type(
        self,
        buyer: str,
        vendor: str,
        box_type: str,
        own: str | None,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> CodeMapped:
        """Map a vendor's box type to one of the buyer's; None restores the one with the same code."""
        planned = mapping.code_mapping.planned_box_type(self.context, buyer, vendor, box_type, own)
        return setup.partner_writes.map_code(
            self.context, buyer, planned, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def map_carrier(
        self,
        buyer: str,
        vendor: str,
        carrier: str,
        own: str | None,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> CodeMapped:
        """Map a vendor's carrier to the buyer's name for it; None restores the vendor's own name."""
        planned = mapping.code_mapping.planned_carrier(self.context, buyer, vendor, carrier, own)
        return setup.partner_writes.map_code(
            self.context, buyer, planned, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )
