"""Requests of buyers are read page by page, by day too, in work that the rows of a page bound, of a vendor with many of
them, and of one with as many other documents between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from k2k_core.store import tables
from k2k_core.store.database.paging import Asked
from k2k_core.store.engine import Store
from tests.benchmarks.list_rows import NOW
from tests.proofs import lists
from tests.services.lists.declared_lists import listings

VENDOR, BUYER = 1, 2
ROWS, LIMIT = 8_000, 20
SORTS = (None, "ship_date", "vendor_ship_date")


def filled(url: str, every: int, bought: int = 0) -> Store:
    """A vendor with many documents, of which each of so many is a request of a buyer; and with so many lines that it
    buys itself."""
    store = Store(url, clock=lambda: NOW)
    store.migrate()
    with store.whole_network.writing() as session:
        for code in ("ANDES", "BLOOM"):
            session.insert(tables.Company, code=code, name=code, currency="USD", timezone="UTC")
        session.insert_many(tables.Document, [document(one, every) for one in range(1, ROWS + 1)])
        orders = [purchase_order(one) for one in range(1, ROWS + 1, every)]
        session.insert_many(tables.Document, orders)
        session.insert_many(
            tables.OrderLine, [line(one, ROWS + place) for place, one in enumerate(range(1, ROWS + 1, every), start=1)]
        )
        session.insert_many(tables.OrderLine, [bought_line(1 + one % ROWS) for one in range(bought)])
        if store.engine == "postgresql":
            session.run("ANALYZE")
    return store


def document(number: int, every: int) -> dict[str, Any]:
    day = dt.date(2026, 2, 5) + dt.timedelta(days=number * 7 % 365)
    kind = {"kind": "invoice" if (number - 1) % every else "prebook", "vendor_ship_date": day}
    parties = {"company_id": VENDOR, "vendor_id": VENDOR, "buyer_id": BUYER}
    return {**parties, **kind, "number": f"D-{number}", "status": "open", "ship_date": day, **MADE}


def purchase_order(number: int) -> dict[str, Any]:
    parties = {"company_id": BUYER, "vendor_id": VENDOR, "buyer_id": BUYER}
    return {**parties, "kind": "purchase_order", "number": f"P-{number}", "status": "open", **MADE}


def line(document_id: int, order_id: int) -> dict[str, Any]:
    goods = {"inventory_type": "future_sales", "units_per_box": 100, "unit_type": "stem", "description": "Rose"}
    parties = {"vendor_id": VENDOR, "buyer_id": BUYER, "sales_order_id": document_id, "purchase_order_id": order_id}
    return {**parties, **goods, "box_type": "HB", "boxes": 1, "price": 0, "state": "needed", "created_at": NOW}


def bought_line(number: int) -> dict[str, Any]:
    like = line(number, number)
    nothing = dict.fromkeys(("sales_order_id", "purchase_order_id"))
    return {**like, **nothing, "vendor_id": None, "buyer_id": VENDOR, "prebook_id": number}


MADE = {"currency": "USD", "created_at": NOW}


def orders() -> Iterator[lists.Order]:
    listing = listings(VENDOR, NOW)["requests requests_of"]
    for sort in SORTS:
        for descending in (False, True):
            yield lists.Order("requests", f"{sort}, {descending}", Asked({}, sort=sort, descending=descending), listing)


@pytest.mark.long
@pytest.mark.parametrize(
    ("every", "bought"),
    [(1, 0), (2, 0), (1, 4 * ROWS)],
    ids=["all documents", "every other one", "beside many other lines"],
)
def test_a_page_of_requests_is_bounded_in_every_order(empty_database_url: str, every: int, bought: int) -> None:
    with closing(filled(empty_database_url, every, bought)) as store:
        figures = lists.Figures(store.engine, ROWS)
        for order in orders():
            figures.note(order, lists.bounded(figures, order, None, store, LIMIT))
    assert figures.faults == []
