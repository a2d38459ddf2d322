"""PostgreSQL folds texts that have no column of folded ones as `domain.text_folding` does; SQLite calls that itself."""

from __future__ import annotations

from peewee import Database, SqliteDatabase

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Make the function."""
    if not isinstance(database, SqliteDatabase):
        run_script(database, "m0043_folded_texts")
