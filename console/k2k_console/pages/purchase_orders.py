"""Purchase orders of a buyer: approved, sent to their vendors and cancelled (domain section 6)."""

from __future__ import annotations

from k2k_console.pages.document_lines import BOXES_TALLY, SHIP_VIAS, lines_with, via
from k2k_console.translations import later, later_of, text_of
from k2k_console.vocabulary import Action, Column, Detail, Empty, Fact, Filter, List, Page, Row, State, Timeline, View
from k2k_core.domain.orders import (
    ACCEPTED,
    APPROVED,
    CANCELLED,
    CONFIRMED,
    DRAFT,
    FILLED,
    NOT_TRANSFERRED,
    PENDING_APPROVAL,
    PURCHASE_ORDER,
    REJECTED,
    SHIPPED,
    TRANSFERRED,
    VOIDED,
)

STATUSES = {
    DRAFT: State(later("In a cart"), "info"),
    PENDING_APPROVAL: State(later("To approve"), "warn"),
    APPROVED: State(later_of("purchase order", "Approved"), "ok", open=True),
    CONFIRMED: State(later_of("purchase order", "Confirmed"), "ok"),
    SHIPPED: State(later_of("purchase order", "Shipped"), "ok"),
    VOIDED: State(later_of("purchase order", "Voided"), "bad"),
    CANCELLED: State(later_of("purchase order", "Cancelled")),
}
TRANSFERS = {
    NOT_TRANSFERRED: later("Not sent"),
    TRANSFERRED: later_of("purchase order", "Sent"),
    ACCEPTED: later_of("purchase order", "Accepted"),
    FILLED: later_of("purchase order", "Filled"),
    CONFIRMED: later_of("purchase order", "Confirmed"),
    REJECTED: later_of("purchase order", "Rejected"),
    CANCELLED: later_of("purchase order", "Cancelled"),
}
PAST = (CONFIRMED, SHIPPED, VOIDED, CANCELLED)


def status(order: Row) -> State:
    """The state of a purchase order."""
    if order["overdue"]:
        return State(text_of("purchase order", "Overdue"), "bad")
    return STATUSES.get(order["status"], State(order["status"]))


def transfer(order: Row) -> str:
    """Whether it was sent to its vendor, and what that did with it."""
    return str(TRANSFERS.get(order["transfer"], order["transfer"]))


def waits(order: Row) -> bool:
    """Whether an order waits for its approval."""
    return bool(order["status"] == PENDING_APPROVAL)


def can_be_sent(order: Row) -> bool:
    """Whether an order of products can be sent to its vendor."""
    return order["transfer"] == NOT_TRANSFERRED and order["status"] not in PAST


def can_end(order: Row) -> bool:
    """Whether an order can be cancelled: its vendor has not confirmed it."""
    return order["status"] not in PAST


APPROVE = Action(
    "approve",
    later("Approve"),
    "purchase_order",
    later("%(name)s is approved."),
    many=(later("Approve %(count)d order"), later("Approve %(count)d orders")),
    many_done=(later("%(count)d order is approved."), later("%(count)d orders are approved.")),
    tone="go",
    key="A",
    tally="boxes",
    bulk=True,
    when=waits,
)
TRANSFER = Action(
    "transfer",
    later("Send to the vendor"),
    "purchase_order",
    later("%(name)s is sent to its vendor."),
    many=(later("Send %(count)d order"), later("Send %(count)d orders")),
    many_done=(later("%(count)d order is sent."), later("%(count)d orders are sent.")),
    tally="boxes",
    bulk=True,
    when=can_be_sent,
)
CANCEL = Action(
    "cancel",
    later("Cancel order"),
    "purchase_order",
    later("%(name)s is cancelled."),
    many=(later("Cancel %(count)d order"), later("Cancel %(count)d orders")),
    many_done=(later("%(count)d order is cancelled."), later("%(count)d orders are cancelled.")),
    tone="stop",
    confirm="effect",
    about=later("Its boxes return to the vendor's stock at once."),
    tally="boxes",
    bulk=True,
    when=can_end,
)

LIST = List(
    read="orders",
    totals=True,
    given={"kind": PURCHASE_ORDER},
    key="number",
    counted=(later("%(count)d purchase order"), later("%(count)d purchase orders")),
    search=later("Number, AWB, vendor, customer"),
    columns=(
        Column("number", later("Purchase order"), "k2k", sort="number", phone="title"),
        Column("vendor_name", later("Vendor"), phone="under"),
        Column("ship_date", later("Ship date"), "date", sort="ship_date"),
        Column("ship_via", later("Ship via"), show=via, phone="hide"),
        Column("boxes", later("Boxes"), "number", total=True),
        Column("total", later("Total"), "money", total=True),
        Column("status", later("Status"), "state", sort="status", show=status),
        Column("transfer", later("Transfer"), show=transfer),
    ),
    filters=(
        Filter("status", later("Status"), choices={name: state.text for name, state in STATUSES.items()}),
        Filter("ship_date", later("Ship date"), "range"),
        Filter("transfer", later("Transfer"), choices=TRANSFERS),
        Filter("partner", later("Vendor"), "text"),
        Filter("ship_via", later("Ship via"), choices=SHIP_VIAS),
    ),
    views=(
        View("to-approve", later("To approve"), {"status": PENDING_APPROVAL}, sort="ship_date"),
        View(
            "overdue",
            later_of("purchase orders", "Overdue"),
            {"overdue": "true"},
            sort="ship_date",
            empty=Empty(later("No purchase order is overdue")),
        ),
        View("all", later_of("purchase orders", "All"), sort="-created_at"),
    ),
    actions=(APPROVE, TRANSFER, CANCEL),
    tallies=(BOXES_TALLY,),
    empty=Empty(
        later("No purchase order waits"),
        later("What you order from vendors stands here."),
        "catalog",
        later("Open the catalog"),
    ),
)

ORDER = Detail(
    read="orders",
    subject="number",
    given={"kind": PURCHASE_ORDER, "lines": True, "limit": 1},
    title=lambda order: order["number"],
    about=lambda order: order["vendor_name"],
    state=status,
    facts=(
        Fact(later("Ship date"), lambda order: order["ship_date"], "date"),
        Fact(later("Leaves"), lambda order: order["vendor_ship_date"], "date"),
        Fact(later("Ship via"), via, sub=lambda order: order["carrier"]),
        Fact(later("Transfer"), transfer),
        Fact(later("AWB"), lambda order: order["awb"]),
        Fact(later("Reason"), lambda order: order["reason"]),
    ),
    sections=(lines_with(),),
    actions=(CANCEL, TRANSFER, APPROVE),
    timeline=Timeline(later("What happened")),
)

PURCHASE_ORDERS = Page("purchase_orders", (LIST, ORDER))
