"""Desk: the price lists of a company: for whom each counts, and whether it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_console.base import Column, Desk, Record
from k2k_console.fields import BooleanField, Form, LineField
from k2k_console.translations import later, later_of, text
from k2k_core.domain.roles import PRICES
from k2k_core.store.tables import Company, PriceList

if TYPE_CHECKING:
    from k2k_core.api import K2K

EDITABLE = ("name", "everyone", "active")
TYPES = {
    "all": later("all types"),
    "open_market": later("open market"),
    "prebook": later("prebook"),
    "season": later("season"),
}


class PriceListForm(Form):
    """For whom a list counts."""

    name = LineField(later("Name"), needed=True)
    everyone = BooleanField(
        later("For everyone"),
        description=later("Counts for every customer of the company. Otherwise only for those it is assigned to."),
    )
    active = BooleanField(
        later_of("price list", "Active"),
        description=later("A list that is not active gives no price. One that is active gives prices in its seasons."),
    )


class PriceLists(Desk):
    """Price lists with their types."""

    reads = writes = PRICES
    blurb = later("Which price lists there are, and for whom each counts.")
    columns = (
        Column("company", later("Company"), Company.code),
        Column("code", later("Price list"), PriceList.code, searched=True),
        Column("name", later("Name"), PriceList.name, searched=True),
        Column("type", later("Type"), PriceList.type),
        Column("master", later("Master"), PriceList.master),
        Column("everyone", later("For everyone"), PriceList.everyone),
        Column("active", later_of("price list", "Active"), PriceList.active),
    )
    choices = {"type": tuple(TYPES.items())}
    codes_of_an_id = 2
    linked = "code"
    edits = PriceListForm
    edit_template = "k2k/price_list.html"
    saved_words = later("Saved. The next price is made with it.")

    def select_rows(self) -> Any:
        """Price lists that are not archived."""
        names = ("id", "code", "name", "type", "master", "everyone", "active")
        query = PriceList.select(*(getattr(PriceList, name) for name in names), Company.code.alias("company"))
        return query.join(Company, on=(Company.id == PriceList.company_id)).where(~PriceList.archived)

    def default_order(self) -> tuple[Any, ...]:
        """By company, then by code."""
        return (Company.code, PriceList.code)

    def identified(self, codes: Any) -> Any:
        """A price list is named by its company and its code."""
        return (Company.code == codes[0]) & (PriceList.code == codes[1])

    def record_id(self, record: Record) -> str:
        """Company and code."""
        return f"{record['company']}/{record['code']}"

    def record_title(self, record: Record) -> str:
        """The list's name and code."""
        return f"{record['name']} ({record['code']})"

    def narrowed(self, query: Any, name: str, value: str) -> Any:
        """Only lists of a type."""
        return query.where(PriceList.type == value)

    def cell(self, record: Record, name: str) -> Any:
        """Types in words; a dash for what is not."""
        value = record[name]
        if name == "type":
            return TYPES[value]
        return (text("yes") if value else "–") if name in ("master", "everyone", "active") else value

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write what changed, with the list as it is: its seasons and their rows stay."""
        changed = {name: form[name].data for name in EDITABLE if form[name].data != record[name]}
        if changed:
            now = k2k.record(record["company"], "price_lists", record["code"])
            k2k.put(record["company"], "price_lists", [{**now, **changed}])
