"""The orders of price steps and adjustments of one company: the first row whose conditions all hold wins."""

from __future__ import annotations

from dataclasses import dataclass

from k2k_core.domain.pricing import ECOMMERCE
from k2k_core.domain.settings import CompanySettings
from k2k_core.runtime.hierarchy.insertions import Insertion


@dataclass(frozen=True, slots=True)
class Row:
    """One order of steps and its conditions; None or empty is no condition. `place` is its path in the data."""

    place: str
    inventory_type: str
    steps: tuple[str, ...]
    customer_type: str | None = None
    ship_via: str | None = None
    settings: tuple[str, ...] = ()
    channel: str | None = None
    inserted: tuple[Insertion, ...] = ()
    """Those that put some of the steps there."""

    @property
    def own_steps(self) -> tuple[str, ...]:
        """The steps without those that were inserted."""
        inserted = {one.step for one in self.inserted}
        return tuple(name for name in self.steps if name not in inserted)

    def holds(
        self, inventory_type: str, customer_type: str, ship_via: str, settings: CompanySettings, channel: str
    ) -> bool:
        """Whether every condition that the row names is met."""
        return (
            self.inventory_type == inventory_type
            and self.customer_type in (None, customer_type)
            and self.ship_via in (None, ship_via)
            and self.channel in (None, channel)
            and all(getattr(settings, name) for name in self.settings)
        )

    def hides(self, later: Row) -> bool:
        """Whether a later row can never be reached because this one always wins first."""
        return (
            self.inventory_type == later.inventory_type
            and self.customer_type in (None, later.customer_type)
            and self.ship_via in (None, later.ship_via)
            and self.channel in (None, later.channel)
            and set(self.settings) <= set(later.settings)
        )


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """The orders of one company, read once and never changed. `insertions` are those of the company, which the rows
    have in them; `lost` are those of them that no order has a place for: the lines that they are for have no price."""

    rows: tuple[Row, ...] = ()
    adjustments: tuple[Row, ...] = ()
    insertions: tuple[Insertion, ...] = ()
    lost: tuple[Insertion, ...] = ()

    def steps_for(
        self,
        inventory_type: str,
        customer_type: str,
        ship_via: str,
        settings: CompanySettings,
        channel: str = ECOMMERCE,
    ) -> tuple[str, ...]:
        """The steps of the first row that holds, in order; empty when none does."""
        for row in self.rows:
            if row.holds(inventory_type, customer_type, ship_via, settings, channel):
                return row.steps
        return ()

    def adjustments_for(
        self,
        inventory_type: str,
        customer_type: str,
        ship_via: str,
        settings: CompanySettings,
        channel: str = ECOMMERCE,
    ) -> tuple[str, ...]:
        """The adjustments after the base price, in order."""
        for row in self.adjustments:
            if row.holds(inventory_type, customer_type, ship_via, settings, channel):
                return row.steps
        return ()

    def lost_for(
        self, inventory_type: str, customer_type: str, ship_via: str, channel: str, *, adjustments: bool = False
    ) -> Insertion | None:
        """The insertion for such a line that no order has a place for, if there is one."""
        for one in self.lost:
            if one.adjustment == adjustments and one.is_for(inventory_type, customer_type, ship_via, channel):
                return one
        return None
