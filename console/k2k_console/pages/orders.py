"""Orders of a vendor: the list that is confirmed from, and the page of one order (domain section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.lists import format_list

from k2k_console.formats import aware, clock_time
from k2k_console.frame import local_day, own_cut_off, timezone
from k2k_console.pages.document_lines import BOXES_TALLY, SHIP_VIAS, legend, line_split, lines_in, lines_with, via
from k2k_console.pages.invoices import invoice_pdf
from k2k_console.pages.labels import PRINT_LABELS, labels_of
from k2k_console.pages.order_explanations import LINE_PRICE, LINE_STATE, ORDER_DATE
from k2k_console.pages.requests import REJECT
from k2k_console.translations import later, later_of, locale, text, text_of
from k2k_console.vocabulary import (
    TODAY,
    Action,
    Call,
    Column,
    Detail,
    Download,
    Empty,
    Fact,
    Field,
    Filter,
    Lines,
    List,
    Page,
    PendingLines,
    Progress,
    Row,
    State,
    Tally,
    Timeline,
    View,
)
from k2k_core.domain.orders import (
    CANCELLED,
    CHECKED_OUT,
    CONFIRMED,
    IN_CART,
    INVOICE,
    NEEDED,
    PENDING,
    SALES_ORDER,
    SHIPPED,
    VOIDED,
)
from k2k_core.errors import Conflict, NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

CODES_NAMED = 6
"""So many of the customers whom an order is for stand in its heading."""
ORDERS_COUNTED = (later("%(count)d order"), later("%(count)d orders"))
STATUSES = {
    PENDING: State(later("To confirm"), "ok", open=True),
    CONFIRMED: State(later_of("order", "Confirmed"), "ok"),
    SHIPPED: State(later_of("order", "Shipped"), "ok"),
    VOIDED: State(later_of("order", "Voided"), "bad"),
    CANCELLED: State(later_of("order", "Cancelled")),
}


# What the columns show


def status(order: Row) -> State:
    """The state of an order: one with lines that are not checked out says so, and until when it waits."""
    pending = order["line_counts"].get(IN_CART, 0)
    if order["overdue"]:
        return State(text_of("order", "Overdue"), "bad")
    if order["status"] == PENDING and has_needed_lines(order):
        return State(text("To fill"), "info")
    if order["status"] == PENDING and pending:
        return State(text("Pending lines"), "info", sub=_until(order))
    return STATUSES[order["status"]]


def _until(order: Row) -> str:
    """Until when the first of its carts waits."""
    if order["expires_at"] is None:
        return ""
    local = aware(order["expires_at"]).astimezone(ZoneInfo(timezone()))
    return text("until %(time)s", time=clock_time(local.time()))


def arrives(order: Row) -> str:
    """The buyer's ship date, where it is another day than that on which the boxes leave."""
    if order["ship_date"] in (None, order["vendor_ship_date"]):
        return ""
    return text("arrives %(day)s", day=local_day(order["ship_date"]))


def awb(order: Row) -> str:
    """The AWB of an order, or the reference that becomes it; without one there is an AWB for each ship date."""
    return order["awb"] or order["reference_number"] or text("by ship date")


def mark_codes(order: Row) -> str:
    """The codes of the final customers: a vendor sees no more of them."""
    return ", ".join(order["mark_codes"])


def for_whom(order: Row) -> str:
    """The buyer of an order, and the codes of the final customers whom it is for."""
    codes, buyer = order["mark_codes"], order["buyer_name"]
    if not codes:
        return str(buyer)
    named, more = list(codes[:CODES_NAMED]), len(codes) - CODES_NAMED
    named += [text("%(count)s more", count=more)] if more > 0 else []
    whom = format_list(named, locale=locale())
    return text("%(buyer)s, for its {count:customer|customers} %(codes)s", buyer=buyer, count=len(codes), codes=whom)


def with_pending_lines(order: Row) -> int:
    """Whether an order has lines that are not checked out, as a number: it is not confirmed with others at once."""
    return int(order["line_counts"].get(IN_CART, 0) > 0)


def is_open(order: Row) -> bool:
    """Whether an order waits for its confirmation."""
    return bool(order["status"] == PENDING)


# The page of an order


def has_needed_lines(order: Row) -> bool:
    """Whether lines of it wait for boxes: it is a request that was accepted and is not filled."""
    return bool(order["line_counts"].get(NEEDED, 0))


def request(order: Row) -> str | None:
    """What is to be done with the request that an order comes from, on the page on which that is done."""
    waits = order["status"] == PENDING and has_needed_lines(order)
    return text("Fill it from your lots, or reject it") if waits else None


def ships_to(order: Row) -> str:
    """Where an order goes."""
    to = order["ship_to"] or {}
    return ", ".join(str(to[name]) for name in ("name", "city") if to.get(name))


MOST_MISSING = 1_000


def with_missing(k2k: K2K, company: str, orders: Sequence[Row]) -> Sequence[Row]:
    """Orders with the boxes that their buyers report missing, and how many of each line."""
    return [_with_missing(k2k, company, order) for order in orders]


def _with_missing(k2k: K2K, company: str, order: Row) -> Row:
    if order["awb"] is None:
        return {**order, "missing": ()}
    filters = {"awb": order["awb"], "missing": True}
    found = k2k.boxes(company, filters, limit=MOST_MISSING)["items"]
    missing = [box for box in found if box["order"] == order["number"]]
    counts = Counter(box["line"] for box in missing)
    lines = [{**line, "missing": counts[line["line"]]} for line in order["lines"]]
    return {**order, "lines": lines, "missing": missing}


MISSING_BOXES = Lines(
    later_of("boxes", "Reported missing"),
    lambda order: order["missing"],
    (
        Column("box_code", later("Box"), "code", phone="title"),
        Column("description", later("Product")),
        Column("mark_code", later("Mark code"), "code"),
        Column("missing", later("The buyer says")),
    ),
    (later("%(count)d box is missing"), later("%(count)d boxes are missing")),
    optional=True,
)

# What is done


def printed(call: Call) -> Download | Progress:
    """The labels of the boxes of some orders."""
    numbers = ",".join(call.keys)
    found = call.k2k.orders(call.company, number=numbers, kind=SALES_ORDER, lines=True, limit=len(call.keys))
    codes = [code for order in found["items"] for line in order["lines"] for code in line["box_codes"]]
    return labels_of(call, codes)


def invoice(call: Call) -> Download:
    """The invoice that the confirmation of an order issued to its buyer, as PDF."""
    linked = call.k2k.timeline(call.company, call.keys[0], limit=1)["linked"]
    issued = [one["number"] for one in linked if one["kind"] == INVOICE and one["company"] == call.company]
    if not issued:
        raise Conflict(text("There is no invoice of it yet."))
    return invoice_pdf(call, issued[0])


def shipped(call: Call) -> Any:
    """Ship the AWB of an order: by its number with the order's buyer, for other buyers may have AWBs of this number."""
    found = call.k2k.orders(call.company, number=call.keys[0], kind=SALES_ORDER, limit=1)["items"]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    if found[0]["awb"] is None:
        raise Conflict(text("It is on no AWB yet: its boxes leave once the order is confirmed."))
    return call.k2k.ship(call.company, found[0]["awb"], partner=found[0]["buyer"], key=call.key)


def declined(call: Call) -> Any:
    """Decline that boxes of an order are missing: those that are named, else all of them."""
    (order,) = with_missing(call.k2k, call.company, read_orders(call))
    reported = [str(box["box_code"]) for box in order["missing"]]
    named = [code.strip() for code in str(call.values.get("boxes") or "").split(",") if code.strip()]
    others = [code for code in named if code not in reported]
    if others:
        raise Conflict(text("Not reported as missing: %(codes)s.", codes=", ".join(others)))
    return call.k2k.decline_missing(call.company, named or reported, call.values["reason"], key=call.key)


def read_orders(call: Call) -> Sequence[Row]:
    """The order that an action is done to, with its lines."""
    found = call.k2k.orders(call.company, number=call.keys[0], kind=SALES_ORDER, lines=True, limit=1)["items"]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    return found


WATCH = Action(
    "watch",
    later("Wait for the cart"),
    "document",
    later("You are told when no line of %(name)s waits any more."),
    when=is_open,
)
REFERENCE_NUMBER = Field(
    "reference_number",
    later("Reference number"),
    about=later(
        "It becomes the AWB. Orders with the same number go on one AWB. Blank: one AWB for this buyer, day and"
        " ship via."
    ),
    longest=40,
)


def confirmed_words(name: str, answer: Any) -> str:
    """What became of an order that was confirmed: without some of its lines, or without any."""
    dropped = len(answer["dropped"])
    if answer["awb"] is None:
        return text("%(name)s is voided: none of its lines was checked out.", name=name)
    if dropped:
        return text("%(name)s is confirmed without %(count)d {count:line|lines}.", name=name, count=dropped)
    return text("%(name)s is confirmed.", name=name)


CONFIRM = Action(
    "confirm",
    later("Confirm order"),
    "sales_order",
    later("%(name)s is confirmed."),
    many=(later("Confirm %(count)d order"), later("Confirm %(count)d orders")),
    many_done=(later("%(count)d order is confirmed."), later("%(count)d orders are confirmed.")),
    tone="go",
    key="C",
    fields=(replace(REFERENCE_NUMBER, bulk=False),),
    tally="boxes",
    confirm="pending",
    pending=PendingLines(lines_in(IN_CART), lines_in(CHECKED_OUT), wait=WATCH),
    told=True,
    bulk=True,
    when=is_open,
    says=confirmed_words,
)
REFERENCE = Action(
    "set_reference",
    later("Reference"),
    "sales_order",
    later("%(name)s has its reference number."),
    many=(later("Set reference of %(count)d order"), later("Set reference of %(count)d orders")),
    many_done=(
        later("%(count)d order has its reference number."),
        later("%(count)d orders have their reference number."),
    ),
    name="reference",
    fields=(replace(REFERENCE_NUMBER, now=lambda order: order["reference_number"]),),
    given={"reference_number": None},
    bulk=True,
    when=is_open,
)
SHIP = Action(
    "ship",
    later("Ship"),
    "awb",
    later("The AWB of %(name)s is shipped."),
    confirm="effect",
    about=later("Every order on its AWB leaves."),
    call=shipped,
    when=lambda order: order["status"] == CONFIRMED and order["awb"] is not None,
)
LABELS = replace(
    PRINT_LABELS,
    label=later("Labels"),
    many=(later("Print labels"), later("Print labels")),
    name="labels",
    call=printed,
    when=lambda order: order["status"] in (CONFIRMED, SHIPPED),
)
INVOICE_FILE = Action(
    "invoice_file",
    later("Invoice"),
    "invoice",
    "",
    name="invoice",
    icon="receipt",
    file=True,
    call=invoice,
    when=lambda order: order["status"] in (CONFIRMED, SHIPPED),
)
VOID = Action(
    "void",
    later("Void"),
    "sales_order",
    later("%(name)s is voided."),
    tone="stop",
    confirm="typed",
    told=True,
    about=later("Its boxes return to your stock, and the buyer is told line by line. It cannot be undone."),
    when=lambda order: order["status"] in (PENDING, CONFIRMED, SHIPPED),
)

DECLINE = Action(
    "decline_missing",
    later("Decline the report"),
    "box_codes",
    later("The buyer is told that nothing of %(name)s is missing."),
    name="decline",
    fields=(
        Field("reason", later("Reason"), about=later("The buyer reads it."), needed=True),
        Field(
            "boxes",
            later("Boxes"),
            "code",
            about=later("Codes with commas. Blank: all that are reported."),
            longest=2000,
        ),
    ),
    confirm="effect",
    about=later("The boxes are again what they were before the report. To grant it, void them or credit the invoice."),
    call=declined,
    when=lambda order: bool(order.get("missing")),
)
REJECT_REQUEST = replace(
    REJECT, name="reject", bulk=False, when=lambda order: order["status"] == PENDING and has_needed_lines(order)
)

LIST = List(
    read="orders",
    totals=True,
    given={"kind": SALES_ORDER},
    key="number",
    counted=ORDERS_COUNTED,
    search=later("Number, AWB, buyer, customer"),
    columns=(
        Column("number", later("Order"), "k2k", sort="number", phone="title"),
        Column("buyer_name", later("Buyer"), phone="under"),
        Column("vendor_ship_date", later("Leaves"), "date", sort="vendor_ship_date", sub=arrives),
        Column("ship_via", later("Ship via"), show=via),
        Column("mark_codes", later("Mark codes"), "code", show=mark_codes, phone="hide"),
        Column("awb", later("AWB or reference"), show=awb, phone="hide"),
        Column("line_counts", later("Lines"), "split", show=line_split),
        Column("boxes", later("Boxes"), "number", total=True),
        Column("total", later("Total"), "money", total=True),
        Column("status", later("Status"), "state", sort="status", show=status),
    ),
    filters=(
        Filter("status", later("Status"), choices={name: state.text for name, state in STATUSES.items()}),
        Filter("vendor_ship_date", later("Leaves"), "range"),
        Filter("k2k", later("K2K only"), "flag"),
        Filter("partner", later("Buyer"), "text"),
        Filter("ship_via", later("Ship via"), choices=SHIP_VIAS),
        Filter(
            "pending_lines",
            later("Lines"),
            choices={"true": later("Pending"), "false": later_of("line", "Checked out")},
        ),
    ),
    views=(
        View("to-confirm", later("To confirm"), {"status": PENDING}, sort="vendor_ship_date"),
        View(
            "leaving-today",
            later("Leaving today"),
            {"vendor_ship_date_from": TODAY, "vendor_ship_date_to": TODAY},
            empty=Empty(later("Nothing leaves today")),
        ),
        View(
            "overdue",
            later_of("orders", "Overdue"),
            {"overdue": "true"},
            sort="vendor_ship_date",
            empty=Empty(later("No order is overdue")),
        ),
        View("k2k", later_of("orders", "All K2K"), {"k2k": "true"}, sort="-created_at"),
        View(
            "voided",
            later_of("orders", "Voided"),
            {"status": VOIDED},
            sort="-created_at",
            empty=Empty(later("No order was voided")),
        ),
        View("all", later_of("orders", "All"), sort="-created_at"),
    ),
    actions=(CONFIRM, LABELS, REFERENCE),
    new=("catalog", later("New order")),
    tallies=(
        BOXES_TALLY,
        Tally(
            "pending",
            (
                later("%(count)d has lines that are not checked out"),
                later("%(count)d have lines that are not checked out"),
            ),
            with_pending_lines,
            ("line_counts",),
            blocks=True,
            none=later("all lines checked out"),
        ),
    ),
    empty=Empty(
        later("No order waits"), later("Orders of your buyers stand here until you confirm them."), now=own_cut_off
    ),
)

ORDER = Detail(
    read="orders",
    subject="number",
    given={"kind": SALES_ORDER, "lines": True, "limit": 1},
    title=lambda order: order["number"],
    about=for_whom,
    state=status,
    facts=(
        Fact(later("Leaves"), lambda order: order["vendor_ship_date"], "date", why=ORDER_DATE),
        Fact(later("Ship date of the buyer"), lambda order: order["ship_date"], "date"),
        Fact(later("Ship via"), via, sub=lambda order: order["carrier"]),
        Fact(later("AWB"), awb),
        Fact(later("Ships to"), ships_to),
        Fact(later("Request"), request, page="requests", link=lambda order: order["number"]),
    ),
    sections=(
        lines_with(
            Column("line", later("Line"), "code", phone="hide"),
            Column("mark_code", later("Mark code"), "code"),
            legend=legend,
            price=LINE_PRICE,
            state=LINE_STATE,
        ),
        MISSING_BOXES,
    ),
    actions=(VOID, REJECT_REQUEST, REFERENCE, INVOICE_FILE, LABELS, DECLINE, SHIP, CONFIRM),
    timeline=Timeline(later("What happened")),
    beside=with_missing,
)

ORDERS = Page("orders", (LIST, ORDER))
