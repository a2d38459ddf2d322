"""What a unit of work has changed, noted by triggers until its events are written (architecture section 3, "Events").

The triggers themselves are made anew after every migration (`change_triggers`).
"""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the table."""
    run_script(database, "m0022_row_changes")
