"""A vendor's finished prices for a buyer: worked out once per change, not once per customer (pricing section 1).

They are kept beside the vendor's set-up, under all else that they depend on: the buyer, the vendor's day, what AWBs
really cost, and each under the lot's whole row. A future lot's price looks at other lots too, and is not kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain.items import FUTURE_SALES
from k2k_core.domain.pricing import Quote
from k2k_core.services.awb_book import AwbBook
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.lots import OwnLots
from k2k_core.services.office import Office
from k2k_core.services.pricing import Pricer
from k2k_core.store.lots import AWB, ID, TYPE, Row
from k2k_core.store.work import Session

MOST_KEPT = 100_000
"""How many prices of one vendor are kept, for all its buyers together."""

Key = tuple[int, dt.date, object]
Kept = dict[int, tuple[Row, Quote]]


class FinishedPrices:
    """The prices that a vendor asks of a buyer, in one snapshot."""

    def __init__(
        self, office: Office, session: Session, vendor: CompanyFacts, buyer: CompanyFacts, awbs: AwbBook
    ) -> None:
        self._office = office
        self._session = session
        self._vendor = vendor
        self._customer = vendor.customer_for(session, buyer.code)
        self._buyer = buyer
        self._awbs = awbs

    def of(self, rows: Sequence[Row], own: OwnLots) -> dict[int, Quote]:
        """The price of each of the vendor's lots, by lot id; of none when the buyer is no customer."""
        if self._customer is None:
            return {}
        kept = self._kept(rows)
        found: dict[int, Quote] = {}
        missing: list[Row] = []
        for row in rows:
            before = kept.get(row[ID])
            if before is not None and before[0] == row:
                found[row[ID]] = before[1]
            else:
                missing.append(row)
        if missing:
            unsettled = self._unsettled()
            pricer = Pricer(self._office, self._session, self._vendor, self._customer, awbs=self._awbs)
            quotes = pricer.quotes(own.lots(missing))
            found.update((row[ID], quote) for row, quote in zip(missing, quotes, strict=True))
            if unsettled == self._unsettled():  # a plugin that failed may do better the next time
                kept.update((row[ID], (row, found[row[ID]])) for row in missing if row[TYPE] != FUTURE_SALES)
        return found

    def _kept(self, rows: Sequence[Row]) -> Kept:
        """What is kept for this buyer, day and AWBs; nothing where a unit of work may see what is undone later."""
        if self._session.writable:
            return {}
        today = self._session.moment.day_in(self._vendor.company.timezone)
        bear_awbs = any(row[AWB] for row in rows)
        costs = frozenset(self._awbs.of(self._vendor.id).items()) if bear_awbs else frozenset()
        key: Key = (self._buyer.id, today, costs)
        computed: dict[Key, Kept] = self._vendor.computed
        if key not in computed:
            self._make_room(computed, key)
        return computed.setdefault(key, {})

    def _make_room(self, computed: dict[Key, Kept], key: Key) -> None:
        """Forget other days, and what AWBs cost before; and the oldest, so that there is an end to it."""
        for other in list(computed):
            over = other[1] != key[1] or (other[0] == key[0] and bool(key[2]) and bool(other[2]))
            if over or sum(map(len, list(computed.values()))) > MOST_KEPT:
                computed.pop(other, None)

    def _unsettled(self) -> int:
        return self._office.plugins.registry(self._vendor.company).unsettled
