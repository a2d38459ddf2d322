"""Checks of order lines: what was agreed against its frozen explanations, and the links of a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.orders import (
    BILLED,
    CART_OPEN,
    IN_CART,
    INVOICE_ORDER,
    NEEDED,
    NOT_TRANSFERRED,
    PREBOOK,
    PURCHASE_ORDER,
    RECEIVED,
    SALES_ORDER,
    STAGED,
)
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.verification import findings
from k2k_core.store.verification.explanations import Explained, read
from k2k_core.store.verification.parts import Part

LINE: Any = tables.OrderLine
LOT: Any = tables.Lot
BUYER: Any = tables.Company.alias("buyer")
VENDOR: Any = tables.Company.alias("vendor")
OWNER: Any = tables.Company.alias("owner")
ORDER: Any = tables.Document.alias("purchase_order")
CART: Any = tables.Cart
AWB: Any = tables.Awb
DOCUMENT: Any = tables.Document

Row = Mapping[str, Any]


def agreed(session: Session, part: Part) -> Iterator[StoredFault]:
    """Price, cost, landed cost and components of a line are those of its frozen explanations, which are of its
    companies and its lot, and whose numbers follow from each other."""
    columns = (
        *(LINE.id, LINE.state, LINE.price, LINE.cost, LINE.landed_cost, LINE.components, LINE.goods, LINE.vendor_id),
        *(
            LINE.explanation.cast("TEXT").alias("own"),
            LINE.vendor_explanation.cast("TEXT").alias("theirs"),
            LINE.dimensions,
            LINE.charges,
            LINE.vendor_charges,
        ),
        *(BUYER.code.alias("buyer"), BUYER.currency, VENDOR.code.alias("vendor"), LOT.code.alias("lot")),
        *(VENDOR.currency.alias("vendor_currency"), OWNER.code.alias("owner"), ORDER.transfer),
    )
    query = (
        LINE.select(*columns)
        .join(BUYER, on=BUYER.id == LINE.buyer_id)
        .switch(LINE)
        .join(VENDOR, JOIN.LEFT_OUTER, on=VENDOR.id == LINE.vendor_id)
        .switch(LINE)
        .join(LOT, JOIN.LEFT_OUTER, on=LOT.id == LINE.lot_id)
        .join(OWNER, JOIN.LEFT_OUTER, on=OWNER.id == LOT.company_id)
        .switch(LINE)
        .join(ORDER, JOIN.LEFT_OUTER, on=ORDER.id == LINE.purchase_order_id)
        .where(part.of(LINE.id))
    )
    for line in session.dicts(query):
        for what in _differing(line):
            yield findings.fault(
                "agreed", findings.line(line["id"]), Message("{what} is not what was agreed", what=what)
            )


def _differing(line: Row) -> Iterator[str]:
    own = None if line["own"] is None else read(line["own"])
    theirs = None if line["theirs"] is None else read(line["theirs"])
    filled = line["state"] == NEEDED or line["transfer"] not in (None, NOT_TRANSFERRED)
    if own is not None:
        yield from _differing_price(own, line["price"], "price", line["buyer"], line["currency"])
        # One that waits for goods, or was filled by a vendor to whom it was transferred, has the explanation of before.
        if line["lot"] is not None and not filled:
            yield from _differing_lot(line, own)
    elif line["price"] is not None and line["state"] != NEEDED:
        yield "explanation"
    if theirs is not None:
        yield from _differing_price(theirs, line["cost"], "cost", line["vendor"], line["vendor_currency"])
        if line["lot"] is not None and theirs.lot != line["lot"]:
            yield "lot"
    elif line["cost"] is not None and line["vendor"] is not None and not filled:
        yield "vendor_explanation"
    for name in ("charges", "vendor_charges"):
        if any(type(amount) is not int or amount < 0 for amount in (line[name] or {}).values()):
            yield name
    if line["dimensions"] is not None and [type(side) for side in line["dimensions"]] != [int] * 3:
        yield "dimensions"


def _differing_lot(line: Row, own: Explained) -> Iterator[str]:
    """What differs between a line and its explanation beside the price."""
    lot = line["lot"] if line["owner"] == line["buyer"] else f"{line['owner']}/{line['lot']}"
    pairs = {
        "lot": (own.lot, lot),
        "landed_cost": (own.landed_cost, line["landed_cost"]),
        "components": (own.components, line["components"]),
        "goods": (own.goods, line["goods"]),
    }
    return (name for name, (explained, stored) in pairs.items() if explained != stored)


def _differing_price(explained: Explained, stored: int | None, name: str, company: str, currency: str) -> Iterator[str]:
    """What differs between an amount and its explanation, and within that."""
    if stored != explained.amount:
        yield name
    if (explained.company, explained.currency) != (company, currency):
        yield f"{name} ({explained.company} {explained.currency})"
    if not explained.follows:
        yield f"explanation of {name}"


_KINDS = {
    "prebook": PREBOOK,
    "purchase_order": PURCHASE_ORDER,
    "sales_order": SALES_ORDER,
    "invoice_order": INVOICE_ORDER,
}


def links(session: Session, part: Part) -> Iterator[StoredFault]:
    """The documents, the cart, the lot and the AWB of a line are of its companies, its customer and its cart."""
    columns = ("id", "buyer_id", "vendor_id", "lot_company_id", "lot_id", "cart_id", "customer_id", "state", "awb_id")
    ids = tuple(f"{name}_id" for name in _KINDS)
    lines = session.dicts(LINE.select(*(getattr(LINE, name) for name in (*columns, *ids))).where(part.of(LINE.id)))
    wanted = {line[column] for line in lines for column in ids}
    documents = {row["id"]: row for row in session.dicts(DOCUMENT.select().where(DOCUMENT.id.in_(list(wanted))))}
    carts = {row["id"]: row for row in _of(session, CART, lines, "cart_id")}
    awbs = {row["id"]: row for row in _of(session, AWB, lines, "awb_id")}
    for line in lines:
        wrong = [
            *_wrong_documents(line, documents),
            *_wrong_cart(line, carts.get(line["cart_id"])),
            *_wrong_awb(line, awbs.get(line["awb_id"])),
        ]
        for what in wrong:
            words = Message("its {what} is not one of such a line", what=what)
            yield findings.fault("links", findings.line(line["id"]), words)


def _of(session: Session, table: Any, lines: list[Any], column: str) -> list[Any]:
    ids = {line[column] for line in lines if line[column] is not None}
    return session.dicts(table.select().where(table.id.in_(list(ids)))) if ids else []


def _wrong_documents(line: Row, documents: Mapping[int, Row]) -> Iterator[str]:
    for name, kind in _KINDS.items():
        document = documents.get(line[f"{name}_id"])
        if line[f"{name}_id"] is None:
            continue
        if document is None or not _fits(line, name, kind, document):
            yield name
    given = line["state"] in (STAGED, RECEIVED, BILLED)
    if (
        line["vendor_id"] is not None
        and given
        and (line["sales_order_id"] is None or line["purchase_order_id"] is None)
    ):
        yield "sales_order"
    if line["state"] != NEEDED and all(line[f"{name}_id"] is None for name in _KINDS):
        yield "document"


def _fits(line: Row, name: str, kind: str, document: Row) -> bool:
    at_vendor = name == "sales_order"
    kinds = (SALES_ORDER, PREBOOK) if at_vendor else (kind,)
    if document["kind"] not in kinds or document["company_id"] != line["vendor_id" if at_vendor else "buyer_id"]:
        return False
    if name in ("prebook", "invoice_order") and document["customer_id"] != line["customer_id"]:
        return False
    if name == "purchase_order" and document["vendor_id"] is not None and line["vendor_id"] is not None:
        return bool(document["vendor_id"] == line["vendor_id"])
    return True


def _wrong_cart(line: Row, cart: Row | None) -> Iterator[str]:
    waits = line["state"] == IN_CART and line["cart_id"] is not None
    of_others = cart is not None and (
        cart["customer_id"] != line["customer_id"] or cart["company_id"] != line["buyer_id"]
    )
    if of_others or (waits and (cart is None or cart["state"] != CART_OPEN)):
        yield "cart"
    if (line["lot_id"] is None) != (line["lot_company_id"] is None):
        yield "lot"
    elif line["lot_id"] is not None:
        of = line["buyer_id"] if line["vendor_id"] is None else line["vendor_id"]
        if line["lot_company_id"] != of:
            yield "lot"
    elif line["state"] in (IN_CART, "checked_out", STAGED, RECEIVED, BILLED):
        yield "lot"


def _wrong_awb(line: Row, awb: Row | None) -> Iterator[str]:
    given = line["state"] in (STAGED, RECEIVED, BILLED) and line["vendor_id"] is not None
    if awb is None:
        if given or line["awb_id"] is not None:
            yield "awb"
    elif (awb["buyer_id"], awb["vendor_id"]) != (line["buyer_id"], line["vendor_id"]):
        yield "awb"
