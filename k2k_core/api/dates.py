"""Facade methods about the days of the week: ship dates, cut-offs and days of service, and the checks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import validated
from k2k_core.api.types import Moment
from k2k_core.domain import parsing
from k2k_core.domain.answers.catalog import ShipDates
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.service_days import ServiceDays
from k2k_core.services import dates, setup
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Dates:
    """On which days boxes leave, until when they are ordered, and what stands against it."""

    context: ServiceContext

    def ship_dates(
        self,
        buyer: str,
        customer: str | None = None,
        vendor: str | None = None,
        ship_via: str = "warehouse",
        at: Moment | None = None,
    ) -> ShipDates:
        """Every date on which a vendor's boxes can reach a customer, with the reasons (domain section 4).

        Without `customer` the dates of the buyer company itself, whatever days its customers are served on; without
        `vendor`, or with the buyer as such, those of its own stock. `at` answers for an order at that moment, with the
        set-up as it is now. People of the vendor may ask about their boxes and a connected buyer without a customer. A
        customer asks for itself and without `vendor`, and reads the dates alone, those of everybody's boxes together.
        Raises `Invalid` for a moment without its time zone.
        """
        moment = None if at is None else parsing.moment(at)
        return dates.ship_dates.ship_dates(
            self.context, buyer, dates.ship_dates.ShipDateQuery(customer, vendor, ship_via, moment)
        )

    def service_days(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> ServiceDays:
        """The week of a company: for each weekday its cut-off, those of its carriers and the effective ones; its
        ship-days offset and age limits; and a page of its customers, by code, with the days on which each is served
        (domain section 4). Filters: `customer` (several, with commas), `company`, `connected` (companies with a
        connection that has not ended); sort: `name`. Each company sees its own week only."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return dates.service_days.service_days(self.context, company, asked)

    def check_dates(self, company: str, changes: Sequence[Mapping[str, Any]] | None = None) -> list[SetupFinding]:
        """Findings about ages, days and calendars that leave customers with nothing: `{code, severity, place, problem,
        what_to_do}`. With `changes` those that there would be after them; nothing is written. Raises `Invalid` with
        every fault of a change."""
        if changes is None:
            return dates.date_checks.check_dates(self.context, company)
        return setup.changed_dates.check_changed_dates(self.context, company, changes)
