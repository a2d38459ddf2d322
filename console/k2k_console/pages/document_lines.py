"""The lines of orders, carts and prebooks, and how these are shipped: every kind of document shows them in one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from k2k_console.pages.packs import pack
from k2k_console.translations import later, later_of, text
from k2k_console.vocabulary import Action, Column, Drawer, Lines, Row, Show, Split, State, Tally
from k2k_core.domain.orders import BILLED, CANCELLED, CHECKED_OUT, DROPPED, IN_CART, NEEDED, RECEIVED, STAGED

BOXES_TALLY = Tally(
    "boxes", (later("%(count)d box"), later("%(count)d boxes")), lambda document: int(document["boxes"]), ("boxes",)
)
LINES_COUNTED = (later("%(count)d line"), later("%(count)d lines"))
LINE_STATES = {
    IN_CART: State(later("Pending"), "info"),
    CHECKED_OUT: State(later_of("line", "Checked out"), "ok"),
    STAGED: State(later_of("line", "Confirmed"), "ok"),
    RECEIVED: State(later_of("line", "Received"), "ok"),
    BILLED: State(later_of("line", "Billed"), "ok"),
    NEEDED: State(later_of("line", "Needed"), "warn"),
    DROPPED: State(later_of("line", "Dropped")),
    CANCELLED: State(later_of("line", "Cancelled")),
}
SHIP_VIAS = {"warehouse": later("Warehouse"), "grower": later("Grower")}


def via(order: Row) -> str:
    """The ship via, in words."""
    return str(SHIP_VIAS.get(order["ship_via"], order["ship_via"]))


def line_split(order: Row) -> Split:
    """How many lines are checked out or further, pending or without boxes, and gone."""
    counts = order["line_counts"]
    pending, gone = counts.get(IN_CART, 0), sum(counts.get(state, 0) for state in (DROPPED, CANCELLED))
    needed, lines = counts.get(NEEDED, 0), sum(counts.values())
    ready = lines - pending - needed - gone
    words = text("%(lines)d checked out", lines=ready)
    if pending:
        words = text("%(pending)d of %(lines)d pending", pending=pending, lines=lines)
    elif needed:
        words = text("%(needed)d of %(lines)d without boxes", needed=needed, lines=lines)
    return Split(ready, pending + needed, gone, words)


def lines_in(*states: str) -> Show:
    """Takes an order; returns its lines in some states."""
    return lambda order: [line for line in order["lines"] if line["state"] in states]


def legend(order: Row) -> Sequence[State]:
    """How many of its lines are checked out and pending."""
    found = []
    for state in (CHECKED_OUT, IN_CART):
        count = len(lines_in(state)(order))
        word = LINE_STATES[state]
        found += [State(f"{str(word).lower()} {count}", word.tone)] if count else []
    return found


def line_state(line: Row) -> State | None:
    """The state of a line, with how many of its boxes are reported missing."""
    state, missing = LINE_STATES.get(line["state"]), line.get("missing", 0)
    if state is None or not missing:
        return state
    words = (
        text("%(count)d box missing", count=missing) if missing == 1 else text("%(count)d boxes missing", count=missing)
    )
    return replace(state, tone="bad", sub=words)


def packing(line: Row) -> str:
    """The lot of a line and how its boxes are packed."""
    return " · ".join(part for part in (line["lot"], pack(line)) if part)


def lines_with(
    *more: Column,
    legend: Callable[[Row], Sequence[State]] | None = None,
    price: Drawer | None = None,
    state: Drawer | None = None,
    row_actions: tuple[Action, ...] = (),
) -> Lines:
    """The lines of a document, with further columns after the product, the drawers that explain price and state, and
    what can be done with a line."""
    columns = (
        Column("description", later("Product"), sub=packing, phone="title"),
        *more,
        Column("boxes", later("Boxes"), "number", total=True),
        Column("price", later("Price"), "money", why=price),
        Column("total", later("Total"), "money", total=True),
        Column("state", later("State"), "state", show=line_state, why=state),
    )
    return Lines(
        later("Lines"),
        lambda document: document["lines"],
        columns,
        LINES_COUNTED,
        legend=legend,
        key="line",
        row_actions=row_actions,
        summed=lambda line: line["state"] not in (DROPPED, CANCELLED),
    )
