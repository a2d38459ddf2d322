"""Facts of lots as numbers: lots with the same fact, or that agree in several facts, have the same number.

A lot has a *slot*, its index in every array of a table. Arrays have spare slots for lots that are still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.money import Exact

Numbers = NDArray[np.int32]
Slots = NDArray[np.int64]

COUNTED = 8
"""Up to so many possible combinations of facts for each lot are numbered by counting, more by sorting."""

FEW = 64
"""Up to so many lots are numbered one by one."""


class Fact:
    """One fact of all lots of a table: the number of each slot's value, and the values by number. `shared` are values
    that many lots share as objects and that are slow to compare."""

    def __init__(self, size: int, *, shared: bool = False) -> None:
        self.numbers: Numbers = np.zeros(size, np.int32)
        self.values: list[Any] = []
        self._shared = shared
        self._known: dict[object, int] = {}

    def put(self, slots: Slots, values: Sequence[object]) -> None:
        """Set the fact of some slots."""
        if self._shared:
            numbers = {place: self._number(value) for place, value in {id(one): one for one in values}.items()}
            found = map(numbers.__getitem__, map(id, values))
        else:
            for value in set(values).difference(self._known):
                self._number(value)
            found = map(self._known.__getitem__, values)
        self.numbers[slots] = np.fromiter(found, np.int32, len(values))

    def put_same(self, slots: Slots, value: object) -> None:
        """Set the fact of some slots to one value."""
        self.numbers[slots] = self._number(value)

    def _number(self, value: object) -> int:
        key = (value.n, value.d) if type(value) is Exact else value
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.values)
            self.values.append(value)
        return number


class Kinds:
    """Kinds of lots: those of one number agree in all the given facts. `samples` is a slot's sample by number, taken
    when the kind first occurred."""

    def __init__(self, facts: Sequence[Fact], size: int, sample_of: Callable[[int], object] | None = None) -> None:
        self.numbers: Numbers = np.zeros(size, np.int32)
        self.samples: list[object] = []
        self.values: list[tuple[Any, ...]] = []
        self.groups: dict[tuple[object, ...], list[int]] = {}
        """The numbers of the kinds with the same first two facts."""
        self._facts = facts
        self._sample_of = sample_of
        self._known: dict[tuple[int, ...], int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def put(self, slots: Slots) -> None:
        """Number some slots after their facts were set."""
        columns = [fact.numbers[slots] for fact in self._facts]
        if not columns:
            self.numbers[slots] = self._number((), slots[0]) if len(slots) else 0
            return
        if len(slots) <= FEW:
            keys = zip(*(column.tolist() for column in columns), strict=True)
            self.numbers[slots] = [self._number(key, slot) for key, slot in zip(keys, slots, strict=True)]
            return
        packed, radix = np.zeros(len(slots), np.int64), 1
        for fact, column in zip(self._facts, columns, strict=True):
            packed += column.astype(np.int64) * radix
            radix *= len(fact.values)
        firsts, kind_of = numbered(packed, radix)
        known = [self._number(tuple(int(column[first]) for column in columns), slots[first]) for first in firsts]
        self.numbers[slots] = np.asarray(known, np.int32)[kind_of]

    def _number(self, key: tuple[int, ...], slot: int) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.values)
            self.values.append(tuple(fact.values[one] for fact, one in zip(self._facts, key, strict=True)))
            self.groups.setdefault(self.values[number][:2], []).append(number)
            self.samples.append(None if self._sample_of is None else self._sample_of(int(slot)))
        return number


def numbered(packed: NDArray[np.int64], radix: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first place of each different value below `radix`, and for each value which of these it is."""
    if radix > COUNTED * len(packed):
        order = np.argsort(packed, kind="stable")
        begins = np.ones(len(packed), np.bool_)
        begins[1:] = packed[order][1:] != packed[order][:-1]
        places = np.zeros(len(packed), np.int64)
        places[order] = np.cumsum(begins) - 1
        return order[begins], places
    first = np.full(radix, -1, np.int64)
    first[packed[::-1]] = np.arange(len(packed) - 1, -1, -1)
    there = np.flatnonzero(first >= 0)
    place_of = np.zeros(radix, np.int64)
    place_of[there] = np.arange(len(there))
    return first[there], place_of[packed]
