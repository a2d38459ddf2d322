"""Failures of sweeps: which cart or order, the error, how often since when, and when it is retried.

They are stored in the database, so that every process knows them, even one started later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_FAILURE: Any = tables.SweepFailure
_COMPANY: Any = tables.Company


class Subject(NamedTuple):
    """A cart or an order: its company, and its number."""

    company_id: int
    number: str


class Failure(NamedTuple):
    """A cart or an order that a sweep could not end."""

    company: str
    work: str
    number: str
    code: str
    attempts: int
    since: dt.datetime
    last_at: dt.datetime
    retry_at: dt.datetime


def of_work(session: Session, work: str) -> dict[Subject, tuple[str, dt.datetime]]:
    """The failures of some work: the code of the last error, and when it is retried."""
    columns = (_FAILURE.company_id, _FAILURE.number, _FAILURE.code, _FAILURE.retry_at)
    rows = session.rows(_FAILURE.select(*columns).where(_FAILURE.work == work))
    return {Subject(company_id, number): (code, retry_at) for company_id, number, code, retry_at in rows}


def record(session: Session, work: str, subject: Subject, code: str) -> int:
    """Store one more failure; returns how many there were in a row."""
    mine = _is(work, subject)
    again = _FAILURE.update(attempts=_FAILURE.attempts + 1, code=code, last_at=session.now, retry_at=session.now)
    changed = session.changed(again.where(mine).returning(_FAILURE.attempts))
    if changed:
        return int(changed[0][0])
    moments = dict.fromkeys(("since", "last_at", "retry_at"), session.now)
    session.insert(tables.SweepFailure, **subject._asdict(), work=work, code=code, attempts=1, **moments)
    return 1


def postpone(session: Session, work: str, subject: Subject, until: dt.datetime) -> None:
    """Retry it at a moment."""
    session.change(_FAILURE.update(retry_at=until).where(_is(work, subject)))


def forget(session: Session, work: str, subjects: Collection[Subject]) -> None:
    """Delete the failures of subjects that have succeeded, or are no longer due."""
    for subject in sorted(subjects):
        session.change(_FAILURE.delete().where(_is(work, subject)))


def listed(session: Session) -> list[Failure]:
    """Every failure of the network, oldest first."""
    columns = [getattr(_FAILURE, name) for name in Failure._fields[1:]]
    query = _FAILURE.select(_COMPANY.code, *columns).join(_COMPANY, on=_COMPANY.id == _FAILURE.company_id)
    return [Failure(*row) for row in session.rows(query.order_by(_FAILURE.since, _FAILURE.id))]


def _is(work: str, subject: Subject) -> Any:
    mine = (_FAILURE.company_id == subject.company_id) & (_FAILURE.number == subject.number)
    return mine & (_FAILURE.work == work)
