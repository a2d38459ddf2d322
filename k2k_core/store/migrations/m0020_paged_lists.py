"""What the lists of orders, AWBs, boxes, notifications and movements need: texts that are searched, the companies of a
claim, and indexes."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import Database

from k2k_core.domain.text_folding import fold_all
from k2k_core.store.database.queries import execute
from k2k_core.store.migrations.scripts import run_script

SEARCHED: Mapping[str, tuple[str, ...]] = {
    "document": ("reference_number",),
    "awb": ("number",),
    "notification": ("to", "subject"),
}
"""Table -> the columns whose folded texts are its search text."""


def up(database: Database) -> None:
    """Add the columns and indexes, and fill them."""
    run_script(database, "m0020_paged_lists")
    for table, columns in SEARCHED.items():
        names = ", ".join(f'"{column}"' for column in columns)
        for row_id, *texts in execute(database, f'SELECT id, {names} FROM "{table}"').fetchall():
            execute(database, f'UPDATE "{table}" SET search = ? WHERE id = ?', (fold_all(texts), row_id))
