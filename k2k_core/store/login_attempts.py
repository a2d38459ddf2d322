"""Rate limiting over all processes of a network: attempts, such as wrong passwords, are recorded and counted.

What is counted has a name, of which only the digest is stored: it may contain a person's e-mail address.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from peewee import fn

from k2k_core.store.database.session import Session
from k2k_core.store.tables import Attempt


def note(session: Session, name: str, most: int, seconds: int, attempts: int = 1) -> bool:
    """Record `attempts` that count for so many seconds; False, and none is recorded, if that would be more than
    `most`."""
    if session.engine == "postgresql":  # else two at once would count the same, and both be let in
        session.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (_bucket(name),))
    session.change(Attempt.delete().where(Attempt.expires_at <= session.now))
    if counted(session, name)[0] + attempts > most:
        return False
    row = {"bucket": _bucket(name), "at": session.now, "expires_at": session.now + dt.timedelta(seconds=seconds)}
    session.insert_many(Attempt, [row] * attempts)
    return True


def counted(session: Session, name: str) -> tuple[int, dt.datetime | None]:
    """How many attempts count at this moment, and when the first of them was made."""
    columns = (fn.COUNT(Attempt.id), fn.MIN(Attempt.at))
    count, first = session.rows(Attempt.select(*columns).where(_counting(session, name)))[0]
    return int(count), first


def take_back(session: Session, name: str) -> None:
    """Uncount the last attempt of a name."""
    newest = Attempt.select(fn.MAX(Attempt.id)).where(Attempt.bucket == _bucket(name))
    session.change(Attempt.delete().where(Attempt.id == newest))


def forget(session: Session, name: str) -> int:
    """Reset the count of a name; returns how many attempts were deleted."""
    return session.change(Attempt.delete().where(Attempt.bucket == _bucket(name)))


def forget_all(session: Session) -> int:
    """Reset all counts."""
    return session.change(Attempt.delete())


def _counting(session: Session, name: str) -> Any:
    return (Attempt.bucket == _bucket(name)) & (Attempt.expires_at > session.now)


def _bucket(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
