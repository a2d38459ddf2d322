"""Desk: the companies of the network. A code never changes; users see their own company only."""

from __future__ import annotations

import re
import zoneinfo
from typing import TYPE_CHECKING, Any

from k2k_console.base import Column, Desk, Record
from k2k_console.fields import CODE, Form, LanguageField, LineField, Matching, OneOf
from k2k_console.translations import later
from k2k_core.domain.languages import language
from k2k_core.store.tables import Company

if TYPE_CHECKING:
    from k2k_core.api import K2K

CURRENCY = re.compile(r"[A-Z]{3}")
EDITABLE = ("name", "currency", "timezone", "locale")


class CompanyForm(Form):
    """The fields of a company that can be changed."""

    name = LineField(later("Name"), needed=True, description=later("As partners and labels show it."))
    currency = LineField(
        later("Currency"),
        [Matching(CURRENCY, later("Three capital letters, such as USD or EUR."))],
        description=later("Three letters, such as USD. Every price of this company is in it."),
    )
    timezone = LineField(
        later("Time zone"),
        [OneOf(zoneinfo.available_timezones())],
        description=later("Decides what “today” is: aging, cut-offs and ship dates follow it."),
    )
    locale = LanguageField(
        later("Language"),
        description=later("For mails and labels of this company."),
    )


class NewCompanyForm(CompanyForm):
    """The fields of a new company. Its code comes first and can never be changed."""

    code = LineField(
        later("Code"),
        [Matching(CODE, later("Letters, digits, dots, underscores and hyphens, at most 40."))],
        description=later("Letters, digits, . _ - and at most 40 of them. It can never be changed."),
    )


class Companies(Desk):
    """The companies, with name, currency, time zone and language."""

    blurb = later("Who is in the network. The code of a company never changes.")
    columns = (
        Column("company", later("Code"), Company.code, searched=True),
        Column("name", later("Name"), Company.name, searched=True),
        Column("currency", later("Currency"), Company.currency),
        Column("timezone", later("Time zone"), Company.timezone),
        Column("locale", later("Language"), Company.locale),
    )
    edits = CompanyForm
    creates = NewCompanyForm
    edit_template = create_template = "k2k/company.html"
    saved_words = later("Saved. It counts from now on.")

    def select_rows(self) -> Any:
        """Companies as they are."""
        return Company.select(
            Company.id,
            Company.code.alias("company"),
            Company.name,
            Company.currency,
            Company.timezone,
            Company.locale,
        )

    def cell(self, record: Record, name: str) -> Any:
        """The language by its own name."""
        return language(record[name]).name if name == "locale" else record[name]

    def timezones(self) -> list[str]:
        """The time zones to choose from."""
        return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))

    def may_create(self) -> bool:
        """Companies are created by operators."""
        return self.actor.operator

    def create(self, k2k: K2K, form: Any) -> str:
        """Add a company to the network."""
        k2k.add_company({name: form[name].data for name in ("code", *EDITABLE)})
        return str(form.code.data)

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Change the changed fields, in one transaction."""
        values = {name: form[name].data for name in EDITABLE if form[name].data != record[name]}
        if values:
            k2k.set(company=record["company"], values=values)
