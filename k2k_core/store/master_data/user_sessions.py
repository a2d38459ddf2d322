"""Reads and writes the sessions of users: log-ins that have not ended."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from peewee import JOIN

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_SESSION: Any = tables.UserSession
_USER: Any = tables.User
_COMPANY: Any = tables.Company
_PREFERENCE: Any = tables.Preference


class Row(NamedTuple):
    """A session as it is listed."""

    id: int
    made_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    address: str
    agent: str


class SeenBy(NamedTuple):
    """From where a session is used: the network address of a browser, and what the browser says of itself."""

    address: str
    agent: str


class LoggedIn(NamedTuple):
    """The user of a live session, with their present roles and preferences, and its last use that was noted."""

    id: int
    made_at: dt.datetime
    seen_at: dt.datetime
    address: str
    agent: str
    person_id: int
    company_id: int | None
    company: str | None
    email: str
    name: str
    roles: list[str]
    locale: str
    theme: str | None
    density: str | None
    single_keys: bool | None


def digest(token: str) -> str:
    """What is stored of a token. It is random, so that nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def add(session: Session, person_id: int, company_id: int | None, token_digest: str, row: Row) -> int:
    """Add a session, whatever id the row has; returns its own."""
    values = {name: value for name, value in row._asdict().items() if name != "id"}
    owner = {"person_id": person_id, "company_id": company_id}
    return session.insert(tables.UserSession, **owner, token_digest=token_digest, **values)


def of_person(session: Session, person_id: int) -> list[Row]:
    """The live sessions of a user, the newest first."""
    columns = [getattr(_SESSION, name) for name in Row._fields]
    query = _SESSION.select(*columns).where(_live(session) & (_SESSION.person_id == person_id))
    return [Row(*row) for row in session.rows(query.order_by(_SESSION.id.desc()))]


def logged_in(session: Session, token: str) -> LoggedIn | None:
    """The active user whose live session has this token."""
    columns = (
        *(
            _SESSION.id,
            _SESSION.made_at,
            _SESSION.seen_at,
            _SESSION.address,
            _SESSION.agent,
            _USER.id,
            _USER.company_id,
            _COMPANY.code,
            _USER.email,
            _USER.name,
        ),
        *(_USER.roles, _USER.locale, _PREFERENCE.theme, _PREFERENCE.density, _PREFERENCE.single_keys),
    )
    query = (
        _SESSION.select(*columns)
        .join(_USER, on=_USER.id == _SESSION.person_id)
        .join(_COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _USER.company_id)
        .join(_PREFERENCE, JOIN.LEFT_OUTER, on=_PREFERENCE.person_id == _USER.id)
    )
    row = session.first(query.where((_SESSION.token_digest == digest(token)) & _live(session) & _USER.active))
    return None if row is None else LoggedIn(*row)


def has_moved(session: Session, token: str) -> bool:
    """Whether a session ended because it was used elsewhere: its end is then its last use. Any other end is later, or
    its row is gone."""
    same = (_SESSION.token_digest == digest(token)) & (_SESSION.expires_at == _SESSION.seen_at)
    return session.first(_SESSION.select(_SESSION.id).where(same)) is not None


def see(session: Session, session_id: int, by: SeenBy, expires_at: dt.datetime) -> None:
    """Note that a session was used now, and from where."""
    seen = {"seen_at": session.now, "expires_at": expires_at, **by._asdict()}
    session.change(_SESSION.update(seen).where((_SESSION.id == session_id) & _live(session)))


def end_moved(session: Session, session_id: int) -> bool:
    """End a session that was used elsewhere; whether it was live. Its row stays until expired ones are forgotten, so
    that its user can be told."""
    ended = {"seen_at": session.now, "expires_at": session.now}
    return session.change(_SESSION.update(ended).where((_SESSION.id == session_id) & _live(session))) > 0


def end(session: Session, person_id: int, only: int | None = None, but: int | None = None) -> int:
    """End the sessions of a user: one, or all, or all but one; returns how many were live."""
    chosen = _SESSION.person_id == person_id
    if only is not None:
        chosen &= _SESSION.id == only
    if but is not None:
        chosen &= _SESSION.id != but
    ended = session.changed(_SESSION.delete().where(chosen).returning(_SESSION.expires_at))
    return sum(expires_at > session.now for (expires_at,) in ended)


def end_oldest(session: Session, person_id: int, most: int) -> None:
    """End the oldest sessions of a user, so that no more than `most` are left."""
    too_old = [one.id for one in of_person(session, person_id)[most:]]
    if too_old:
        session.change(_SESSION.delete().where(_SESSION.id.in_(too_old)))


def forget_expired(session: Session, at_most: int) -> int:
    """Delete some of the sessions whose time is over; returns how many."""
    over = _SESSION.select(_SESSION.id).where(_SESSION.expires_at <= session.now).order_by(_SESSION.id).limit(at_most)
    ids = [row[0] for row in session.rows(over)]
    return session.change(_SESSION.delete().where(_SESSION.id.in_(ids))) if ids else 0


def _live(session: Session) -> Any:
    return _SESSION.expires_at > session.now
