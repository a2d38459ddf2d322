"""A row of a lot is a plain tuple: the constants for its columns agree with the query."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from k2k_core.store.fields import JsonField
from k2k_core.store.inventory import lots

TYPES = {"TextField": str, "BooleanField": bool, "DayField": dt.date}
NAMED = {
    "company_id": lots.COMPANY,
    "id": lots.ID,
    "code": lots.CODE,
    "inventory_type": lots.TYPE,
    "product_id": lots.PRODUCT,
    "box_type_id": lots.BOX_TYPE,
    "boxes": lots.BOXES,
    "available": lots.AVAILABLE,
    "vendor": lots.VENDOR,
    "location_id": lots.LOCATION,
    "awb": lots.AWB,
    "on_hold": lots.ON_HOLD,
    "solid": lots.SOLID,
    "last_price": lots.LAST_PRICE,
    "awb_id": lots.AWB_ID,
}


def _may_be(column: Any) -> set[Any]:
    plain = TYPES.get(type(column).__name__, int)
    return {plain, type(None)} if column.null else {plain}


def test_each_column_stands_where_its_name_says() -> None:
    assert {name: lots.COLUMNS[place].name for name, place in NAMED.items()} == {name: name for name in NAMED}


def test_each_column_has_the_type_that_it_holds() -> None:
    declared = get_args(lots.LotRow)
    assert len(declared) == len(lots.COLUMNS)
    wrong = {
        column.name: hint
        for column, hint in zip(lots.COLUMNS, declared, strict=True)
        if not isinstance(column, JsonField) and set(get_args(hint) or (hint,)) != _may_be(column)
    }
    assert wrong == {}
