"""The random keys of a network. They are made by a migration and never change."""

from __future__ import annotations

from k2k_core.store.database.session import Session
from k2k_core.store.tables import Secret

_KEYS = Secret.select(Secret.name, Secret.value)

CATALOG_LINES = "catalog_lines"
"""What the ids of catalog lines are derived with."""

CURSORS = "cursors"
"""The key that signs the cursors of lists."""


def read(session: Session) -> None:
    """Read every key, for all units of work of this process."""
    session.secrets.update({name: bytes.fromhex(value) for name, value in session.rows(_KEYS)})


def secret(session: Session, name: str) -> bytes:
    """The key of that name."""
    if name not in session.secrets:
        read(session)
    return session.secrets[name]
