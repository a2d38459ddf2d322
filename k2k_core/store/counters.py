"""Numbers that are given once: documents, and places in a company's feed of events."""

from __future__ import annotations

from k2k_core.store.work import Session

_NEXT = """
INSERT INTO counter (company_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (company_id, name) DO UPDATE SET value = counter.value + excluded.value
RETURNING value
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
    return int(session.run(_NEXT, (company_id, name, count)).fetchone()[0])
