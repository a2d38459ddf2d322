"""What a vendor's rules say of its lots for one buyer, cached: each lot is judged once per change of it.

They are cached with the vendor's set-up, under the buyer, the day and the day on which the boxes would leave, with what
else they depend on beside them: the terms of sharing, the state of the vendor's plugins, and for each lot its
cached price, which stands for its row. A lot whose price is not cached, such as a future one, is judged each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from k2k_core.domain.sharing import Denial, ShareTerms
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.pricing.vendor_prices import CachedPrice
from k2k_core.store.inventory.lots import ID, LotRow

if TYPE_CHECKING:
    from k2k_core.runtime.registry import Registry

Denials = Sequence[Denial]
Judge = Callable[[Sequence[LotRow]], Sequence[Denials]]
"""What the rules say of each of some lots."""


class CachedDenials:
    """The denials of lots under the same terms, as long as no plugin changes its state."""

    def __init__(self, terms: ShareTerms, registry: Registry) -> None:
        self._terms, self._registry, self._plugins_version = terms, registry, registry.version
        self._by_lot: dict[int, tuple[CachedPrice, Denials]] = {}

    def __len__(self) -> int:
        return len(self._by_lot)

    def are_for(self, terms: ShareTerms, registry: Registry) -> bool:
        """Whether they hold under these terms and by these rules."""
        return registry is self._registry and self.plugins_healthy and terms == self._terms

    @property
    def plugins_healthy(self) -> bool:
        """Whether no plugin has failed or left quarantine since: it may answer something else the next time."""
        return self._registry.version == self._plugins_version

    def of(self, rows: Sequence[LotRow], prices: Mapping[int, CachedPrice], judge: Judge) -> list[Denials]:
        """The denials of lots, in the order of `rows`: `judge` is asked for those that changed since it was asked.
        `prices` are the cached prices by lot id."""
        known = self._known(rows, prices)
        missing = [row for row in rows if row[ID] not in known]
        if missing:
            judged = dict(zip((row[ID] for row in missing), judge(missing), strict=True))
            known.update(judged)
            if self.plugins_healthy:
                self._by_lot.update((lot, (prices[lot], denials)) for lot, denials in judged.items() if lot in prices)
        return [known[row[ID]] for row in rows]

    def _known(self, rows: Sequence[LotRow], prices: Mapping[int, CachedPrice]) -> dict[int, Denials]:
        found = ((row[ID], self._by_lot.get(row[ID])) for row in rows)
        return {lot: known[1] for lot, known in found if known is not None and known[0] is prices.get(lot)}


def cached_denials(vendor: CompanySnapshot, terms: ShareTerms, registry: Registry) -> CachedDenials:
    """Those that are cached for these terms; empty ones where there are none."""
    key = (terms.buyer.id, terms.today, terms.leaves)
    found: CachedDenials | None = vendor.denials.get(key)
    if found is None or not found.are_for(terms, registry):
        found = CachedDenials(terms, registry)
        vendor.denials.put(key, found)
    return found
