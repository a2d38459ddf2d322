"""Numbers that are given once: documents, and places in a company's feed of events."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_core.store.database.session import Session

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
    """Bring a company's counter to a number."""
    session.run(_SET, (company_id, name, value))


def next_value(session: Session, company_id: int, name: str, count: int = 1) -> int:
    """Take `count` numbers of a company's counter; answers the last of them, starting with 1.

    Without gaps: a unit of work that is undone gives its numbers back, and others wait for it meanwhile.
    """
    return next_values(session, {(company_id, name): count})[(company_id, name)]


def next_values(session: Session, wanted: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """The same of several counters in one statement, which holds them in the order given; the last number of each."""
    statement = _NEXT.format(places=", ".join(["(?, ?, ?)"] * len(wanted)))
    rows = session.run(statement, [part for counter, count in wanted.items() for part in (*counter, count)]).fetchall()
    return {(company_id, name): int(value) for company_id, name, value in rows}
