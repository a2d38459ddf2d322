"""Drafts of changes: stored until somebody applies or drops them, whichever comes first."""

from __future__ import annotations

from typing import Any

from k2k_core.store.database.numbering import next_value
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.tables import Draft

OPEN, APPLIED, DROPPED = "open", "applied", "dropped"


def add_draft(session: Session, company_id: int, changes: Json, person: str) -> str:
    """Store a draft; returns its number."""
    number = f"D-{1000 + next_value(session, company_id, 'draft')}"
    session.insert(Draft, company_id=company_id, number=number, changes=changes, person=person, at=session.now)
    return number


def find_draft(session: Session, company_id: int, number: str) -> dict[str, Any] | None:
    """A draft of the company by number."""
    mine = (Draft.company_id == company_id) & (Draft.number == number)
    found = session.dicts(Draft.select().where(mine))
    return found[0] if found else None


def close_draft(session: Session, draft_id: int, state: str) -> bool:
    """Mark an open draft applied or dropped; False when it is not open any more."""
    waiting = (Draft.id == draft_id) & (Draft.state == OPEN)
    return session.change(Draft.update(state=state).where(waiting)) == 1
