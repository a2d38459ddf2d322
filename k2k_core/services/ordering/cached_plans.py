"""What an order line freezes of a lot, cached: a lot is priced and explained once for a customer and a date, not once
per order, and the sales of others leave it.

It is valid as long as everything that it was made from is the same: the set-up of both companies, their connection,
their plugins, the whole row of the lot but for the boxes that are left, its mapping, and the moment
(`domain.local_time`). Not cached are lots whose price depends on more than that: future ones, those of an AWB, and
those that a step prices by anything but a formula, or by the boxes that are left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from k2k_core.domain.items import FUTURE_SALES, Lot
from k2k_core.domain.parties import Connection
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.inventory.lots import Mapped
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.inventory.lots import AVAILABLE, AWB, TYPE

if TYPE_CHECKING:
    from k2k_core.runtime.registry import Registry

Frozen = Mapping[str, Any]
"""What the line freezes, by field of `PlannedLine`."""

Setup = tuple[int, int, "Registry", int]
"""A company and its change sequence; its plugins, and the version of their state."""


class _MadeFrom(NamedTuple):
    """What a cached plan depends on besides its key."""

    buyer: Setup
    vendor: Setup | None
    connection: Connection | None
    lot: Lot
    row: tuple[object, ...]
    mapped: Mapped | None


class _Cached(NamedTuple):
    """A cached plan: what it was made from and when, and until when it is valid."""

    made_from: _MadeFrom
    made_at: dt.datetime
    until: dt.datetime
    frozen: Frozen


class CachedPlans:
    """The cached plans of one sale."""

    def __init__(self, assortment: Assortment) -> None:
        self._assortment = assortment
        self._plans = assortment.context.plans
        self._buyer = self._setup(assortment.buyer)

    def of(self, article: Article, line_price: int | None) -> Frozen | None:
        """What a line of this article freezes, at the price of its catalog line if given; None if it is not known."""
        found: _Cached | None = self._plans.get(self._key(article, line_price))
        now = self._assortment.session.now
        if found is None or not found.made_at <= now < found.until or found.made_from != self._made_from(article):
            return None
        return found.frozen

    def add(self, article: Article, line_price: int | None, frozen: Frozen) -> None:
        """Cache what a line freezes, if it depends on nothing else. A unit of work that writes may be undone."""
        session, made_from = self._assortment.session, self._made_from(article)
        healthy = made_from.buyer == self._buyer  # no plugin has failed since
        if not session.writable and healthy and self._depends_on_its_lot_alone(article):
            plan = _Cached(made_from, session.now, session.moment.holds_until, frozen)
            self._plans.put(self._key(article, line_price), plan)

    def _key(self, article: Article, line_price: int | None) -> tuple[object, ...]:
        one = self._assortment
        terms = (one.customer.id, one.pricer.sale.channel, one.ship_via, one.pricer.sale.location)
        return (one.buyer.id, *terms, one.order_date, one.ship_date, article.lot.id, line_price)

    def _made_from(self, article: Article) -> _MadeFrom:
        partner, row = article.partner, article.row
        unsold = (*row[:AVAILABLE], 0, *row[AVAILABLE + 1 :])
        mapped = None if partner is None else partner.offers.mapped(row)
        vendor = None if partner is None else self._setup(partner.vendor)
        connection = None if partner is None else partner.connection
        return _MadeFrom(
            self._setup(self._assortment.buyer), vendor, connection, article.lot._replace(available=0), unsold, mapped
        )

    def _setup(self, company: CompanySnapshot) -> Setup:
        registry = self._assortment.context.plugins.registry(company.company)
        return company.id, company.company.change_seq, registry, registry.version

    def _depends_on_its_lot_alone(self, article: Article) -> bool:
        row, partner = article.row, article.partner
        if row[TYPE] == FUTURE_SALES or row[AWB]:
            return False
        one = self._assortment
        pricers = [(one.pricer, article.lot.inventory_type)]
        if partner is not None and partner.customer is not None:
            pricers.append((Pricer(one.context, one.session, partner.vendor, Sale(partner.customer)), row[TYPE]))
        return all(pricer.is_by_formulas(inventory_type, without="available") for pricer, inventory_type in pricers)
