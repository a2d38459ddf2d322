"""The base of desks that show settings of one company on one page."""

from __future__ import annotations

from typing import Any

from k2k_console.base import Desk, Record
from k2k_console.facade_access import network
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company


class CompanySettingsDesk(Desk):
    """One record for each company, with its settings in force under `settings`."""

    one_page_a_company = True

    def select_rows(self) -> Any:
        """Companies, with what these pages compute with."""
        return Company.select(
            Company.id, Company.code.alias("company"), Company.name, Company.currency, Company.timezone
        )

    def enrich(self, session: Session, records: list[Record]) -> None:
        """Add the settings in force."""
        in_force = network().settings_of(session, {record["id"]: record["company"] for record in records})
        for record in records:
            record["settings"] = in_force[record["id"]]
