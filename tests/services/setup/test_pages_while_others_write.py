"""A page of any list is one bounded query by an index, and rows that exist through a whole walk come exactly once while
others write."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing
from k2k_core.store.database.queries import execute
from k2k_core.store.lists import network
from k2k_core.store.lists.records import LISTINGS, PRICE_ROWS
from tests.services.conftest import Trade

EVERY: dict[str, Listing] = {
    **LISTINGS,
    "price_rows": PRICE_ROWS,
    "companies": network.COMPANIES,
    "drafts": network.DRAFTS,
    "audit": network.AUDIT,
}

FEW = ("drafts",)
"""Lists of which a company has so few rows that sorting all of them needs no index."""


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_one_query_that_sorts_nothing(trade: Trade, name: str) -> None:
    asked_for: list[Any] = []
    with trade.net.context.store.reading() as session, pytest.MonkeyPatch.context() as patch:
        read = session.rows

        def noted(query: Any) -> Any:
            asked_for.append(query)
            return read(query)

        patch.setattr(session, "rows", noted)
        paging.page(session, EVERY[name], 1, Asked({}), None, 7)
        assert (session.queries, len(asked_for)) == (1, 1)
        statement, values = asked_for[0].sql()
        assert values[-1] == 8, "one row more than the page has"
        if trade.net.context.store.engine == "sqlite" and name not in FEW:
            plan = execute(session._database, f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert [step for *_, step in plan if "TEMP B-TREE" in step] == []


def test_what_is_there_all_along_comes_once_while_others_write(trade: Trade) -> None:
    net = trade.net
    there = [f"T-{number:02}" for number in range(20)]
    net.put("BLOOM", "carriers", [{"code": code} for code in there])
    for sort in (None, "-name"):
        found: list[str] = []
        cursor, step = None, 0
        while step == 0 or cursor is not None:
            page = net.records("BLOOM", "carriers", limit=3, cursor=cursor, sort=sort)
            found += [row["code"] for row in page["items"]]
            cursor, step = page["next"], step + 1
            net.put("BLOOM", "carriers", [{"code": f"T-{step:02}-{sort}"}, {"code": f"A-{step}{sort}"}])
        assert len(found) == len(set(found))
        assert [code for code in found if code in there] == (there if sort is None else there[::-1])
