"""The sentences of a document's timeline: for each type of event, what it says of the document, with the facts of the
event that are stored for as long as the document is."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from k2k_core.messages import Message, as_message

SENTENCES: Mapping[str, tuple[Message, ...]] = {
    "order_line.added": (
        Message("{boxes} {boxes:box|boxes} of {lot} {boxes:was|were} reserved (line {line})."),
        Message("Line {line} was added."),
    ),
    "order.placed": (Message("The order was placed: {lines} {lines:line waits|lines wait} for approval."),),
    "order.checked_out": (Message("{lines} {lines:line was|lines were} checked out, or approved."),),
    "order.expiring": (
        Message("A quarter of the time is left until {lines} {lines:line ends by itself|lines end by themselves}."),
    ),
    "order.overdue": (
        Message("The vendor ship date is over, and the vendor has not confirmed {lines} {lines:line|lines}."),
    ),
    "order.expired": (
        Message("The time of {lines} {lines:line was over: it|lines was over: they} ended; the boxes went back."),
    ),
    "order.delivered": (Message("The boxes have left, and invoice {invoice} was issued."),),
    "purchase_order.approved": (Message("Purchase order {purchase_order} was approved."),),
    "purchase_order.transferred": (Message("Purchase order {purchase_order} was sent to its vendor."),),
    "purchase_order.accepted": (Message("The vendor accepted purchase order {purchase_order}."),),
    "purchase_order.filled": (Message("The vendor gave lines of purchase order {purchase_order} their lots."),),
    "purchase_order.rejected": (Message("The vendor rejected purchase order {purchase_order}: {reason}"),),
    "order.confirmed": (
        Message("The vendor confirmed the order: {boxes} {boxes:box is|boxes are} on AWB {awb}."),
        Message("The vendor confirmed the order without its lines."),
    ),
    "order_line.dropped": (Message("The vendor confirmed the order without line {line} ({boxes} {boxes:box|boxes})."),),
    "order_line.voided": (Message("The vendor voided boxes of line {line}, {boxes_left} go on: {reason}"),),
    "order_line.released": (Message("{boxes} {boxes:box|boxes} of line {line} {boxes:was|were} released: {reason}"),),
    "order_line.cancelled": (Message("Line {line} was cancelled: {reason}"),),
    "awb.changed": (Message("The arrival date or a cost of AWB {awb} was typed."),),
    "awb.shipped": (Message("The vendor shipped AWB {awb}."),),
    "box.received": (Message("Box {box_code} came into the buyer's inventory."),),
    "box.allocated": (Message("Box {box_code} stands in the inventory for its prebook alone."),),
    "box.billed": (
        Message("Box {box_code} was billed with invoice {invoice}."),
        Message("Box {box_code} was billed to the buyer's customer."),
    ),
    "order.billed": (Message("{boxes} {boxes:box was|boxes were} billed with invoice {invoice}."),),
    "document.linked": (Message("The address {url} was attached."),),
    "box.linked": (Message("The address {url} was attached to box {box_code}."),),
    "box.missing": (Message("Box {box_code} was reported missing: {reason}"),),
    "box.missing_declined": (Message("The vendor declines that box {box_code} is missing: {reason}"),),
    "invoice.credited": (Message("Invoice {number} was credited: {reason}"),),
    "invoice.issued": (Message("Invoice {number} was issued."),),
    "invoice.sent": (Message("Invoice {number} was sent again."),),
}
"""Event → its sentences; the first of which every fact is there is used."""

SUBJECTS = ("document", "order_line", "awb")
"""What an event of a timeline can be about: tables."""

_STORED = (
    *("line", "lot", "boxes", "boxes_left", "needed_line", "box_code", "awb", "reason", "how", "fields"),
    *("prebook", "purchase_order", "sales_order", "invoice_order", "invoice", "vendor_document", "customer"),
    *("number", "company", "amount", "total", "currency", "url", "title", "own_lot", "ship_date", "expires_at"),
)


def is_told(event: str, data: Mapping[str, Any]) -> bool:
    """Whether an event is part of a document's timeline. One that names no field says a version alone."""
    return event in SENTENCES and data.get("fields") != []


def stored_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an event that its entry keeps; of several lines their number."""
    facts = {name: data[name] for name in _STORED if data.get(name) is not None}
    return facts | ({"lines": len(data["lines"])} if "lines" in data else {})


def sentence(event: str, facts: Mapping[str, Any]) -> Message:
    """What happened, with its facts."""
    told = {**facts, "reason": as_message(facts["reason"])} if facts.get("reason") else facts
    for message in SENTENCES[event]:
        if all(name in told for name in _named(message)):
            return Message(message.template, **told)
    return Message(SENTENCES[event][-1].template, **told)


def _named(message: Message) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message.template) if name}
