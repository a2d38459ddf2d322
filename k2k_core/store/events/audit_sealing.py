"""Seals the entries of the audit, company by company, some time after they were written: no order waits for the chain
(architecture section 3).

The entries that are there are sealed in the order of their ids. One that is committed later than others with higher ids
is sealed after them. One sealer works at a time, on PostgreSQL by a lock until the commit: two never give one place
twice, and one that is killed has sealed nothing since its last commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import JOIN, fn

from k2k_core.domain.audit_chain import beginning, next_seal
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Audit, AuditHead, Company

AT_ONCE = 1_000
"""How many entries one unit of work seals."""

ANCHORED_EVERY = timedelta(days=1)

_LOCK = 0x4B324C
"""PostgreSQL's name for "somebody seals"."""

_AUDIT: Any = Audit
_HEAD: Any = AuditHead
_COMPANY: Any = Company

_SEAL = """
WITH sealed (id, place, seal) AS (VALUES {rows})
UPDATE audit SET place = sealed.place, seal = sealed.seal FROM sealed
WHERE audit.id = sealed.id AND audit.place IS NULL
"""
_MOVE_HEAD = """
INSERT INTO audit_head (company_id, place, seal, began_at, anchored_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (COALESCE(company_id, 0)) DO UPDATE SET place = excluded.place, seal = excluded.seal
"""
_ANOTHER_END = """
SELECT company.code FROM audit_head AS head
LEFT JOIN audit AS entry ON COALESCE(entry.company_id, 0) = COALESCE(head.company_id, 0)
    AND entry.place = head.place AND entry.place IS NOT NULL
LEFT JOIN company ON company.id = head.company_id
WHERE entry.id IS NULL OR entry.seal IS NULL OR entry.seal <> head.seal ORDER BY 1
"""
"""With the literals of the index of places, which is found by them."""


@dataclass
class Head:
    """The end of a chain: its last place and seal, how many entries are older than it, and when an event last said it.
    `company` is its code; None, as the id, for the network's own."""

    company_id: int | None
    company: str | None
    place: int
    seal: str
    older: int
    anchored_at: datetime


class Unsealed(NamedTuple):
    """How many entries are not sealed yet, and the moment of the oldest."""

    entries: int
    since: datetime | None


def unsealed(session: Session) -> Unsealed:
    """What is not sealed yet."""
    found = session.first(_AUDIT.select(fn.COUNT(_AUDIT.id), fn.MIN(_AUDIT.at)).where(_AUDIT.place.is_null()))
    assert found is not None  # a count always has a row
    return Unsealed(int(found[0]), found[1])


def anything_unsealed(session: Session) -> bool:
    """Whether there is an entry that is not sealed yet."""
    return session.first(_AUDIT.select(_AUDIT.id).where(_AUDIT.place.is_null()).limit(1)) is not None


def heads(session: Session) -> list[Head]:
    """The end of every chain, the network's own first."""
    columns = (_HEAD.company_id, _COMPANY.code, _HEAD.place, _HEAD.seal, _HEAD.older, _HEAD.anchored_at)
    query = _HEAD.select(*columns).join(_COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _HEAD.company_id)
    return [Head(*row) for row in session.rows(query.order_by(fn.COALESCE(_HEAD.company_id, 0)))]


def lock(session: Session) -> None:
    """Wait until nobody else seals, and keep others from it until the commit."""
    if session.engine == "postgresql":
        session.run("SELECT pg_advisory_xact_lock(?)", (_LOCK,))


def seal_some(session: Session) -> tuple[int, list[Head]]:
    """Seal the oldest entries that are not sealed; returns how many, and the ends of the chains that have grown."""
    lock(session)
    query = _AUDIT.select(_AUDIT.id, _AUDIT.company_id, _AUDIT.hash).where(_AUDIT.place.is_null())
    rows = session.rows(query.order_by(_AUDIT.id).limit(AT_ONCE))
    if not rows:
        return 0, []
    known = {head.company_id: head for head in heads(session)}
    grown: dict[int | None, Head] = {}
    sealed = []
    for entry_id, company_id, hashed in rows:
        head = known.get(company_id) or _new(session, company_id)
        known[company_id] = grown[company_id] = head
        head.place, head.seal = head.place + 1, next_seal(head.seal, head.place + 1, entry_id, hashed)
        sealed.append((entry_id, head.place, head.seal))
    _write(session, sealed, grown.values())
    return len(rows), list(grown.values())


def _new(session: Session, company_id: int | None) -> Head:
    code = None
    if company_id is not None:
        code = session.value(_COMPANY.select(_COMPANY.code).where(_COMPANY.id == company_id))
    return Head(company_id, code, 0, beginning(company_id), 0, session.now)


def _write(session: Session, sealed: list[tuple[int, int, str]], grown: Iterable[Head]) -> None:
    types = "(?, ?, ?)" if session.engine == "sqlite" else "(?::bigint, ?::bigint, ?::text)"
    statement = _SEAL.format(rows=", ".join([types] * len(sealed)))
    session.run(statement, [value for row in sealed for value in row])
    now = _HEAD.began_at.db_value(session.now)
    for head in sorted(grown, key=lambda head: head.company_id or 0):
        session.run(_MOVE_HEAD, (head.company_id, head.place, head.seal, now, now))


def is_due(session: Session, head: Head) -> bool:
    """Whether an event has not said the end of a chain for a day."""
    return head.company_id is not None and session.now - head.anchored_at >= ANCHORED_EVERY


def note_anchored(session: Session, head: Head) -> None:
    """An event of this unit of work says the end of a chain."""
    session.change(_HEAD.update(anchored_at=session.now).where(_HEAD.company_id == head.company_id))


def with_another_end(session: Session) -> list[str]:
    """The companies whose chain does not end as its record says: its last entry is not there, or has another seal. The
    network's own is an empty text."""
    return [company or "" for (company,) in session.ready_rows(_ANOTHER_END, (), (None,))]
