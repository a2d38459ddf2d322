"""The facade for a host ERP: `K2K`, typed, without Flask.

One method per verb of the scenario files, with the same arguments. Answers are plain dictionaries and lists, ready for
JSON: money is a string with the currency's decimals, costs are strings without trailing zeros, dates are ISO.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from k2k_core.bootstrap import Clock, open_office, utc_now
from k2k_core.domain import wire
from k2k_core.domain.roles import Actor
from k2k_core.services import availability, prices, sharing, ship_dates, visibility
from k2k_core.services.office import Office

Answer = dict[str, Any]
Day = dt.date | str


class K2K:
    """One network, open. `on_behalf_of` answers the same facade for one person; without it the host itself acts."""

    def __init__(self, office: Office) -> None:
        self.office = office

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock = utc_now,
        config: Path | None = None,
        plugins: Iterable[tuple[str, ModuleType | str]] = (),
    ) -> K2K:
        """Open the network in the database `url` (`sqlite:///file.db` or `postgresql://...`) and bring its tables up
        to date. Raises `NotConfigured` and `StoreUnavailable`."""
        office = open_office(url, clock=clock, config=config, plugins=plugins)
        office.store.migrate()
        return cls(office)

    def close(self) -> None:
        """Close the database."""
        self.office.store.close()

    def __enter__(self) -> K2K:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def on_behalf_of(self, actor: Actor) -> K2K:
        """The same network, for one person: what their roles do not include raises `NotAllowed`."""
        return K2K(self.office.on_behalf_of(actor))

    # Asking

    def price(
        self,
        company: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_via: str = "warehouse",
        order_date: Day | None = None,
        ship_date: Day | None = None,
        location: str | None = None,
    ) -> list[Answer]:
        """What each lot costs a customer, with the whole explanation. Ignores dates and visibility."""
        days = _day(order_date), _day(ship_date)
        return prices.price(self.office, company, customer, lots, ship_via, *days, location)

    def share(self, vendor: str, buyer: str, lots: Sequence[str] | None = None) -> list[Answer]:
        """Which lots of a vendor reach a buyer, and every rule that keeps the others back."""
        return sharing.share(self.office, vendor, buyer, lots)

    def visible(
        self,
        buyer: str,
        customer: str,
        lots: Sequence[str] | None = None,
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
    ) -> list[Answer]:
        """Which lots a customer sees for a ship date, and everything that hides the others."""
        return visibility.visible(self.office, buyer, customer, lots, _day(ship_date), ship_via)

    def ship_dates(self, buyer: str, customer: str, vendor: str, ship_via: str = "warehouse") -> Answer:
        """Every date on which a vendor's boxes can reach a customer, with the chain of reasons."""
        return ship_dates.ship_dates(self.office, buyer, customer, vendor, ship_via)

    def availability(self, lots: Sequence[str]) -> list[Answer]:
        """How many boxes of each `COMPANY/LOT` can still be bought."""
        return availability.availability(self.office, lots)


def _day(value: Day | None) -> dt.date | None:
    return None if value is None else wire.day(value)
