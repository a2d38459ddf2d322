"""Offers: the lots that vendors share with a buyer, mapped, priced and confirmed row by row with the keyboard
(domain section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from k2k_console.pages.catalog.price_words import STEPS
from k2k_console.pages.offer_packs import ADD_PACK, MAP_PACK, no_pack, without_pack
from k2k_console.pages.packs import pack
from k2k_console.translations import later, text
from k2k_console.vocabulary import (
    Action,
    Call,
    Cell,
    Column,
    Drawer,
    Empty,
    Every,
    Field,
    Filter,
    List,
    Lookup,
    Outcome,
    Page,
    Row,
    State,
    View,
)
from k2k_core.domain.roles import ADMIN, SALES_MANAGER
from k2k_core.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

OFFERS_COUNTED = (later("%(count)d offer"), later("%(count)d offers"))
WAREHOUSE = "warehouse"
EXACT = "exact"
STATES = {
    "unmapped": State(later("Unmapped"), "warn"),
    "unconfirmed": State(later("To confirm"), "ok", open=True),
    "sellable": State(later("Sellable"), "ok"),
}
PRESENT = {"product": "mapped_product", "va_price": "va_price"}
"""Arguments of `map` → the fields of an offer that have their present values."""

AUDITED = {"product": "product_id", "va_price": "va_price"}
"""Arguments of `map` → their names in the audit."""


# What the columns show


def found_how(offer: Row) -> str:
    """How the product was found, or the one that is suggested."""
    suggestion = offer["suggestion"]
    if offer["mapped_product"] is not None:
        return text("mapped by its description") if offer["mapped_by_itself"] else text("mapped")
    if suggestion is None:
        return text("nothing alike")
    if suggestion["how"] == EXACT:
        return text("exact description")
    return text("%(score)d %% alike", score=suggestion["score"])


def suggested(offer: Row) -> str:
    """The product that is suggested for an offer, if there is one."""
    return str((offer["suggestion"] or {}).get("product", ""))


def state(offer: Row) -> State:
    """What is missing of an offer."""
    return no_pack(offer) if without_pack(offer) else STATES[offer["state"]]


def via_warehouse(offer: Row) -> Mapping[str, Any]:
    """The prices of an offer by the warehouse, or by the only ship via."""
    prices = offer["prices"]
    return next((one for one in prices if one["ship_via"] == WAREHOUSE), prices[0] if prices else {})


def landed(offer: Row) -> str | None:
    """The landed cost by the warehouse."""
    found: str | None = via_warehouse(offer).get("landed_cost")
    return found


def computed(offer: Row) -> str | None:
    """The price by the warehouse without a typed one; a word where there is none."""
    prices = via_warehouse(offer)
    return prices["computed"] or text("none") if "computed" in prices else None


# What can be done


def acceptable(offer: Row) -> bool:
    """Whether a suggestion can be accepted."""
    return offer["mapped_product"] is None and offer["suggestion"] is not None


def exact_match(offer: Row) -> bool:
    """Whether the suggestion has the same description."""
    return offer["suggestion"] is not None and offer["suggestion"]["how"] == EXACT


def to_confirm(offer: Row) -> bool:
    """Whether an offer is mapped and not confirmed."""
    return offer["mapped_product"] is not None and not offer["confirmed"]


def mapped(call: Call) -> Any:
    """Map, or price, one offer: what somebody else changed since it was read is a conflict of that field."""
    (lot,) = call.keys
    offer: Row = call.k2k.offer(call.company, lot)
    moved = [name for name, seen in call.expected.items() if offer.get(PRESENT[name]) != seen]
    if moved:
        fields = [_moved(call, offer, name) for name in moved]
        raise Conflict(text("Somebody else changed this meanwhile."), fields=fields)
    try:
        return call.k2k.map(call.company, lot, **call.values, version=offer["version"], key=call.key)
    except NotFound as error:
        raise Invalid(error.message) from None


def _moved(call: Call, offer: Row, name: str) -> dict[str, Any]:
    """A field of an offer that somebody else changed: what was seen, what it is now, who changed it and when."""
    last = call.k2k.last_change(call.company, f"offers/{offer['lot']}", AUDITED[name])
    who, when = (None, None) if last is None else (last["who"], last["when"])
    return {"field": name, "was": call.expected[name], "theirs": offer.get(PRESENT[name]), "who": who, "when": when}


def accepted(call: Call) -> Any:
    """Map offers to the products that are suggested for them, and confirm them, each by itself."""
    found = call.k2k.offers(
        call.company, filters={"lot": list(call.keys)}, fields=("lot", "version", "suggestion"), limit=len(call.keys)
    )
    rows = [
        {"lot": one["lot"], "product": one["suggestion"]["product"], "confirmed": True, "version": one["version"]}
        for one in found["items"]
        if one["suggestion"] is not None
    ]
    if not rows:
        raise Conflict(text("No product of yours is like it any more."))
    results = call.k2k.map(call.company, rows=rows, key=call.key)["results"]
    if len(call.keys) == 1 and "error" in results[0]:
        raise Conflict(results[0]["error"]["message"])
    return Outcome.of({one["lot"]: one.get("error") for one in results})


PRODUCT = Field(
    "product",
    later("Your product"),
    kind="code",
    now=lambda offer: offer["mapped_product"],
    lookup=Lookup("products", "description"),
    about=later("Its code. All lots of the vendor's product are mapped to it."),
    longest=40,
)
MAP = Action("map", later("Map to"), "lot", later("%(name)s is mapped to %(product)s."), fields=(PRODUCT,), call=mapped)
PRICE = Action(
    "map",
    later("Price"),
    "lot",
    later("The price of %(name)s is saved."),
    name="price",
    roles=(ADMIN, SALES_MANAGER),
    fields=(
        Field(
            "va_price",
            later("Typed price"),
            kind="money",
            now=lambda offer: offer.get("va_price"),
            about=later("It goes before the computed price. Blank: the price is computed."),
        ),
    ),
    call=mapped,
)
UNMAP = Action(
    "map",
    later("Take the mapping back"),
    "lot",
    later("%(name)s is not mapped any more."),
    name="unmap",
    given={"product": None, "confirmed": False},
)
WITHDRAW = Action(
    "map",
    later("Take the confirmation back"),
    "lot",
    later("%(name)s is not confirmed any more."),
    name="withdraw",
    given={"confirmed": False},
)
ACCEPT = Action(
    "map",
    later("Accept"),
    "lot",
    later("%(name)s is mapped and confirmed."),
    name="accept",
    call=accepted,
    when=acceptable,
    undo=UNMAP,
)
CONFIRM_ONE = Action(
    "map",
    later("Confirm"),
    "lot",
    later("%(name)s is confirmed."),
    name="confirm-one",
    given={"confirmed": True},
    when=to_confirm,
    undo=WITHDRAW,
)
ACCEPT_EXACT = Action(
    "map",
    later("Accept exact matches"),
    "lot",
    later("%(name)s is mapped and confirmed."),
    many=(later("Accept %(count)d exact match"), later("Accept %(count)d exact matches")),
    many_done=(later("%(count)d offer is mapped and confirmed."), later("%(count)d offers are mapped and confirmed.")),
    name="accept-exact",
    key="⇧A",
    bulk=True,
    every=Every(
        {"mapped": "false"}, ("suggestion",), exact_match, later("No offer has the description of a product of yours.")
    ),
    call=accepted,
)
MAP_ALL = Action(
    "map",
    later("Map to…"),
    "lot",
    later("%(name)s is mapped."),
    many=(later("Map %(count)d offer to…"), later("Map %(count)d offers to…")),
    many_done=(later("%(count)d offer is mapped and confirmed."), later("%(count)d offers are mapped and confirmed.")),
    name="map-all",
    given={"confirmed": True},
    fields=(
        Field(
            "product",
            later("Your product"),
            kind="code",
            needed=True,
            lookup=Lookup("products", "description"),
            about=later("Its code. All lots of the vendor's product are mapped to it."),
            longest=40,
        ),
    ),
    confirm="effect",
    bulk=True,
)
CONFIRM = Action(
    "map",
    later("Confirm"),
    "lot",
    later("%(name)s is confirmed."),
    many=(later("Confirm %(count)d offer"), later("Confirm %(count)d offers")),
    many_done=(later("%(count)d offer is confirmed."), later("%(count)d offers are confirmed.")),
    name="confirm",
    given={"confirmed": True},
    tone="go",
    key="C",
    bulk=True,
)
UNTYPE = Action(
    "map",
    later("Take typed price back"),
    "lot",
    later("The price of %(name)s is computed again."),
    many=(later("Take %(count)d typed price back"), later("Take %(count)d typed prices back")),
    many_done=(later("%(count)d price is computed again."), later("%(count)d prices are computed again.")),
    name="untype",
    roles=(ADMIN, SALES_MANAGER),
    given={"va_price": None},
    bulk=True,
)


def prices_of_offer(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """The prices of an offer by each ship via, for a customer of whom nothing is set."""
    return {"offer": k2k.offer(company, lot), "currency": k2k.company(company)["currency"], "steps": STEPS}


WHY_PRICE = Drawer("price", later("Why this price"), prices_of_offer, "k2k/offer_price.html")

LIST = List(
    read="offers",
    key="lot",
    counted=OFFERS_COUNTED,
    search=later("Lot, product, vendor"),
    columns=(
        Column(
            "description",
            later("Offer of the vendor"),
            sort="description",
            sub=lambda offer: offer["lot"],
            phone="title",
        ),
        Column("box_type", later("Pack"), "pack", show=pack, edit=MAP_PACK),
        Column("available", later("Boxes"), "number", sort="available"),
        Column(
            "mapped_product",
            later("Your product"),
            "code",
            sub=found_how,
            cell=Cell(MAP, "M", proposal=suggested),
        ),
        Column("landed_cost", later("Landed"), "cost", show=landed),
        Column("computed", later("Computed"), "money", show=computed, why=WHY_PRICE),
        Column("va_price", later("Typed"), "money", cell=Cell(PRICE, "P")),
        Column("state", later("State"), "state", show=state, edit=ADD_PACK),
    ),
    filters=(
        Filter("vendor", later("Vendor"), "text"),
        Filter("product", later("Your product"), "text"),
        Filter("mapped", later("Mapped"), choices={"true": later("Yes"), "false": later("No")}),
        Filter("pack_known", later("Pack"), choices={"true": later("Known"), "false": later("Not known")}),
    ),
    views=(
        View("to-map", later("To map"), {"mapped": "false"}),
        View(
            "without-pack",
            later("Without pack"),
            {"pack_known": "false"},
            empty=Empty(
                later("You know every pack"),
                later("Offers stand here whose box type you neither have nor have mapped."),
            ),
        ),
        View(
            "to-confirm",
            later("To confirm"),
            {"mapped": "true", "confirmed": "false"},
            empty=Empty(later("Every product that is assigned is confirmed")),
        ),
        View(
            "typed",
            later("Typed prices"),
            {"typed": "true"},
            empty=Empty(later("No price is typed"), later("Prices that you type over the computed ones stand here.")),
        ),
        View("all", later("All offers"), empty=Empty(later("No vendor shares anything with you"))),
    ),
    actions=(ACCEPT_EXACT, MAP_ALL, CONFIRM, UNTYPE),
    row_actions=(ACCEPT, CONFIRM_ONE),
    empty=Empty(
        later("Everything is mapped"),
        later("Lots that connected vendors share stand here until they have a product of yours and are confirmed."),
        "catalog",
        later("Open the catalog"),
    ),
)

OFFERS = Page(
    "offers",
    (LIST,),
    about=later(
        "Lots that connected vendors share. A customer sees a lot once it has a product of yours and is confirmed."
    ),
)
