"""How much an engine does for a page of a list, counted and not timed: the same whatever else runs on the machine.

On SQLite it is the number of its instructions. On PostgreSQL it is the number of rows that the steps of its plan take
up or throw away, and of pages of tables and indexes that it looks into: a table that is read whole has many rows on
few pages, and what is skipped within an index is no row of the plan, but stands on pages. `statements` must be one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Found, Listing, Position
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store

STEPS = 10
"""Of how many instructions of SQLite one is counted."""


class Page(NamedTuple):
    """A page, and what it took."""

    found: Found
    statements: int
    work: int


def page(store: Store, listing: Listing, owner: int, asked: Asked, after: Position | None, limit: int) -> Page:
    """Read a page and count the work."""
    return (_page_of_sqlite if store.engine == "sqlite" else _page_of_postgresql)(
        store, listing, owner, asked, after, limit
    )


def work_of(session: Session, read: Callable[[], object]) -> int:
    """The work of the statements that are ready and that some reading asks (`Session.ready_rows`)."""
    if session.engine == "sqlite":
        with _instructions(session) as counted:
            read()
        return counted[0]
    asked, ready = list[tuple[str, Sequence[object]]](), session.ready_rows
    # This one session notes what it is asked: what it asks the engine stays as it is.
    session.ready_rows = lambda *one: asked.append(one[:2]) or ready(*one)  # type: ignore[method-assign, func-returns-value]
    try:
        read()
    finally:
        session.ready_rows = ready  # type: ignore[method-assign]  # its own method again
    return sum(_explained(session, statement.replace("?", "%s"), values) for statement, values in asked)


def work_of_query(session: Session, query: Any) -> int:
    """The work of a query."""
    if session.engine == "sqlite":
        with _instructions(session) as counted:
            session.rows(query)
        return counted[0]
    return _explained(session, *session._database.get_sql_context().sql(query).query())


def _page_of_sqlite(store: Store, listing: Listing, owner: int, asked: Asked, after: Any, limit: int) -> Page:
    with store.whole_network.reading() as session, _instructions(session) as counted:
        found = paging.page(session, listing, owner, asked, after, limit)
        return Page(found, session.queries, counted[0])


@contextmanager
def _instructions(session: Session) -> Iterator[list[int]]:
    """Counts the instructions of SQLite within it."""
    counted = [0]

    def count() -> int:
        counted[0] += STEPS
        return 0

    connection = session._database.connection()
    connection.set_progress_handler(count, STEPS)
    try:
        yield counted
    finally:
        connection.set_progress_handler(None, 0)


def _page_of_postgresql(store: Store, listing: Listing, owner: int, asked: Asked, after: Any, limit: int) -> Page:
    with store.whole_network.reading() as session:
        read, queries = session.rows, list[Any]()
        # As above.
        session.rows = lambda query: queries.append(query) or read(query)  # type: ignore[method-assign, func-returns-value]
        found = paging.page(session, listing, owner, asked, after, limit)
        statements = session.queries
        return Page(found, statements, work_of_query(session, queries[0]))


def _explained(session: Session, statement: str, values: Sequence[object]) -> int:
    """The rows and pages of a statement of PostgreSQL."""
    explained = execute(session._database, f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
    plan = explained.fetchall()[0][0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] + round(sum(map(_rows, _nodes(plan)))))


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A step of a plan and all below it."""
    yield node
    for one in node.get("Plans", ()):
        yield from _nodes(one)


def _rows(node: Mapping[str, Any]) -> float:
    """The rows that a step takes up: those that it hands on, and those that it reads in vain. They are told as of each
    of its turns, on the average."""
    in_vain = sum(value for name, value in node.items() if name.startswith("Rows Removed by "))
    return float(node["Actual Loops"] * (node["Actual Rows"] + in_vain))
