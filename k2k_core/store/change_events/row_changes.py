"""Reads what the triggers have noted in a unit of work (`store.migrations.change_triggers`).

The unit of work that wrote it takes it back after all its other work, so that no event is lost and none is written of
what was undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.store.database.session import Session

_TAKEN = "RETURNING kind, company_id, row_id, name, id"
_STATEMENTS = {
    "sqlite": f"DELETE FROM row_change {_TAKEN}",
    "postgresql": f"DELETE FROM row_change WHERE unit = txid_current_if_assigned() {_TAKEN}",
}

Ids = Mapping[int, list[int]]
"""By company the ids of its rows, each once, in the order in which they were written."""


class RowChanges(NamedTuple):
    """What a unit of work has changed: rows by table and company, names of settings by company."""

    rows: Mapping[str, Ids]
    settings: Mapping[int, list[str]]

    def ids(self, table: str) -> list[int]:
        """The ids of a table's rows, of all companies."""
        return [one for ids in self.rows.get(table, {}).values() for one in ids]


NONE = RowChanges({}, {})


def taken_back(session: Session) -> RowChanges:
    """What was noted in this unit of work, of companies that were there before it: whoever reads the feed of a new one
    begins with its lists."""
    noted = _noted(session) if session.wrote else []  # even a DELETE of nothing fails where nothing may be written
    if not noted:
        return NONE
    new = {row_id for kind, _, row_id, _ in noted if kind == "new_company"}
    rows: dict[str, dict[int, dict[int, None]]] = defaultdict(lambda: defaultdict(dict))
    settings: dict[int, dict[str, None]] = defaultdict(dict)
    for kind, company_id, row_id, name in noted:
        if company_id in new:
            continue
        if kind == "setting":
            settings[company_id][name] = None
        else:
            rows[kind][company_id][row_id] = None
    by_table = {kind: {owner: list(ids) for owner, ids in owners.items()} for kind, owners in rows.items()}
    return RowChanges(by_table, {owner: list(names) for owner, names in settings.items()})


def _noted(session: Session) -> list[tuple[str, int, int, str]]:
    rows = sorted(session.run(_STATEMENTS[session.engine]).fetchall(), key=lambda row: int(row[4]))
    return [(kind, company_id, row_id, name) for kind, company_id, row_id, name, _ in rows]
