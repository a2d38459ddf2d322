"""A vendor's finished prices for a buyer: computed once per change, not once per customer (pricing section 1).

They are cached with the vendor's set-up, with everything else that they depend on in the key: the buyer and the
vendor's day, and for each price the lot's whole row and the real costs of its AWB. A future lot's price depends on
other lots too, and is not cached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain.costs import AwbCosts
from k2k_core.domain.items import FUTURE_SALES
from k2k_core.domain.pricing import Quote
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.awb_costs import NO_AWBS
from k2k_core.store.inventory.lots import AWB, AWB_ID, ID, TYPE, VENDOR, LotRow

MAX_CACHED_PRICES = 100_000
"""How many prices of one vendor are cached, for all its buyers together."""

Key = tuple[int, dt.date]
CachedPrice = tuple[LotRow, AwbCosts | None, Quote]
CachedPrices = dict[int, CachedPrice]


class FinishedPrices:
    """A vendor's prices for a buyer, in one snapshot."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        vendor: CompanySnapshot,
        buyer: CompanySnapshot,
        awbs: AwbCostReader,
    ) -> None:
        self._context = context
        self._session = session
        self._vendor = vendor
        self._customer = vendor.customer_for(session, buyer.code)
        self._buyer = buyer
        self._awbs = awbs
        self.cached: CachedPrices = {}
        """Of the lots that were asked for, those whose prices are cached: the same object while nothing changed."""

    def of(self, rows: Sequence[LotRow], own: OwnLots) -> dict[int, Quote]:
        """The price of each of the vendor's lots, by lot id; empty if the buyer is not a customer."""
        if self._customer is None:
            return {}
        cached = self._cached()
        awbs = self._awbs.of(self._vendor.id) if any(row[AWB] for row in rows) else NO_AWBS
        costs = {row[ID]: awbs.of_lot(row[AWB], row[AWB_ID], row[VENDOR]) for row in rows if row[AWB]}
        found: dict[int, Quote] = {}
        missing: list[LotRow] = []
        for row in rows:
            before = cached.get(row[ID])
            if before is not None and before[0] == row and before[1] == costs.get(row[ID]):
                found[row[ID]], self.cached[row[ID]] = before[2], before
            else:
                missing.append(row)
        if missing:
            plugins_version = self._plugins_version()
            pricer = Pricer(self._context, self._session, self._vendor, Sale(self._customer), self._awbs)
            quotes = pricer.quotes(own.lots(missing))
            found.update((row[ID], quote) for row, quote in zip(missing, quotes, strict=True))
            if plugins_version == self._plugins_version():  # a plugin that failed may succeed the next time
                lasting = [row for row in missing if row[TYPE] != FUTURE_SALES]
                fresh = {row[ID]: (row, costs.get(row[ID]), found[row[ID]]) for row in lasting}
                cached.update(fresh)
                self.cached.update(fresh)
        return found

    def _cached(self) -> CachedPrices:
        """The prices cached for this buyer and day; none in a unit of work that may see what is rolled back later."""
        if self._session.writable:
            return {}
        today = self._session.moment.day_in(self._vendor.company.timezone)
        computed: dict[Key, CachedPrices] = self._vendor.computed
        if (self._buyer.id, today) not in computed:
            _make_room(computed, today)
        return computed.setdefault((self._buyer.id, today), {})

    def _plugins_version(self) -> int:
        return self._context.plugins.registry(self._vendor.company).version


def _make_room(computed: dict[Key, CachedPrices], today: dt.date) -> None:
    """Evict other days, and the least recently used buyers, to stay within the limit."""
    for key in [one for one in list(computed) if one[1] != today]:
        computed.pop(key, None)
    prices = sum(map(len, list(computed.values())))
    for key in list(computed):
        if prices <= MAX_CACHED_PRICES:
            return
        prices -= len(computed.pop(key, ()))
