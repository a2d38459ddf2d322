"""Every change of a value increments the version of its row, whoever makes it; nothing else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from peewee import BooleanField, IntegerField, IntegrityError

from k2k_core.store import tables
from k2k_core.store.database.session import Session, Table
from k2k_core.store.fields import DayField, JsonField, MomentField
from k2k_core.store.migrations import final_rows
from k2k_core.store.migrations.version_triggers import DERIVED, UNVERSIONED, VERSIONED
from tests.services.conftest import Trade

BY_NAME: dict[str, Any] = {table._meta.table_name: table for table in tables.ALL}
UNTOUCHED = DERIVED | frozenset(("company_id", "vendor_id", "buyer_id", "lot_company_id"))
"""Columns that are keys: other tables point at them, or a change of them is none of the row's content."""

REFERENCES: dict[str, str] = {
    "customer_id": "customer",
    "cart_id": "cart",
    "awb_id": "awb",
    "box_type_id": "box_type",
    "lot_id": "lot",
    "product_id": "product",
    "vendor_product_id": "product",
    "category_id": "category",
    "location_id": "location",
    **dict.fromkeys(("prebook_id", "purchase_order_id", "sales_order_id", "invoice_order_id"), "document"),
}
WORDS = (
    *("A", "B", "all", "season", "stem", "bunch", "k2k", "open_market_boxes", "active", "suspended", "none", "sent"),
    *("transferred", "box_type", "carrier", "prebook", "sales_order", "checked_out", "confirmed", "draft", "standing"),
)
"""Values of columns that hold one of a few."""


@pytest.fixture
def filled(open_unsound_trade: Callable[..., Trade]) -> Trade:
    """A network in which every table with versions has a row."""
    trade = open_unsound_trade()
    net = trade.net
    net.put("BLOOM", "locations", [{"code": "MIA"}, {"code": "BOS"}])
    net.put("BLOOM", "carriers", [{"code": "FEDEX"}])
    net.put("BLOOM", "price_lists", [{"code": "SPRING", "type": "prebook", "seasons": []}])
    net.put("BLOOM", "users", [{"email": "ann@bloom.example", "name": "Ann", "roles": ["admin"]}])
    net.map("BLOOM", "ANDES/L2", va_price="0.5")
    net.map_carrier("BLOOM", "ANDES", "DHL", "DHL Express")
    trade.confirmed(2)
    with (
        net.context.store.whole_network.writing() as session
    ):  # what is final is refused before it could move a version
        final_rows.drop_triggers(session._database)
    return trade


def _others(field: Any, value: Any, session: Session) -> Iterator[Any]:
    """Other values, some of which the column can hold."""
    if field.name in REFERENCES:
        target = BY_NAME[REFERENCES[field.name]]
        yield from (row[0] for row in session.rows(target.select(target.id)) if row[0] != value)
    elif isinstance(field, JsonField):
        yield {"moved": 1} if value != {"moved": 1} else {}
    elif isinstance(field, DayField):
        yield (value or dt.date(2026, 1, 1)) + dt.timedelta(days=1)
    elif isinstance(field, MomentField):
        yield (value or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) + dt.timedelta(hours=1)
    elif isinstance(field, BooleanField):
        yield not value
    elif isinstance(field, IntegerField):
        yield (value or 0) + 1
    else:
        yield f"{value or ''}x"
        yield from (word for word in WORDS if word != value)


def _fields(table: str) -> list[Any]:
    left_out = UNTOUCHED | UNVERSIONED.get(table, frozenset())
    return [field for field in BY_NAME[table]._meta.sorted_fields if field.name not in left_out]


def _write(trade: Trade, table: Table, row_id: int, values: dict[str, Any]) -> None:
    model: Any = table
    with trade.net.context.store.whole_network.writing() as session:
        touches = 1 if getattr(table, "changes_facts", False) else None
        session.change(model.update(**values).where(model.id == row_id), touches=touches)


def _row(trade: Trade, table: Any, row_id: int | None = None) -> dict[str, Any]:
    query = table.select().order_by(table.id.desc())
    with trade.net.context.store.whole_network.reading() as session:
        found: dict[str, Any] = session.dicts(query if row_id is None else query.where(table.id == row_id))[0]
    return found


def _moved(trade: Trade, table: Any, row_id: int, field: Any) -> Any:
    """Give a column another value; that value, None where the row can hold no other."""
    value = _row(trade, table, row_id)[field.name]
    with trade.net.context.store.whole_network.reading() as session:
        others = list(_others(field, value, session))
    for other in others:
        with suppress(IntegrityError):
            _write(trade, table, row_id, {field.name: other})
            return other
    return None


@pytest.mark.parametrize("name", VERSIONED)
def test_every_column_moves_the_version_when_its_value_changes(filled: Trade, name: str) -> None:
    table = BY_NAME[name]
    row_id, alone = _row(filled, table)["id"], set()
    for field in _fields(name):
        before = _row(filled, table, row_id)
        _write(filled, table, row_id, {field.name: before[field.name]})
        assert _row(filled, table, row_id)["version"] == before["version"], f"{field.name}: written as it was"
        other = _moved(filled, table, row_id, field)
        if other is None:
            alone.add(field.name)
            continue
        after = _row(filled, table, row_id)
        assert (after[field.name], after["version"]) == (other, before["version"] + 1), field.name
        _write(filled, table, row_id, {field.name: before[field.name]})
    assert alone <= set(REFERENCES), "every value but a reference has another that it could be"


def test_every_column_of_a_versioned_table_moves_it_or_is_left_out_on_purpose(filled: Trade) -> None:
    assert {name for name in UNVERSIONED if not set(UNVERSIONED[name]) & set(BY_NAME[name]._meta.fields)} == set()


def test_what_a_sale_moves_of_a_lot_moves_no_version(filled: Trade) -> None:
    before = _row(filled, tables.Lot)
    filled.checked_out(1, lot="SIERRA/S1") if before["code"] == "S1" else filled.checked_out(1, lot="ANDES/L2")
    lot = _row(filled, tables.Lot, before["id"])
    assert lot["version"] == before["version"]


def test_a_change_of_boxes_moves_the_version_of_a_lot_once(trade: Trade) -> None:
    def version() -> int:
        lot: Any = tables.Lot
        with trade.net.context.store.whole_network.reading() as session:
            return int(session.value(lot.select(lot.version).where(lot.code == "L1")))

    before = version()
    trade.net.set("ANDES", lot="L1", values={"boxes": 8, "web_price": "0.5"})
    assert version() > before
    before = version()
    trade.net.set("ANDES", lot="L1", values={"boxes": 8, "web_price": "0.5"})
    assert version() == before


def test_a_document_of_which_a_line_leaves_does_not_get_an_earlier_version_again(filled: Trade) -> None:
    line: Any = tables.OrderLine
    row = _row(filled, line)
    number = _row(filled, tables.Document, row["purchase_order_id"])["number"]
    before = filled.net.show("BLOOM", number)["version"]
    _write(filled, line, row["id"], {"purchase_order_id": None})
    alone = filled.net.show("BLOOM", number)["version"]
    _write(filled, line, row["id"], {"purchase_order_id": row["purchase_order_id"]})
    assert before < alone < filled.net.show("BLOOM", number)["version"]
