"""The lines of one catalog as arrays: which lots are in each, its price, its boxes, and every order of lines.

Lots of one identity and price are one line (pricing section 9). Lines are numbered by identity; within a line lots
stand first in, first out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from k2k_core.services.catalog.columns.facts import Kinds, Slots
from k2k_core.services.catalog.columns.lot_table import LotTable

Ints = NDArray[np.int64]
PACKED = 1 << 40
"""Prices below this are packed into one number with an identity, so that both are compared at once."""


@dataclass(frozen=True)
class Identities:
    """The identities of a table's lots, and its slots by identity and rank."""

    kinds: Kinds
    sorted_slots: Slots
    merged: bool
    """Whether the price is part of the identity of a line."""


def identities_of(table: LotTable, vendor_fact: str | None, merged: bool) -> Identities:
    """The identities of all lots with this vendor fact, or without the vendor."""
    kinds = table.identities(vendor_fact)
    slots = table.by_rank
    return Identities(kinds, slots[np.argsort(kinds.numbers[slots], kind="stable")], merged)


class LineArrays:
    """The lines of the visible lots at their prices."""

    def __init__(
        self, table: LotTable, identities: Identities, visible: NDArray[np.bool_], prices: NDArray[np.int64]
    ) -> None:
        slots = identities.sorted_slots
        slots = slots[visible[slots]]
        kinds = identities.kinds.numbers[slots].astype(np.int64)
        parts = _part(prices[slots], identities.merged)
        slots, kinds, parts = _by_part(slots, kinds, parts, len(identities.kinds))
        first = np.ones(len(slots), np.bool_)
        first[1:] = (kinds[1:] != kinds[:-1]) | (parts[1:] != parts[:-1])
        self.slots = slots.astype(np.int32)
        self.starts = np.flatnonzero(first).astype(np.int32)
        self.kinds = kinds[self.starts].astype(np.int32)
        self.parts = parts[self.starts]
        empty = not len(slots)
        self.prices = self.parts if empty else np.maximum.reduceat(prices[slots], self.starts)
        self.available = self.parts if empty else np.add.reduceat(table.available[slots], self.starts)
        self.ranks = table.rank[slots[self.starts]]
        self.order = _scattered(self.ranks, table.size)

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

    def line(self, kind: int, part: int) -> int | None:
        """The line of an identity and price."""
        low, high = np.searchsorted(self.kinds, [kind, kind + 1])
        place = int(low + np.searchsorted(self.parts[low:high], part))
        return place if place < high and self.parts[place] == part else None

    def in_order(self, sort: str, lines: NDArray[np.int32]) -> NDArray[np.int32]:
        """Some lines, given in the order of the catalog, in another order; those without a price stand last."""
        name, down = sort.lstrip("-"), sort.startswith("-")
        if name == "description":
            return lines[::-1] if down else lines
        values = self.available[lines] if name == "available" else self.prices[lines]
        order = np.argsort(-values if down else values, kind="stable")
        if name == "price" and not down:
            order = np.concatenate([order[values[order] > 0], order[values[order] == 0]])
        found: NDArray[np.int32] = lines[order]
        return found


def _part(prices: NDArray[np.int64], merged: bool) -> Ints:
    """What the price adds to an identity: itself, or only whether there is one."""
    return prices.astype(np.int64) if merged else (prices > 0).astype(np.int64)


def _by_part(slots: Slots, kinds: Ints, parts: Ints, count: int) -> tuple[Slots, Ints, Ints]:
    """Slots that are sorted by identity, sorted by identity and price."""
    same = kinds[1:] == kinds[:-1]
    if not (same & (parts[1:] < parts[:-1])).any():
        return slots, kinds, parts
    if len(parts) and int(parts.max()) < PACKED and count < (1 << 22):
        order = np.argsort(kinds * PACKED + parts, kind="stable")
    else:
        order = np.lexsort((np.arange(len(slots)), parts, kinds))
    return slots[order], kinds[order], parts[order]


def _scattered(ranks: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """The lines by rank, without sorting: no two have the same."""
    places = np.full(size, -1, np.int32)
    places[ranks] = np.arange(len(ranks), dtype=np.int32)
    found: NDArray[np.int32] = places[places >= 0]
    return found
