"""The audit becomes a chain, and what was deleted by age is on record (architecture section 3).

The entries that are there are hashed and sealed as they are, in the order of their ids; the head of each chain says how
many they were. Of a feed whose oldest events are gone is recorded where it begins.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import Database

from k2k_core.domain.audit_chain import HashedEntry, beginning, entry_hash, next_seal
from k2k_core.store.database.queries import execute
from k2k_core.store.fields import moment_as_stored
from k2k_core.store.migrations.scripts import run_script

AT_ONCE = 1_000

_ENTRIES = f"""
SELECT id, company_id, person, action, subject, before, after, at FROM audit WHERE id > ? ORDER BY id LIMIT {AT_ONCE}
"""
_HEAD = """
INSERT INTO audit_head (company_id, place, seal, older, began_at, anchored_at)
VALUES (CAST(? AS BIGINT), ?, ?, ?, ?, ?)
"""
_FEEDS = """
INSERT INTO retention (company_id, name, first)
SELECT counter.company_id, 'feed', COALESCE((SELECT min(seq) FROM feed WHERE feed.company_id = counter.company_id),
    counter.value + 1)
FROM counter WHERE counter.name = 'feed'
"""


def up(database: Database) -> None:
    """Add the columns and the tables."""
    run_script(database, "m0033_audit_chain")


def backfill(database: Database, now: datetime) -> None:
    """Seal the entries that are there, and record where the feeds begin."""
    chains: dict[int | None, tuple[int, str]] = {}
    last: int | None = 0
    while last is not None:
        last = _seal_some(database, last, chains)
    moment = moment_as_stored(now)
    for company_id, (place, seal) in chains.items():
        execute(database, _HEAD, (company_id, place, seal, place, moment, moment))
    execute(database, _FEEDS)


def _seal_some(database: Database, after: int, chains: dict[int | None, tuple[int, str]]) -> int | None:
    rows = execute(database, _ENTRIES, (after,)).fetchall()
    for entry_id, *values in rows:
        entry = HashedEntry(*values)
        hashed = entry_hash(entry)
        place, seal = chains.get(entry.company_id, (0, beginning(entry.company_id)))
        seal = next_seal(seal, place + 1, entry_id, hashed)
        chains[entry.company_id] = (place + 1, seal)
        sealed: tuple[Any, ...] = (hashed, place + 1, seal, entry_id)
        execute(database, "UPDATE audit SET hash = ?, place = ?, seal = ? WHERE id = ?", sealed)
    return rows[-1][0] if rows else None
