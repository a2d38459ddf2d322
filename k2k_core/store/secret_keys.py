"""Random keys of a network. They are made by a migration and never change."""

from __future__ import annotations

from k2k_core.store.database.session import Session
from k2k_core.store.tables import Secret

CATALOG_LINES = "catalog_lines"
"""What the ids of catalog lines are derived with."""

CURSORS = "cursors"
"""What the cursors of lists are signed with."""


def secret(session: Session, name: str) -> bytes:
    """The key of that name."""
    ((value,),) = session.rows(Secret.select(Secret.value).where(Secret.name == name))
    return bytes.fromhex(value)
