"""Checks of carts, documents and AWBs: their states against the states of their lines, and against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.orders import (
    APPROVED,
    BILLED,
    CANCELLED,
    CART_OPEN,
    CHECKED_OUT,
    CONFIRMED,
    DELIVERED,
    DRAFT,
    DROPPED,
    IN_CART,
    INVOICE,
    INVOICE_ORDER,
    ISSUED,
    NEEDED,
    OPEN_LINE_STATES,
    PENDING,
    PENDING_APPROVAL,
    PREBOOK,
    PURCHASE_ORDER,
    SALES_ORDER,
    SHIPPED,
    VOIDED,
    document_number,
)
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import GIVEN
from k2k_core.store.verification import findings, numbers
from k2k_core.store.verification.parts import Part

LINE: Any = tables.OrderLine
DOCUMENT: Any = tables.Document
CART: Any = tables.Cart
AWB: Any = tables.Awb
_COUNTER: Any = tables.Counter

STATUSES = {
    PREBOOK: (DRAFT, PENDING_APPROVAL, APPROVED, CHECKED_OUT, PENDING, CONFIRMED, CANCELLED),
    PURCHASE_ORDER: (DRAFT, PENDING_APPROVAL, APPROVED, CHECKED_OUT, CONFIRMED, CANCELLED),
    SALES_ORDER: (PENDING, CONFIRMED, SHIPPED, VOIDED, CANCELLED),
    INVOICE_ORDER: (DRAFT, PENDING_APPROVAL, APPROVED, CHECKED_OUT, CONFIRMED, DELIVERED, CANCELLED),
    INVOICE: (ISSUED, VOIDED, CANCELLED),
}
"""The statuses that a kind of document may have."""

_ENDED = (CANCELLED, VOIDED)
_WAITING = (IN_CART, CHECKED_OUT)
_LINES_OF = {
    (SALES_ORDER, PENDING): (*_WAITING, NEEDED),
    (SALES_ORDER, CONFIRMED): GIVEN,
    (SALES_ORDER, SHIPPED): GIVEN,
    (INVOICE_ORDER, DELIVERED): (BILLED,),
    (PREBOOK, CONFIRMED): (*GIVEN, NEEDED),
    (PURCHASE_ORDER, CONFIRMED): (*GIVEN, NEEDED),
}
"""The states that the open lines of a document of this kind and status may have; of others any."""


def statuses(session: Session, part: Part) -> Iterator[StoredFault]:
    """The status of a document is one of its kind, and its lines have states that such a document has."""
    found = session.dicts(DOCUMENT.select().where(part.of(DOCUMENT.id)))
    states = _states(session, part)
    for document in found:
        kind, status = document["kind"], document["status"]
        mine = states[document["id"]]
        still_open = {state for state in mine if state in OPEN_LINE_STATES}
        if status not in STATUSES[kind]:
            yield _fault(document, Message("{status} is no status of a {kind}", status=status, kind=kind))
        elif not _have(kind, status, still_open):
            yield _fault(document, _lines_against(status, still_open))
        yield from _own(document)


def _have(kind: str, status: str, still_open: set[str]) -> bool:
    """Whether a document of this kind and status may have open lines in these states, or none."""
    if kind != INVOICE and (status in _ENDED) != (not still_open):
        return False
    return still_open <= set(_LINES_OF.get((kind, status), OPEN_LINE_STATES))


def _lines_against(status: str, states: set[str]) -> Message:
    if not states:
        return Message("{status}, but none of its lines is left", status=status)
    return Message("{status}, and lines of it are {states}", status=status, states=", ".join(sorted(states)))


def _own(document: Mapping[str, Any]) -> Iterator[StoredFault]:
    """What a document's own columns say of each other."""
    kind, company = document["kind"], document["company_id"]
    seller = document["vendor_id"] if kind in (SALES_ORDER,) else None
    if seller is not None and seller != company:
        yield _fault(document, Message("it is of another company than its vendor"))
    if kind == PURCHASE_ORDER and document["buyer_id"] not in (None, company):
        yield _fault(document, Message("it is of another company than its buyer"))
    if kind == SALES_ORDER and (document["number"].endswith("K")) != document["k2k"]:
        yield _fault(document, Message("its number and its K2K mark differ"))
    if kind != PURCHASE_ORDER and document["transfer"] != "none":
        yield _fault(document, Message("{kind} is never transferred", kind=kind))


def _states(session: Session, part: Part) -> dict[int, set[str]]:
    """The states of the lines of documents, by document."""
    found: dict[int, set[str]] = defaultdict(set)
    for column in (LINE.prebook_id, LINE.purchase_order_id, LINE.sales_order_id, LINE.invoice_order_id):
        for document_id, state in session.rows(LINE.select(column, LINE.state).where(part.of(column)).distinct()):
            found[document_id].add(state)
    return found


def companies(session: Session, part: Part) -> Iterator[StoredFault]:
    """The order of a line is of its companies, and has a status that a line in such a state has."""
    columns = (LINE.id, LINE.state, LINE.vendor_id, LINE.buyer_id, DOCUMENT.number, DOCUMENT.status)
    query = (
        LINE.select(*columns, DOCUMENT.vendor_id.alias("seller"), DOCUMENT.buyer_id.alias("for_buyer"))
        .join(DOCUMENT, on=DOCUMENT.id == LINE.sales_order_id)
        .where(part.of(LINE.id))
    )
    for line in session.dicts(query):
        if (line["seller"], line["for_buyer"]) != (line["vendor_id"], line["buyer_id"]):
            words = Message("is on the order {order} of other companies", order=line["number"])
            yield findings.fault("documents", findings.line(line["id"]), words)
        if line["state"] in GIVEN and line["status"] not in (CONFIRMED, SHIPPED):
            words = Message("{state} on an order that is {status}", state=line["state"], status=line["status"])
            yield findings.fault("documents", findings.line(line["id"]), words)


def carts(session: Session, part: Part) -> Iterator[StoredFault]:
    """No line waits in a cart that is over, and a cancelled cart has none that goes on."""
    over = (LINE.state == IN_CART) & (CART.state != CART_OPEN)
    goes_on = (CART.state == CANCELLED) & LINE.state.not_in((CANCELLED, DROPPED))
    query = (
        CART.select(CART.number, CART.state, LINE.id, LINE.state)
        .join(LINE, on=LINE.cart_id == CART.id)
        .where(part.of(CART.id) & (over | goes_on))
    )
    for number, state, line_id, line_state in session.rows(query):
        words = Message(
            "{state}, and its line {line} is {line_state}", state=state, line=line_id, line_state=line_state
        )
        yield findings.fault("carts", Message("cart {cart}", cart=number), words)


def awbs(session: Session, part: Part) -> Iterator[StoredFault]:
    """The AWB of a sales order is of its companies, and has been shipped if the order was."""
    query = (
        DOCUMENT.select(
            *(DOCUMENT.number, DOCUMENT.kind, DOCUMENT.status, DOCUMENT.awb_id, DOCUMENT.company_id, DOCUMENT.buyer_id),
            *(AWB.id.alias("awb"), AWB.vendor_id, AWB.buyer_id.alias("receiver"), AWB.shipped_at),
        )
        .join(AWB, JOIN.LEFT_OUTER, on=AWB.id == DOCUMENT.awb_id)
        .where(part.of(DOCUMENT.id) & (DOCUMENT.kind == SALES_ORDER))
    )
    for order in session.dicts(query):
        if order["status"] in (CONFIRMED, SHIPPED) and order["awb"] is None:
            yield findings.fault("awbs", order["number"], Message("{status} without an AWB", status=order["status"]))
        elif order["awb"] is None:
            continue
        elif (order["vendor_id"], order["receiver"]) != (order["company_id"], order["buyer_id"]):
            yield findings.fault("awbs", order["number"], Message("its AWB is of other companies"))
        elif order["status"] == SHIPPED and order["shipped_at"] is None:
            words = Message("{status}, which its AWB is not", status=order["status"])
            yield findings.fault("awbs", order["number"], words)


def line_awbs(session: Session, part: Part) -> Iterator[StoredFault]:
    """A line is on the AWB of its order."""
    query = (
        LINE.select(LINE.id, LINE.awb_id, DOCUMENT.awb_id)
        .join(DOCUMENT, on=DOCUMENT.id == LINE.sales_order_id)
        .where(part.of(LINE.id) & LINE.state.in_(GIVEN))
    )
    for line_id, mine, theirs in session.rows(query):
        if mine != theirs:
            yield findings.fault("awbs", findings.line(line_id), Message("it is not on the AWB of its order"))


def numbers_given(session: Session, part: Part) -> Iterator[StoredFault]:
    """A document has a number of its kind that its company has given."""
    counters = {(company, name): value for company, name, value in session.rows(_of_counters(part))}
    columns = (DOCUMENT.company_id, DOCUMENT.kind, DOCUMENT.number, DOCUMENT.former_number, DOCUMENT.vendor_id)
    for company, kind, number, former, vendor in session.rows(DOCUMENT.select(*columns).where(part.of(DOCUMENT.id))):
        if kind == INVOICE and vendor not in (None, company):
            continue  # a copy of a vendor's invoice, under that one's number
        named = [(kind, number.removesuffix("K") if kind == SALES_ORDER else number)]
        for of_kind, plain in [*named, *([(PREBOOK, former)] if former else [])]:
            place = _place(of_kind, plain)
            if place is None or place >= counters.get((company, of_kind), 0):
                words = Message("a number of company {company} that is missing, or was never given", company=company)
                missing = numbers.first_missing(session, (company, of_kind), counters.get((company, of_kind), 0))
                yield findings.fault("numbers", missing, words)


def _of_counters(part: Part) -> Any:
    of = DOCUMENT.select(DOCUMENT.company_id).where(part.of(DOCUMENT.id))
    return _COUNTER.select(_COUNTER.company_id, _COUNTER.name, _COUNTER.value).where(_COUNTER.company_id.in_(of))


def _place(kind: str, number: str) -> int | None:
    digits = number[2:]
    place = int(digits) - 1001 if digits.isascii() and digits.isdigit() and len(digits) < 19 else -1
    return place if place >= 0 and document_number(kind, place, False) == number else None


def _fault(document: Mapping[str, Any], problem: Message) -> StoredFault:
    return findings.fault("documents", document["number"], problem)
