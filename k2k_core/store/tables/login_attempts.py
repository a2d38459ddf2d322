"""Table of counted attempts, such as wrong passwords, for all processes of a network."""

from __future__ import annotations

from k2k_core.store.tables.base import SYSTEM, IdField, MomentField, Table, TextField


class Attempt(Table):
    """One attempt, while it counts. `bucket` is a digest: it contains neither address nor person."""

    ownership = SYSTEM

    id = IdField()
    bucket = TextField()
    at = MomentField()
    expires_at = MomentField()

    class Meta:
        table_name = "attempt"
        indexes = ((("bucket", "expires_at"), False), (("expires_at",), False))


__all__ = ["Attempt"]
