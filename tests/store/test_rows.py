"""Row types of the services have the columns of their tables, each with a type that fits its column."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args, get_type_hints

import pytest

from k2k_core.store import tables
from k2k_core.store.events.webhook_endpoints import EndpointRow
from k2k_core.store.fields import JsonField
from k2k_core.store.fulfilment.awbs import AwbCostRow, AwbRow
from k2k_core.store.fulfilment.landed_costs import BilledCostRow
from k2k_core.store.orders.rows import DocumentRow, InvoiceLineRow, LineRow

WHOLE: list[tuple[Any, Any]] = [
    (DocumentRow, tables.Document),
    (LineRow, tables.OrderLine),
    (InvoiceLineRow, tables.InvoiceLine),
    (AwbRow, tables.Awb),
    (AwbCostRow, tables.AwbCost),
    (BilledCostRow, tables.BilledCost),
    (EndpointRow, tables.Endpoint),
]
TYPES = {"TextField": str, "BooleanField": bool, "DayField": dt.date, "MomentField": dt.datetime}


@pytest.mark.parametrize(("row", "table"), WHOLE, ids=[row.__name__ for row, _ in WHOLE])
def test_a_row_has_every_column_of_its_table(row: Any, table: Any) -> None:
    assert set(get_type_hints(row)) == set(table._meta.fields)


@pytest.mark.parametrize(("row", "table"), WHOLE, ids=[row.__name__ for row, _ in WHOLE])
def test_each_column_has_the_type_that_it_holds(row: Any, table: Any) -> None:
    wrong = {}
    for name, hint in get_type_hints(row).items():
        field = table._meta.fields[name]
        if hint is not Any and not isinstance(field, JsonField):
            plain = TYPES.get(type(field).__name__, int)
            expected = {plain, type(None)} if field.null else {plain}
            if set(get_args(hint) or (hint,)) != expected:
                wrong[name] = hint
    assert wrong == {}
