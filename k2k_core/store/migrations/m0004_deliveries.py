"""Endpoints of webhooks, deliveries, and the turns that order those of a document."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the tables. Notifications of before are not sent: nobody waits for them any more."""
    run_script(database, "m0004_deliveries")
