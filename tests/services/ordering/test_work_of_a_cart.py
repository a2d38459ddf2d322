"""A cart's lines are found among many others in work that its own lines bound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from k2k_core.store import tables
from k2k_core.store.engine import Store
from k2k_core.store.orders.order_writes import lines_of_buyer
from tests.benchmarks.list_rows import NOW
from tests.proofs.page_work import work_of

VENDOR, BUYER = 1, 2
CARTS = 3_000
MADE = {"currency": "USD", "created_at": NOW}
MOST = {"sqlite": 2_000, "postgresql": 100}
"""Instructions of SQLite; rows and pages of PostgreSQL, which has 12,000 rows where it joins every line."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A buyer with many carts, each of one line with its three documents."""
    with closing(Store(database_url, clock=lambda: NOW)) as opened:
        opened.migrate()
        with opened.whole_network.writing() as session:
            for code in ("ANDES", "BLOOM"):
                session.insert(tables.Company, code=code, name=code, currency="USD", timezone="UTC")
            session.insert(tables.Customer, company_id=BUYER, code="C-1", name="Corner", type="A")
            session.insert_many(tables.Cart, [cart(number) for number in range(1, CARTS + 1)])
            session.insert_many(tables.Document, [one for number in range(1, CARTS + 1) for one in documents(number)])
            session.insert_many(tables.OrderLine, [line(number) for number in range(1, CARTS + 1)])
            if opened.engine == "postgresql":
                session.run("ANALYZE")
        yield opened


def cart(number: int) -> dict[str, Any]:
    return {
        "company_id": BUYER,
        "customer_id": 1,
        "number": f"C-{number}",
        "state": "open",
        "opened_at": NOW,
        "ship_date": NOW.date(),
        "ship_via": "warehouse",
        "carrier": "",
        "expires_at": NOW,
    }


def documents(number: int) -> list[dict[str, Any]]:
    kinds = (("prebook", BUYER, "B"), ("purchase_order", BUYER, "P"), ("sales_order", VENDOR, "S"))
    parties = {"vendor_id": VENDOR, "buyer_id": BUYER, "status": "draft", **MADE}
    return [
        {"company_id": owner, "kind": kind, "number": f"{letter}-{number}", **parties} for kind, owner, letter in kinds
    ]


def line(number: int) -> dict[str, Any]:
    goods = {"inventory_type": "open_market_boxes", "units_per_box": 100, "unit_type": "stem", "description": "Rose"}
    first = 3 * number - 2
    papers = {"prebook_id": first, "purchase_order_id": first + 1, "sales_order_id": first + 2}
    parties = {"vendor_id": VENDOR, "buyer_id": BUYER, "customer_id": 1, "cart_id": number}
    return {
        **goods,
        **papers,
        **parties,
        "box_type": "HB",
        "boxes": 1,
        "price": 1,
        "state": "in_cart",
        "created_at": NOW,
    }


def test_the_lines_of_a_cart_are_found_without_reading_those_of_others(store: Store) -> None:
    with store.whole_network.reading() as session:
        work = work_of(session, lambda: lines_of_buyer(session, BUYER, cart="C-1500"))
        assert [one["id"] for one in lines_of_buyer(session, BUYER, cart="C-1500")] == [1500]
    assert 0 < work <= MOST[store.engine]
