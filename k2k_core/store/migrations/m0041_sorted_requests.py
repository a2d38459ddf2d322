"""Requests of buyers are found and sorted by indexes of their own, and products of one description by their codes."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the indexes."""
    run_script(database, "m0041_sorted_requests")
