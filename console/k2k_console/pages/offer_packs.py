"""Packs of offers that a buyer does not know: the box type is added with its dimensions, or mapped to one of its own
(domain section 2)."""

from __future__ import annotations

from typing import Any

from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Call, Field, Lookup, Row, State
from k2k_console.vocabulary.actions import key_of_part
from k2k_core.domain.roles import ADMIN
from k2k_core.errors import Conflict, Invalid, NotFound, VersionMismatch

INCHES = later("in")


def without_pack(offer: Row) -> bool:
    """Whether the box type is none of the buyer's, nor mapped to one of them."""
    return not offer["pack_known"]


def box_type(offer: Row) -> str:
    """What is added or mapped: the box type of an offer, and not its lot alone."""
    return str(offer["box_type"])


def no_pack(offer: Row) -> State:
    """The state of an offer without a pack: customers see it all the same once it is mapped and confirmed."""
    words = text("No pack: %(box_type)s", box_type=offer["box_type"])
    return State(words, "info", sub=text("Customers see it.") if offer["sellable"] else "")


def pack_added(call: Call) -> Any:
    """Add the box type of an offer to the buyer's, with its dimensions; one that somebody else has added meanwhile is a
    conflict."""
    (lot,) = call.keys
    code, given = call.k2k.offer(call.company, lot)["box_type"], dict(call.values)
    box_type = {"code": code, "fbe": given.pop("fbe"), "version": 0}
    try:
        call.k2k.put(call.company, "box_types", [box_type], key=key_of_part(call.key, "box type"))
    except VersionMismatch:
        raise Conflict(text("Somebody else has added the box type %(code)s meanwhile.", code=code)) from None
    sizes = [{"box_type": code, **given}]
    return call.k2k.put(call.company, "box_dimensions", sizes, key=key_of_part(call.key, "dimensions"))


def pack_mapped(call: Call) -> Any:
    """Map the box type of an offer to one of the buyer's."""
    (lot,) = call.keys
    offer = call.k2k.offer(call.company, lot)
    try:
        return call.k2k.map_box_type(
            call.company, offer["vendor"], offer["box_type"], call.values["own"], key=call.key, hold="error"
        )
    except NotFound as error:
        raise Invalid(error.message) from None


def _size(name: str, label: str) -> Field:
    return Field(name, label, kind="number", needed=True, least="0.01", below="1000", unit=INCHES)


ADD_PACK = Action(
    "put",
    later("Add box type"),
    "lot",
    later("The box type of %(name)s is one of yours now."),
    name="add-pack",
    roles=(ADMIN,),
    about=later("The vendor's box type becomes one of yours, for every lot of every vendor that is packed in it."),
    fields=(
        Field(
            "fbe",
            later("FBE"),
            kind="number",
            needed=True,
            least="0.01",
            below="100",
            about=later("Its part of a full box: 0.5 for a half box."),
        ),
        _size("length", later("Length")),
        _size("width", later("Width")),
        _size("height", later("Height")),
    ),
    call=pack_added,
    when=without_pack,
    about_what=box_type,
)
MAP_PACK = Action(
    "map_box_type",
    later("Map box type"),
    "lot",
    later("The box type of %(name)s is mapped to %(own)s."),
    name="map-pack",
    fields=(
        Field(
            "own",
            later("Your box type"),
            kind="code",
            needed=True,
            lookup=Lookup("box_types", "name"),
            about=later("Its code. All lots of the vendor in this box type have it from now on."),
            longest=40,
        ),
    ),
    call=pack_mapped,
    when=without_pack,
    about_what=box_type,
)
