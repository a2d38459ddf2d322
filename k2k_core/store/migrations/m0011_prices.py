"""Price lists for everyone, the shop and language of a customer, the currency of vendors that are in the network."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the columns, and give each vendor record that is a company of the network that company's currency."""
    run_script(database, "m0011_prices")
