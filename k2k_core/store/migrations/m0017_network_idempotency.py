"""Repeated commands that belong to no company: loading companies, and the network's operators."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the table."""
    run_script(database, "m0017_network_idempotency")
