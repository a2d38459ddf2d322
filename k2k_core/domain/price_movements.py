"""How a change of the set-up moves prices: counted line by line, with the largest movements as examples."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

EXAMPLES = 20
"""How many examples of each kind are collected."""


UP, DOWN, GAINED, LOST, UNDER = "up", "down", "gained_price", "lost_price", "under_margin_floor"
KINDS = (UP, DOWN, GAINED, LOST, UNDER)


class Move(NamedTuple):
    """One line of one customer: its price before and after, in minor units; None for no price.

    `margin` is (price − landed cost) / price after the change, None if unknown.
    """

    customer: str
    lot: str
    before: int | None
    after: int | None
    margin: Fraction | None = None

    @property
    def change(self) -> Fraction | None:
        """The relative change; None where one of the two is no price."""
        return None if not self.before or self.after is None else Fraction(self.after - self.before, self.before)


def is_kind(move: Move, kind: str, floor: Fraction | None) -> bool:
    """Whether a line that moves does so in one of the `KINDS`."""
    before, after = move.before, move.after
    if kind == UNDER:
        return floor is not None and move.margin is not None and move.margin < floor
    if kind in (GAINED, LOST):
        return (before if kind == GAINED else after) is None
    return before is not None and after is not None and (after > before) == (kind == UP)


@dataclass
class MovementCounts:
    """Counts over all lines, with examples."""

    lines: int = 0
    up: int = 0
    down: int = 0
    gained_price: int = 0
    lost_price: int = 0
    without_price: int = 0
    under_floor: int = 0
    moved_under_floor: int = 0
    least: Fraction | None = None
    greatest: Fraction | None = None
    """The least and the greatest relative change of a price, a fall below zero."""
    lost: list[Move] = field(default_factory=list)
    under: list[Move] = field(default_factory=list)
    _largest: list[tuple[Fraction, str, str, Move]] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """Lines whose price changes, appears or disappears."""
        return self.up + self.down + self.gained_price + self.lost_price

    @property
    def unchanged(self) -> int:
        """Lines that have a price before and after, the same one."""
        return self.lines - self.moved - self.without_price

    @property
    def largest(self) -> list[Move]:
        """The largest relative movements, the largest first."""
        return [move for _, _, _, move in sorted(self._largest, key=lambda one: (-one[0], one[1], one[2]))]

    def add(self, moves: Iterable[Move], floor: Fraction | None) -> None:
        """Count some lines. `floor` is the least margin that a price should leave."""
        for move in moves:
            self.lines += 1
            if move.before != move.after:
                self._count(move)
            elif move.after is None:
                self.without_price += 1
            if floor is not None and move.margin is not None and move.margin < floor:
                self.under_floor += 1
                self.moved_under_floor += move.before != move.after
                if len(self.under) < EXAMPLES:
                    self.under.append(move)

    def _count(self, move: Move) -> None:
        if move.before is None:
            self.gained_price += 1
        elif move.after is None:
            self.lost_price += 1
            if len(self.lost) < EXAMPLES:
                self.lost.append(move)
        else:
            self.up += move.after > move.before
            self.down += move.after < move.before
            self._keep(move)

    def _keep(self, move: Move) -> None:
        change = move.change
        if change is None:
            return
        self.least = change if self.least is None else min(self.least, change)
        self.greatest = change if self.greatest is None else max(self.greatest, change)
        entry = (abs(change), move.customer, move.lot, move)
        if len(self._largest) < EXAMPLES:
            heapq.heappush(self._largest, entry)
        elif entry[0] > self._largest[0][0]:
            heapq.heapreplace(self._largest, entry)
