"""The catalogue of events: every event that a company's feed can contain, named `noun.verb_in_past`, with its data.

The catalogue is part of the documentation (`docs/events.md`); a program reads the feed with `events(company, after)`.
An event that goes to both companies of a trade contains only what both may know: never a price of one side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

ALWAYS = ("id", "version")
"""What every event has: the id of what it is about, by which the facade finds it, and its version at that moment."""


class EventType(NamedTuple):
    """One type of event: `fields` are the names that its data always has beside `ALWAYS`, `optional` those that it may
    have."""

    name: str
    meaning: str
    fields: tuple[str, ...]
    recipients: str
    optional: tuple[str, ...] = ()


BOTH, BUYER, VENDOR, ISSUER = "both companies", "the buyer", "the vendor", "the company that issued it"
OWNER = "the company whose record it is"
ATTACHER = "the company that attached it"
_BOX_TOLD = "the buyer; the vendor what its house holds of the lot then (`boxes`, `movement`, `on_hand`)"
_PAIR = ("vendor", "buyer", "state")
_BY = ("by",)
_ORDER = ("document", "lines")
LINE_FIELDS = (
    *("line", "lot", "boxes", "state", "ship_date", "vendor_ship_date", "ship_via", "cart", "expires_at"),
    *("prebook", "purchase_order", "sales_order", "invoice_order", "movement", "available"),
)
"""What an event carries of each of its order lines, as they are then: each company's own numbers alone."""
_ENDED_LINE = (*LINE_FIELDS, "vendor", "buyer")
_SENT_ORDER = ("purchase_order", "vendor", "buyer")
_BOX = ("box_code", "line", "buyer", "vendor", "lot", "awb", "purchase_order", "sales_order")
_OF_BUYER = ("how", "prebook", "customer")
_OF_VENDOR = ("boxes", "movement", "on_hand")
_MISSING_BOX = ("box_code", "line", "lot", "vendor", "buyer", "reason")
_LINKED = ("title", "url", "by", "company")

EVENTS: tuple[EventType, ...] = (
    EventType("connection.proposed", "One company proposed to connect.", _PAIR, BOTH, _BY),
    EventType("connection.accepted", "The other company accepted.", _PAIR, BOTH, _BY),
    EventType("connection.activated", "The connection works: lots are shared.", _PAIR, BOTH, _BY),
    EventType("connection.suspended", "The offers were taken away for a while.", _PAIR, BOTH, _BY),
    EventType("connection.resumed", "The offers are back after a suspension.", _PAIR, BOTH, _BY),
    EventType(
        "connection.changed",
        "Terms of the connection are others now (`terms`).",
        (*_PAIR, "terms"),
        BOTH,
        _BY,
    ),
    EventType("connection.ended", "The connection ended; orders stay as they were.", _PAIR, BOTH, _BY),
    EventType(
        "audit.anchored",
        "Where the audit of the company ends, once a day: its last place and the seal there. Kept elsewhere, it lets "
        "`verify_audit` find what was cut off or written anew.",
        ("place", "seal"),
        "the company",
    ),
    EventType(
        "job.done",
        "Work in the background ended: it is `done`, has `failed`, or was `cancelled`.",
        ("job", "kind", "state"),
        "the company that it was for",
    ),
    EventType(
        "job.submitted",
        "Work in the background waits to be done.",
        ("job", "kind"),
        "the company that it is for",
    ),
    EventType(
        "draft.changed",
        "A draft was made (`open`), `applied` or `dropped`.",
        ("draft", "state"),
        "the company whose draft it is",
    ),
    EventType(
        "record.changed",
        "A record was added or changed. Without a `code` so many of the collection that its list is to be read anew.",
        ("collection",),
        OWNER,
        ("code",),
    ),
    EventType(
        "lot.changed",
        "A lot was added, changed or moved; its numbers are those after it. Without a `lot` so many that the list is "
        "to be read anew.",
        (),
        OWNER,
        ("lot", "on_hand", "available", "short", "movement"),
    ),
    EventType("setting.changed", "A setting of the company was changed.", ("setting",), "the company"),
    EventType(
        "document.changed",
        "A document was opened or changed, or a line of it. A vendor's prebook that became a sales order names its "
        "`former_number`, by which no document is listed any more.",
        ("kind", "number", "status"),
        "the company whose document it is",
        ("former_number",),
    ),
    EventType("record.archived", "A record was archived: it is in no list any more.", ("collection", "code"), OWNER),
    EventType("record.restored", "A record that was archived is back.", ("collection", "code"), OWNER),
    EventType(
        "offer.changed",
        "Lots of a vendor changed, with the boxes that are left of each and its last movement (`available`, "
        "`movement`, by lot); its own feed marks what was `edited`. Without lots its set-up, or a lot that is not "
        "shared now: prices and visibility may be others. With `buyer`: what it says of a lot (`lot`), or what it "
        "calls the vendor's products, boxes and carriers.",
        (),
        "the vendor, and the buyers that it is connected with, of what they may see",
        ("vendor", "lots", "available", "movement", "edited", "lot", "buyer"),
    ),
    EventType("order_line.added", "Boxes were reserved.", LINE_FIELDS, BOTH),
    EventType("order.placed", "An order was placed that waits for its approval.", _ORDER, BOTH),
    EventType(
        "order.checked_out",
        "A cart, or some of its lines, was checked out, or an order approved. `lines` are carried.",
        _ORDER,
        BOTH,
    ),
    EventType("order.expiring", "A quarter of the time is left until these lines end by themselves.", _ORDER, BOTH),
    EventType(
        "order.overdue",
        "The vendor ship date of these lines is over and the vendor has not confirmed them: it can confirm them late.",
        _ORDER,
        BOTH,
    ),
    EventType("order.expired", "The time of these lines was over: they ended, their boxes went back.", _ORDER, BOTH),
    EventType(
        "order.delivered",
        "An order of the company's own stock ended: its boxes have left, its `invoice` is issued. `lots` are those "
        "that boxes left: `lot`, `boxes`, `movement` and what is `on_hand` then.",
        (*_ORDER, "invoice"),
        "the company that sold it",
        ("lots",),
    ),
    EventType(
        "cart.expired",
        "A cart ran out of time; its boxes went back. `lines` are carried. For the vendor, which knows no cart of its "
        "buyer (`cart` is null), it is about its sales order, one event for each.",
        ("cart", "lines"),
        BOTH,
    ),
    EventType("purchase_order.approved", "A purchase order that waited was approved.", ("purchase_order",), BOTH),
    EventType(
        "purchase_order.transferred",
        "A purchase order was sent to its vendor, where a prebook appeared.",
        (*_SENT_ORDER, "vendor_document"),
        BOTH,
    ),
    EventType(
        "purchase_order.accepted",
        "The vendor accepted a purchase order: its prebook became its sales order.",
        (*_SENT_ORDER, "sales_order"),
        BOTH,
    ),
    EventType("purchase_order.filled", "The vendor gave lines of a purchase order their lots.", _SENT_ORDER, BOTH),
    EventType("purchase_order.rejected", "The vendor rejected a purchase order.", (*_SENT_ORDER, "reason"), BOTH),
    EventType(
        "order.confirmed",
        "The vendor confirmed a sales order; its boxes stand in the buyer's staging area. `lines` are carried, with "
        "their `box_codes` besides, and so are those that it was confirmed without (`dropped`).",
        ("sales_order", "vendor", "buyer", "awb", "boxes", "lines", "dropped"),
        BOTH,
    ),
    EventType("order_line.dropped", "The vendor confirmed the order without this line.", _ENDED_LINE, BOTH),
    EventType(
        "order_line.voided",
        "The vendor voided boxes of a line; `boxes_left` of it go on, `needed_line` of the prebook takes their place.",
        (*_ENDED_LINE, "boxes_left", "reason", "needed_line"),
        BOTH,
    ),
    EventType(
        "order_line.released",
        "The buyer took boxes from a prebook's line: its customer gave them up, and they are, or become, free stock.",
        (*LINE_FIELDS, "customer", "reason"),
        BUYER,
    ),
    EventType("order_line.cancelled", "A line ended before it was confirmed.", (*LINE_FIELDS, "reason"), BOTH),
    EventType(
        "awb.changed",
        "An arrival date or a real cost of an AWB was typed: `fields` are those that changed. The vendor's AWB has "
        "another version then too, and its event names no costs.",
        ("awb", "fields"),
        BOTH,
    ),
    EventType(
        "awb.shipped",
        "The vendor shipped an AWB. In its own feed `lots` are those that boxes left: `lot`, `boxes`, `movement` and "
        "what is `on_hand` then.",
        ("awb", "vendor", "buyer", "sales_orders"),
        BOTH,
        ("lots",),
    ),
    EventType(
        "lot.short",
        "More boxes of a lot are promised than are there: `short` of them, until orders are cancelled or voided, or "
        "boxes come.",
        ("company", "lot", "short", "on_hand", "available", "movement"),
        "the company that owns the lot",
    ),
    EventType(
        "box.received",
        "A box came into the buyer's inventory: here a host ERP begins its own quality control. `own_lot` is the "
        "buyer's lot that it lies in. `box.allocated` follows where it was bought for a prebook.",
        _BOX,
        _BOX_TOLD,
        (*_OF_BUYER, "own_lot", *_OF_VENDOR),
    ),
    EventType(
        "box.printed",
        "Labels of boxes of an order line were printed (`box_codes`).",
        (*LINE_FIELDS, "box_codes"),
        "both companies; the vendor what its house holds of the lot then (`on_hand`)",
        ("on_hand",),
    ),
    EventType(
        "box.allocated",
        "A received box stands in the buyer's lot `own_lot` for its prebook's line alone until it is billed or "
        "released.",
        (*_BOX, *_OF_BUYER, "own_lot"),
        BUYER,
    ),
    EventType(
        "box.billed",
        "A box went onto the `invoice` of the buyer's customer: as it arrived, or (`how`: bill) later.",
        _BOX,
        _BOX_TOLD,
        (*_OF_BUYER, "invoice", *_OF_VENDOR),
    ),
    EventType(
        "order.billed",
        "Somebody billed what was allocated to a prebook.",
        ("prebook", "invoice", "lines", "boxes"),
        BUYER,
    ),
    EventType("document.linked", "An address was attached to a document.", ("document", "kind", *_LINKED), ATTACHER),
    EventType(
        "box.linked",
        "An address was attached to a box.",
        ("box_code", "line", *_LINKED),
        f"{ATTACHER}; a vendor its `lot` and what its house holds of that then",
        ("lot", *_OF_VENDOR),
    ),
    EventType("box.missing", "The buyer reports that a box never came.", _MISSING_BOX, BOTH, _OF_VENDOR),
    EventType(
        "box.missing_declined",
        "The vendor declines it: the box stands as it did before.",
        _MISSING_BOX,
        BOTH,
        _OF_VENDOR,
    ),
    EventType(
        "invoice.credited",
        "Boxes, or an amount, of an issued invoice were credited: by `credit`, or as boxes of it were voided.",
        ("company", "number", "line", "boxes", "amount", "currency", "reason"),
        "the company that issued it, and a buyer that has a copy",
    ),
    EventType(
        "invoice.issued",
        "An invoice was issued.",
        ("company", "number", "order", "total", "currency"),
        ISSUER,
        ("customer", "vendor", "buyer"),
    ),
    EventType(
        "invoice.sent",
        "The mail of an issued invoice was sent again, by `send_invoice`.",
        ("company", "number"),
        ISSUER,
    ),
)

BY_NAME: Mapping[str, EventType] = {event.name: event for event in EVENTS}


def faults(name: str, data: Iterable[str]) -> list[str]:
    """What is wrong with an event of this name and these data fields; empty for a valid one."""
    event = BY_NAME.get(name)
    if event is None:
        return [f"{name} is not in the catalogue of events"]
    given = set(data)
    known = (*ALWAYS, *event.fields)
    missing = [f"{name} lacks {field}" for field in known if field not in given]
    return missing + [f"{name} has an unknown {field}" for field in sorted(given - {*known, *event.optional})]
