"""Table of the network's random keys, which no answer contains."""

from __future__ import annotations

from k2k_core.store.tables.base import SYSTEM, IdField, Table, TextField


class Secret(Table):
    """A random key, 32 bytes in hexadecimal, made once with the tables. It never changes."""

    ownership = SYSTEM

    id = IdField()
    name = TextField(unique=True)
    value = TextField()

    class Meta:
        table_name = "secret"


__all__ = ["Secret"]
