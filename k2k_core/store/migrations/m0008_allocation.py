"""Engine room: boxes that were received for a prebook stay that prebook's (domain section 6)."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.guards import guard_allocation
from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add what is allocated of a lot, with its ledger and guards, and what was released of a line."""
    run_script(database, "m0008_allocation")
    guard_allocation(database)
