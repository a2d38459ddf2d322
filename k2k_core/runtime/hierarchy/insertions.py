"""Steps that a company inserts into the orders that count for it: before or after a step, for some lines or for all.

The orders below go on changing: an insertion names the step that it stands beside, and is applied to the orders as they
are when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k2k_core.runtime.hierarchy.orders import Row


@dataclass(frozen=True, slots=True)
class Insertion:
    """A step, or an `adjustment`, and the step that it stands `before`, or after (`beside`). Empty conditions are for
    all. `place` is its path in the data."""

    place: str
    step: str
    beside: str
    before: bool
    adjustment: bool = False
    inventory_types: tuple[str, ...] = ()
    customer_types: tuple[str, ...] = ()
    ship_vias: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def is_for(self, inventory_type: str, customer_type: str, ship_via: str, channel: str) -> bool:
        """Whether it is for such a line."""
        return (
            _among(inventory_type, self.inventory_types)
            and _among(customer_type, self.customer_types)
            and _among(ship_via, self.ship_vias)
            and _among(channel, self.channels)
        )

    def concerns(self, row: Row) -> bool:
        """Whether it is for some of the lines of an order."""
        return (
            _among(row.inventory_type, self.inventory_types)
            and bool(_both(row.customer_type, self.customer_types))
            and bool(_both(row.ship_via, self.ship_vias))
            and bool(_both(row.channel, self.channels))
        )

    def into(self, row: Row) -> Iterator[Row]:
        """The order with the step in it for the lines of the insertion, followed by the order as it was where that
        still counts for other lines."""
        if not self.concerns(row) or self.beside not in row.steps or self.step in row.steps:
            yield row
            return
        at = row.steps.index(self.beside) + (not self.before)
        steps = (*row.steps[:at], self.step, *row.steps[at:])
        changed = replace(row, steps=steps, inserted=(*row.inserted, self))
        narrowed = [
            replace(changed, customer_type=customer_type, ship_via=ship_via, channel=channel)
            for customer_type, ship_via, channel in product(
                _both(row.customer_type, self.customer_types),
                _both(row.ship_via, self.ship_vias),
                _both(row.channel, self.channels),
            )
        ]
        yield from narrowed
        if not any(one.hides(row) for one in narrowed):
            yield row


def _among(word: str, words: tuple[str, ...]) -> bool:
    return not words or word in words


def _both(condition: str | None, words: tuple[str, ...]) -> tuple[str | None, ...]:
    """The conditions under which that of an order and those of an insertion both hold; none where they never do."""
    if condition is not None:
        return (condition,) if _among(condition, words) else ()
    return words or (None,)


def with_insertions(rows: Iterable[Row], insertions: Iterable[Insertion]) -> tuple[tuple[Row, ...], list[Insertion]]:
    """The orders with the steps inserted one after another, without those that can no longer be reached, and the
    insertions that no order has a place for."""
    orders, lost = list(rows), []
    for one in insertions:
        concerned = [row for row in orders if one.concerns(row)]
        if not any(one.beside in row.steps or one.step in row.steps for row in concerned):
            lost.append(one)
        orders = [changed for row in orders for changed in one.into(row)]
    return tuple(_reachable(orders)), lost


def _reachable(orders: Iterable[Row]) -> list[Row]:
    """Without the narrowed orders that an earlier one always goes before."""
    found: list[Row] = []
    for row in orders:
        if not row.inserted or not any(earlier.hides(row) for earlier in found):
            found.append(row)
    return found
