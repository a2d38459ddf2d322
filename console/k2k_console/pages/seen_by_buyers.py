"""What buyers see: each lot of a vendor and each of its buyers, shared or held back, with what stops it and where that
is set (domain section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from k2k_console.formats import number
from k2k_console.frame import page_of
from k2k_console.pages.catalog.hidden_lots import reason_of
from k2k_console.pages.catalog.rule_words import FAILS, failing, passing
from k2k_console.pages.packs import pack
from k2k_console.translations import later, text
from k2k_console.vocabulary import (
    Chain,
    Column,
    Drawer,
    Empty,
    Filter,
    List,
    Page,
    Reason,
    Row,
    Spread,
    State,
    View,
)
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

BUYER, VENDOR = "buyer", "vendor"
OF_THE_LOT = frozenset(("on_hold", "sold_out", "no_price", "mixed_box", "not_in_boxes"))
"""Rules about what stands on the lot itself: it is changed in the inventory."""


def shared(one: Row) -> State:
    """Whether one buyer is shared a lot, or what holds it back: the first rule, and below it the others."""
    if one["shared"]:
        return State(text("Sees it"), "ok")
    words = [stopping(each) for each in one["details"]]
    return State(words[0], "bad", sub=", ".join(words[1:]))


def stopping(denial: Row) -> str:
    """A rule in a word; of one of the buyer's only that it holds the lot back."""
    if denial["side"] == BUYER:
        return text("Held back by the buyer")
    return failing(denial["code"])


def seen_by(lot: Row) -> str | None:
    """By how many of the buyers a lot is seen; None where there is none yet."""
    seen, buyers = number(lot["seen"]), len(lot["buyers"])
    return text("%(seen)s of %(buyers)s", seen=seen, buyers=number(buyers)) if buyers else None


def who_sees(k2k: K2K, company: str, code: str) -> Mapping[str, Any]:
    """Which buyers see a lot of the company, and what holds it back from each of the others."""
    found = k2k.shared_with(company, lots=[code], limit=1)["items"]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    lot: Row = found[0]
    matrix = page_of("seen_by_buyers")
    return {
        "lot": lot,
        "pack": pack(lot),
        "buyers": [_of_buyer(lot, one, company) for one in lot["buyers"]],
        "matrix": matrix and f"{matrix}?{urlencode({'q': code})}",
    }


def _of_buyer(lot: Row, one: Row, company: str) -> Mapping[str, Any]:
    return {
        "buyer": one["buyer"],
        "name": one["buyer_name"],
        "seen": one["shared"],
        "verdict": _verdict(one["details"]),
        "stops": Chain([_reason(lot, each, company) for each in one["details"]], end=False),
        "passes": passing(one["reasons"], own=False, shared_only=True),
    }


def _verdict(details: Sequence[Row]) -> str:
    sides = {one["side"] for one in details}
    if sides == {VENDOR}:
        return text("Held back by you")
    return text("Held back by the buyer") if sides == {BUYER} else text("Held back by you and by the buyer")


def _reason(lot: Row, denial: Row, company: str) -> Reason:
    """A rule with where it is set: what stands on the lot leads to the lot."""
    found = reason_of(denial, company, str(lot["lot"]))
    inventory = page_of("inventory")
    if "owner" not in denial or denial["code"] not in OF_THE_LOT or not inventory:
        return found
    address = f"{inventory}?{urlencode({'q': lot['lot']})}"
    return Reason(found.text, found.tone, found.code, str(denial["reason"]), address, text("Change the lot"))


WHO_SEES = Drawer("seen", later("Who sees this lot?"), who_sees, "k2k/seen_by.html")

LIST = List(
    read="shared_with",
    key="lot",
    counted=(later("%(count)d lot"), later("%(count)d lots")),
    search=later("Lot, product"),
    columns=(
        Column("lot", later("Lot"), "code", phone="title"),
        Column("description", later("Product"), sub=pack),
        Column("available", later("Available"), "number", phone="hide"),
        Column("seen", later("Seen by"), show=seen_by, why=WHO_SEES),
        Column(
            "buyers",
            later("Buyers"),
            "state",
            spread=Spread("buyer", lambda one: str(one["buyer_name"]), shared),
        ),
    ),
    filters=(
        Filter("buyer", later("Buyer"), "text"),
        Filter("rule", later("Held back by"), choices=FAILS),
    ),
    views=(
        View("all", later("All lots")),
        View("some", later("Held back from some"), {"seen_by": "some"}),
        View("none", later("Seen by nobody"), {"seen_by": "none"}),
        View("seen-by-all", later("Seen by all"), {"seen_by": "all"}),
    ),
    empty=Empty(
        later("No lot is here"),
        later("Your lots stand here, each with the buyers that see it and what holds it back from the others."),
        "inventory",
        later("See the inventory"),
    ),
)

SEEN_BY_BUYERS = Page("seen_by_buyers", (LIST, WHO_SEES))
