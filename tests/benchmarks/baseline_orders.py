"""The baseline for orders: the least that any program does for one, in one transaction of prepared statements on the
same tables.

The lot's row is updated only if there are enough boxes, with a ledger row; then the rows of the order are inserted. It
checks neither visibility nor price nor idempotency.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import psycopg

from k2k_core.store.database.row_security import WHOLE_NETWORK
from k2k_core.store.database.session import Session
from k2k_core.store.database.sqlite import PRAGMAS, sqlite_path
from k2k_core.store.tables import Cart, Company, Customer, Document, Lot, OrderLine
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

_LEDGER = """
INSERT INTO lot_ledger (lot_id, company_id, delta, available_after, on_hand_after, reason, line_id, at)
SELECT id, company_id, -1, available - 1, on_hand, 'ordered', NULL, ? FROM lot WHERE id = ? AND available >= 1
RETURNING id
"""
_UPDATE = "UPDATE lot SET available = available - 1, ledger_id = ? WHERE id = ? AND available >= 1"


class Driver(Protocol):
    """A connection of either driver."""

    def execute(self, statement: str, parameters: Sequence[object] = ..., /) -> Any: ...

    def close(self) -> None: ...


class Known(NamedTuple):
    """Ids and moments that every order needs, looked up once."""

    buyer_id: int
    vendor_id: int
    customer_id: int
    lots: list[int]
    now: datetime

    @classmethod
    def of(cls, session: Session, vendor: str) -> Known:
        """What is known of the buyer, its customer and a vendor with its lots."""
        companies = dict(session.rows(Company.select(Company.code, Company.id)))
        buyer, seller = companies[BUYER], companies[vendor]
        mine = (Customer.company_id == buyer) & (Customer.code == CUSTOMER)
        lots = session.rows(Lot.select(Lot.id).where(Lot.company_id == seller).order_by(Lot.code))
        customer_id = session.value(Customer.select(Customer.id).where(mine))
        return cls(buyer, seller, customer_id, [lot_id for (lot_id,) in lots], session.now)


class Insert:
    """An INSERT whose text and values are ready but for a few ids."""

    def __init__(self, driver: Driver, mark: str, table: Any, values: Mapping[str, object]) -> None:
        defaults = {field.name: value() if callable(value) else value for field, value in table._meta.defaults.items()}
        fields = table._meta.combined
        self._row = {name: fields[name].db_value(value) for name, value in (defaults | dict(values)).items()}
        places = ", ".join([mark] * len(self._row))
        columns = ", ".join(self._row)
        self._statement = f"INSERT INTO {table._meta.table_name} ({columns}) VALUES ({places}) RETURNING id"
        self._driver = driver

    def __call__(self, **values: object) -> int:
        row = list((self._row | values).values())
        return int(self._driver.execute(self._statement, row).fetchone()[0])


class BaselineOrders:
    """Orders of one box. With `documents` the cart and the three documents too, else the order line alone."""

    def __init__(self, url: str, known: Known, *, documents: bool) -> None:
        self._driver, mark = connect(url)
        self._begin = "BEGIN IMMEDIATE" if mark == "?" else "BEGIN"
        self._ledger, self._update = _LEDGER.replace("?", mark), _UPDATE.replace("?", mark)
        self._check_out_line, self._check_out_document, self._check_out_cart = (
            f"UPDATE {table} SET {column} = 'checked_out' WHERE id = {mark}"
            for table, column in (("order_line", "state"), ("document", "status"), ("cart", "state"))
        )
        self._at = OrderLine.created_at.db_value(known.now)
        self._with_documents, self._number = documents, 0
        self._cart = Insert(self._driver, mark, Cart, _cart(known))
        self._documents = {
            kind: Insert(self._driver, mark, Document, _document(known, kind, company_id))
            for kind, company_id in (
                ("prebook", known.buyer_id),
                ("purchase_order", known.buyer_id),
                ("sales_order", known.vendor_id),
            )
        }
        self._line = Insert(self._driver, mark, OrderLine, _line(known))

    def order(self, lot_id: int) -> None:
        """One order, committed."""
        run = self._driver.execute
        run(self._begin)
        entry = run(self._ledger, (self._at, lot_id)).fetchone()[0]
        assert run(self._update, (entry, lot_id)).rowcount == 1
        self._line(lot_id=lot_id, **(self._write_documents() if self._with_documents else {}))
        run("COMMIT")

    def order_lines(self, lot_ids: Sequence[int]) -> tuple[dict[str, int], list[tuple[int, int]]]:
        """One order of a box of each lot, committed; then its check-out, committed. Its documents by column, and its
        lines with their lots."""
        run = self._driver.execute
        run(self._begin)
        documents = self._write_documents() if self._with_documents else {}
        lines = []
        for lot_id in lot_ids:
            entry = run(self._ledger, (self._at, lot_id)).fetchone()[0]
            assert run(self._update, (entry, lot_id)).rowcount == 1
            lines.append(self._line(lot_id=lot_id, **documents))
        run("COMMIT")
        run(self._begin)
        for line in lines:
            run(self._check_out_line, (line,))
        if documents:
            run(self._check_out_document, (documents["prebook_id"],))
            run(self._check_out_cart, (documents["cart_id"],))
        run("COMMIT")
        return documents, list(zip(lines, lot_ids, strict=True))

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    def _write_documents(self) -> dict[str, int]:
        self._number += 1
        number = f"HAND-{self._number}"
        cart = self._cart(number=number)
        documents = {f"{kind}_id": insert(number=number, cart_id=cart) for kind, insert in self._documents.items()}
        return {"cart_id": cart, **documents}


def connect(url: str) -> tuple[Driver, str]:
    """A connection as our own store has it, and its mark for a parameter."""
    path = sqlite_path(url) if url.startswith("sqlite") else None
    if path is None:
        whole_network = f"-c {WHOLE_NETWORK}=on"  # row-level security lets it work with every row
        return psycopg.connect(url, autocommit=True, options=whole_network), "%s"
    connection = sqlite3.connect(path, isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    return connection, "?"


def _cart(known: Known) -> dict[str, object]:
    return {
        "company_id": known.buyer_id,
        "number": "",
        "customer_id": known.customer_id,
        "ship_date": SHIP_DATE,
        "ship_via": "warehouse",
        "opened_at": known.now,
        "expires_at": known.now,
    }


def _document(known: Known, kind: str, company_id: int) -> dict[str, object]:
    return {
        "company_id": company_id,
        "kind": kind,
        "number": "",
        "status": "draft",
        "vendor_id": known.vendor_id,
        "buyer_id": known.buyer_id,
        "cart_id": None,
        "ship_date": SHIP_DATE,
        "currency": "USD",
        "created_at": known.now,
    }


def _line(known: Known) -> dict[str, object]:
    return {
        "buyer_id": known.buyer_id,
        "vendor_id": known.vendor_id,
        "lot_company_id": known.vendor_id,
        "lot_id": None,
        "cart_id": None,
        "prebook_id": None,
        "purchase_order_id": None,
        "sales_order_id": None,
        "customer_id": known.customer_id,
        "description": "Rose Freedom",
        "inventory_type": "k2k",
        "box_type": "HB",
        "boxes": 1,
        "units_per_box": 100,
        "unit_type": "stem",
        "price": 500_000,
        "cost": 300_000,
        "landed_cost": 350_000,
        "state": "in_cart",
        "created_at": known.now,
    }
