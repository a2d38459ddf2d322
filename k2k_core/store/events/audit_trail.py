"""Reads the audit of one company: an entry by its id, and who changed a field last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.tables import Audit

_AT_ONCE = 50
"""How many entries about a subject are read together: the last change of a field is mostly among the first."""


class AuditRow(NamedTuple):
    """One entry, as it is stored."""

    id: int
    person: str
    action: str
    subject: str
    before: Json
    after: Json
    at: datetime


_COLUMNS = tuple(getattr(Audit, name) for name in AuditRow._fields)


def entry(session: Session, company_id: int, audit_id: int) -> AuditRow | None:
    """An entry of a company's audit; None for an unknown one."""
    found = session.first(Audit.select(*_COLUMNS).where((Audit.company_id == company_id) & (Audit.id == audit_id)))
    return None if found is None else AuditRow(*found)


def entries(session: Session, company_id: int, action: str, subjects: Sequence[str]) -> list[AuditRow]:
    """The entries of one action about some subjects, oldest first."""
    if not subjects:
        return []
    mine = (Audit.company_id == company_id) & (Audit.action == action) & Audit.subject.in_(list(subjects))
    return [AuditRow(*row) for row in session.rows(Audit.select(*_COLUMNS).where(mine).order_by(Audit.id))]


def last(session: Session, company_id: int, action: str, subject: str) -> datetime | None:
    """When an action was last audited about a subject; None if it never was."""
    mine = (Audit.company_id == company_id) & (Audit.subject == subject) & (Audit.action == action)
    found: datetime | None = session.value(Audit.select(Audit.at).where(mine).order_by(Audit.id.desc()))
    return found


def last_change(
    session: Session, company_id: int, subject: str, actions: Collection[str], field: str | None
) -> AuditRow | None:
    """The last entry of one of these actions about a subject that contains a field, or with None whatever it contains;
    None if there is none."""
    mine: Any = (Audit.company_id == company_id) & (Audit.subject == subject) & Audit.action.in_(list(actions))
    below = None
    while True:
        older = mine if below is None else mine & (Audit.id < below)
        rows = session.rows(Audit.select(*_COLUMNS).where(older).order_by(Audit.id.desc()).limit(_AT_ONCE))
        for row in map(AuditRow._make, rows):
            if field is None or (isinstance(row.after, dict) and field in row.after):
                return row
        if len(rows) < _AT_ONCE:
            return None
        below = rows[-1][0]
