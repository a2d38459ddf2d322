"""What a database holds, whatever the version of its tables: for the manifest of a backup, and to compare a restored
database with it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from k2k_core.store.backups.manifest import AuditAnchor, ChainEnd, Contents
from k2k_core.store.database.session import Session

AT_ONCE = 5_000
AUDIT = ('"id"', '"company_id"', '"person"', '"action"', '"subject"', '"before"', '"after"', '"at"')

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    "postgresql": "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
}

_ENDS = """
SELECT company.code, place, seal FROM audit_head LEFT JOIN company ON company.id = company_id
ORDER BY COALESCE(company_id, 0)
"""


def held(session: Session) -> Contents:
    """What a snapshot holds."""
    tables = table_names(session)
    counts = {table: _number(session, f'SELECT count(*) FROM "{table}"') for table in tables}
    schema = (
        _number(session, "SELECT COALESCE(max(number), 0) FROM schema_version") if "schema_version" in counts else 0
    )
    network = network_mark(session) if "secret" in tables else ""
    return Contents(network, schema, counts, _audit(session, tables))


def table_names(session: Session) -> list[str]:
    """The tables that are there, by name."""
    return [name for (name,) in session.ready_rows(_TABLES[session.engine], (), (None,))]


def _number(session: Session, statement: str) -> int:
    return int(session.ready_rows(statement, (), (None,))[0][0])


def network_mark(session: Session) -> str:
    """A mark that is the same for every state of one network, and tells nothing of its keys."""
    keys = session.ready_rows("SELECT name, value FROM secret ORDER BY name", (), (None, None))
    return hashlib.sha256(json.dumps([list(row) for row in keys]).encode()).hexdigest()[:16]


def _audit(session: Session, tables: list[str]) -> AuditAnchor:
    digest, rows, last = hashlib.sha256(), 0, 0
    statement = f"SELECT {', '.join(AUDIT)} FROM audit WHERE id > ? ORDER BY id LIMIT {AT_ONCE}"
    found: list[Any] = [()]
    while "audit" in tables and found:
        found = session.ready_rows(statement, (last,), (None,) * len(AUDIT))
        for row in found:
            digest.update(json.dumps(list(row), separators=(",", ":")).encode() + b"\n")
        rows, last = rows + len(found), found[-1][0] if found else last
    return AuditAnchor(rows, last, digest.hexdigest(), _chains(session, tables))


def _chains(session: Session, tables: list[str]) -> list[ChainEnd]:
    if "audit_head" not in tables:
        return []
    return [ChainEnd(*row) for row in session.ready_rows(_ENDS, (), (None,) * 3)]
