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
from k2k_core.store.inventory.awb_costs import NO_AWBS, RealAwbCosts
from k2k_core.store.inventory.lots import AWB, ID, LotRow

if TYPE_CHECKING:
    from k2k_core.runtime.registry import Registry

Denials = Sequence[Denial]
Mark = tuple[int, int]
"""The id of a lot and the mark of its last change."""

Judge = Callable[[Sequence[LotRow]], Sequence[Denials]]
"""What the rules say of each of some lots."""


class CachedDenials:
    """The denials of lots under the same terms, as long as no plugin changes its state."""

    def __init__(self, terms: ShareTerms, registry: Registry) -> None:
        self._terms, self._registry, self._plugins_version = terms, registry, registry.version
        self._by_lot: dict[int, tuple[CachedPrice, Denials]] = {}
        self._marked: dict[int, tuple[int, Denials]] = {}
        self._on_awbs: set[int] = set()
        self._awb_costs = NO_AWBS

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

    def of_marks(self, marks: Sequence[Mark], awb_costs: RealAwbCosts) -> list[Denials | None]:
        """The denials of lots that were judged before with the same marks, and with the same real costs where they came
        on AWBs; None of others."""
        if awb_costs != self._awb_costs:
            for lot in self._on_awbs:
                self._marked.pop(lot, None)
            self._on_awbs, self._awb_costs = set(), awb_costs
        marked, nothing = self._marked, (None, None)
        return [known[1] if (known := marked.get(lot, nothing))[0] == mark else None for lot, mark in marks]

    def note_marks(self, rows: Sequence[LotRow], marks: Mapping[int, int], awb_costs: RealAwbCosts) -> None:
        """Remember the marks of lots that were judged, as far as their denials are cached."""
        if not self.plugins_healthy or awb_costs != self._awb_costs:
            return
        judged = [(row, self._by_lot.get(row[ID])) for row in rows if row[ID] in marks]
        self._marked.update((row[ID], (marks[row[ID]], one[1])) for row, one in judged if one and one[0][0] == row)
        self._on_awbs.update(row[ID] for row, _ in judged if row[AWB])

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
