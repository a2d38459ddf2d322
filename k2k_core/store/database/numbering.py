"""Counters: numbers of documents, and places in a company's feed of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import SQL

from k2k_core.store.database.session import Session
from k2k_core.store.tables import Counter

FEED = "feed"
"""The counter of the places in a company's feed."""

_FEED = SQL(f"'{FEED}'")

_NEXT = """
INSERT INTO counter (company_id, name, value) VALUES {places}
ON CONFLICT (company_id, name) DO UPDATE SET value = counter.value + excluded.value
RETURNING company_id, name, value
"""

_SET = """
INSERT INTO counter (company_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (company_id, name) DO UPDATE SET value = excluded.value
"""


def set_value(session: Session, company_id: int, name: str, value: int) -> None:
    """Set a company's counter."""
    session.run(_SET, (company_id, name, value))


def next_value(session: Session, company_id: int, name: str, count: int = 1) -> int:
    """Take `count` numbers of a company's counter; returns the last of them. The first number is 1.

    Without gaps: a unit of work that is rolled back returns its numbers, and others wait for it meanwhile.
    """
    return next_values(session, {(company_id, name): count})[(company_id, name)]


def next_values(session: Session, wanted: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """The same for several counters in one statement, which locks them in the given order; the last number of each."""
    statement = _NEXT.format(places=", ".join(["(?, ?, ?)"] * len(wanted)))
    rows = session.run(statement, [part for counter, count in wanted.items() for part in (*counter, count)]).fetchall()
    return {(company_id, name): int(value) for company_id, name, value in rows}


def last_place_of(company: Any) -> Any:
    """The query for the last place in the feed of a company, a column or an id; no row before the first event."""
    return Counter.select(Counter.value).where((Counter.company_id == company) & (Counter.name == _FEED))


def known_place(session: Session, company_id: int | None) -> int | None:
    """The last place in a company's feed, where this unit of work has read it; None for one that has not."""
    return _known_places(session).get(company_id)


def note_place(session: Session, company_id: int | None, place: int) -> None:
    """Remember it, in the unit of work of several calls."""
    _known_places(session)[company_id] = place


def _known_places(session: Session) -> dict[int | None, int]:
    known: dict[int | None, int] = {} if session.memory is None else session.memory.setdefault(FEED, {})
    return known
