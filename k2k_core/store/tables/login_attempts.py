"""Table of attempts that are counted, such as wrong passwords, whichever process they were made at."""

from __future__ import annotations

from k2k_core.store.tables.base import SYSTEM, IdField, MomentField, Table, TextField


class Attempt(Table):
    """One attempt at something, until it counts no more. `bucket` is a digest: it names neither address nor person."""

    ownership = SYSTEM

    id = IdField()
    bucket = TextField()
    at = MomentField()
    expires_at = MomentField()

    class Meta:
        table_name = "attempt"
        indexes = ((("bucket", "expires_at"), False), (("expires_at",), False))


__all__ = ["Attempt"]
