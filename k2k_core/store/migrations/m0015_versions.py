"""Versions of records and documents, moved by triggers (`version_triggers`), and an index of the audit by subject."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the versions: everything that exists is at version 1."""
    run_script(database, "m0015_versions")
