"""Facade methods that only read: sharing, visibility, catalog, prices, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.api.types import Day, day_of
from k2k_core.domain.answers.catalog import CatalogPage
from k2k_core.domain.answers.connections import CodeNames, ConnectionPreview, ListedOffer, Offers, OpenRequirement
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.inventory import LotAvailability
from k2k_core.domain.answers.items import AvailableItems
from k2k_core.domain.answers.overview import Partners, WeekMargin, WorkItem
from k2k_core.domain.answers.prices import LotPrice, LotPrices
from k2k_core.domain.answers.search import SearchHits
from k2k_core.domain.answers.sharing import (
    HeldBackReport,
    HiddenLots,
    HiddenReport,
    LotsByBuyer,
    SharedLot,
    SharedLots,
    VisibleLot,
    VisibleLots,
)
from k2k_core.domain.pricing import ECOMMERCE
from k2k_core.errors import Invalid
from k2k_core.services import catalog, connections, inventory, mapping, overview, search, setup, sharing
from k2k_core.services.lists.page_request import CATALOG_LIMIT, LIMIT, PARTNERS_LIMIT, PageRequest, page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Queries:
    """Reads of an open network; they change nothing."""

    context: ServiceContext

    @overload
    def price(
        self,
        company: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_via: str = "warehouse",
        order_date: Day | None = None,
        ship_date: Day | None = None,
        location: str | None = None,
        channel: str = ECOMMERCE,
        *,
        twin: str | None = None,
        every_step: bool = False,
    ) -> list[LotPrice]: ...

    @overload
    def price(
        self,
        company: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_via: str = "warehouse",
        order_date: Day | None = None,
        ship_date: Day | None = None,
        location: str | None = None,
        channel: str = ECOMMERCE,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        twin: str | None = None,
        every_step: bool = False,
    ) -> LotPrices: ...

    def price(
        self,
        company: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_via: str = "warehouse",
        order_date: Day | None = None,
        ship_date: Day | None = None,
        location: str | None = None,
        channel: str = ECOMMERCE,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        twin: str | None = None,
        every_step: bool = False,
    ) -> list[LotPrice] | LotPrices:
        """What each lot costs a customer in a sales channel, with its explanation. Ignores dates and visibility. With
        `twin`, the code of another ship via, each row has its price by that one too; with `every_step` the steps that
        were not reached say what they would have given (`would_be`).

        With `limit` or another argument of pages a page, by company and code; `q` searches codes, products and
        vendors, `sort` is `lot` or `-lot`.
        """
        query = catalog.prices.PriceQuery(
            customer, lots, ship_via, day_of(order_date), day_of(ship_date), location, channel, twin, every_step
        )
        request = page_request(limit, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return catalog.prices.price(self.context, company, query)
        whole = replace(query, lots=None)
        return catalog.prices.page_of_prices(self.context, company, whole, _of_lots(request, lots))

    @overload
    def share(
        self,
        vendor: str,
        buyer: str,
        lots: Sequence[str] | None = None,
    ) -> list[SharedLot]: ...

    @overload
    def share(
        self,
        vendor: str,
        buyer: str,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> SharedLots: ...

    def share(
        self,
        vendor: str,
        buyer: str,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> list[SharedLot] | SharedLots:
        """Which lots of a vendor a buyer is offered, and every rule that excludes the others (domain section 3).

        With `limit` or another argument of pages a page, by code; `q` searches codes, products and vendors. Sorts:
        `lot`, and for the vendor, whose lots they are, `description`, `available`, `arrival_date`.
        """
        request = page_request(limit, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return sharing.sharing.share(self.context, vendor, buyer, lots)
        return sharing.sharing.page_of_shared(self.context, vendor, buyer, _of_lots(request, lots))

    @overload
    def visible(
        self,
        buyer: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
    ) -> list[VisibleLot]: ...

    @overload
    def visible(
        self,
        buyer: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> VisibleLots: ...

    def visible(
        self,
        buyer: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> list[VisibleLot] | VisibleLots:
        """Which lots a customer sees for a ship date, and every rule that hides the others (domain section 3).

        With `limit` or another argument of pages a page, by company and code; `q` searches codes, products and
        vendors, `sort` is `lot` or `-lot`.
        """
        request = page_request(limit, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return catalog.visibility.visible(self.context, buyer, customer, lots, day_of(ship_date), ship_via)
        asked = catalog.visibility.VisibilityQuery(customer, day_of(ship_date), ship_via)
        return catalog.visibility.page_of_visible(self.context, buyer, asked, _of_lots(request, lots))

    @overload
    def hidden(
        self, buyer: str, customer: str, ship_date: Day | None = None, ship_via: str = "warehouse"
    ) -> HiddenReport: ...

    @overload
    def hidden(
        self,
        buyer: str,
        customer: str,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        rule: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> HiddenLots: ...

    def hidden(
        self,
        buyer: str,
        customer: str,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        rule: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> HiddenReport | HiddenLots:
        """How many lots a customer sees for a ship date, and how many each rule hides: whose setting it is, example
        lots, and the first day on which time alone makes one visible.

        With `limit`, `rule` or another argument of pages a page of the hidden lots, or of those that `rule`
        hides: since when and until when, where the value is set, which rules the lot passes, and the lots of the same
        product that the customer sees. `sort` is `lot` or `-lot`. A page may have fewer rows than `limit`.
        """
        most = LIMIT if limit is None and rule is not None else limit
        request = page_request(most, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is not None:
            asked = catalog.visibility.VisibilityQuery(customer, day_of(ship_date), ship_via)
            return catalog.hidden_lots.hidden_lots(self.context, buyer, asked, rule, request)
        return catalog.visibility_report.hidden(self.context, buyer, customer, day_of(ship_date), ship_via)

    def available_items(
        self,
        company: str,
        inventory_type: str | None = None,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        explained: bool = False,
    ) -> AvailableItems:
        """A page of what a company has to sell, by company and code: its own lots of every inventory type, and the lots
        of its vendors that it sells (`k2k`), each with the price that is typed, the one that is computed without it,
        and the one in force (pricing section 4). With `explained` each has the steps of its price.
        Sorts: `lot`, `description`, `available`.

        A page may have fewer rows than `limit`.
        """
        filters = {} if lots is None else {"lot": lots}
        asked = PageRequest(filters, q, sort, cursor, limit, count, fields)
        return catalog.available_items.available_items(self.context, company, inventory_type, explained, asked)

    def shared_with(
        self,
        vendor: str,
        buyer: str | None = None,
        seen_by: str | None = None,
        rule: str | None = None,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> LotsByBuyer:
        """A page of a vendor's lots, by code, each with the buyers that have an active connection: whether it is shared
        with them, and every rule that holds it back (domain section 3).

        `buyer` narrows it to one of them; `seen_by` to the lots that `all` of them see, that not all do (`some`) or
        that `none` does; `rule` to those that this rule holds back. A page may then have fewer rows than `limit`.
        Sorts: `lot`, `description`, `available`, `arrival_date`.
        """
        filters = {} if lots is None else {"lot": lots}
        asked = PageRequest(filters, q, sort, cursor, limit, count, fields)
        return sharing.shared_with.shared_with(
            self.context, vendor, sharing.shared_with.SharedWithQuery(buyer, seen_by, rule), asked
        )

    def held_back(self, vendor: str, buyer: str) -> HeldBackReport:
        """How many lots of a vendor a buyer is offered, and how many each rule excludes."""
        return catalog.visibility_report.held_back(self.context, vendor, buyer)

    def offers(
        self,
        buyer: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Offers:
        """A page of the lots that vendors share with a buyer, by vendor and lot. Filters: `lot` (several, with commas),
        `vendor`, `product`, `mapped`, `confirmed`, `sellable`, `typed` (with a typed price), `pack_known` (whether the
        buyer has the box type); sorts: `description`, `available`. A page may have fewer rows than `limit`: lots that
        the vendor's rules hold back are left out."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return sharing.offer_list.offers(self.context, buyer, asked)

    def offer(self, buyer: str, lot: str) -> ListedOffer:
        """One of these offers, `VENDOR/LOT`. Raises `NotFound`."""
        return sharing.offer_list.offer(self.context, buyer, lot)

    def availability(self, lots: Sequence[str]) -> list[LotAvailability]:
        """How many boxes of each `COMPANY/LOT` can still be sold."""
        return inventory.availability.availability(self.context, lots)

    def catalog(
        self,
        buyer: str,
        customer: str,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        location: str | None = None,
        search: str | None = None,
        sort: str = "description",
        page: int = 1,
        page_size: int = CATALOG_LIMIT,
        channel: str = ECOMMERCE,
        cursor: str | None = None,
        limit: int | None = None,
        category: str | None = None,
        q: str | None = None,
        count: bool = False,
    ) -> CatalogPage:
        """One page of what a customer can buy for a ship date: visible lots, priced and grouped; with `category`
        those of one category. `q`, or `search`, searches descriptions, categories, varieties, colors, grades and codes.

        Pages are numbered (`page` and `page_size`), or with `limit` or `cursor` each is read behind the one before:
        no line is read twice or missed when others come and go meanwhile.
        """
        key = catalog.catalog_keys.CatalogKey(customer, day_of(ship_date), ship_via, location, channel)
        query = catalog.catalog.CatalogQuery(key, catalog.catalog_keys.Wanted(q or search or "", sort, category))
        if cursor is None and limit is None:
            found = catalog.catalog.numbered_page(self.context, buyer, query, page, page_size)
        elif page != 1:
            raise Invalid("Pages are read by number or by cursor, not both.").at("page")
        else:
            most = page_size if limit is None else limit
            found = catalog.catalog.page_after(self.context, buyer, query, cursor, most)
        return {**found, "count": found["total"]} if count else found

    def code_names(self, buyer: str, vendor: str) -> CodeNames:
        """The buyer's names for a vendor's box types and carriers, where they differ."""
        return mapping.code_mapping.code_names(self.context, buyer, vendor)

    def check_names(self, company: str) -> list[SetupFinding]:
        """Findings about descriptions of products and names of categories that contain the name or the code of a vendor
        whose connection hides it from customers (`hide_vendor`): `{code, severity, place, problem, what_to_do}`."""
        return setup.hidden_vendor_names.check_names(self.context, company)

    def work(self, company: str, kinds: Sequence[str] | None = None) -> list[WorkItem]:
        """What waits for the reader in a company, what is due first: carts, orders to approve, to accept, to fill and
        to confirm, what is overdue, reported as missing, to be scanned and to be billed, unmapped offers, and in the
        set-up dead deliveries, plugins in quarantine and connections. Of orders the first are named, with their
        customer, their boxes and until when they wait. Kinds of which nothing waits are left out; `kinds` names those
        that are asked for."""
        return overview.work.work(self.context, company, kinds)

    def margin_by_week(self, company: str, weeks: int = 8) -> list[WeekMargin]:
        """What a company billed in each of the last weeks, and what was left of it; the current week is the last. At
        most 53 weeks."""
        return overview.margins.margin_by_week(self.context, company, weeks)

    def partners(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = PARTNERS_LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Partners:
        """A page of the companies that a company is connected with, oldest connection first: state, how many of the
        vendor's lots are shared, and the next cut-off as a moment. Filters: `role` (the company's own), `partner`,
        `state`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return overview.partners.partners(self.context, company, asked)

    def search(self, company: str, text: str) -> SearchHits:
        """Search everything of a company (documents, boxes, lots, AWBs, customers, vendors, users, products and
        settings) for a text, without regard to accents and case. The best matches come first: exact, then prefix, then
        contains. Returns at most 10 of each kind; `more` names the kinds with more of them."""
        return search.search.search(self.context, company, text)

    def readiness(self, vendor: str, buyer: str, with_met: bool = False) -> list[OpenRequirement]:
        """What is still missing before a connection can become active, which company has to provide it, and in which
        setting or field; `with_met` also what is there already."""
        return connections.readiness.readiness(self.context, vendor, buyer, with_met)

    def preview(
        self,
        vendor: str,
        buyer: str,
        rate: Any = None,
        customer: str | None = None,
        ship_via: str = "warehouse",
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> ConnectionPreview:
        """What a connection would share, hold back and cost once it is active: a page of the vendor's lots. `rate` is
        an exchange rate to try, which is not stored; the buyer's prices are those for `customer`, or for a customer of
        type A without markups. With `count` also how many lots would be shared and held back. Sorts: `lot`, and for the
        vendor `description`, `available`.

        For either company once both have agreed, before that for the one that was asked. Raises `Conflict` for a
        connection that has ended, is suspended or is not accepted yet.
        """
        query = sharing.connection_preview.PreviewQuery(rate, customer, ship_via)
        request = PageRequest({}, q, sort, cursor, limit, count, fields)
        return sharing.connection_preview.preview(self.context, vendor, buyer, query, _of_lots(request, lots))


def _of_lots(request: PageRequest, lots: Sequence[str] | None) -> PageRequest:
    return request if lots is None else replace(request, filters={"lot": lots})
