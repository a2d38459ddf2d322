"""A network in which every list of the console has so many rows: one order is placed for each state that it can have,
through the facade, and copied in the tables, since so many orders would take hours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from peewee import fn

from k2k_core.api import K2K
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.tables.base import Table
from tests.benchmarks import networks
from tests.benchmarks.networks import BUYER, CUSTOMER, NOW

(VENDOR,) = networks.vendor_codes(1)
BOXES = 5
"""Boxes of each order."""

DAYS = 120
"""How many ship dates the orders have."""

SHIP_DATES = ("ship_date", "vendor_ship_date")
AT_ONCE = 5_000

Row = dict[str, Any]
Place = Callable[[K2K, str], str]
"""Places an order of boxes of a lot; the line."""


def opened(url: str, rows: int) -> K2K:
    """A vendor and a buyer of which each has at least so many rows in every list: lots, products, customers, documents
    in all their states, AWBs, staged boxes, and what is set up."""
    k2k = K2K.open(url, clock=lambda: NOW)
    network = networks.network(rows, boxes=2 * BOXES, customers=rows)
    network["companies"][0]["settings"] = {"cut_offs": dict.fromkeys(networks.EVERY_DAY, "1500")}
    network["companies"][-1]["lots"] = [_own_lot(number) for number in range(rows // 10)]
    k2k.load(network)
    lines = [int(state(k2k, f"{VENDOR}/L{number:05}")) for number, state in enumerate(STATES)]
    with k2k.context.store.whole_network.writing() as session:
        boxes = _free_boxes(session, len(lines))
        for line, share in zip(lines, SHARES, strict=True):
            _Copies(session, line).write(rows // share, boxes)
        buyer = session.value(tables.Company.select(tables.Company.id).where(tables.Company.code == BUYER))
        for table, row in SET_UP:
            _insert(session, table, [{"company_id": buyer, **row(number)} for number in range(1, rows + 1)])
    return k2k


def _own_lot(number: int) -> Row:
    goods = {"product": f"ROSE-{number % networks.PRODUCTS:03}", "box_type": "HB", "units_per_box": 100}
    stock = {"code": f"H{number:05}", "inventory_type": "open_market_boxes", "boxes": BOXES, "unit_type": "stem"}
    return {**stock, **goods, "arrival_date": "2026-02-01", "unit_cost": "0.31", "price_a": "0.55"}


# One order in each state


def _in_cart(k2k: K2K, lot: str) -> str:
    placed: Any = k2k.add(BUYER, CUSTOMER, lot=lot, boxes=BOXES, ship_date=networks.SHIP_DATE)
    return str(placed["lines"][-1]["line"])


def _checked_out(k2k: K2K, lot: str) -> str:
    line = _in_cart(k2k, lot)
    k2k.checkout(BUYER, line=line)
    return line


def _confirmed(k2k: K2K, lot: str) -> str:
    line = _checked_out(k2k, lot)
    k2k.confirm(VENDOR, str(k2k.line(VENDOR, line)["sales_order"]))
    return line


def _received(k2k: K2K, lot: str) -> str:
    line = _confirmed(k2k, lot)
    k2k.receive(BUYER, k2k.line(BUYER, line)["box_codes"])
    return line


def _billed(k2k: K2K, lot: str) -> str:
    line = _received(k2k, lot)
    k2k.bill(BUYER, str(k2k.line(BUYER, line)["prebook"]))
    return line


def _requested(k2k: K2K, lot: str) -> str:
    """A product is ordered, of any lot."""
    product = k2k.record(VENDOR, "lots", lot.partition("/")[2])["product"]
    wanted = [{"product": product, "box_type": "HB", "boxes": BOXES, "units_per_box": 100, "unit_cost": "0.30"}]
    order = k2k.purchase_order(BUYER, VENDOR, wanted, ship_date=networks.SHIP_DATE)
    k2k.transfer(BUYER, order["number"])
    return str(order["lines"][-1]["line"])


STATES: tuple[Place, ...] = (_in_cart, _checked_out, _confirmed, _received, _billed, _requested)
SHARES = (20, 20, BOXES, 20, 1, 1)
"""Of so many rows a list has one order in each state: there are as many staged boxes and invoices as rows of a list."""


# Its copies

REFERENCES: dict[str, type[Table]] = {
    "cart_id": tables.Cart,
    "awb_id": tables.Awb,
    "line_id": tables.OrderLine,
    **dict.fromkeys(("prebook_id", "purchase_order_id", "sales_order_id", "invoice_id"), tables.Document),
}
COPIED: tuple[type[Table], ...] = (tables.Cart, tables.Awb, tables.Document, tables.OrderLine, tables.InvoiceLine)
"""In the order in which they are written: what a row refers to is there before it."""


class _Copies:
    """Copies of one order: its line with its cart, its documents and invoices, its AWB and its boxes."""

    def __init__(self, session: Session, line: int) -> None:
        self.session = session
        (of_line,) = _rows(session, tables.OrderLine, tables.OrderLine.id, [line])
        invoiced = _rows(session, tables.InvoiceLine, tables.InvoiceLine.line_id, [line])
        documents = [
            of_line[name] for name, table in REFERENCES.items() if table is tables.Document and name in of_line
        ]
        documents += [one["invoice_id"] for one in invoiced]
        self.customer = of_line["customer_id"]
        mine = tables.Customer.company_id == of_line["buyer_id"]
        self.customers = [one for (one,) in session.rows(tables.Customer.select(tables.Customer.id).where(mine))]
        self.rows: dict[type[Table], list[Row]] = {
            tables.Cart: _rows(session, tables.Cart, tables.Cart.id, [of_line["cart_id"]]),
            tables.Awb: _rows(session, tables.Awb, tables.Awb.id, [of_line["awb_id"]]),
            tables.Document: _rows(session, tables.Document, tables.Document.id, documents),
            tables.OrderLine: [of_line],
            tables.InvoiceLine: invoiced,
        }
        self.places = {(table, one["id"]): place for table, rows in self.rows.items() for place, one in enumerate(rows)}
        self.first_id = {table: 1 + int(session.value(table.select(fn.MAX(table.id))) or 0) for table in COPIED}

    def write(self, count: int, boxes: Iterator[tuple[int, list[int]]]) -> None:
        """Add so many copies, each with another customer, day, lot and number; `boxes` are lots with boxes of theirs,
        and what is copied when there are none left has none."""
        of_lot = self.rows[tables.OrderLine][0]["lot_id"] is not None
        taken = [next(boxes, None) if of_lot else None for _ in range(count)]
        for table in COPIED:
            copies = [self._copy(table, one, copy) for copy in range(count) for one in self.rows[table]]
            if table is tables.OrderLine:
                copies = [{**one, "lot_id": lot[0]} if lot else one for one, lot in zip(copies, taken, strict=True)]
            _insert(self.session, table, copies)
        self._claim([(self.first_id[tables.OrderLine] + copy, lot[1]) for copy, lot in enumerate(taken) if lot])

    def _copy(self, table: type[Table], row: Row, copy: int) -> Row:
        moved = {
            name: self._id(other, row[name], copy) for name, other in REFERENCES.items() if row.get(name) is not None
        }
        moved |= {name: row[name] + dt.timedelta(days=copy % DAYS) for name in SHIP_DATES if row.get(name)}
        if row.get("number"):
            number = self._id(table, row["id"], copy)
            moved["number"] = re.sub(r"\d+(?=K?$)|$", rf"\g<0>{number:06}", row["number"], count=1)
        if (
            self.customer is not None
            and row.get("customer_id") == self.customer
            and row.get("company_id") in (None, row.get("buyer_id"))
        ):
            moved["customer_id"] = self.customers[copy % len(self.customers)]
        return {**row, **moved, "id": self._id(table, row["id"], copy)}

    def _id(self, table: type[Table], old: int, copy: int) -> int:
        return self.first_id[table] + copy * len(self.rows[table]) + self.places[table, old]

    def _claim(self, lines: Sequence[tuple[int, Sequence[int]]]) -> None:
        (line,) = self.rows[tables.OrderLine]
        claims = _rows(self.session, tables.BoxClaim, tables.BoxClaim.line_id, [line["id"]])
        if not claims:
            return
        claim = {name: value for name, value in claims[0].items() if name != "id"}
        state = self.session.value(tables.Box.select(tables.Box.state).where(tables.Box.id == claim["box_id"]))
        taken = [{**claim, "line_id": one, "box_id": box} for one, boxes in lines for box in boxes]
        _insert(self.session, tables.BoxClaim, taken)
        for start in range(0, len(taken), AT_ONCE):
            ids = [one["box_id"] for one in taken[start : start + AT_ONCE]]
            self.session.change(tables.Box.update(state=state).where(tables.Box.id << ids))


def _rows(session: Session, table: type[Table], column: Any, values: Sequence[Any]) -> list[Row]:
    return session.dicts(table.select().where(column << [one for one in values if one is not None]))


def _insert(session: Session, table: type[Table], rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        session.insert_many(table, rows[start : start + AT_ONCE])


def _free_boxes(session: Session, first: int) -> Iterator[tuple[int, list[int]]]:
    """The vendor's lots behind the first ones, each with the half of its boxes that is sold."""
    vendor = tables.Company.select(tables.Company.id).where(tables.Company.code == VENDOR)
    half = tables.Box.select(tables.Box.lot_id, tables.Box.id)
    half = half.where(tables.Box.company_id.in_(vendor), tables.Box.position <= BOXES)
    by_lot: dict[int, list[int]] = {}
    for lot, box in session.rows(half.order_by(tables.Box.lot_id, tables.Box.position)):
        by_lot.setdefault(lot, []).append(box)
    return iter(list(by_lot.items())[first:])


# What is set up


def _named(number: int) -> Row:
    return {"code": f"X{number:06}", "name": f"Ñame {number * 7_919 % 1_000_003:07}"}


SET_UP: tuple[tuple[type[Table], Callable[[int], Row]], ...] = (
    (tables.Vendor, lambda n: {**_named(n), "currency": "USD"}),
    (tables.PriceList, lambda n: {**_named(n), "type": "all"}),
    (tables.Audit, lambda n: {"person": "p@x.example", "action": "void", "subject": f"S-{n}", "at": NOW}),
    (
        tables.Notification,
        lambda n: {
            "to": f"n{n}@x.example",
            "event": "order.checked_out",
            "subject": f"Pedido {n}",
            "body": "",
            "at": NOW,
        },
    ),
    (
        tables.ApiKey,
        lambda n: {
            "key_id": f"{n:016x}",
            "name": f"Key {n}",
            "scopes": ["reading"],
            "digest": f"{n:064x}",
            "made_by": "p@x.example",
            "made_at": NOW,
            "last_address": "",
        },
    ),
    (tables.Draft, lambda n: {"number": f"D-{n}", "changes": [], "person": "p@x.example", "at": NOW}),
    (tables.Endpoint, lambda n: {"code": f"E{n:06}", "url": "https://x.example", "secret": "s", "at": NOW}),
)
"""What the buyer has besides, by the number of the row."""
