"""What lists need: master data can be archived and searched, and cursors are signed with a random key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from peewee import Database

from k2k_core.domain.text_folding import fold_all
from k2k_core.store.database.queries import execute
from k2k_core.store.migrations.scripts import run_script

KEY_BYTES = 32

SEARCHED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("location", "category", "box_type", "vendor", "carrier", "price_list"), ("code", "name")),
    "company": ("code", "name"),
    "product": ("code", "description", "variety", "color", "grade"),
    "customer": ("code", "name", "email"),
    "person": ("email", "name"),
}
"""Table -> the columns whose folded texts are its search text."""


def up(database: Database) -> None:
    """Add the columns, fill them, and make the key."""
    run_script(database, "m0016_lists")
    for table, columns in SEARCHED.items():
        for row_id, *texts in execute(database, f'SELECT id, {", ".join(columns)} FROM "{table}"').fetchall():
            execute(database, f'UPDATE "{table}" SET search = ? WHERE id = ?', (fold_all(texts), row_id))
    execute(database, "INSERT INTO secret (name, value) VALUES (?, ?)", ("cursors", secrets.token_hex(KEY_BYTES)))
