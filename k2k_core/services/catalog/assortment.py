"""The assortment: everything that a buyer company can sell to one of its customers, with prices and rules.

Prices, visibility, the catalog and ordering all read it through an `Assortment`, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from k2k_core.domain.dates import OrderableDates, Planner
from k2k_core.domain.explanation import Explanation
from k2k_core.domain.freshness import leaving_days, own_limit, vendor_limit
from k2k_core.domain.grouping import Catalog, Goods
from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS, Lot, aging
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Quote, from_columns
from k2k_core.domain.settings import CompanySettings
from k2k_core.domain.sharing import BUYER, VENDOR, Denial, EligibilityRequest, OfferState, SaleTerms
from k2k_core.services.catalog.cached_lots import CachedLots
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import own_planner, vendor_planner
from k2k_core.services.inventory.lots import OwnLots, in_order
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.sharing.shared_inventory import (
    ALL_LOTS,
    LotSelection,
    SharedInventory,
    check_rules,
    shared_inventories,
)
from k2k_core.services.sharing.sharing import side_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow
from k2k_core.store.master_data.parties import connections_to
from k2k_core.store.secret_keys import CATALOG_LINES, secret


class Article(NamedTuple):
    """One lot as the buyer company sells it: its own (`partner` is None) or an offer of a vendor."""

    lot: Lot
    row: LotRow
    partner: SharedInventory | None

    @property
    def ref(self) -> str:
        return self.lot.ref

    @property
    def offer(self) -> OfferState | None:
        """The buyer company's decision on a vendor's lot."""
        return None if self.partner is None else self.partner.offers.state(self.row)


class Assortment:
    """Everything that one buyer company can sell in one sale, in one snapshot: all lots, or those of `selection`."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        sale: Sale,
        selection: LotSelection = ALL_LOTS,
    ) -> None:
        self.context = context
        self.session = session
        self.buyer = buyer
        self.customer = sale.customer
        self.ship_via = sale.ship_via
        self.today = session.moment.day_in(buyer.company.timezone)
        self.order_date = sale.order_date or self.today
        self.ship_date = sale.ship_date or self.order_date
        self._refs = selection.refs
        awbs = AwbCostReader(session)
        self.own_rows, self.partners = shared_inventories(context, session, buyer, awbs, selection)
        self.pricer = Pricer(context, session, buyer, sale, awbs)
        self.handler = context.plugins.registry(buyer.company).ship_via(sale.ship_via)

    @cached_property
    def articles(self) -> dict[str, Article]:
        """Every article by ref."""
        own = OwnLots(self.session, self.buyer)
        found = from_columns(Article, own.lots(self.own_rows), self.own_rows, [None] * len(self.own_rows))
        for partner in self.partners.values():
            found += from_columns(Article, partner.offered, partner.rows, [partner] * len(partner.rows))
        by_ref = {article.lot.ref: article for article in found}
        return by_ref if self._refs is None else {ref: by_ref[ref] for ref in in_order(self._refs, by_ref)}

    @property
    def rows(self) -> Iterator[LotRow]:
        """The rows of every lot, own and offered."""
        yield from self.own_rows
        for partner in self.partners.values():
            yield from partner.rows

    @cached_property
    def unit_costs(self) -> dict[int, Exact | None]:
        """The buyer's unit costs of offers, by lot id."""
        costs: dict[int, Exact | None] = {}
        for partner in self.partners.values():
            costs.update(partner.unit_costs)
        return costs

    def quotes(self, articles: Sequence[Article]) -> list[Quote]:
        """The price of each article for this customer."""
        return self.pricer.quotes([article.lot for article in articles], self.unit_costs)

    def explained(self, articles: Sequence[Article]) -> list[tuple[Quote, Explanation]]:
        """The price of each article with its explanation, without the vendor's part."""
        return self.pricer.explained([article.lot for article in articles], self.unit_costs)

    def values_of_steps(self, articles: Sequence[Article]) -> list[dict[str, Exact]]:
        """The value of every step of each article's hierarchy that has one."""
        return self.pricer.values_of_steps([article.lot for article in articles], self.unit_costs)

    def denials(self, articles: Sequence[Article]) -> list[list[Denial]]:
        """Everything that hides each article from this customer for this ship date and ship via, from both sides."""
        return [
            [*self.held_back.get(article.lot.id, ()), *denials] if article.partner else denials
            for article, denials in zip(articles, self.own_denials(articles), strict=True)
        ]

    def sided_denials(self, articles: Sequence[Article]) -> list[list[tuple[Denial, str]]]:
        """The same, each with its side: that of the owner of its setting, else that of the rule."""
        return [
            [*_sided(self.held_back.get(article.lot.id, ()), article, VENDOR), *_sided(own, article, BUYER)]
            if article.partner
            else [(denial, BUYER) for denial in own]
            for article, own in zip(articles, self.own_denials(articles), strict=True)
        ]

    @cached_property
    def cached_lots(self) -> CachedLots:
        """What is known of the lots of this sale from earlier ones."""
        return CachedLots(self)

    @cached_property
    def hidden_vendors(self) -> frozenset[str]:
        """The buyer's codes of the vendors whose connections hide them, in any state: boxes received from one are the
        buyer's own lots, and name it no more than its offers do."""
        linked = connections_to(self.session, self.buyer.id)
        hiding = {code for (_, code, *_), named in linked if named(code, self.buyer.code).hide_vendor}
        return frozenset(one.code for one in self.buyer.vendors(self.session).values() if one.company in hiding)

    def aging_shown(self, article: Article) -> int | None:
        """The age of the boxes for the buyer's staff: of a vendor's boxes only if the vendor shows it."""
        partner = article.partner
        if partner is None:
            return aging(self.today, article.lot.arrival_date)
        return aging(partner.today, article.lot.arrival_date) if partner.shows_aging else None

    def own_denials(self, articles: Sequence[Article]) -> list[list[Denial]]:
        """The denials of each article by the buyer's own rules."""
        return check_rules(self.context, self.buyer.company, BUYER, [self._request(article) for article in articles])

    @cached_property
    def held_back(self) -> Mapping[int, Sequence[Denial]]:
        """The denials by the vendors' rules, by lot id."""
        found: dict[int, Sequence[Denial]] = {}
        for partner in self.partners.values():
            leaves = self.planner(partner).vendor_ship_date(self.ship_date)
            found.update(zip((lot.id for lot in partner.lots), partner.denials(leaves), strict=True))
        return found

    def ship_dates(self, article: Article) -> OrderableDates:
        """The first and the last ship date for which its boxes can be ordered, apart from other rules that hide it."""
        partner, lot = article.partner, article.lot
        if partner is None:
            limit = own_limit(self.customer, lot)
        else:
            limit = vendor_limit(partner.terms, partner.lots_by_id[lot.id])
        leaving = leaving_days(lot, limit)
        key = (None if partner is None else partner.vendor.code, *leaving)
        if key not in self._orderable:  # thousands of lots leave between the same few days
            self._orderable[key] = self.planner(partner).orderable(*leaving)
        return self._orderable[key]

    @cached_property
    def _orderable(self) -> dict[tuple[str | None, dt.date, dt.date | None], OrderableDates]:
        return {}

    def _request(self, article: Article) -> EligibilityRequest:
        sale = self.sale_terms(article.partner, article.lot.inventory_type)
        return EligibilityRequest(
            article.lot, aging(self.today, article.lot.arrival_date), sale=sale, offer=article.offer
        )

    def sale_terms(self, partner: SharedInventory | None, inventory_type: str) -> SaleTerms:
        """The terms of the sale of a vendor's lots, or of own ones."""
        key = (partner.vendor.code if partner else None, inventory_type)
        if key not in self._terms:
            self._terms[key] = SaleTerms(
                self.buyer.company,
                self.customer,
                self.ship_via,
                self.ship_date,
                self.today,
                via_allowed=self.handler.allows(self.customer, inventory_type),
                date_denials=self.planner(partner).denials(self.ship_date),
            )
        return self._terms[key]

    @cached_property
    def _terms(self) -> dict[tuple[str | None, str], SaleTerms]:
        return {}

    def planner(self, partner: SharedInventory | None) -> Planner:
        """The planner of ship dates for a vendor's boxes, or for own stock."""
        key = None if partner is None else partner.vendor.code
        if key not in self._planners:
            self._planners[key] = self._new_planner(partner)
        return self._planners[key]

    def _new_planner(self, partner: SharedInventory | None) -> Planner:
        if partner is None:
            return own_planner(self.session, self.buyer, self.customer, self.session.moment)
        return vendor_planner(self.session, partner, self.customer, self.handler, self.session.moment)

    @cached_property
    def _planners(self) -> dict[str | None, Planner]:
        return {}


def _sided(denials: Sequence[Denial], article: Article, rule_side: str) -> Iterator[tuple[Denial, str]]:
    partner = article.partner
    vendor, buyer = (partner.vendor.code, partner.buyer.code) if partner else ("", "")
    return ((denial, side_of(denial, vendor, buyer, rule_side)) for denial in denials)


def visible_goods(assortment: Assortment) -> list[Goods]:
    """Every lot that the customer sees, with its price."""
    if not assortment.buyer.company.settings.ecommerce_enabled:
        return []
    articles = [article for article in assortment.articles.values() if _offered(assortment, article)]
    shown = [article for article, denials in zip(articles, assortment.denials(articles), strict=True) if not denials]
    quotes = assortment.quotes(shown)
    return [
        Goods(article.lot, quote.price, vendor_shown(assortment, article), assortment.aging_shown(article))
        for article, quote in zip(shown, quotes, strict=True)
    ]


def grouped(session: Session, buyer: CompanySnapshot) -> Catalog:
    """An empty catalog with the company's grouping (pricing section 9)."""
    settings = buyer.company.settings
    return Catalog(settings.grouping, settings.vendor_in_group, secret(session, CATALOG_LINES))


def vendor_shown(assortment: Assortment, article: Article) -> str | None:
    """The vendor's code if the shop shows vendors and the connection does not hide this one: `hide_vendor` takes
    precedence over `show_vendor` of the customer, which takes precedence over the company's."""
    if not shows_vendors(assortment):
        return None
    return None if article.lot.vendor in assortment.hidden_vendors else article.lot.vendor


def shows_vendors(assortment: Assortment) -> bool:
    """Whether the customer sees who the vendors are, apart from those that are hidden."""
    own = assortment.customer.show_vendor
    return assortment.buyer.company.settings.show_vendor if own is None else own


def _offered(assortment: Assortment, article: Article) -> bool:
    """Whether the shop shows this kind of stock."""
    return is_offered(assortment.buyer.company.settings, article.lot.inventory_type, article.lot.future)


def is_offered(settings: CompanySettings, inventory_type: str, future: bool) -> bool:
    """Whether a company's shop shows this kind of stock."""
    if inventory_type in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS):
        return not settings.hide_on_hand
    return settings.show_future_inventory or not (inventory_type == FUTURE_SALES or future)
