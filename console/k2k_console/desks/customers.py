"""Desk: what each customer sees and reads: whether its shop names vendors, and the language of its mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_console.base import Column, Desk, Record
from k2k_console.fields import ChoiceField, Form
from k2k_console.translations import later, text
from k2k_core.domain import languages
from k2k_core.store.tables import Company, Customer

if TYPE_CHECKING:
    from k2k_core.api import K2K

AS_THE_COMPANY = ""
SHOWN, HIDDEN = "shown", "hidden"
VENDORS = {None: AS_THE_COMPANY, True: SHOWN, False: HIDDEN}
"""Whether vendors are shown, as it is stored and as a form has it."""


class CustomerForm(Form):
    """What a customer sees and reads."""

    show_vendor = ChoiceField(
        later("Vendors in the shop"),
        options=(
            (AS_THE_COMPANY, later("As the company has set it")),
            (SHOWN, later("Shown")),
            (HIDDEN, later("Hidden")),
        ),
        description=later("Goes before the company’s own setting. A vendor that the connection hides stays hidden."),
    )
    locale = ChoiceField(
        later("Language"),
        options=((AS_THE_COMPANY, later("The company’s")), *languages.names()),
        description=later("For mails to this customer, and for invoices that are issued from now on."),
    )


class Customers(Desk):
    """Customers with what they see and read."""

    blurb = later("What each customer sees in the shop, and in which language it is written to.")
    columns = (
        Column("company", later("Company"), Company.code),
        Column("code", later("Customer"), Customer.code, searched=True),
        Column("name", later("Name"), Customer.name, searched=True),
        Column("show_vendor", later("Vendors in the shop"), Customer.show_vendor),
        Column("locale", later("Language"), Customer.locale),
    )
    codes_of_an_id = 2
    linked = "code"
    edits = CustomerForm
    edit_template = "k2k/customer.html"
    saved_words = later("Saved. It counts from now on.")

    def select_rows(self) -> Any:
        """Customers that are not archived."""
        columns = (Customer.id, Customer.code, Customer.name, Customer.show_vendor, Customer.locale)
        query = Customer.select(*columns, Company.code.alias("company"))
        return query.join(Company, on=(Company.id == Customer.company_id)).where(~Customer.archived)

    def default_order(self) -> tuple[Any, ...]:
        """By company, then by code."""
        return (Company.code, Customer.code)

    def identified(self, codes: Any) -> Any:
        """A customer is named by its company and its code."""
        return (Company.code == codes[0]) & (Customer.code == codes[1])

    def record_id(self, record: Record) -> str:
        """Company and code."""
        return f"{record['company']}/{record['code']}"

    def record_title(self, record: Record) -> str:
        """The customer's name and code."""
        return f"{record['name']} ({record['code']})"

    def cell(self, record: Record, name: str) -> Any:
        """What is its own; a dash where it is as the company has it."""
        value = record[name]
        if name == "show_vendor" and value is not None:
            return text("shown") if value else text("hidden")
        if name == "locale" and value is not None:
            return languages.language(value).name
        return value

    def exported(self, record: Record, name: str) -> object:
        """Words and codes; nothing where it is as the company has it."""
        return VENDORS[record[name]] if name == "show_vendor" else record[name]

    def values_of(self, record: Record) -> dict[str, Any]:
        """The present values, as the form has them."""
        return {"show_vendor": VENDORS[record["show_vendor"]], "locale": record["locale"] or AS_THE_COMPANY}

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write only what changed."""
        shown = {chosen: stored for stored, chosen in VENDORS.items()}
        wanted = {"show_vendor": shown[form.show_vendor.data], "locale": form.locale.data or None}
        values = {name: value for name, value in wanted.items() if value != record[name]}
        if values:
            k2k.set(company=record["company"], customer=record["code"], values=values)
