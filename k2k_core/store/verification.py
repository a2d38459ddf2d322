"""Checks of what is stored: ledger and stock, boxes and lots, claims and lines, documents, invoices and totals.

Each check is one or two queries over the whole network and names every fault; on a consistent network there is none. It
is cheap enough for every restored backup (architecture section 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN, Case, fn

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.order_charges import total
from k2k_core.domain.orders import (
    BILLED,
    CANCELLED,
    CONFIRMED,
    DOCUMENT_KINDS,
    HOLDING_LINE_STATES,
    INVOICE,
    OPEN_LINE_STATES,
    PREBOOK,
    RECEIVED,
    RESERVING_LINE_STATES,
    SALES_ORDER,
    SHIPPED,
    STAGED,
    VOIDED,
    document_number,
)
from k2k_core.messages import Message, joined
from k2k_core.store import sweep_failures, tables
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import allocation
from k2k_core.store.fulfilment.boxes import GIVEN, billed_of_lines, staged_of_lines
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.orders import invoices

BOX: Any = tables.Box
CLAIM: Any = tables.BoxClaim
DOCUMENT: Any = tables.Document
LINE: Any = tables.OrderLine
_LOT: Any = tables.Lot
_BILLED: Any = tables.InvoiceLine
_BILLED_COST: Any = tables.BilledCost
_COUNTER: Any = tables.Counter


def faults(session: Session) -> list[StoredFault]:
    """Every fault: `{check, subject, message}`."""
    return [fault for check in CHECKS for fault in check(session)]


def _ledgers(session: Session) -> Iterator[StoredFault]:
    """The ledger of each lot adds up to the number on it."""
    for found in stock_ledger.ledger_faults(session):
        parts = [
            Message(
                "{available} available, but its ledger says {ledger}",
                available=found.available,
                ledger=found.ledger_sum,
            )
        ]
        for name in ("allocated", "on_hand", "short"):
            number, total_ = getattr(found, name), getattr(found, f"{name}_sum")
            if (name == "allocated" and (number or total_)) or number != total_:
                parts.append(
                    Message("{number} {name}, and {ledger} by its ledger", number=number, name=name, ledger=total_)
                )
        yield _fault("ledger", _lot(found.code), joined(parts))


def _held_quantities(session: Session) -> Iterator[StoredFault]:
    """The boxes of a lot that are neither available nor allocated are exactly those that open lines hold, and the
    billed ones of those that were allocated."""
    held = fn.COALESCE(fn.SUM(Case(None, [(LINE.state.in_(HOLDING_LINE_STATES), LINE.boxes)], 0)), 0)
    columns = (_LOT.id, _LOT.code, _LOT.boxes, _LOT.available, _LOT.allocated, _LOT.short, _LOT.on_hand)
    query = _LOT.select(*columns, held).join(LINE, JOIN.LEFT_OUTER, on=LINE.lot_id == _LOT.id).group_by(*columns)
    billed, left = _boxes_by_lot(session, BILLED), _left_by_lot(session)
    for lot_id, code, boxes, available, allocated, short, on_hand, holding in session.rows(query):
        gone = billed.get(lot_id, 0)
        if boxes - available - allocated + short != holding + gone:
            numbers = {"boxes": boxes, "available": available, "allocated": allocated, "held": int(holding)}
            yield _fault("held", _lot(code), _held_otherwise(numbers, short, gone))
        if boxes - on_hand != left.get(lot_id, 0) + gone:
            words = Message(
                "{boxes} {boxes:box|boxes}, {on_hand} of them on hand, but {left} {left:has|have} left",
                boxes=boxes,
                on_hand=on_hand,
                left=left.get(lot_id, 0) + gone,
            )
            yield _fault("on_hand", _lot(code), words)


def _held_otherwise(numbers: Mapping[str, int], short: int, billed: int) -> Message:
    if short:
        return Message(
            "{boxes} {boxes:box|boxes}, {available} available and {allocated} allocated, but lines hold {held}, {short}"
            " {short:is|are} short, and {billed} {billed:was|were} billed",
            short=short,
            billed=billed,
            **numbers,
        )
    return Message(
        "{boxes} {boxes:box|boxes}, {available} available and {allocated} allocated, but lines hold {held}, and"
        " {billed} {billed:was|were} billed",
        billed=billed,
        **numbers,
    )


def _left_by_lot(session: Session) -> dict[int, int]:
    """How many boxes of lines have left the vendor, by lot: all of a shipped order, else those that were received."""
    waiting = (
        CLAIM.select(CLAIM.line_id, fn.COUNT(CLAIM.id).alias("boxes")).where(CLAIM.open).group_by(CLAIM.line_id)
    ).alias("waiting")
    in_house = Case(None, [(DOCUMENT.status == SHIPPED, 0)], fn.COALESCE(waiting.c.boxes, 0))
    query = (
        LINE.select(LINE.lot_id, fn.SUM(LINE.boxes - in_house))
        .join(DOCUMENT, JOIN.LEFT_OUTER, on=DOCUMENT.id == LINE.sales_order_id)
        .switch(LINE)
        .join(waiting, JOIN.LEFT_OUTER, on=waiting.c.line_id == LINE.id)
        .where(LINE.state.in_(GIVEN) & LINE.lot_id.is_null(False))
        .group_by(LINE.lot_id)
    )
    return {lot_id: int(number) for lot_id, number in session.rows(query)}


def _boxes_by_lot(session: Session, state: str) -> dict[int, int]:
    """How many boxes in lots of their buyers are in a state, by lot: their lines bought them from another lot."""
    query = BOX.select(BOX.lot_id, fn.COUNT(BOX.id)).join(LINE, on=LINE.id == BOX.line_id)
    at_buyer = (BOX.state == state) & (LINE.lot_id != BOX.lot_id)
    return dict(session.rows(query.where(at_buyer).group_by(BOX.lot_id)))


def _allocated_boxes(session: Session) -> Iterator[StoredFault]:
    """A lot has as many allocated boxes as there are received ones in it for a line of a prebook of its company, and
    each of these lines is received, or has outstanding boxes."""
    counted = _boxes_by_lot(session, RECEIVED)
    for lot_id, code, allocated in session.rows(_LOT.select(_LOT.id, _LOT.code, _LOT.allocated)):
        if counted.get(lot_id, 0) != allocated:
            words = Message(
                "{allocated} {allocated:box|boxes} allocated, but {there} {there:stands|stand} in it",
                allocated=allocated,
                there=counted.get(lot_id, 0),
            )
            yield _fault("allocation", _lot(code), words)
    query = (
        BOX.select(BOX.code, BOX.company_id, LINE.id, LINE.buyer_id, LINE.prebook_id, LINE.state)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.id == BOX.line_id)
        .where(BOX.state == RECEIVED)
    )
    for code, company_id, line_id, buyer_id, prebook_id, state in session.rows(query):
        if prebook_id is None or buyer_id != company_id or state not in (STAGED, RECEIVED):
            words = Message(
                "allocated to a line ({line}) that is {state}'s: of no prebook of its company",
                line=line_id,
                state=state or Message("nobody"),
            )
            yield _fault("allocation", _box(code), words)


def _allocated_lines(session: Session) -> Iterator[StoredFault]:
    """Every box of a prebook's line is outstanding, allocated, billed or released, and none is two of these."""
    given = LINE.vendor_id.is_null(False) & LINE.prebook_id.is_null(False) & LINE.state.in_(GIVEN)
    lines = session.dicts(LINE.select(LINE.id, LINE.prebook_id, LINE.boxes, LINE.released).where(given))
    waiting = staged_of_lines(session, [line["id"] for line in lines])
    for line_id, owed in allocation.still_owed(session, lines).items():
        if owed < 0:
            words = Message(
                "{boxes} {boxes:box more is|boxes more are} allocated or billed than the line has", boxes=-owed
            )
            yield _fault("allocation", _line(line_id), words)
        elif owed > waiting.get(line_id, 0):
            gone = owed - waiting.get(line_id, 0)
            words = Message("{boxes} of its boxes were sold to somebody else, or taken out of stock", boxes=gone)
            yield _fault("allocation", _line(line_id), words)


def _box_rows(session: Session) -> Iterator[StoredFault]:
    """A lot of boxes has a row for each of its boxes: those in it, and those that went on to a buyer's lot."""
    here = session.rows(BOX.select(BOX.lot_id, fn.COUNT(BOX.id)).where(BOX.state != "withdrawn").group_by(BOX.lot_id))
    gone = session.rows(
        CLAIM.select(LINE.lot_id, fn.COUNT(CLAIM.id))
        .join(LINE, on=LINE.id == CLAIM.line_id)
        .switch(CLAIM)
        .join(BOX, on=BOX.id == CLAIM.box_id)
        .where(~CLAIM.open & LINE.state.in_(GIVEN) & (BOX.lot_id != LINE.lot_id))
        .group_by(LINE.lot_id)
    )
    count: dict[int, int] = dict(here)
    for lot_id, moved in gone:
        count[lot_id] = count.get(lot_id, 0) + moved
    reserving = LINE.state.in_(RESERVING_LINE_STATES)
    held = session.rows(LINE.select(LINE.lot_id, fn.SUM(LINE.boxes)).where(reserving).group_by(LINE.lot_id))
    reserved = {lot_id: int(number) for lot_id, number in held}
    columns = (_LOT.id, _LOT.code, _LOT.boxes, _LOT.short)
    for lot_id, code, boxes, short in session.rows(
        _LOT.select(*columns).where(_LOT.inventory_type != OPEN_MARKET_UNITS)
    ):
        # Boxes of confirmed orders that are short have their rows until these orders are voided.
        boxes += max(0, short - reserved.get(lot_id, 0))
        if count.get(lot_id, 0) != boxes:
            words = Message(
                "{boxes} {boxes:box|boxes}, but {rows} box {rows:row|rows}", boxes=boxes, rows=count.get(lot_id, 0)
            )
            yield _fault("boxes", _lot(code), words)


def _claims(session: Session) -> Iterator[StoredFault]:
    """Lines from staging on have as many claims as boxes; lines that ended have none."""
    counted = fn.COUNT(CLAIM.id)
    opened = fn.COALESCE(fn.SUM(Case(None, [(CLAIM.open, 1)], 0)), 0)
    query = (
        LINE.select(LINE.id, LINE.state, LINE.boxes, counted, opened)
        .join(CLAIM, JOIN.LEFT_OUTER, on=CLAIM.line_id == LINE.id)
        .where(LINE.vendor_id.is_null(False))
        .group_by(LINE.id, LINE.state, LINE.boxes)
    )
    for line_id, state, boxes, given, held in session.rows(query):
        wrong = given != boxes if state in GIVEN else held != 0
        waiting = (state == STAGED) == (held > 0)
        if wrong or (state in GIVEN and not waiting):
            words = Message(
                "{state}, {boxes} {boxes:box|boxes}, {given} given, {held} still held",
                state=state,
                boxes=boxes,
                given=given,
                held=int(held),
            )
            yield _fault("claims", _line(line_id), words)


def _companies_of_claims(session: Session) -> Iterator[StoredFault]:
    """A claim names the companies of its line."""
    vendors = fn.COALESCE(CLAIM.vendor_id, 0) != fn.COALESCE(LINE.vendor_id, 0)
    other = CLAIM.buyer_id.is_null() | (CLAIM.buyer_id != LINE.buyer_id) | vendors
    query = CLAIM.select(BOX.code, LINE.id).join(LINE, on=LINE.id == CLAIM.line_id)
    for code, line_id in session.rows(query.switch(CLAIM).join(BOX, on=BOX.id == CLAIM.box_id).where(other)):
        words = Message("its claim names other companies than line {line}", line=line_id)
        yield _fault("claims", _box(code), words)


def _staged_boxes(session: Session) -> Iterator[StoredFault]:
    """A box is staged exactly while a line holds it, and then that line is staged too."""
    query = (
        BOX.select(BOX.code, BOX.state, LINE.state, CLAIM.id)
        .join(CLAIM, JOIN.LEFT_OUTER, on=(CLAIM.box_id == BOX.id) & CLAIM.open)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.id == CLAIM.line_id)
        .where(CLAIM.id.is_null(False) | (BOX.state == STAGED))
    )
    for code, state, line_state, claim in session.rows(query):
        if claim is None or state != STAGED or line_state != STAGED:
            holder = line_state or Message("nobody")
            words = Message("{state}, held by a line that is {holder}", state=state, holder=holder)
            yield _fault("staged", _box(code), words)


def _documents(session: Session) -> Iterator[StoredFault]:
    """The lines of an order agree with its status, and each line's documents with its companies."""
    lines = session.dicts(LINE.select().where(LINE.sales_order_id.is_null(False)))
    at_vendors = DOCUMENT.kind.in_((SALES_ORDER, PREBOOK)) & (DOCUMENT.vendor_id == DOCUMENT.company_id)
    orders = {row["id"]: row for row in session.dicts(DOCUMENT.select().where(at_vendors))}
    still_open: dict[int, int] = {}
    for line in lines:
        order = orders[line["sales_order_id"]]
        still_open[order["id"]] = still_open.get(order["id"], 0) + (line["state"] in OPEN_LINE_STATES)
        if (order["vendor_id"], order["buyer_id"]) != (line["vendor_id"], line["buyer_id"]):
            words = Message("is on the order {order} of other companies", order=order["number"])
            yield _fault("documents", _line(line["id"]), words)
        if line["state"] in GIVEN and order["status"] not in (CONFIRMED, SHIPPED):
            words = Message("{state} on an order that is {status}", state=line["state"], status=order["status"])
            yield _fault("documents", _line(line["id"]), words)
    for order_id, count in still_open.items():
        order = orders[order_id]
        if count == 0 and order["status"] not in (VOIDED, CANCELLED):
            words = Message("{status}, but none of its lines is left", status=order["status"])
            yield _fault("documents", order["number"], words)


def _invoices(session: Session) -> Iterator[StoredFault]:
    """What an invoice bills of an order line, without credits, is its price times its units, apart from amounts that
    were credited before its boxes. It bills no more boxes than the line has, and no credit is larger than what it is a
    credit of."""
    query = (
        _BILLED.select(_BILLED, DOCUMENT.number, DOCUMENT.currency)
        .join(DOCUMENT, on=DOCUMENT.id == _BILLED.invoice_id)
        .where((DOCUMENT.kind == INVOICE) & _BILLED.line_id.is_null(False))
        .order_by(_BILLED.id)
    )
    billed: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in session.dicts(query):
        billed[row["invoice_id"], row["line_id"]].append(row)
    lines: dict[int, int] = dict(session.rows(LINE.select(LINE.id, LINE.boxes)))
    for (_, line_id), rows in billed.items():
        goods = sum(row["total"] for row in rows if row["boxes"] or not row["reason"])
        left = sum(row["total"] for row in rows)
        boxes, count = (sum(row[name] for row in rows) for name in ("boxes", "units"))
        number, price, currency = (rows[0][name] for name in ("number", "price", "currency"))
        if not 0 <= goods - total(price, count, currency) <= goods - left:
            words = Message("a line of {units} {units:unit|units} does not come to its total", units=count)
            yield _fault("totals", number, words)
        if not 0 <= boxes <= lines[line_id]:
            words = Message("{boxes} {boxes:box|boxes} invoiced of {most}", boxes=boxes, most=lines[line_id])
            yield _fault("totals", _line(line_id), words)
        if left < 0:
            words = Message("more is credited for line {line} than was billed", line=line_id)
            yield _fault("totals", number, words)


def _numbers(session: Session) -> Iterator[StoredFault]:
    """A company's numbers of each kind of document have no gaps."""
    given: dict[tuple[int, str], set[str]] = defaultdict(set)
    columns = (DOCUMENT.company_id, DOCUMENT.kind, DOCUMENT.number, DOCUMENT.former_number, DOCUMENT.vendor_id)
    for company_id, kind, number, former, vendor_id in session.rows(DOCUMENT.select(*columns)):
        if kind == INVOICE and vendor_id not in (None, company_id):
            continue  # a copy of a vendor's invoice, under that one's number
        given[(company_id, kind)].add(number.removesuffix("K"))
        if former:
            given[(company_id, PREBOOK)].add(former)
    of_documents = _COUNTER.name.in_(DOCUMENT_KINDS)
    rows = session.rows(_COUNTER.select(_COUNTER.company_id, _COUNTER.name, _COUNTER.value).where(of_documents))
    counted = {(company_id, kind): value for company_id, kind, value in rows}
    for key in sorted({*given, *counted}):
        count, numbers = counted.get(key, 0), given.get(key, set())
        missing = sorted({document_number(key[1], place, False) for place in range(count)} ^ numbers)
        if missing:
            words = Message("a number of company {company} that is missing, or was never given", company=key[0])
            yield _fault("numbers", missing[0], words)


def _billed_lines(session: Session) -> Iterator[StoredFault]:
    """Every box of a billed line that was not released is on its customer's invoice: the buyer's, or, from before the
    buyer billed all of its customers itself, the vendor's to the customer."""
    rows = session.rows(LINE.select(LINE.id, LINE.buyer_id, LINE.boxes - LINE.released).where(LINE.state == BILLED))
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
                yield _fault("billed", _line(line_id), words)


def _billed_costs(session: Session) -> Iterator[StoredFault]:
    """Costs of billed boxes are stored for no more boxes than were billed."""
    query = _BILLED_COST.select(_BILLED_COST.line_id, fn.SUM(_BILLED_COST.boxes)).group_by(_BILLED_COST.line_id)
    stored_counts = {line_id: int(count) for line_id, count in session.rows(query)}
    billed = billed_of_lines(session, stored_counts)
    for line_id, count in stored_counts.items():
        if count > billed.get(line_id, 0):
            words = Message(
                "what {boxes} {boxes:box was|boxes were} billed with is kept, but {billed} {billed:is|are} billed",
                boxes=count,
                billed=billed.get(line_id, 0),
            )
            yield _fault("costs", _line(line_id), words)


def _failing_sweeps(session: Session) -> Iterator[StoredFault]:
    """No cart and no order whose time is over fails to be ended."""
    for one in sweep_failures.listed(session):
        since, again = (moment.isoformat(timespec="seconds") for moment in (one.since, one.retry_at))
        words = Message(
            "cannot be dealt with now that its time is over ({work}): {code}, {attempts} time(s) since {since}; it"
            " is tried again at {again}",
            work=one.work,
            code=one.code,
            attempts=one.attempts,
            since=since,
            again=again,
        )
        yield _fault("sweep", f"{one.company} {one.number}", words)


def _lot(code: str) -> Message:
    return Message("lot {lot}", lot=code)


def _line(line_id: int) -> Message:
    return Message("line {line}", line=line_id)


def _box(code: str) -> Message:
    return Message("box {box}", box=code)


def _fault(check: str, subject: str, problem: Message) -> StoredFault:
    message = Message("{path}: {problem}", path=subject, problem=problem)
    return {"check": check, "subject": str(subject), "message": message}


CHECKS = (
    _ledgers,
    _held_quantities,
    _allocated_boxes,
    _allocated_lines,
    _box_rows,
    _claims,
    _companies_of_claims,
    _staged_boxes,
    _documents,
    _invoices,
    _numbers,
    _billed_lines,
    _billed_costs,
    _failing_sweeps,
)
"""Every check, in order."""
