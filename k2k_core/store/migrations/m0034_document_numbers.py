"""The numbers that documents are searched by: those that buyers gave their orders, and those of before."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the indexes."""
    run_script(database, "m0034_document_numbers")
