"""A page of any list is one bounded query by an index, and rows that exist during a whole walk come exactly once while
others write."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies
from tests.services.conftest import Trade
from tests.services.lists.declared_lists import Business, listings

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
NAMES = sorted(listings(1, NOW))

FEW = frozenset(("network connections_of", "timeline timeline_of", "accounts views_of"))
"""Lists of which a company has so few rows that sorting all of them needs no index."""

ONLY_INDEXES = ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin", "incremental_sort", "material", "memoize")
"""What PostgreSQL's planner is told to leave: on tables of a few rows it would read them whole. What it does all the
same it cannot do by an index."""


def of_company(session: Session, code: str) -> tuple[int, dict[str, Listing]]:
    company_id = companies.found(session, code)[0]
    return company_id, listings(company_id, session.now)


def first_page(session: Session, listing: Listing, company_id: int) -> Any:
    """The query of the first page, and how many statements the page took."""
    asked_for: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        read = session.rows

        def noted(query: Any) -> Any:
            asked_for.append(query)
            return read(query)

        patch.setattr(session, "rows", noted)
        before = session.queries
        paging.page(session, listing, company_id, Asked({}), None, 7)
        assert (session.queries - before, len(asked_for)) == (1, 1)
    return asked_for[0].sql()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_one_query_that_reads_and_sorts_no_more_than_its_rows(trade: Trade, name: str) -> None:
    store = trade.net.context.store
    with store.whole_network.writing() as session:
        company_id, found = of_company(session, "BLOOM")
        listing = found[name]
        statement, values = first_page(session, listing, company_id)
        assert values[-1] == 8, "one row more than the page has"
        if name in FEW:
            return
        if store.engine == "sqlite":
            plan = execute(session._database, f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert [step for step in plan if _reads_too_much(step, plan, listing)] == [], plan
        else:
            _refuse(session)
            explained = execute(session._database, f"EXPLAIN (FORMAT JSON) {statement}", values).fetchall()
            plan = explained[0][0][0]["Plan"]
            tops = [plan] if listing.sides is None else list(_limits(plan["Plans"]))
            assert [node for top in tops for node in _bad(top)] == [], json.dumps(plan, indent=1)


def _reads_too_much(step: tuple[Any, ...], plan: list[tuple[Any, ...]], listing: Listing) -> bool:
    """Whether a step sorts rows or reads a table whole. The first rows of the sides of a list may be sorted together;
    rows of a side that come twice are left out as they come."""
    *_, words = step
    if "SCAN" in words and "USING" not in words:
        return not (listing.sides and words.startswith("SCAN side_"))
    if "TEMP B-TREE" not in words:
        return False
    return listing.sides is None or (_is_of_side(step, plan) and not words.endswith("FOR DISTINCT"))


def _is_of_side(step: tuple[Any, ...], plan: list[tuple[Any, ...]]) -> bool:
    """Whether a step is a part of reading one side."""
    above = {number: (parent, words) for number, parent, _, words in plan}
    parent = step[1]
    while parent in above:
        parent, words = above[parent]
        if words.startswith("CO-ROUTINE side_"):
            return True
    return False


def _refuse(session: Session) -> None:
    for way in ONLY_INDEXES:
        execute(session._database, f"SET LOCAL enable_{way} = off")


def _limits(plans: list[Any]) -> Iterator[Any]:
    """The parts of a plan that read so many rows and no more."""
    for one in plans:
        if one["Node Type"] == "Limit":
            yield one
        else:
            yield from _limits(one.get("Plans", []))


def _bad(node: Any) -> Iterator[str]:
    if node["Node Type"] in ("Seq Scan", "Sort", "Incremental Sort", "Bitmap Heap Scan", "HashAggregate"):
        yield f"{node['Node Type']} {node.get('Relation Name', '')}"
    for one in node.get("Plans", []):
        yield from _bad(one)


def keys_of(session: Session, listing: Listing, company_id: int) -> list[tuple[Any, ...]]:
    """What tells the rows of a list apart, of every row, in its order."""
    return [row for part in _pages(session, listing, company_id) for row in part]


def _pages(session: Session, listing: Listing, company_id: int) -> Iterator[list[tuple[Any, ...]]]:
    position = None
    while True:
        found = paging.page(session, listing, company_id, Asked({}), position, 500)
        yield [tuple(row.values()) for row in found.rows]
        if (position := found.position) is None:
            return


@pytest.mark.long
@pytest.mark.parametrize(("company", "descending"), [("BLOOM", False), ("ANDES", True)])
def test_what_is_there_all_along_comes_once_while_others_write(trade: Trade, company: str, descending: bool) -> None:
    business = Business(trade)
    before = _whole(trade.net, company)
    walked: dict[str, list[tuple[Any, ...]]] = {name: [] for name in NAMES}
    positions: dict[str, Any] = dict.fromkeys(NAMES)
    for step in range(4):
        for name in [one for one in NAMES if step == 0 or positions[one] is not None]:
            with trade.net.context.store.whole_network.reading() as session:
                company_id, found = of_company(session, company)
                listing = by_keys(found[name])
                limit = max(1, len(before[name]) // 4) if step < 3 else 500
                asked = Asked({}, descending=descending)
                page = paging.page(session, listing, company_id, asked, positions[name], limit)
            walked[name] += [tuple(row.values()) for row in page.rows]
            positions[name] = page.position
        business.goes_on()
    after = _whole(trade.net, company)
    for name in NAMES:
        there = [key for key in before[name] if key in set(after[name])]
        assert len(walked[name]) == len(set(walked[name])), f"{name}: no row comes twice"
        assert [key for key in walked[name] if key in set(there)] == (there[::-1] if descending else there), name


def by_keys(listing: Listing) -> Listing:
    """The same list, of which a row is what tells it apart."""
    return replace(listing, columns={f"key {place}": key for place, key in enumerate(listing.unique)})


def _whole(net: K2K, company: str) -> dict[str, list[tuple[Any, ...]]]:
    with net.context.store.whole_network.reading() as session:
        company_id, found = of_company(session, company)
        return {name: keys_of(session, by_keys(listing), company_id) for name, listing in found.items()}
