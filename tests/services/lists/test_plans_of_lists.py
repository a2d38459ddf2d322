"""No question of any list reads a table whole: every sort, filter and search is served by indexes of the company, on
both engines. The sorts of `BY_INDEX` sort nothing besides, those of `BY_ANOTHER_TABLE` no list as a whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies
from tests.benchmarks.list_questions import questions
from tests.services.conftest import Trade
from tests.services.lists.declared_lists import listings

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
NAMES = sorted(listings(1, NOW))

NAMED = (
    "locations",
    "categories",
    "box_types",
    "customers",
    "vendors",
    "carriers",
    "price_lists",
    "users",
    "companies",
)
BY_INDEX = {
    **dict.fromkeys(NAMED, "name"),
    "lots": "arrival_date",
    "documents documents_of": "status",
    "carts carts_of": "expires_at",
    "endpoints": "at",
}
BY_ANOTHER_TABLE = {"lots": "product", "products": "category", "price_rows": "product", "box_dimensions": "box_type"}
"""Sorts by another table's column: its rows are read in order, and those of each of them are sorted."""


def asked_of(session: Session, listing: Listing, company_id: int, asked: Asked) -> Any:
    """The query of the first page of a question."""
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "rows", lambda query: found.append(query) or [])
        paging.page(session, listing, company_id, asked, None, 7)
    return session._database.get_sql_context().sql(found[0]).query()


def plan_of(session: Session, listing: Listing, company_id: int, asked: Asked) -> list[str]:
    """What the engine does for it, step by step."""
    statement, values = asked_of(session, listing, company_id, asked)
    if session.engine == "sqlite":
        return [row[3] for row in session._database.execute_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()]
    explained = session._database.execute_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchall()
    return list(_nodes(explained[0][0][0]["Plan"]))


def _nodes(node: Any) -> Iterator[str]:
    yield f"{node['Node Type']} {node.get('Relation Name', '')} {json.dumps(node.get('Index Name', ''))}"
    for one in node.get("Plans", []):
        yield from _nodes(one)


FOUND = ("side_", "named_lines", "wanted", "found")
"""What a query has found, which it may read whole, begins so."""


def reads_whole(step: str) -> bool:
    if step.startswith("SCAN "):
        return " USING " not in step and not step.removeprefix("SCAN ").startswith(FOUND)
    return step.startswith("Seq Scan")


def sorts(step: str) -> bool:
    return step.startswith(("Sort", "Incremental Sort")) or ("TEMP B-TREE" in step and "LAST TERM" not in step)


@pytest.mark.parametrize("name", NAMES)
def test_no_question_of_a_list_reads_a_table_whole(trade: Trade, name: str) -> None:
    with trade.net.context.store.whole_network.writing() as session:
        company_id = companies.found(session, "BLOOM")[0]
        listing = listings(company_id, session.now)[name]
        if session.engine == "postgresql":
            execute(session._database, "SET LOCAL enable_seqscan = off")
        for question, asked in questions(name, listing, 10):
            plan = plan_of(session, listing, company_id, asked)
            assert [step for step in plan if reads_whole(step)] == [], (question, plan)


@pytest.mark.parametrize("name", sorted(BY_INDEX))
def test_the_usual_sorts_are_read_in_order(trade: Trade, name: str) -> None:
    with trade.net.context.store.whole_network.writing() as session:
        company_id = companies.found(session, "BLOOM")[0]
        listing = listings(company_id, session.now)[name]
        if session.engine == "postgresql":
            for way in ("seqscan", "sort", "incremental_sort", "bitmapscan"):
                execute(session._database, f"SET LOCAL enable_{way} = off")
        for descending in (False, True):
            plan = plan_of(session, listing, company_id, Asked({}, sort=BY_INDEX[name], descending=descending))
            assert [step for step in plan if sorts(step)] == [], plan


@pytest.mark.parametrize("name", sorted(BY_ANOTHER_TABLE))
def test_what_another_table_sorts_is_never_sorted_as_a_whole(trade: Trade, name: str) -> None:
    with trade.net.context.store.whole_network.writing() as session:
        company_id = companies.found(session, "BLOOM")[0]
        listing = listings(company_id, session.now)[name]
        if session.engine == "postgresql":
            for way in ("seqscan", "sort", "bitmapscan"):
                execute(session._database, f"SET LOCAL enable_{way} = off")
        for descending in (False, True):
            plan = plan_of(session, listing, company_id, Asked({}, sort=BY_ANOTHER_TABLE[name], descending=descending))
            assert [step for step in plan if sorts(step) and not step.startswith("Incremental")] == [], plan
