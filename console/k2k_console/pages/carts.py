"""Carts and prebooks: what customers have in their carts, and what is sold ahead of time (domain section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2k_console.frame import local_moment
from k2k_console.pages.box_counts import boxes_typed
from k2k_console.pages.document_lines import legend, line_split, lines_with, via
from k2k_console.translations import later, later_of, text
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
    Page,
    Row,
    State,
    Timeline,
    View,
)
from k2k_core.domain.orders import CANCELLED, CHECKED_OUT, CONFIRMED, IN_CART, INVOICE_ORDER, NEEDED, PREBOOK, RECEIVED
from k2k_core.errors import Conflict

if TYPE_CHECKING:
    from k2k_core.api import K2K

DRAFT = "draft"
STATUSES = {
    DRAFT: State(later_of("cart", "Open"), "info", open=True),
    CHECKED_OUT: State(later_of("cart", "Checked out"), "ok"),
    CONFIRMED: State(later_of("cart", "Confirmed"), "ok"),
    CANCELLED: State(later_of("cart", "Cancelled")),
}


def status(document: Row) -> State:
    """The state of a document; one that waits says until when."""
    found = STATUSES.get(document["status"], State(str(document["status"])))
    if document["status"] != DRAFT or not document["expires_at"]:
        return found
    return State(
        found.text, found.tone, found.open, text("until %(moment)s", moment=local_moment(document["expires_at"]))
    )


def is_open(document: Row) -> bool:
    """Whether lines of it wait to be checked out, or approved."""
    counts = document.get("line_counts") or {}
    return bool(counts.get(IN_CART))


def is_in_a_cart(document: Row) -> bool:
    """Whether lines of it wait to be checked out; those of a prebook that was typed wait for its approval."""
    return is_open(document) and document.get("cart") is not None


def is_prebook(document: Row) -> bool:
    """Whether it is a prebook, and no order of own stock."""
    return bool(document["kind"] == PREBOOK)


def waits_in_a_cart(line: Row) -> bool:
    """Whether a line waits to be checked out."""
    return line["state"] == IN_CART and line["cart"] is not None


def can_be_cancelled(line: Row) -> bool:
    """Whether a line is not confirmed by its vendor yet."""
    return line["state"] in (IN_CART, CHECKED_OUT, NEEDED)


def has_received(document: Row) -> bool:
    """Whether boxes of it have arrived and are not billed."""
    return is_prebook(document) and bool((document.get("line_counts") or {}).get(RECEIVED))


# What is done


def with_cart(k2k: K2K, company: str, documents: Sequence[Row]) -> Sequence[Row]:
    """Documents and their lines with the open `cart` of each; None for a prebook that was typed."""
    carts = [_cart_of(k2k, company, one["number"]) for one in documents]
    return [_in_cart(one, cart) for one, cart in zip(documents, carts, strict=True)]


def _in_cart(document: Row, cart: str | None) -> Row:
    return {**document, "cart": cart, "lines": [{**line, "cart": cart} for line in document["lines"]]}


def _cart_of(k2k: K2K, company: str, number: str) -> str | None:
    found = k2k.carts(company, document=number, state="open", limit=1)
    return next((one["cart"] for one in found["items"]), None)


def cart_of(call: Call) -> str | None:
    """The open cart of a document; None for a prebook that was typed."""
    number = call.k2k.show(call.company, call.keys[0])["number"]
    return _cart_of(call.k2k, call.company, number)


def checked_out(call: Call) -> Any:
    """Check out the cart of a document."""
    cart = cart_of(call)
    if cart is None:
        raise Conflict(text("It is in no cart: it waits for its approval."))
    return call.k2k.checkout(call.company, cart=cart, key=call.key)


def cancelled(call: Call) -> Any:
    """Cancel the cart of a document, or a prebook that was typed."""
    cart = cart_of(call)
    if cart is not None:
        return call.k2k.cancel(call.company, cart=cart, key=call.key)
    return call.k2k.cancel(call.company, prebook=call.keys[0], key=call.key)


def line_cancelled(call: Call) -> Any:
    """Cancel a line of a document."""
    return call.k2k.cancel(call.company, line=call.keys[0], key=call.key)


def released(call: Call) -> Any:
    """Release boxes of a line."""
    boxes = call.values.get("boxes")
    return call.k2k.release(
        call.company,
        line=call.values["line"],
        boxes=None if boxes is None else boxes_typed(boxes),
        reason=call.values.get("reason", ""),
        confirm=call.values.get("confirm", ""),
        key=call.key,
    )


CHECK_OUT = Action(
    "checkout",
    later("Check out"),
    "cart",
    later("%(name)s is checked out."),
    tone="go",
    key="C",
    call=checked_out,
    when=is_in_a_cart,
)
APPROVE = Action(
    "approve",
    later("Approve"),
    "prebook",
    later("%(name)s is approved."),
    when=lambda document: is_open(document) and is_prebook(document) and not is_in_a_cart(document),
)
CANCEL = Action(
    "cancel",
    later("Cancel"),
    "prebook",
    later("%(name)s is cancelled."),
    tone="stop",
    confirm="effect",
    about=later("Its boxes go back at once, with all lines of the same cart."),
    call=cancelled,
    when=is_open,
)
CHECK_OUT_LINE = Action(
    "checkout",
    later("Check out"),
    "line",
    later("%(description)s of %(name)s is checked out."),
    name="checkout-line",
    about_what=lambda line: line["description"],
    when=waits_in_a_cart,
)
CANCEL_LINE = Action(
    "cancel",
    later("Cancel"),
    "line",
    later("%(description)s of %(name)s is cancelled."),
    name="cancel-line",
    tone="stop",
    confirm="effect",
    about=later("Its boxes go back at once. The other lines stay as they are."),
    about_what=lambda line: line["description"],
    call=line_cancelled,
    when=can_be_cancelled,
)
BILL = Action("bill", later("Bill"), "prebook", later("%(name)s is billed."), when=has_received)
RELEASE = Action(
    "release",
    later("Release"),
    "line",
    later("Boxes of %(name)s are released."),
    tone="stop",
    confirm="typed",
    about=later("The customer gives the boxes up: they become your free stock. It cannot be undone."),
    fields=(
        Field("line", later("Line"), kind="code", needed=True, about=later("Its number in the list of lines.")),
        Field("boxes", later("Boxes"), kind="number", about=later("Blank: all that are not billed.")),
    ),
    call=released,
    when=lambda document: is_prebook(document) and document["status"] not in (DRAFT, CANCELLED),
)

LIST = List(
    read="orders",
    totals=True,
    given={"kind": f"{PREBOOK},{INVOICE_ORDER}"},
    key="number",
    counted=(later("%(count)d cart or prebook"), later("%(count)d carts and prebooks")),
    search=later("Number, customer"),
    columns=(
        Column("number", later("Number"), "k2k", sort="number", phone="title"),
        Column("customer_name", later("Customer"), phone="under"),
        Column("ship_date", later("Ship date"), "date", sort="ship_date"),
        Column("ship_via", later("Ship via"), show=via, phone="hide"),
        Column("line_counts", later("Lines"), "split", show=line_split),
        Column("boxes", later("Boxes"), "number", total=True),
        Column("total", later("Total"), "money", total=True),
        Column("status", later("Status"), "state", sort="status", show=status),
    ),
    filters=(
        Filter("status", later("Status"), choices={name: state.text for name, state in STATUSES.items()}),
        Filter("ship_date", later("Ship date"), "range"),
        Filter("customer", later("Customer"), "text"),
    ),
    views=(
        View("open", later_of("carts", "Open"), {"pending_lines": "true"}, sort="ship_date"),
        View(
            "confirmed",
            later_of("carts", "Confirmed"),
            {"status": CONFIRMED},
            sort="-created_at",
            empty=Empty(later("Nothing is confirmed yet")),
        ),
        View("all", later_of("carts", "All"), sort="-created_at"),
    ),
    new=("prebook", later("New prebook")),
    empty=Empty(later("No cart is open"), later("Carts of your customers and prebooks stand here.")),
)
CART = Detail(
    read="orders",
    subject="number",
    given={"kind": f"{PREBOOK},{INVOICE_ORDER}", "lines": True, "limit": 1},
    title=lambda document: document["number"],
    about=lambda document: document["customer_name"],
    state=status,
    facts=(
        Fact(later("Ship date"), lambda document: document["ship_date"], "date"),
        Fact(later("Ship via"), via, sub=lambda document: document["carrier"]),
        Fact(later("Total"), lambda document: document["total"], "money"),
        Fact(later("Runs out"), lambda document: document["expires_at"] if is_open(document) else None, "moment"),
    ),
    sections=(
        lines_with(
            Column("line", later("Line"), "code", phone="hide"),
            legend=legend,
            row_actions=(CHECK_OUT_LINE, CANCEL_LINE),
        ),
    ),
    actions=(RELEASE, CANCEL, BILL, APPROVE, CHECK_OUT),
    timeline=Timeline(later("What happened")),
    beside=with_cart,
)
CARTS = Page("carts", (LIST, CART))
