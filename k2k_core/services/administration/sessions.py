"""Use cases: the sessions of users. One ends when its user logs out or ends it, with the password and the roles that it
was made with, when its user may no longer log in, and in time: at its next request it is unknown. It also ends when
somebody uses it from another address with another browser, as whoever has copied its token would."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from contextlib import suppress
from typing import cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.accounts import SessionsEnded, SessionUser, StartedSession, UserSession, UserSessions
from k2k_core.errors import NotAllowed, NotFound, SessionMoved, StoreUnavailable
from k2k_core.services.administration.own_accounts import nobody, own_account, owner_of
from k2k_core.services.administration.preferences import shown as preferences_shown
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.lists.accounts import sessions_of
from k2k_core.store.master_data import user_sessions as rows
from k2k_core.store.master_data import users as accounts

UNUSED_FOR = dt.timedelta(hours=12)
"""A session that was not used for so long ends."""

LONGEST = dt.timedelta(days=30)
"""A session ends so long after its log-in, however often it was used."""

SEEN_EVERY = dt.timedelta(minutes=1)
"""How exactly the last use is noted."""

MOST_OF_ONE_USER = 50
"""More sessions end the oldest ones."""

LONGEST_ADDRESS, LONGEST_AGENT = 64, 300


def start_session(context: ServiceContext, email: str, address: str = "", agent: str = "") -> StartedSession:
    """Begin a session of a user who has just logged in; its token is answered once and stored as a digest. For the
    host, which has checked the password. Raises `NotFound` for an unknown or an inactive user."""
    _require_host(context)
    token = secrets.token_urlsafe(32)

    def work(session: Session) -> StartedSession:
        found = accounts.account(session, email)
        if found is None or not found.active:
            raise nobody(email)
        rows.end_oldest(session, found.person_id, MOST_OF_ONE_USER - 1)
        made = rows.Row(0, session.now, session.now, session.now + UNUSED_FOR, *_seen_by(address, agent))
        made = made._replace(id=rows.add(session, found.person_id, found.company_id, rows.digest(token), made))
        return {**_shown(made), "token": token}

    return context.store.transact(work)


def session_user(
    context: ServiceContext, token: str, address: str | None = None, agent: str | None = None
) -> SessionUser | None:
    """The user of a session, or None for an unknown token and for a session that has ended. That it was used is noted,
    with the address and the agent, at most once a minute. For the host. Raises `SessionMoved` for one that ended
    because it was used from another address with another browser."""
    found = logged_in(context, token, address, agent)
    if found is None:
        return None
    return {
        "session": str(found.id),
        "email": found.email,
        "name": found.name,
        "company": found.company,
        "roles": found.roles,
        "preferences": preferences_shown(found.email, found.locale, found._asdict()),
    }


def logged_in(
    context: ServiceContext, token: str, address: str | None = None, agent: str | None = None
) -> rows.LoggedIn | None:
    """The same as it is stored."""
    _require_host(context)
    with context.store.whole_network.reading() as session:
        found, now = rows.logged_in(session, token), session.now
        moved = found is None and rows.has_moved(session, token)
    if moved:
        raise _moved()
    if found is None:
        return None
    use = _seen_by(address or found.address, found.agent if agent is None else agent)
    if _elsewhere(found, use):
        _end_moved(context, found, use)
        raise _moved()
    if now - found.seen_at >= SEEN_EVERY:
        with suppress(StoreUnavailable):  # whoever only reads goes on where nothing can be written
            ends = min(now + UNUSED_FOR, found.made_at + LONGEST)
            context.store.whole_network.transact(lambda session: rows.see(session, found.id, use, ends))
    return found


def _moved() -> SessionMoved:
    return SessionMoved("The session has ended: it was used from another address with another browser.")


def _seen_by(address: str, agent: str) -> rows.SeenBy:
    return rows.SeenBy(parsing.printable(address, LONGEST_ADDRESS), parsing.printable(agent, LONGEST_AGENT))


def _elsewhere(found: rows.LoggedIn, use: rows.SeenBy) -> bool:
    """Whether a use comes from another address and another browser at once. A phone that changes from Wi-Fi to its own
    network keeps its browser, and a browser that was updated differs in numbers alone."""
    known = bool(found.address and found.agent)
    return known and use.address != found.address and _browser(use.agent) != _browser(found.agent)


def _browser(agent: str) -> str:
    return re.sub(r"[0-9._]+", "", agent)


def _end_moved(context: ServiceContext, found: rows.LoggedIn, use: rows.SeenBy) -> None:
    def work(session: Session) -> None:
        if rows.end_moved(session, found.id):
            change = Change(before={"address": found.address, "agent": found.agent}, after=use._asdict())
            audit(session, context.actor, found.company_id, "user.session_moved", found.email, change)

    with suppress(StoreUnavailable):  # it is refused all the same
        context.store.whole_network.transact(work)


def sessions(context: ServiceContext, email: str) -> list[UserSession]:
    """The sessions of a user that have not ended, the newest first: for the user, an admin of the company, an operator
    or the host."""
    account = own_account(context, email, managed=True)
    with context.store.reading() as session:
        session.show(account.company_id)
        return [_shown(row) for row in rows.of_person(session, account.person_id)]


def page_of_sessions(context: ServiceContext, email: str, request: PageRequest) -> UserSessions:
    """The same, page by page."""
    account = own_account(context, email, managed=True)
    with context.store.reading() as session:
        session.show(account.company_id)
        listing = sessions_of(account.person_id, session.now)
        listed = PagedList(
            "sessions", listing, UserSession, _as_rows, default_sort="-made_at", about=str(account.person_id)
        )
        return cast(UserSessions, page(context, session, account.company_id, listed, request))


def _as_rows(found: Rows) -> Rows:
    return [dict(_shown(rows.Row(**one))) for one in found]


def end_sessions(
    context: ServiceContext, email: str, only: str | None = None, but: str | None = None, key: str | None = None
) -> SessionsEnded:
    """End one session of a user, or all, or all but one. Raises `NotFound` for one that is not there."""
    account = own_account(context, email, managed=True)
    chosen, spared = session_id(only, email), session_id(but, email)
    command = IdempotentCommand(
        context, account.company, "end_sessions", key, {"email": email, "only": only, "but": but}
    )

    def work(session: Session) -> SessionsEnded:
        owner = owner_of(session, email)
        for wanted in (chosen, spared):
            require_session(session, owner.person_id, wanted, email)
        ended = rows.end(session, owner.person_id, chosen, spared)
        if ended:
            change = Change(after={"ended": ended})
            audit(session, context.actor, owner.company_id, "user.sessions_ended", email, change)
        return {"email": email, "ended": ended}

    return command.transact(work)


def session_id(given: str | None, email: str) -> int | None:
    """The id of a session that is named. Raises `NotFound` for what is none."""
    if given is None:
        return None
    number = parsing.row_id(given)
    if not number:
        raise _no_session(given, email)
    return number


def require_session(session: Session, person_id: int, wanted: int | None, email: str) -> None:
    """Raise `NotFound` for a session that is no live one of the user."""
    if wanted is not None and wanted not in {one.id for one in rows.of_person(session, person_id)}:
        raise _no_session(str(wanted), email)


def _no_session(given: str, email: str) -> NotFound:
    return NotFound("There is no session {session} of {email}.", session=given, email=email, kind="session")


def _require_host(context: ServiceContext) -> None:
    if not context.actor.host:
        raise NotAllowed("Sessions are begun and read by the program that people log in to.")


def _shown(row: rows.Row) -> UserSession:
    return {
        "session": str(row.id),
        "made_at": moment_text(row.made_at),
        "seen_at": moment_text(row.seen_at),
        "expires_at": moment_text(row.expires_at),
        "address": row.address,
        "agent": row.agent,
    }
