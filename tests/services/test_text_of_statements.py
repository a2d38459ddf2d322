"""The statements of a trade have the text and the values that peewee itself would give them."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import Context, Database

from tests.services.conftest import Trade

DIFFERENT_STATEMENTS = 100
"""How many a day of a trade has at least."""


def a_day(trade: Trade) -> None:
    """Boxes are sold, shipped, scanned and looked at."""
    order = trade.confirmed()
    awb = trade.net.show("ANDES", order["sales_order"])["awb"]
    trade.net.ship("ANDES", awb=awb)
    trade.net.catalog("BLOOM", customer="C-100", ship_date="2026-02-06", sort="-price")
    trade.net.hidden("BLOOM", customer="C-100", ship_date="2026-02-06")
    trade.net.offers("BLOOM", sort="-available")
    trade.net.orders("ANDES", search="C-100")
    trade.net.staging("BLOOM")
    trade.net.search("BLOOM", "free")
    trade.net.work("BLOOM")


def test_every_statement_has_the_text_that_peewee_gives_it(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    execute = Database.execute

    def compared(database: Database, query: Any, **options: Any) -> Any:
        expected = Context(**database.get_context_options()).sql(query).query()
        assert database.get_sql_context().sql(query).query() == expected
        seen.add(expected[0])
        return execute(database, query, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "execute", compared)
        a_day(trade)
    assert len(seen) > DIFFERENT_STATEMENTS
