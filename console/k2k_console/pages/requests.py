"""Requests from buyers: purchase orders that were sent to this vendor, accepted, filled from its lots or rejected
(domain section 6, "Procurement")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_console.formats import number
from k2k_console.pages.box_counts import boxes_typed
from k2k_console.pages.document_lines import BOXES_TALLY, LINE_STATES, lines_with, packing, via
from k2k_console.pages.packs import pack
from k2k_console.translations import later, later_of, text, text_of
from k2k_console.vocabulary import (
    Action,
    Call,
    Column,
    Detail,
    Empty,
    Fact,
    Field,
    Filter,
    List,
    Lookup,
    Page,
    Row,
    State,
    Timeline,
    TypedRows,
    View,
)
from k2k_core.domain.orders import ACCEPTED, CANCELLED, CONFIRMED, FILLED, NEEDED, REJECTED, TRANSFERRED
from k2k_core.errors import Invalid

REQUESTS_COUNTED = (later("%(count)d request"), later("%(count)d requests"))
LOTS_COUNTED = (later("%(count)d lot"), later("%(count)d lots"))
PRODUCTS_COUNTED = (later("%(count)d unknown product"), later("%(count)d unknown products"))
UNKNOWN = "unknown"
STATES = {
    TRANSFERRED: State(later("To answer"), "warn"),
    ACCEPTED: State(later("To fill"), "info"),
    FILLED: State(later_of("request", "Filled"), "ok", open=True),
    CONFIRMED: State(later_of("request", "Confirmed"), "ok"),
    REJECTED: State(later_of("request", "Rejected"), "bad"),
    CANCELLED: State(later_of("request", "Cancelled")),
}


# What the columns show


def state(request: Row) -> State:
    """How far a request is: one that is overdue, or filled in part, says so."""
    if request["overdue"]:
        return State(text_of("request", "Overdue"), "bad")
    if request["state"] == FILLED and request["filled"] < request["boxes"]:
        return State(text_of("request", "Filled in part"), "warn")
    return STATES.get(request["state"], State(request["state"]))


def products(request: Row) -> State:
    """How many of its products are known here, and how many have to be mapped first."""
    known = text("%(count)d known", count=request["known"])
    if not request["unknown"]:
        return State(known, "ok")
    unknown = text("%(count)d unknown", count=request["unknown"])
    return State(f"{known}, {unknown}" if request["known"] else unknown, "warn")


def filled(request: Row) -> str:
    """How many of its boxes have lots, once some have."""
    return text("%(count)s filled", count=number(request["filled"])) if request["filled"] else ""


def own_number(request: Row) -> str:
    """The vendor's own number of it, where it is an order by now."""
    return str(request["document"]) if request["state"] not in (TRANSFERRED, REJECTED, CANCELLED) else ""


# The rows in which something is typed


def is_waiting(line: Row) -> bool:
    """Whether a line has no boxes yet."""
    return bool(line["state"] == NEEDED)


def lots_to_fill(request: Row) -> list[dict[str, Any]]:
    """Each lot that can fill a line, line by line."""
    return [
        {
            **lot,
            "key": f"{line['line']}.{lot['lot']}",
            "label": f"{line['description']}, {lot['lot']}",
            "asked": line["description"],
            "boxes_asked": line["boxes"],
            "pack_asked": pack(line),
        }
        for line in request["lines"]
        if is_waiting(line)
        for lot in line["lots"]
    ]


def unknown_lines(request: Row) -> list[dict[str, Any]]:
    """The lines of which the product is unknown here."""
    return [
        {**line, "key": line["line"], "label": line["description"]}
        for line in request["lines"]
        if is_waiting(line) and line["product"] == UNKNOWN
    ]


def asked_for(lot: Row) -> str:
    """How many boxes a line asks for, and how they should be packed."""
    boxes = text("%(count)s {count:box|boxes} asked", count=number(lot["boxes_asked"]))
    return " · ".join(part for part in (boxes, lot["pack_asked"]) if part)


def mine(line: Row) -> str | None:
    """How many boxes of a line that waits are there, in all lots that can fill it."""
    if not is_waiting(line):
        return None
    if line["product"] == UNKNOWN:
        return text("map the product first")
    return number(sum(lot["available"] for lot in line["lots"]))


def legend(request: Row) -> Sequence[State]:
    """How many of its lines have boxes, and how many wait for them."""
    found = []
    for name in (NEEDED, "checked_out", "staged"):
        count = sum(line["state"] == name for line in request["lines"])
        word = LINE_STATES[name]
        found += [State(f"{str(word).lower()} {count}", word.tone)] if count else []
    return found


# What is done


def filled_from(call: Call) -> Any:
    """Fill the lines with the boxes that were typed, lot by lot."""
    by_line: dict[str, list[dict[str, Any]]] = {}
    for key, typed in call.values["boxes"].items():
        line, _, lot = key.partition(".")
        if boxes := boxes_typed(typed):
            by_line.setdefault(line, []).append({"lot": lot, "boxes": boxes})
    if not by_line:
        raise Invalid(text("Type how many boxes of a lot go to the buyer."))
    lines = [{"line": line, "lots": lots} for line, lots in by_line.items()]
    return call.k2k.fill(call.company, call.keys[0], lines, key=call.key, version=call.version)


def mapped(call: Call) -> Any:
    """Say which products of one's own the unknown ones are."""
    given = call.values["product"]
    if not given:
        raise Invalid(text("Name a product of yours for one of the lines."))
    lines = [{"line": line, "product": product, "lots": []} for line, product in given.items()]
    return call.k2k.fill(call.company, call.keys[0], lines, key=call.key, version=call.version)


def can_be_answered(request: Row) -> bool:
    """Whether a request waits for the answer of its vendor."""
    return bool(request["state"] == TRANSFERRED)


def can_be_filled(request: Row) -> bool:
    """Whether it was accepted, and lines of it wait for boxes."""
    return request["state"] in (ACCEPTED, FILLED) and request["filled"] < request["boxes"]


def can_be_rejected(request: Row) -> bool:
    """Whether its vendor has not confirmed it."""
    return request["state"] in (TRANSFERRED, ACCEPTED, FILLED)


ACCEPT = Action(
    "accept_order",
    later("Accept"),
    "purchase_order",
    later("%(name)s is accepted: it is an order of yours now. Fill it from your lots."),
    many=(later("Accept %(count)d request"), later("Accept %(count)d requests")),
    many_done=(later("%(count)d request is accepted."), later("%(count)d requests are accepted.")),
    name="accept",
    tone="go",
    key="A",
    tally="boxes",
    bulk=True,
    when=can_be_answered,
)
FILL = Action(
    "fill",
    later("Fill from lots"),
    "purchase_order",
    later("%(name)s is filled. Confirm the order once nothing is missing."),
    tone="go",
    key="F",
    typed_rows=TypedRows(
        lots_to_fill,
        (
            Column("asked", later("Asked"), sub=asked_for, phone="title"),
            Column("lot", later("Lot"), "code", sub=pack),
            Column("arrival_date", later("Since"), "date", phone="hide"),
            Column("price", later("Price"), "money"),
            Column("available", later("Mine"), "number"),
        ),
        Field("boxes", later("Boxes"), "number", now=lambda lot: lot["proposed"]),
        LOTS_COUNTED,
        later("None of your lots can fill it: there are no boxes of these products that are fresh on that day."),
    ),
    confirm="effect",
    about=later("First in, first out is proposed. The boxes are reserved at once; what is missing stays asked for."),
    call=filled_from,
    when=lambda request: can_be_filled(request) and request["known"] > 0,
)
MAP = Action(
    "fill",
    later("Map products"),
    "purchase_order",
    later("The products of %(name)s are mapped."),
    name="map",
    key="M",
    typed_rows=TypedRows(
        unknown_lines,
        (Column("description", later("Asked"), sub=packing, phone="title"), Column("boxes", later("Boxes"), "number")),
        Field(
            "product",
            later("Your product"),
            "code",
            lookup=Lookup("products", "description"),
            about=later("Its code. Blank: the line stays unknown."),
            longest=40,
        ),
        PRODUCTS_COUNTED,
    ),
    confirm="effect",
    about=later(
        "What the buyer calls by another name. Once you have filled the line, it arrives mapped the next time."
    ),
    call=mapped,
    when=lambda request: can_be_filled(request) and request["unknown"] > 0,
)
REJECT = Action(
    "reject",
    later("Reject"),
    "purchase_order",
    later("%(name)s is rejected."),
    many=(later("Reject %(count)d request"), later("Reject %(count)d requests")),
    many_done=(later("%(count)d request is rejected."), later("%(count)d requests are rejected.")),
    tone="stop",
    fields=(Field("reason", later("Reason"), about=later("The buyer reads it."), needed=True),),
    confirm="effect",
    about=later("Boxes that were reserved return to your stock, and the buyer is told. It cannot be undone."),
    told=True,
    tally="boxes",
    bulk=True,
    when=can_be_rejected,
)

LIST = List(
    read="requests",
    key="document",
    counted=REQUESTS_COUNTED,
    search=later("Purchase order, own number, buyer"),
    columns=(
        Column("purchase_order", later("Purchase order"), sub=own_number, phone="title"),
        Column("buyer_name", later("Buyer"), phone="under"),
        Column("vendor_ship_date", later("Leaves"), "date", sort="vendor_ship_date"),
        Column("ship_date", later("Ship date"), "date", sort="ship_date"),
        Column("ship_via", later("Ship via"), show=via, phone="hide"),
        Column("known", later("Products"), "state", show=products),
        Column("boxes", later("Boxes"), "number", sub=filled, total=True),
        Column("state", later("State"), "state", show=state),
    ),
    filters=(
        Filter("state", later("State"), choices={name: one.text for name, one in STATES.items()}),
        Filter("ship_date", later("Ship date"), "range"),
        Filter("buyer", later("Buyer"), "text"),
        Filter("unknown", later("Unknown products"), "flag"),
        Filter("overdue", later_of("request", "Overdue"), "flag"),
    ),
    views=(
        View("to-answer", later("To answer"), {"state": TRANSFERRED}, sort="vendor_ship_date"),
        View(
            "to-fill",
            later("To fill"),
            {"state": f"{ACCEPTED},{FILLED}", "waiting": "true"},
            sort="vendor_ship_date",
            empty=Empty(later("No request is to be filled")),
        ),
        View(
            "overdue",
            later_of("requests", "Overdue"),
            {"overdue": "true"},
            sort="vendor_ship_date",
            empty=Empty(later("No request is overdue")),
        ),
        View("all", later_of("requests", "All"), sort="-created_at"),
    ),
    actions=(ACCEPT, REJECT),
    tallies=(BOXES_TALLY,),
    empty=Empty(
        later("No buyer waits for an answer"),
        later("Purchase orders that connected buyers send you stand here until you accept, fill or reject them."),
        "connections",
        later("Connect a buyer"),
    ),
)

REQUEST = Detail(
    read="request",
    subject="document",
    title=lambda request: request["purchase_order"],
    about=lambda request: request["buyer_name"],
    state=state,
    facts=(
        Fact(later("Leaves"), lambda request: request["vendor_ship_date"], "date"),
        Fact(later("Ship date of the buyer"), lambda request: request["ship_date"], "date"),
        Fact(later("Ship via"), via, sub=lambda request: request["carrier"]),
        Fact(later("Boxes"), lambda request: request["boxes"], "number", sub=filled),
        Fact(later("Products"), products, "state"),
        Fact(later("Waits until"), lambda request: request["expires_at"], "moment"),
        Fact(later("Order"), own_number, "code", page="orders", link=own_number),
        Fact(later("Reason"), lambda request: request["reason"]),
    ),
    sections=(
        lines_with(
            Column("mark_code", later("Mark code"), "code"),
            Column("lots", later("Mine"), show=mine),
            legend=legend,
        ),
    ),
    actions=(REJECT, MAP, FILL, ACCEPT),
    timeline=Timeline(later("What happened")),
)

REQUESTS = Page("requests", (LIST, REQUEST))
