"""Jobs: stored, leased by one worker at a time, ended once, deleted some days later.

Every change of state is one conditional UPDATE: of a worker that ends a job, one that takes it over and a person who
cancels it, each sees what the others did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from k2k_core.domain.jobs import CANCELLED, RUNNING, WAITING
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing, nullable
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json

_JOB: Any = tables.Job
_COMPANY: Any = tables.Company

SHOWN = ("id", "kind", "state", "done", "of", "error", "cancelling", "person", "at", "ended_at")
"""The columns of a job in a list."""


class Claimed(NamedTuple):
    """A job that a worker has leased."""

    id: int
    company_id: int | None
    kind: str
    arguments: Mapping[str, Any]
    content: bytes | None
    run_key: str
    actor: Mapping[str, Any]
    locale: str
    attempts: int
    lease: str
    cancelling: bool
    company: str | None


class Ending(NamedTuple):
    """How a job ends."""

    state: str
    error: Json = None
    result: Json = None
    file: bytes | None = None


def add(session: Session, **values: Any) -> int:
    """Add a waiting job; returns its id."""
    return session.insert(tables.Job, **values, at=session.now)


def find(session: Session, company_id: int | None, job_id: int) -> dict[str, Any] | None:
    """A job of a company, or with None of the network, as a list shows it, with its result; None for an unknown one."""
    columns = [getattr(_JOB, name) for name in (*SHOWN, "result")]
    found: list[dict[str, Any]] = session.dicts(_JOB.select(*columns).where(_is(company_id, job_id)))
    return found[0] if found else None


def file(session: Session, company_id: int | None, job_id: int) -> bytes | None:
    """The file that a job made."""
    found: bytes | None = session.value(_JOB.select(_JOB.file).where(_is(company_id, job_id)))
    return found


def listed(company_id: int | None, kinds: Iterable[str]) -> Listing:
    """The list of the jobs of a company, or with None of the network, of some kinds."""
    some = _JOB.select().where(_JOB.kind.in_(sorted(kinds)))
    return Listing(
        source=some if company_id is not None else some.where(_JOB.company_id.is_null()),
        owner=_JOB.company_id,
        columns={name: getattr(_JOB, name) for name in SHOWN},
        unique=(_JOB.id,),
        sorts={"id": (), "ended_at": nullable(_JOB.ended_at, 0)},
        filters={
            "kind": lambda kind: _JOB.kind == kind,
            "state": lambda state: _JOB.state == state,
            "person": lambda person: _JOB.person == person,
        },
        searched=(_JOB.person, _JOB.kind),
    )


def claim(session: Session, lease: str, time: dt.timedelta) -> Claimed | None:
    """Lease the oldest job that waits, or whose lease has expired; None without one.

    Two workers get different jobs: on PostgreSQL locked rows are skipped, on SQLite there is one writer at a time. The
    UPDATE checks again.
    """
    now = _JOB.at.db_value(session.now)
    text = "SELECT id FROM job WHERE state = 'waiting' OR (state = 'running' AND leased_until <= ?) ORDER BY id LIMIT 1"
    held = "" if session.engine == "sqlite" else " FOR UPDATE SKIP LOCKED"
    found = session.run(text + held, (now,)).fetchone()
    if found is None:
        return None
    values = {
        "state": RUNNING,
        "lease": lease,
        "leased_until": session.now + time,
        "attempts": _JOB.attempts + 1,
        "done": 0,
        "of": None,
    }
    free = (_JOB.state == WAITING) | ((_JOB.state == RUNNING) & (_JOB.leased_until <= session.now))
    columns = [getattr(_JOB, name) for name in Claimed._fields[:-1]]
    taken = session.changed(_JOB.update(values).where((_JOB.id == found[0]) & free).returning(*columns))
    return Claimed(*(*taken[0], _code(session, taken[0][1]))) if taken else None


def anything_waits(session: Session) -> bool:
    """Whether `claim` would find a job."""
    free = (_JOB.state == WAITING) | ((_JOB.state == RUNNING) & (_JOB.leased_until <= session.now))
    return session.first(_JOB.select(_JOB.id).where(free)) is not None


def renew(session: Session, claimed: Claimed, time: dt.timedelta, done: int, of: int | None) -> bool | None:
    """Store the progress of a job, and renew its lease; returns whether it must stop, None when another worker has
    it."""
    values = {"leased_until": session.now + time, "done": done, "of": of}
    found = session.changed(_JOB.update(values).where(_is_held(claimed)).returning(_JOB.cancelling))
    return bool(found[0][0]) if found else None


def goes_on(session: Session, claimed: Claimed) -> bool:
    """Whether a job still has this lease, and nobody asked it to stop."""
    return session.first(_JOB.select(_JOB.id).where(_is_held(claimed) & ~_JOB.cancelling)) is not None


def is_held(session: Session, claimed: Claimed) -> bool:
    """Whether a job still has this lease."""
    return session.first(_JOB.select(_JOB.id).where(_is_held(claimed))) is not None


def put_back(session: Session, claimed: Claimed) -> None:
    """Let a job wait again because its worker ends before it is done; this is no failed attempt."""
    values = {"state": WAITING, "lease": None, "leased_until": None, "attempts": _JOB.attempts - 1}
    session.change(_JOB.update(values).where(_is_held(claimed)))


def end(session: Session, claimed: Claimed, ending: Ending, done: int, of: int | None) -> bool:
    """End a job with its result; False when another worker has it. Its file is deleted."""
    values = {**_ended(session, ending.state), **ending._asdict(), "done": done, "of": of}
    return session.change(_JOB.update(values).where(_is_held(claimed))) == 1


def cancel_waiting(session: Session, company_id: int | None, job_id: int) -> bool:
    """Cancel a job that is not running yet; returns whether it was."""
    mine = _is(company_id, job_id) & (_JOB.state == WAITING)
    return session.change(_JOB.update(_ended(session, CANCELLED)).where(mine)) == 1


def ask_to_stop(session: Session, company_id: int | None, job_id: int) -> bool:
    """Ask a running job to stop; returns whether it runs."""
    mine = _is(company_id, job_id) & (_JOB.state == RUNNING)
    return session.change(_JOB.update(cancelling=True).where(mine)) == 1


def forget_ended(session: Session, before: dt.datetime, most: int) -> int:
    """Delete up to `most` jobs that ended before a moment; returns how many."""
    old = _JOB.select(_JOB.id).where(_JOB.ended_at < before).order_by(_JOB.ended_at).limit(most)
    ids = [one for (one,) in session.rows(old)]
    return session.change(_JOB.delete().where(_JOB.id.in_(ids))) if ids else 0


def _ended(session: Session, state: str) -> dict[str, Any]:
    nobody = {"lease": None, "leased_until": None, "content": None, "cancelling": False}
    return {**nobody, "state": state, "ended_at": session.now}


def _code(session: Session, company_id: int | None) -> str | None:
    if company_id is None:
        return None
    return str(session.value(_COMPANY.select(_COMPANY.code).where(_COMPANY.id == company_id)))


def _is(company_id: int | None, job_id: int) -> Any:
    whose = _JOB.company_id.is_null() if company_id is None else _JOB.company_id == company_id
    return (_JOB.id == job_id) & whose


def _is_held(claimed: Claimed) -> Any:
    return (_JOB.id == claimed.id) & (_JOB.state == RUNNING) & (_JOB.lease == claimed.lease)
