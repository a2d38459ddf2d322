"""What AWBs really cost by whom and when, what billed boxes were billed with, and attached links."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the three tables."""
    run_script(database, "m0002_arrivals")
