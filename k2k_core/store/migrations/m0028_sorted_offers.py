"""Indexes for sorted offers, and for documents that another company's document names."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the indexes."""
    run_script(database, "m0028_sorted_offers")
