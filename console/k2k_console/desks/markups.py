"""Desk: the markups of customers on the base price, and whether a customer pays the landed cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_console.base import Column, Desk, Record
from k2k_console.fields import BooleanField, ChoiceField, Form, MarkupField, as_text, typed
from k2k_console.translations import later, text
from k2k_core.domain.parties import Markup
from k2k_core.domain.roles import CUSTOMER_TYPE, PRICES
from k2k_core.store.tables import Company, Customer

if TYPE_CHECKING:
    from k2k_core.api import K2K

MARKUPS = ("ecommerce_markup", "price_b_markup", "sell_fast_markup")


class MarkupsForm(Form):
    """The price fields of a customer."""

    type = ChoiceField(
        later("Type"),
        options=(("A", later("A: price A")), ("B", later("B: price lists and price B"))),
        description=later("Decides which hierarchy of prices this customer gets. Changed by admin and setup."),
    )
    ecommerce_markup = MarkupField(
        later("E-commerce markup"),
        description=later(
            "On every inventory type, in the sales channel e-commerce alone: catalog and carts. It takes the place"
            " of price B markup there."
        ),
    )
    price_b_markup = MarkupField(
        later("Price B markup"),
        description=later(
            "Type B only; not on vendor availability and K2K, nor on a price B that was typed. In the channel sales, a"
            " salesperson’s prebook, it counts whatever the e-commerce markup is."
        ),
    )
    sell_fast_markup = MarkupField(
        later("Sell-fast markup"),
        description=later("Only on open-market boxes flagged sell fast; normally negative."),
    )
    landed_cost_as_price = BooleanField(
        later("Landed cost is the price"),
        description=later("This customer pays the landed cost. The markups above still apply."),
    )


class Markups(Desk):
    """Customers with their type and their markups."""

    reads = writes = PRICES
    blurb = later("What a customer pays on top of the base price: a percentage or an amount, of either sign.")
    columns = (
        Column("company", later("Company"), Company.code),
        Column("code", later("Customer"), Customer.code, searched=True),
        Column("name", later("Name"), Customer.name, searched=True),
        Column("type", later("Type"), Customer.type),
        Column("ecommerce_markup", later("E-commerce"), number=True),
        Column("price_b_markup", later("Price B"), number=True),
        Column("sell_fast_markup", later("Sell fast"), number=True),
        Column("landed_cost_as_price", later("At landed cost"), Customer.landed_cost_as_price),
    )
    choices = {"type": (("A", "A"), ("B", "B"))}
    codes_of_an_id = 2
    linked = "code"
    field_actions = {"type": CUSTOMER_TYPE}
    edits = MarkupsForm
    edit_template = "k2k/markups.html"
    saved_words = later("Saved. The next price for this customer is made with it.")

    def select_rows(self) -> Any:
        """Customers that are not archived."""
        columns = (Customer.id, Customer.code, Customer.name, Customer.type, Customer.landed_cost_as_price)
        markups = (Customer.ecommerce_markup, Customer.price_b_markup, Customer.sell_fast_markup)
        query = Customer.select(*columns, *markups, Company.code.alias("company"), Company.currency)
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

    def narrowed(self, query: Any, name: str, value: str) -> Any:
        """Only customers of a type."""
        return query.where(Customer.type == value)

    def cell(self, record: Record, name: str) -> Any:
        """Markups with their sign and unit; one that is unset is a dash, one of 0 is not."""
        value = record[name]
        if name in MARKUPS:
            found = markup(value)
            unit = f" {record['currency']}" if found is not None and found.kind == "amount" else ""
            return "–" if found is None else f"{found}{unit}"
        if name == "landed_cost_as_price":
            return text("yes") if value else "–"
        return value

    def exported(self, record: Record, name: str) -> object:
        """Markups as kind and number."""
        if name not in MARKUPS:
            return record[name]
        found = markup(record[name])
        return "" if found is None else f"{found.kind} {typed(found.value)}"

    def values_of(self, record: Record) -> dict[str, Any]:
        """The present values, markups as such."""
        return {**record, **{name: markup(record[name]) for name in MARKUPS}}

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write only what changed. An emptied markup is removed; a 0 counts as set."""
        now = self.values_of(record)
        changed = {field.name: field.data for field in form if field.data != now[field.name]}
        values = {name: on_the_wire(value) if name in MARKUPS else value for name, value in changed.items()}
        if values:
            k2k.set(company=record["company"], customer=record["code"], values=values)


def markup(stored: dict[str, int] | None) -> Markup | None:
    """A stored markup."""
    if stored is None:
        return None
    ((kind, value),) = stored.items()
    return Markup(kind, value)


def on_the_wire(value: Markup | None) -> dict[str, str | None] | None:
    """A markup in the form that the facade takes."""
    return None if value is None else {value.kind: as_text(value.value)}
