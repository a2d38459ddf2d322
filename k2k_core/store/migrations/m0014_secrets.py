"""The network's random keys: the one with which the ids of catalog lines are derived."""

from __future__ import annotations

import secrets

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.migrations.scripts import run_script

KEY_BYTES = 32


def up(database: Database) -> None:
    """Create the table and its key."""
    run_script(database, "m0014_secrets")
    key = secrets.token_hex(KEY_BYTES)
    execute(database, 'INSERT INTO "secret" ("name", "value") VALUES (?, ?)', ("catalog_lines", key))
