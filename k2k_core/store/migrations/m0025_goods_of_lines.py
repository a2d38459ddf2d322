"""The goods of a line whose hidden vendors have numbers, as a column with an index: every order asks for the numbers
that a customer's carts have fixed (pricing section 9)."""

from __future__ import annotations

import json

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the column and its index, and fill it for the lines that lie in carts."""
    run_script(database, "m0025_goods_of_lines")
    in_carts = "SELECT id, explanation FROM order_line WHERE state = 'in_cart' AND explanation IS NOT NULL"
    for row_id, explanation in execute(database, in_carts).fetchall():
        if sources := json.loads(explanation).get("sources"):
            execute(database, "UPDATE order_line SET goods = ? WHERE id = ?", (sources["goods"], row_id))
