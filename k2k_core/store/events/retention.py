"""Records what is deleted by age: triggers refuse to delete any other row of it, and `verify` knows where it begins."""

from __future__ import annotations

from k2k_core.store.database.session import Session

_RAISE = """
INSERT INTO retention (company_id, name, first) VALUES (?, ?, ?)
ON CONFLICT (COALESCE(company_id, 0), name) DO UPDATE SET first = excluded.first
WHERE retention.first < excluded.first
"""

FEED, EVENT = "feed", "event"


def begins(session: Session, name: str, first: int, company_id: int | None = None) -> None:
    """From now on rows before `first` may be deleted; it never goes back."""
    session.run(_RAISE, (company_id, name, first))
