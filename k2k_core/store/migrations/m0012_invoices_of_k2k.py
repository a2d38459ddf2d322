"""Invoices of K2K orders bear the mark of their order: those of vendors, the buyers' copies, and buyers' own."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Mark the invoices that exist."""
    run_script(database, "m0012_invoices_of_k2k")
