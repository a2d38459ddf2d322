"""Available items: what the company has to sell, of every inventory type, with typed and computed prices (pricing
section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2k_console.pages.catalog.price_words import STEPS, fields_of_steps
from k2k_console.pages.offers import mapped
from k2k_console.pages.packs import pack
from k2k_console.translations import later, text
from k2k_console.vocabulary import (
    Action,
    Call,
    Cell,
    Column,
    Drawer,
    Empty,
    Field,
    Filter,
    List,
    Page,
    Row,
    StepsTable,
)
from k2k_core.errors import Conflict, NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

TYPED = "typed"
OFFERED = "k2k"
TYPES = {
    "open_market_boxes": later("Open market, boxes"),
    "open_market_units": later("Open market, units"),
    "future_sales": later("Future sales"),
    "vendor_availability": later("Vendor availability"),
    OFFERED: later("K2K"),
}


def type_of(item: Row) -> str:
    """Its inventory type, in words."""
    return str(TYPES.get(item["inventory_type"], item["inventory_type"]))


def typed_where(item: Row) -> str:
    """The field of the lot in which the typed price stands."""
    return str(STEPS.get(item["typed_field"], item["typed_field"]))


def computed(item: Row) -> str | None:
    """The price without a typed one; a word where there is none, nothing for whoever sees no money."""
    return item["computed"] or text("none") if "computed" in item else None


def in_force(item: Row) -> str | None:
    """The price in force, in the same way: that there is none can be explained too."""
    return item["price"] or text("none") if "price" in item else None


def made_by(item: Row) -> str:
    """Which step made the price in force."""
    step = item.get("step")
    return str(STEPS.get(step, step)) if step else ""


def _item(k2k: K2K, company: str, lot: str, explained: bool = False) -> Row:
    found = k2k.available_items(company, lots=[lot], limit=1, explained=explained)["items"]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    item: Row = found[0]
    return item


def priced(call: Call) -> Any:
    """Type the price of an item where its inventory type has it: on the lot, or for the offer of a vendor."""
    (lot,) = call.keys
    item = _item(call.k2k, call.company, lot)
    field = str(item["typed_field"])
    values = {field: call.values[TYPED]}
    expected = {field: call.expected[TYPED]} if TYPED in call.expected else {}
    if item["inventory_type"] == OFFERED:
        return _renamed(lambda: mapped(replace(call, values=values, expected=expected)), field)
    change: dict[str, Any] = {"lot": lot, "values": values, **({"expected": expected} if expected else {})}
    hold = None if call.anyway else "error"
    return _renamed(lambda: call.k2k.set(call.company, key=call.key, hold=hold, **change), field)


def _renamed(save: Callable[[], Any], field: str) -> Any:
    """Save a price; a conflict is about the field that was typed here, whatever it is called on the lot."""
    try:
        return save()
    except Conflict as error:
        fields: Any = error.facts.get("fields", ())
        if not fields:
            raise
        renamed = [{**one, "field": TYPED if one["field"] == field else one["field"]} for one in fields]
        raise Conflict(error.message, fields=renamed) from None


def price_of(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """Why an item sells at its price, for a customer of whom nothing is set."""
    item = _item(k2k, company, lot, explained=True)
    steps = (
        StepsTable.of(item["explanation"], STEPS, fields_of_steps(), item["currency"])
        if "explanation" in item
        else None
    )
    return {"item": item, "pack": pack(item), "type": type_of(item), "where": typed_where(item), "steps": steps}


PRICE = Action(
    "set",
    later("Price"),
    "lot",
    later("The price of %(name)s is saved."),
    name="price",
    fields=(
        Field(
            TYPED,
            later("Typed price"),
            kind="money",
            now=lambda item: item.get(TYPED),
            about=later("Blank: the price is computed."),
        ),
    ),
    call=priced,
)
WHY_PRICE = Drawer("price", later("Why this price?"), price_of, "k2k/item_price.html")

LIST = List(
    read="available_items",
    key="lot",
    counted=(later("%(count)d item"), later("%(count)d items")),
    search=later("Lot, product, vendor"),
    columns=(
        Column("lot", later("Lot"), "code", sub=lambda item: item["description"], phone="title"),
        Column("inventory_type", later("Inventory"), show=type_of),
        Column("box_type", later("Pack"), "pack", show=pack, phone="hide"),
        Column("available", later("Available"), "number"),
        Column("landed_cost", later("Landed"), "cost"),
        Column("computed", later("Computed"), "money", show=computed, needs="computed"),
        Column("typed", later("Typed"), "money", sub=typed_where, cell=Cell(PRICE, "P")),
        Column("price", later("In force"), "money", show=in_force, sub=made_by, why=WHY_PRICE, needs="price"),
    ),
    filters=(Filter("inventory_type", later("Inventory"), choices=TYPES),),
    empty=Empty(
        later("Nothing is here to be sold"),
        later("Your own lots stand here, and the lots of vendors that have a product of yours and are confirmed."),
        "offers",
        later("Map offers"),
    ),
)

AVAILABLE_ITEMS = Page(
    "available_items",
    (LIST,),
    about=later("Prices per unit by the warehouse, for a customer of type A of whom nothing is set."),
)
