"""The lines of one catalog as arrays: which lots are in each, its price, its boxes, and every order of lines.

Lots of one identity and price are one line (pricing section 9). Lines are numbered by identity; within a line lots
stand first in, first out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from k2k_core.services.catalog.columns.facts import Kinds, Numbers, Slots
from k2k_core.services.catalog.columns.lot_table import LotTable

Ints = NDArray[np.int64]
PACKED = 1 << 40
"""Prices below this are packed into one number with an identity or a place, so that both are compared at once."""

PLACES = 1 << 22
"""More than the most places that are packed so."""


@dataclass(frozen=True)
class Identities:
    """The identities of a table's lots, and its slots by identity and rank."""

    kinds: Kinds
    sorted_slots: Slots
    ranks: Numbers
    merged: bool
    """Whether the price is part of the identity of a line."""

    def by_price(self, prices: NDArray[np.int64]) -> Slots:
        """All slots by identity, price where it is part of that, and rank."""
        kinds, parts = self.kinds.numbers[self.sorted_slots], self.parts(prices)[self.sorted_slots]
        order: Slots = self.sorted_slots[_by_part(kinds, parts, len(self.kinds))]
        return order

    def moved(self, order: Numbers, slots: Slots, prices: NDArray[np.int64]) -> Numbers:
        """An order of all slots by price, in which some have new prices."""
        moving = np.zeros(len(prices), np.bool_)
        moving[slots] = True
        order = order[~moving[order]]
        for slot in slots.tolist():
            order = np.insert(order, self._place(order, slot, prices), slot)
        return order

    def _place(self, order: Numbers, slot: int, prices: NDArray[np.int64]) -> int:
        kinds, kind = self.kinds.numbers[order], self.kinds.numbers[slot]
        low, high = int(kinds.searchsorted(kind)), int(kinds.searchsorted(kind, "right"))
        same = order[low:high]
        parts, ranks = self.parts(prices[same]), self.ranks[same]
        part = self.parts(prices[slot : slot + 1])[0]
        return low + int(((parts < part) | ((parts == part) & (ranks < self.ranks[slot]))).sum())

    def parts(self, prices: NDArray[np.int64]) -> Ints:
        """What prices add to identities: themselves, or only whether there is one."""
        found: Ints = prices if self.merged else (prices > 0).astype(prices.dtype)
        return found


def identities_of(table: LotTable, vendor_fact: str | None, merged: bool) -> Identities:
    """The identities of all lots with this vendor fact, or without the vendor."""
    kinds = table.identities(vendor_fact)
    slots = table.by_rank
    return Identities(kinds, slots[np.argsort(kinds.numbers[slots], kind="stable")], table.rank, merged)


class LineArrays:
    """The lines of the visible lots at their prices. `order` are all slots by identity and price."""

    def __init__(
        self,
        table: LotTable,
        identities: Identities,
        visible: NDArray[np.bool_],
        prices: NDArray[np.int64],
        order: Slots | Numbers,
    ) -> None:
        slots = order[visible[order]]
        kinds, prices = identities.kinds.numbers[slots], prices[slots]
        parts = identities.parts(prices)
        first = np.ones(len(slots), np.bool_)
        first[1:] = (kinds[1:] != kinds[:-1]) | (parts[1:] != parts[:-1])
        self.slots = slots.astype(np.int32)
        self.starts = np.flatnonzero(first).astype(np.int32)
        self.kinds = kinds[self.starts]
        self.parts = parts[self.starts]
        self.prices = self.parts
        if not identities.merged and len(slots):
            self.prices = np.maximum.reduceat(prices, self.starts)
        self._boxes = table.available
        self._ranks = table.rank
        self.order = _scattered(table.rank[slots[self.starts]], table.size)

    def __len__(self) -> int:
        return len(self.starts)

    def members(self, line: int) -> NDArray[np.int32]:
        """The slots of a line, in the order in which they are sold."""
        stop = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.slots)
        found: NDArray[np.int32] = self.slots[self.starts[line] : stop]
        return found

    def firsts(self) -> NDArray[np.int32]:
        """The slot of the oldest boxes of each line."""
        found: NDArray[np.int32] = self.slots[self.starts]
        return found

    @cached_property
    def available(self) -> NDArray[np.int64]:
        """The boxes of each line."""
        if not len(self.slots):
            return np.zeros(0, np.int64)
        found: NDArray[np.int64] = np.add.reduceat(self._boxes[self.slots], self.starts)
        return found

    def rank(self, line: int) -> int:
        """Where a line stands in the catalog."""
        return int(self._ranks[self.slots[self.starts[line]]])

    def line(self, kind: int, part: int) -> int | None:
        """The line of an identity and price."""
        low, high = (int(self.kinds.searchsorted(np.int32(one))) for one in (kind, kind + 1))
        place = low + int(self.parts[low:high].searchsorted(self.parts.dtype.type(part)))
        return place if place < high and self.parts[place] == part else None

    def in_order(self, sort: str, lines: NDArray[np.int32]) -> NDArray[np.int32]:
        """Some lines, given in the order of the catalog, in another order; those without a price stand last."""
        name, down = sort.lstrip("-"), sort.startswith("-")
        if name == "description":
            return lines[::-1] if down else lines
        values = (self.available if name == "available" else self.prices)[lines].astype(np.int64)
        if name == "price" and not down:
            values = np.where(values == 0, values.max(initial=0) + 1, values)
        found: NDArray[np.int32] = lines[_stable_order(-values if down else values)]
        return found


def _stable_order(values: Ints) -> NDArray[np.int64]:
    """The places of values in ascending order, equal ones as they stand: packed with their places, they are sorted
    several times as fast."""
    least = int(values.min()) if len(values) else 0
    above = values - least
    if len(values) > PLACES or (len(values) and int(above.max()) >= PACKED):
        return np.argsort(values, kind="stable")
    packed = np.sort(above * PLACES + np.arange(len(values)))
    found: NDArray[np.int64] = packed & (PLACES - 1)
    return found


def _by_part(kinds: Numbers, parts: Ints, count: int) -> NDArray[np.int64]:
    """The order of slots that are sorted by identity by identity and price."""
    if len(parts) and (int(parts.max()) >= PACKED or count >= PLACES):
        return np.lexsort((np.arange(len(parts)), parts, kinds))
    return np.argsort(kinds * np.int64(PACKED) + parts, kind="stable")


def _scattered(ranks: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """The lines by rank, without sorting: no two have the same."""
    places = np.full(size, -1, np.int32)
    places[ranks] = np.arange(len(ranks), dtype=np.int32)
    found: NDArray[np.int32] = places[places >= 0]
    return found
