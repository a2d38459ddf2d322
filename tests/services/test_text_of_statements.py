"""The statements of a trade have the text and the values that peewee itself would give them."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import Database

from k2k_core.store.database import compiled_queries, session
from tests.services.conftest import Trade

DIFFERENT_STATEMENTS = 100
"""How many a day of a trade has at least."""


def a_day(trade: Trade) -> None:
    """Boxes are sold, shipped and looked at, and so is what is on record of them."""
    order = trade.confirmed()
    trade.later(hours=1)
    trade.net.ship("ANDES", awb=trade.net.show("ANDES", order["sales_order"])["awb"])
    trade.net.scan("BLOOM", order["box_codes"][:1])
    trade.net.verify()
    trade.net.catalog("BLOOM", customer="C-100", ship_date="2026-02-06", sort="-price")
    trade.net.hidden("BLOOM", customer="C-100", ship_date="2026-02-06")
    trade.net.offers("BLOOM", sort="-available")
    trade.net.orders("ANDES", search="C-100")
    trade.net.staging("BLOOM")
    trade.net.search("BLOOM", "free")
    trade.net.work("BLOOM")
    trade.net.timeline("ANDES", order["sales_order"])
    for listed in (trade.net.boxes, trade.net.carts, trade.net.requests, trade.net.scans, trade.net.settings):
        listed("BLOOM")
    for listed in (trade.net.audit, trade.net.awbs, trade.net.connections, trade.net.notifications):
        listed("BLOOM")
    for collection in ("customers", "products", "users"):
        trade.net.records("BLOOM", collection, limit=5)


def test_every_statement_has_the_text_that_peewee_gives_it(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    run = compiled_queries.run

    def compared(database: Database, query: Any) -> Any:
        expected, values = database.get_sql_context().sql(query).query()
        found, given = compiled_queries._compiled(database, query)
        assert (found.text, [*given]) == (expected, values)
        seen.add(expected)
        return run(database, query)

    with monkeypatch.context() as patched:
        patched.setattr(session, "run_query", compared)
        for _ in range(2):  # the second time by the texts of the first
            a_day(trade)
    assert len(seen) > DIFFERENT_STATEMENTS
