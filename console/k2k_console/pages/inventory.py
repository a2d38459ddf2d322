"""Inventory: a company's own lots with their quantities, and prices, hold and sell fast typed in the list itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from k2k_console.frame import today
from k2k_console.pages.packs import pack
from k2k_console.pages.seen_by_buyers import WHO_SEES, seen_by
from k2k_console.translations import later, text
from k2k_console.vocabulary import (
    Action,
    Call,
    Cell,
    Column,
    Empty,
    Field,
    Filter,
    ImportSteps,
    List,
    Outcome,
    Page,
    Preview,
    Row,
)

if TYPE_CHECKING:
    from k2k_core.api import K2K

LOTS_COUNTED = (later("%(count)d lot"), later("%(count)d lots"))
FIELDS = (
    *("code", "product", "box_type", "units_per_box", "unit_type", "arrival_date", "location", "on_hold", "sell_fast"),
)
PRICED = ("price_a", "price_b", "web_price")
SAVED = later("%(name)s is saved.")


def with_buyers(k2k: K2K, company: str, lots: Sequence[Row]) -> Sequence[Row]:
    """Lots with how many boxes of each can still be sold, and which of the buyers see them."""
    codes = [str(lot["code"]) for lot in lots]
    asked = ("lot", "description", "available", "seen", "buyers")
    found = k2k.shared_with(company, lots=codes, limit=len(codes), fields=asked)["items"] if codes else []
    beside = {one["lot"]: one for one in found}
    return [{**lot, **_of_sellers(beside.get(lot["code"], {"available": None}))} for lot in lots]


def _of_sellers(one: Row) -> Row:
    """Without the buyers, where the company has none."""
    return one if one.get("buyers") else {name: one.get(name) for name in ("description", "available")}


def called(lot: Row) -> str:
    """What its product is called."""
    return str(lot.get("description") or lot["product"] or "")


def code_of_product(lot: Row) -> str:
    """The code of its product, below what it is called."""
    return str(lot["product"]) if lot.get("description") else ""


def aging(lot: Row) -> str:
    """How many days a lot is here."""
    if not lot["arrival_date"]:
        return ""
    days = (today() - dt.date.fromisoformat(str(lot["arrival_date"])[:10])).days
    return text("%(count)d {count:day|days}", count=days) if days > 0 else ""


def seen(lot: Row) -> str | None:
    """By how many of the buyers it is seen."""
    return seen_by(lot) if "buyers" in lot else None


def _typed(name: str, label: str, kind: str = "money") -> Action:
    """The action that saves one field of a lot."""
    field = Field(name, label, kind=kind, now=lambda lot: lot.get(name))
    return Action("set", label, "lot", SAVED, name=name.replace("_", "-"), values="values", fields=(field,))


HOLD = Action(
    "set",
    later("Hold"),
    "lot",
    later("%(name)s is on hold."),
    many=(later("Hold %(count)d lot"), later("Hold %(count)d lots")),
    many_done=(later("%(count)d lot is on hold."), later("%(count)d lots are on hold.")),
    name="hold",
    given={"values": {"on_hold": True}},
    bulk=True,
)
RELEASE = Action(
    "set",
    later("Release"),
    "lot",
    later("%(name)s is released."),
    many=(later("Release %(count)d lot"), later("Release %(count)d lots")),
    many_done=(later("%(count)d lot is released."), later("%(count)d lots are released.")),
    name="release",
    given={"values": {"on_hold": False}},
    bulk=True,
)


def _suggest(call: Call, dry_run: bool) -> Outcome:
    """Fill empty prices A, or say what that would do."""
    key = None if dry_run else call.key
    shown = None if dry_run else call.shown
    answer = call.k2k.suggest_prices(call.company, call.keys, key=key, dry_run=dry_run, shown=shown)
    found = {one["lot"]: one for one in answer["results"]}
    return replace(
        Outcome.of({lot: one.get("error") for lot, one in found.items()}),
        undo=[one["audit"] for one in found.values() if one.get("undoable")],
        rows=[dict(one) for one in found.values() if "after" in one],
    )


SUGGEST = Action(
    "suggest_prices",
    later("Suggest price A"),
    "lots",
    later("%(name)s has a price A."),
    many=(later("Suggest price A of %(count)d lot"), later("Suggest price A of %(count)d lots")),
    many_done=(later("%(count)d price A is filled."), later("%(count)d prices A are filled.")),
    name="suggest-price-a",
    about=later("Fills empty prices from the landed cost and the GPM of the company, rounded up."),
    confirm="effect",
    preview=Preview(
        lambda call: _suggest(call, dry_run=True),
        (
            Column("lot", later("Lot"), "code", phone="title"),
            Column("before", later("Now"), "money"),
            Column("after", later("Suggested"), "money"),
        ),
        "lot",
        "after",
    ),
    call=lambda call: _suggest(call, dry_run=False),
    bulk=True,
)

LIST = List(
    read="records",
    given={"collection": "lots"},
    key="code",
    counted=LOTS_COUNTED,
    search=later("Lot, product, vendor, AWB"),
    fields=FIELDS,
    priced=PRICED,
    beside=with_buyers,
    columns=(
        Column("code", later("Lot"), "code", phone="title"),
        Column(
            "product",
            later("Product"),
            sort="product",
            show=called,
            sub=code_of_product,
            needs="product",
            phone="under",
        ),
        Column("box_type", later("Pack"), "pack", show=pack),
        Column("available", later("Available"), "number"),
        Column("buyers", later("Seen by"), show=seen, why=WHO_SEES, needs="buyers"),
        Column("arrival_date", later("Since"), "date", sort="arrival_date", sub=aging),
        Column("location", later("Place"), phone="hide"),
        Column(
            "on_hold",
            later("Hold"),
            show=lambda lot: _yes(lot["on_hold"]),
            cell=Cell(_typed("on_hold", later("Hold"), "switch")),
        ),
        Column(
            "sell_fast",
            later("Sell fast"),
            show=lambda lot: _yes(lot["sell_fast"]),
            cell=Cell(_typed("sell_fast", later("Sell fast"), "switch")),
        ),
        Column(
            "price_a", later("Price A"), "money", sort="price_a", cell=Cell(_typed("price_a", later("Price A")), "P")
        ),
        Column("price_b", later("Price B"), "money", cell=Cell(_typed("price_b", later("Price B")), "B")),
        Column("web_price", later("Web price"), "money", cell=Cell(_typed("web_price", later("Web price")))),
    ),
    filters=(
        Filter("product", later("Product"), "text"),
        Filter("location", later("Place"), "text"),
        Filter("awb", later("AWB"), "text"),
        Filter("on_hold", later("On hold"), "flag"),
        Filter("short", later("Short"), "flag"),
    ),
    actions=(HOLD, RELEASE, SUGGEST),
    empty=Empty(
        later("No lot is here"),
        later(
            "Lots of your own stock stand here, with what is left of each. Boxes that are received come in by"
            " themselves."
        ),
    ),
)


def _yes(value: bool) -> str:
    return text("yes") if value else ""


IMPORT = ImportSteps(
    "lots",
    later("Import inventory"),
    later("A row is a lot: with a code that is there it changes the lot, with a new one it adds it."),
    LOTS_COUNTED,
    adds=True,
)
INVENTORY = Page("inventory", (LIST, IMPORT))
