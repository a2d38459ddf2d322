"""The model of a lot's quantities: what is there, promised, and stated (domain section 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

ON_HAND, AVAILABLE = "on_hand", "available"
Places = Mapping[str, tuple[int, int]]
"""The boxes of a lot by code, and where each stands in it."""


class Book(NamedTuple):
    """What somebody's books may say of a lot: its last movement, and its numbers then without what was stated."""

    movement: int
    on_hand: int
    net: int


@dataclass
class LotQuantities:
    """The boxes of a lot. `net` is what is available, less than none where boxes are short; `stated` is how many of
    the boxes somebody stated: all other movements are sales, shipping and adjustments."""

    boxes: int = 0
    net: int = 0
    on_hand: int = 0
    allocated: int = 0
    stated: int = 0
    on_hold: bool = False
    codes: list[str] = field(default_factory=list)
    counted_at: dt.datetime | None = None
    books: list[Book] = field(default_factory=list)

    @classmethod
    def opened(cls, codes: list[str]) -> LotQuantities:
        """A lot that somebody has just added with its boxes."""
        return cls(len(codes), len(codes), len(codes), stated=len(codes), codes=codes)

    @property
    def available(self) -> int:
        """How many can be sold."""
        return max(self.net, 0)

    @property
    def short(self) -> int:
        """How many are promised and not there."""
        return max(-self.net, 0)

    def come(self, boxes: int, stated: bool = False) -> None:
        """Boxes come to the lot, or leave it (less than none), in its company's own house."""
        self.boxes += boxes
        self.net += boxes
        self.on_hand += boxes
        self.stated += boxes if stated else 0

    def lacking(self, number: str, value: int, as_of: int) -> int:
        """How many boxes have to come when somebody states a number whose books have the movements up to `as_of`."""
        now = Book(as_of, self.on_hand - self.stated, self.net - self.stated)
        then = self._book(as_of)
        if number == ON_HAND:
            wanted, there = value + now.on_hand - then.on_hand, self.on_hand
        else:
            wanted, there = value + now.net - then.net, self.net
        return max(wanted - there, -self.boxes)

    def _book(self, as_of: int) -> Book:
        read = [book for book in self.books if book.movement <= as_of]
        return read[-1] if read else Book(0, 0, 0)

    def moved(self, movement: int) -> None:
        """Somebody reads the lot, at its last movement: it never goes back, and no number changes without one."""
        book = Book(movement, self.on_hand - self.stated, self.net - self.stated)
        if self.books and self.books[-1].movement == movement:
            assert self.books[-1] == book, "a number has changed without a movement"
            return
        assert not self.books or self.books[-1].movement < movement
        self.books.append(book)
