"""What is known of a lot in a sale, cached: whether it may be sold, and what an order line freezes of it. It is asked
of rules and steps once for a customer and a date, not once per order, and the sales of others leave it.

It is valid as long as everything that it was made from is the same: the set-up of both companies, their connection,
their plugins, the row of the lot but for the number of boxes that are left, its mapping, and the moment
(`domain.local_time`). Not cached is what depends on more than that: of future lots, of those of an AWB, and what a step
that is no formula, or a rule that does not say what it reads, answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from k2k_core.domain.items import FUTURE_SALES, Lot
from k2k_core.domain.parties import Connection
from k2k_core.domain.sharing import BUYER, VENDOR, OfferState
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.inventory.lots import Mapped
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.inventory.lots import AVAILABLE, AWB, TYPE

if TYPE_CHECKING:
    from k2k_core.runtime.registry import Registry
    from k2k_core.services.catalog.assortment import Article, Assortment

T = TypeVar("T")
Setup = tuple[int, int, "Registry", int]
"""A company and its change sequence; its plugins, and the version of their state."""

LEFT = "available"
"""The fact of a lot that every sale changes."""


class _MadeFrom(NamedTuple):
    """What is known of a lot depends on this, besides its key."""

    buyer: Setup
    vendor: Setup | None
    connection: Connection | None
    offer: OfferState | None
    mapped: Mapped | None
    in_stock: bool
    lot: Lot
    row: tuple[object, ...]


class _Known(NamedTuple):
    """What is known of a lot, by what it is; what it was made from; from when and until when it is valid."""

    made_from: _MadeFrom
    since: dt.datetime
    until: dt.datetime
    values: dict[object, Any]


class CachedLots:
    """What is known of the lots of one sale."""

    def __init__(self, assortment: Assortment) -> None:
        self._assortment = assortment
        self._cache = assortment.context.lots
        self._buyer = self._setup(assortment.buyer)
        self._made_from: dict[int, _MadeFrom] = {}
        self._lasting: dict[tuple[str | None, str], bool] = {}

    def get(self, article: Article, name: object) -> Any:
        """A value of a lot by its name, or None."""
        known: _Known | None = self._cache.get(self._key(article))
        now = self._assortment.session.now
        if known is None or not known.since <= now < known.until or known.made_from != self._source(article):
            return None
        return known.values.get(name)

    def put(self, article: Article, name: object, value: Any) -> None:
        """Cache a value, if it depends on nothing else. A unit of work that writes may be undone."""
        session, source = self._assortment.session, self._source(article)
        if session.writable or not self._depends_on_its_lot_alone(article):
            return
        if self._setup(self._assortment.buyer) != self._buyer:  # a plugin has failed since
            return
        key = self._key(article)
        known: _Known | None = self._cache.get(key)
        until, values = session.moment.holds_until, dict[object, Any]()
        if known is not None and known.since <= session.now < known.until and known.made_from == source:
            until, values = min(until, known.until), known.values
        self._cache.put(key, _Known(source, session.now, until, {**values, name: value}))

    def of(self, articles: Sequence[Article], name: object, make: Callable[[list[Article]], list[T]]) -> list[T]:
        """The value of each article, which is never None; `make` is asked for those of which it is not known."""
        found: list[T | None] = [self.get(article, name) for article in articles]
        missing = [article for article, value in zip(articles, found, strict=True) if value is None]
        made = iter(make(missing) if missing else ())
        values = []
        for article, value in zip(articles, found, strict=True):
            if value is None:
                value = next(made)
                self.put(article, name, value)
            values.append(value)
        return values

    def _key(self, article: Article) -> tuple[object, ...]:
        one = self._assortment
        terms = (one.customer.id, one.pricer.sale.channel, one.ship_via, one.pricer.sale.location)
        return (one.buyer.id, *terms, one.order_date, one.ship_date, article.lot.id)

    def _source(self, article: Article) -> _MadeFrom:
        found = self._made_from.get(article.lot.id)
        if found is None:
            partner, row = article.partner, article.row
            found = self._made_from[article.lot.id] = _MadeFrom(
                self._buyer,
                None if partner is None else self._setup(partner.vendor),
                None if partner is None else partner.connection,
                article.offer,
                None if partner is None else partner.offers.mapped(row),
                article.lot.available > 0,
                article.lot._replace(available=0),
                (*row[:AVAILABLE], 0, *row[AVAILABLE + 1 :]),
            )
        return found

    def _setup(self, company: CompanySnapshot) -> Setup:
        registry = self._assortment.context.plugins.registry(company.company)
        return company.id, company.company.change_seq, registry, registry.version

    def _depends_on_its_lot_alone(self, article: Article) -> bool:
        if article.row[TYPE] == FUTURE_SALES or article.row[AWB]:
            return False
        key = (None if article.partner is None else article.partner.vendor.code, article.row[TYPE])
        if key not in self._lasting:
            self._lasting[key] = all(self._declared(article))
        return self._lasting[key]

    def _declared(self, article: Article) -> list[bool]:
        """Whether the steps and rules of each side say what they read, and read nothing that a sale changes."""
        one, partner = self._assortment, article.partner
        kind, registry = article.lot.inventory_type, self._buyer[2]
        found = [one.pricer.is_by_formulas(kind, without=LEFT), _say_what_they_read(registry, BUYER, kind)]
        if partner is not None:
            kind, theirs = article.row[TYPE], one.context.plugins.registry(partner.vendor.company)
            found.append(_say_what_they_read(theirs, VENDOR, kind))
            if partner.customer is not None:
                pricer = Pricer(one.context, one.session, partner.vendor, Sale(partner.customer))
                found.append(pricer.is_by_formulas(kind, without=LEFT))
        return found


def _say_what_they_read(registry: Registry, side: str, inventory_type: str) -> bool:
    return all(rule.reads is not None and LEFT not in rule.reads for rule in registry.rules(side, inventory_type))
