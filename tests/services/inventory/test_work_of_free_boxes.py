"""The free boxes of a lot are found in work that its own boxes bound, however many boxes orders were given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from peewee import fn

from k2k_core.store import tables
from k2k_core.store.engine import Store
from k2k_core.store.inventory import free_boxes
from tests.benchmarks.list_rows import NOW
from tests.proofs.page_work import work_of_query

VENDOR, BUYER = 1, 2
SMALL, LARGE = 1, 2
FEW, MANY = 10, 3_000
MOST = {"sqlite": 2_000, "postgresql": 150}
"""Instructions of SQLite; rows and pages of PostgreSQL."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A lot with few boxes, of which one was given to an order, beside one of which all were."""
    with closing(Store(database_url, clock=lambda: NOW)) as opened:
        opened.migrate()
        with opened.whole_network.writing() as session:
            for code in ("ANDES", "BLOOM"):
                session.insert(tables.Company, code=code, name=code, currency="USD", timezone="UTC")
            session.insert(tables.Category, company_id=VENDOR, code="ROSES", name="Roses")
            session.insert(tables.BoxType, company_id=VENDOR, code="HB", name="Half", fbe=500_000)
            session.insert(tables.Product, company_id=VENDOR, code="R", description="Rose", category_id=1)
            session.insert_many(tables.Lot, [lot("S"), lot("L")])
            session.insert_many(tables.Box, [box(number) for number in range(1, FEW + MANY + 1)])
            session.insert(tables.OrderLine, **line())
            session.insert_many(tables.BoxClaim, [claim(number) for number in range(FEW, FEW + MANY + 1)])
            if opened.engine == "postgresql":
                session.run("ANALYZE")
        yield opened


def lot(code: str) -> dict[str, Any]:
    goods = {"inventory_type": "open_market_boxes", "product_id": 1, "units_per_box": 100, "unit_type": "stem"}
    return {"company_id": VENDOR, "code": code, "box_type_id": 1, "arrival_date": NOW.date(), "boxes": 0, **goods}


def box(number: int) -> dict[str, Any]:
    of = SMALL if number <= FEW else LARGE
    return {"company_id": VENDOR, "lot_id": of, "position": number, "code": f"B-{number}", "state": "in_stock"}


def line() -> dict[str, Any]:
    goods = {"inventory_type": "open_market_boxes", "units_per_box": 100, "unit_type": "stem", "description": "Rose"}
    parties = {"vendor_id": VENDOR, "buyer_id": BUYER, "lot_company_id": VENDOR, "lot_id": LARGE}
    return {**goods, **parties, "box_type": "HB", "boxes": MANY, "price": 1, "state": "staged", "created_at": NOW}


def claim(number: int) -> dict[str, Any]:
    whose = {"vendor_id": VENDOR, "buyer_id": BUYER, "line_id": 1}
    return {"box_id": number, "box_code": f"B-{number}", "open": True, **whose}


def test_the_free_boxes_of_a_lot_are_counted_without_reading_those_of_others(store: Store) -> None:
    query: Any = tables.Box.select(fn.COUNT(tables.Box.id)).where(free_boxes.free(SMALL))
    with store.whole_network.reading() as session:
        assert session.value(query) == FEW - 1
        assert 0 < work_of_query(session, query) <= MOST[store.engine]
