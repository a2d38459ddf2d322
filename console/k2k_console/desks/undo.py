"""Undoes a change of the audit: the facade restores the values from before, on behalf of the user."""

from __future__ import annotations

from typing import Any

from k2k_console.base import Record
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Audit

RECORDS = ("customer", "vendor", "location", "lot")


def taken_back(entry: Record) -> dict[str, Any] | None:
    """The arguments of the facade's `set` that undo an entry; None for an entry that is no change of values."""
    kind, _, what = str(entry["action"]).partition(".")
    before = entry["before"]
    if what != "changed" or not isinstance(before, dict) or not before or entry["company"] is None:
        return None
    if kind == "settings":
        return {"settings": before}
    if kind == "company":
        return {"values": before}
    return {kind: entry["subject"], "values": before} if kind in RECORDS else None


def moved_on(session: Session, entry: Record) -> bool:
    """Whether one of the values was changed again since: then undoing would overwrite somebody else's work."""
    kind = str(entry["action"]).partition(".")[0]
    same = (Audit.action == entry["action"]) & (Audit.subject == entry["subject"])
    query = Audit.select(Audit.action, Audit.before, Audit.after).where(
        Audit.company_id == entry["company_id"], Audit.id > entry["id"], same | (Audit.action == f"{kind}s.put")
    )
    return any(_touches(entry, *row) for row in session.rows(query))


def _touches(entry: Record, action: str, before: Any, after: Any) -> bool:
    if action == entry["action"]:
        return bool(set(before or ()) & set(entry["before"]))
    return entry["subject"] in (after or {}).get("records", ())
