"""Use cases: what a buyer's vendors offer it, page by page, and one offer (`offers` and `offer`; domain section 3).

An offer is a lot that its vendor shares with the buyer. The rules that decide this are contributions of plugins, so
that no query can tell: a page is read from the lots that may be shared, and those that are not are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from k2k_core.domain.answers import connections as shapes
from k2k_core.domain.answers.connections import OfferPrice
from k2k_core.domain.items import Lot, aging
from k2k_core.domain.money import money, plain
from k2k_core.domain.parties import Connection
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import Denial
from k2k_core.services.company_snapshot import CompanySnapshot, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import Offers, unseen
from k2k_core.services.inventory.vendor_codes import known_box_types
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.mapping.product_suggestions import ProductSuggestions, Suggestion
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.price_lists import read_lists_together
from k2k_core.services.sharing.lot_pages import lot_row, marks_of, named_lots
from k2k_core.services.sharing.offer_prices import prices_of
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory, active_vendors, known_denials
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import AVAILABLE, BOX_TYPE, CODE, COMPANY, ID, MARK, LotRow
from k2k_core.store.lists.offers import Decisions, OfferedBy, offers_of, versions_of

SOLD_OUT = frozenset(("sold_out",))
"""A denial that does not hide an offer: a buyer has to know that nothing is left."""

READ_APART = frozenset(("prices", "version"))
"""Fields that take statements of their own: they are read only where they are asked for."""

EXACT = 100
"""The score of a suggestion that has the same words as the vendor's product."""

MAPPING = frozenset(("mapped", "sellable", "product"))
"""Filters that ask to which product of the buyer a lot belongs."""

PACKS = frozenset(("pack_known",))
"""Filters that ask which box types the buyer knows."""

FILTERS = {
    "lot": named_lots,
    "vendor": of.word,
    "product": of.word,
    "mapped": of.switch,
    "confirmed": of.switch,
    "sellable": of.switch,
    "typed": of.switch,
    "pack_known": of.switch,
}


def offers(context: ServiceContext, buyer: str, request: PageRequest) -> shapes.Offers:
    """A page of a buyer's offers, by vendor and lot."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        shown = _OfferReader(context, session, company, frozenset(request.fields or READ_APART))
        listed = PagedList(
            "offers",
            offers_of(company.id, shown.vendors(request.filters), shown.decisions()),
            shapes.ListedOffer,
            shown.as_rows,
            FILTERS,
            sieve=shown.shared,
            marks=marks_of(session, shown.known),
        )
        return cast(shapes.Offers, page(context, session, company.id, listed, request))


def offer(context: ServiceContext, buyer: str, lot: str) -> shapes.ListedOffer:
    """One of these offers; `NotFound` for a lot that is not shared with the buyer, as for one that does not exist."""
    found = offers(context, buyer, PageRequest({"lot": [lot]}))["items"]
    if not found:
        raise unseen(lot)
    return found[0]


def is_offered(denials: Sequence[Denial]) -> bool:
    """Whether nothing but that nothing is left holds a lot back."""
    return not denials or {denial.code for denial in denials} <= SOLD_OUT


class _OfferReader:
    """What is computed for the rows of a list of offers, vendor by vendor."""

    def __init__(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, fields: Collection[str]
    ) -> None:
        self._context, self._session, self._buyer, self._fields = context, session, buyer, fields
        self._linked: Mapping[int, tuple[Connection, CompanySnapshot]] = {
            vendor.id: (connection, vendor) for connection, vendor in active_vendors(context, session, buyer)
        }
        together = [buyer, *(vendor for _, vendor in self._linked.values())]
        read_together(session, together)
        read_lists_together(session, together)
        self._awbs = AwbCostReader(session)
        self._pairs: dict[int, SharedInventory] = {}
        self._marks: dict[int, int] = {}
        self._unknown: dict[int, frozenset[int]] = {}

    def vendors(self, filters: Collection[str]) -> list[OfferedBy]:
        """The buyer's active vendors, with what their products belong to and which of their box types are unknown where
        the filters ask for that."""
        mappings, packs = not MAPPING.isdisjoint(filters), not PACKS.isdisjoint(filters)
        return [
            OfferedBy(
                vendor.id,
                vendor.code,
                connection.share_future_sales,
                self._mapped(vendor) if mappings else None,
                self._unknown_boxes(vendor) if packs else (),
            )
            for connection, vendor in self._linked.values()
        ]

    def decisions(self) -> Decisions:
        """What the buyer decides about every offer."""
        return Decisions(self._buyer.company.settings.autoconfirm, self._buyer.product_ids(self._session))

    def shared(self, rows: Sequence[LotRow]) -> list[bool]:
        """Whether each row is shared with the buyer, or only nothing of it is left."""
        by_vendor: dict[int, list[LotRow]] = defaultdict(list)
        for row in rows:
            by_vendor[row[COMPANY]].append(row)
        visible: set[int] = set()
        for vendor_id, lots in by_vendor.items():
            read = self._shared_with_buyer(vendor_id, lots)
            for lot, denials in zip(lots, read.denials(), strict=True):
                if is_offered(denials):
                    visible.add(lot[ID])
                    self._pairs[lot[ID]] = read
            read.note_marks(self._marks)
        return [row[ID] in visible for row in rows]

    def known(self, rows: Sequence[tuple[Any, ...]]) -> list[bool | None]:
        """The same of lots that have not changed since it was asked before, None of others."""
        self._marks = {row[ID]: row[MARK] for row in rows}
        return [
            None if denials is None else is_offered(denials)
            for denials in known_denials(rows, lambda vendor_id: self._shared_with_buyer(vendor_id, ()))
        ]

    def _shared_with_buyer(self, vendor_id: int, lots: Sequence[LotRow]) -> SharedInventory:
        connection, vendor = self._linked[vendor_id]
        pair = CompanyPair(vendor, self._buyer, connection)
        return SharedInventory(self._context, self._session, pair, lots, self._awbs)

    def as_rows(self, rows: Rows) -> Rows:
        """The rows as they are answered."""
        versions = self._versions(rows)
        lots = [lot_row(row) for row in rows]
        seen = {lot[ID]: self._pairs[lot[ID]].offers.lots([lot])[0] for lot in lots}
        prices = self._prices(list(seen.values())) if "prices" in self._fields else {}
        return [
            {
                **self._answer(lot, seen[lot[ID]], self._pairs[lot[ID]], versions.get(lot[ID], 0)),
                "prices": prices.get(lot[ID], []),
            }
            for lot in lots
        ]

    def _versions(self, rows: Rows) -> Mapping[int, int]:
        """The versions of the buyer's decisions, where they are asked for."""
        if "version" not in self._fields:
            return {}
        return versions_of(self._session, self._buyer.id, {row["id"]: row["product_id"] for row in rows})

    def _prices(self, offered: list[Lot]) -> Mapping[int, list[OfferPrice]]:
        """The prices of a page of offers, computed together."""
        costs = {lot.id: self._pairs[lot.id].unit_costs[lot.id] for lot in offered}
        return prices_of(self._context, self._session, self._buyer, offered, costs, self._awbs)

    def _mapped(self, vendor: CompanySnapshot) -> Mapping[int, int | None]:
        """To which product of the buyer each of a vendor's products belongs, without those that belong to none; None
        where it is added when it is first needed."""
        record = self._buyer.vendor_for(self._session, vendor.code)
        offers = Offers(self._session, self._buyer, vendor, record)
        found = {one: offers.mapped_product(one) for one in vendor.products(self._session)}
        return {one: mapped.product_id for one, mapped in found.items() if mapped is not None}

    def _unknown_boxes(self, vendor: CompanySnapshot) -> frozenset[int]:
        """The ids of a vendor's box types that the buyer does not know."""
        if vendor.id not in self._unknown:
            known, boxes = known_box_types(self._session, self._buyer, vendor), vendor.box_types(self._session)
            self._unknown[vendor.id] = frozenset(one for one, (code, _) in boxes.items() if code not in known)
        return self._unknown[vendor.id]

    @cached_property
    def _suggestions(self) -> ProductSuggestions:
        return ProductSuggestions(self._buyer.products(self._session))

    def _suggestion(self, description: str) -> dict[str, Any] | None:
        found = self._suggestions.suggested(description)
        return None if found is None else {"product": found.product, "how": _how(found), "score": found.score}

    def _answer(self, lot: LotRow, seen: Lot, pair: SharedInventory, version: int) -> dict[str, Any]:
        state, mapped = pair.offers.state(lot), pair.offers.mapped(lot)
        cost, currency = pair.unit_costs[lot[ID]], self._buyer.company.currency
        return {
            "lot": f"{pair.vendor.code}/{lot[CODE]}",
            "version": version,
            "vendor": pair.vendor.code,
            "vendor_name": pair.vendor.company.name,
            "description": seen.product.description,
            "mapped_product": state.mapped_product,
            "mapped_by_itself": mapped is not None and mapped.automatic,
            "suggestion": self._suggestion(seen.product.description) if mapped is None else None,
            "confirmed": state.confirmed,
            "sellable": mapped is not None and state.confirmed,
            "state": "unmapped" if mapped is None else "sellable" if state.confirmed else "unconfirmed",
            "va_price": None if state.va_price is None else money(state.va_price, currency),
            "cost": None if cost is None else plain(cost),
            "available": lot[AVAILABLE],
            "future": seen.future,
            "aging": aging(pair.today, seen.arrival_date) if pair.shows_aging else None,
            "box_type": seen.box_type,
            "pack_known": lot[BOX_TYPE] not in self._unknown_boxes(pair.vendor),
            "units_per_box": seen.units_per_box,
            "unit_type": seen.unit_type,
            "stems_per_bunch": seen.stems_per_bunch,
        }


def _how(suggestion: Suggestion) -> str:
    return "exact" if suggestion.score == EXACT else "words"
