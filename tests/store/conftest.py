"""A small network for tests of the store: a vendor with lots, and another company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.inventory.stock_ledger import open_lot
from k2k_core.store.tables import BoxType, Category, Company, Lot, Product

NewLot = Callable[..., int]
MICROS = 1_000_000


def add_company(session: Session, code: str) -> int:
    """A company with a product and a box type of its own, both with the code of the company."""
    company_id = session.insert(Company, code=code, name=code, currency="USD", timezone="America/New_York")
    category_id = session.insert(Category, company_id=company_id, code=code, name="Roses")
    session.insert(Product, company_id=company_id, code=code, description="Freedom 50", category_id=category_id)
    session.insert(BoxType, company_id=company_id, code=code, name="Half", fbe=MICROS // 2)
    return company_id


def product_of(session: Session, company_id: int) -> int:
    return int(session.value(Product.select(Product.id).where(Product.company_id == company_id)))


def add_lot(session: Session, company_id: int, code: str, boxes: int, **facts: object) -> int:
    """A lot of the company's product with `boxes` available."""
    lot_id = session.insert(
        Lot,
        **{
            "company_id": company_id,
            "code": code,
            "inventory_type": "open_market_boxes",
            "product_id": product_of(session, company_id),
            "box_type_id": session.value(BoxType.select(BoxType.id).where(BoxType.company_id == company_id)),
            "boxes": boxes,
            "units_per_box": 10,
            "unit_type": "bunch",
            "arrival_date": date(2026, 2, 10),
            **facts,
        },
    )
    open_lot(session, company_id, lot_id, boxes)
    return lot_id


@pytest.fixture
def vendor(store: Store) -> int:
    """The id of a company."""
    with store.whole_network.writing() as session:
        return add_company(session, "VC")


@pytest.fixture
def stranger(store: Store) -> int:
    """The id of a company that has nothing to do with the vendor."""
    with store.whole_network.writing() as session:
        return add_company(session, "STRANGER")


@pytest.fixture
def new_lot(store: Store, vendor: int) -> NewLot:
    """Adds lots of the vendor: `new_lot(boxes)` answers the id."""
    numbers = count(1)

    def add(boxes: int = 10, **facts: object) -> int:
        with store.whole_network.writing() as session:
            return add_lot(session, vendor, f"L{next(numbers)}", boxes, **facts)

    return add
