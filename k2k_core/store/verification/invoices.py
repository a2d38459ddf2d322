"""Checks of invoices: their lines against the order lines and boxes that they bill, each counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import Case, fn

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.order_charges import total
from k2k_core.domain.orders import BILLED, INVOICE
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import GIVEN, billed_of_lines
from k2k_core.store.orders import invoices
from k2k_core.store.verification import findings
from k2k_core.store.verification.parts import Part

BOX: Any = tables.Box
DOCUMENT: Any = tables.Document
LINE: Any = tables.OrderLine
_BILLED: Any = tables.InvoiceLine
_BILLED_COST: Any = tables.BilledCost

Row = Mapping[str, Any]


def amounts(session: Session, part: Part) -> Iterator[StoredFault]:
    """What an invoice bills of an order line, without credits, is its price times its units, apart from amounts that
    were credited before its boxes. It bills no more boxes than the line has, in its pack and at its price, and no
    credit is larger than what it is a credit of."""
    query = (
        _BILLED.select(_BILLED, DOCUMENT.number, DOCUMENT.currency, DOCUMENT.vendor_id.alias("seller"))
        .join(DOCUMENT, on=DOCUMENT.id == _BILLED.invoice_id)
        .where((DOCUMENT.kind == INVOICE) & part.of(_BILLED.line_id))
        .order_by(_BILLED.id)
    )
    billed: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in session.dicts(query):
        billed[row["invoice_id"], row["line_id"]].append(row)
    lines = {row["id"]: row for row in session.dicts(LINE.select(*_OF_LINE).where(part.of(LINE.id)))}
    for (_, line_id), rows in billed.items():
        yield from _faults_of(lines[line_id], rows)


_OF_LINE = (
    *(LINE.id, LINE.boxes, LINE.price, LINE.cost, LINE.units_per_box, LINE.inventory_type, LINE.description),
    LINE.vendor_description,
)


def _faults_of(line: Row, rows: list[dict[str, Any]]) -> Iterator[StoredFault]:
    """The faults of what one invoice bills of one order line."""
    goods = sum(row["total"] for row in rows if row["boxes"] or not row["reason"])
    left = sum(row["total"] for row in rows)
    boxes, count = (sum(row[name] for row in rows) for name in ("boxes", "units"))
    number, price, currency = (rows[0][name] for name in ("number", "price", "currency"))
    if not 0 <= goods - total(price, count, currency) <= goods - left:
        words = Message("a line of {units} {units:unit|units} does not come to its total", units=count)
        yield findings.fault("totals", number, words)
    if not 0 <= boxes <= line["boxes"]:
        words = Message("{boxes} {boxes:box|boxes} invoiced of {most}", boxes=boxes, most=line["boxes"])
        yield findings.fault("totals", findings.line(line["id"]), words)
    if left < 0:
        words = Message("more is credited for line {line} than was billed", line=line["id"])
        yield findings.fault("totals", number, words)
    for what in sorted({what for row in rows for what in _differing(line, row)}):
        words = Message("{what} of line {line} is not that of the line", what=what, line=line["id"])
        yield findings.fault("invoices", number, words)


def _differing(line: Row, row: Row) -> Iterator[str]:
    to_customer = row["seller"] is None
    if row["price"] != (line["price"] if to_customer else line["cost"]):
        yield "price"
    per_box = 1 if line["inventory_type"] == OPEN_MARKET_UNITS else line["units_per_box"]
    if row["boxes"] and row["units"] != row["boxes"] * per_box:
        yield "units"
    if not to_customer or row["description"] == line["description"]:
        names = (line["description"], line["vendor_description"])
        if row["description"] in names:
            return
    yield "description"


def billed_lines(session: Session, part: Part) -> Iterator[StoredFault]:
    """Every box of a billed line that was not released is on its customer's invoice: the buyer's, or, from before the
    buyer billed all of its customers itself, the vendor's to the customer."""
    rows = session.rows(
        LINE.select(LINE.id, LINE.buyer_id, LINE.boxes - LINE.released).where((LINE.state == BILLED) & part.of(LINE.id))
    )
    by_buyer: dict[int, list[tuple[int, int]]] = {}
    for line_id, buyer_id, boxes in rows:
        by_buyer.setdefault(buyer_id, []).append((line_id, boxes))
    for buyer_id, lines in by_buyer.items():
        ids = [line_id for line_id, _ in lines]
        direct = {line_id: (count, count) for line_id, count in invoices.billed_by_vendors(session, ids).items()}
        found = {**direct, **invoices.billed_boxes(session, buyer_id, ids)}
        for line_id, boxes in lines:
            left, billed = found.get(line_id, (0, 0))
            if not left <= boxes <= billed:
                words = Message(
                    "billed, {boxes} {boxes:box|boxes}, {billed} of them on an invoice", boxes=boxes, billed=billed
                )
                yield findings.fault("billed", findings.line(line_id), words)


def billed_costs(session: Session, part: Part) -> Iterator[StoredFault]:
    """Costs of billed boxes are stored for no more boxes than were billed."""
    query = (
        _BILLED_COST.select(_BILLED_COST.line_id, fn.SUM(_BILLED_COST.boxes))
        .where(part.of(_BILLED_COST.line_id))
        .group_by(_BILLED_COST.line_id)
    )
    stored_counts = {line_id: int(count) for line_id, count in session.rows(query)}
    billed = billed_of_lines(session, stored_counts)
    for line_id, count in stored_counts.items():
        if count > billed.get(line_id, 0):
            words = Message(
                "what {boxes} {boxes:box was|boxes were} billed with is kept, but {billed} {billed:is|are} billed",
                boxes=count,
                billed=billed.get(line_id, 0),
            )
            yield findings.fault("costs", findings.line(line_id), words)


def boxes_once(session: Session, part: Part) -> Iterator[StoredFault]:
    """As many boxes of a line are billed as the invoices to the buyer's customers bill of it, or, from before
    the buyer billed all of them itself, the vendor's; and of a vendor's confirmed line each box is on its invoice."""
    columns = (LINE.id, LINE.buyer_id, LINE.vendor_id, LINE.state, LINE.boxes)
    boxed = part.of(LINE.id) & (LINE.inventory_type != OPEN_MARKET_UNITS)
    lines = session.dicts(LINE.select(*columns).where(boxed))
    counted: dict[int, int] = dict(
        session.rows(
            BOX.select(BOX.line_id, fn.COUNT(BOX.id))
            .where(part.of(BOX.line_id) & (BOX.state == BILLED))
            .group_by(BOX.line_id)
        )
    )
    sold, bought = (
        _billed_by(session, part, DOCUMENT.vendor_id.is_null()),
        _billed_by(session, part, DOCUMENT.vendor_id == DOCUMENT.company_id),
    )
    by_vendors = invoices.billed_by_vendors(session, list(counted))
    sold = {line_id: (count, count) for line_id, count in by_vendors.items()} | sold
    for line in lines:
        billed, number = sold.get(line["id"], (0, 0)), counted.get(line["id"], 0)
        if not billed[1] <= number <= billed[0]:
            words = Message(
                "{boxes} of its boxes are billed, and {billed} are on an invoice", boxes=number, billed=billed[0]
            )
            yield findings.fault("billed", findings.line(line["id"]), words)
        if line["vendor_id"] is not None and line["state"] in GIVEN and not _holds(bought, line):
            words = Message("not each of its boxes is on the vendor's invoice")
            yield findings.fault("billed", findings.line(line["id"]), words)


def _holds(bought: Mapping[int, tuple[int, int]], line: Row) -> bool:
    """Whether the vendor's invoice has billed each box of a line; credits may have taken some off again."""
    billed, left = bought.get(line["id"], (0, 0))
    return bool(left <= line["boxes"] <= billed)


def _billed_by(session: Session, part: Part, invoice: Any) -> dict[int, tuple[int, int]]:
    """The boxes of lines on invoices of one kind, by line: as billed, and what credits leave of them."""
    issued = Case(None, [(_BILLED.reason == "", _BILLED.boxes)], 0)
    query = (
        _BILLED.select(_BILLED.line_id, fn.SUM(issued), fn.SUM(_BILLED.boxes))
        .join(DOCUMENT, on=DOCUMENT.id == _BILLED.invoice_id)
        .where(invoice & (DOCUMENT.kind == INVOICE) & part.of(_BILLED.line_id))
        .group_by(_BILLED.line_id)
    )
    return {line_id: (int(billed), int(left)) for line_id, billed, left in session.rows(query)}
