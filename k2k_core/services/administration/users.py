"""Use cases: the users of a company, and the operators of the network. Passwords are stored as argon2 hashes only: they
are no part of the request whose digest is stored with an idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from k2k_core.domain.answers.administration import ListedPerson, NewPerson, People, Person
from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.roles import PEOPLE, Actor
from k2k_core.errors import Conflict, Fault, NotAllowed
from k2k_core.messages import Message
from k2k_core.required_packages import API, require_extra
from k2k_core.schemas.network import read_rows
from k2k_core.schemas.record import refuse
from k2k_core.services.administration.own_accounts import account_here, nobody
from k2k_core.services.administration.sessions import require_session, session_id
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, page
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.lists.messages import users_of
from k2k_core.store.master_data import companies, user_sessions
from k2k_core.store.master_data import users as accounts
from k2k_core.store.master_data.users import Account

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
"""Hashing takes longer for longer texts: a limit bounds the cost of a log-in."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user who is added. Without a password the user cannot log in until one is set."""

    email: str
    name: str = ""
    roles: Sequence[str] = ()
    password: str | None = None
    locale: str = FALLBACK


def add_user(context: ServiceContext, company: str | None, new: NewUser, key: str | None = None) -> NewPerson:
    """Add a user of a company, or, with company None, an operator of the network (only an operator or the host may).

    Raises `Invalid` for unknown roles and short passwords, `Conflict` for an address that has an account.
    """
    _require(context, company)
    named = {name: value for name, value in asdict(new).items() if name != "password"}
    command = IdempotentCommand(context, company, "add_user", key, named)
    answered: NewPerson | None = command.replayed()
    if answered is not None:
        return answered
    given = {"email": new.email, "name": new.name or None, "roles": list(new.roles), "locale": new.locale}
    loaded, faults = read_rows("users", [given])
    if new.password is not None:
        faults += [{"path": "password", "message": message} for message in _weaknesses(new.password)]
    refuse(_of_one(faults), "The person is not valid: {first}")
    password_hash = None if new.password is None else _hasher().hash(new.password)
    stored: dict[str, Any] = {**loaded[0], "password_hash": password_hash}

    def work(session: Session) -> NewPerson:
        company_id = companies.id_or_network(session, company)
        if accounts.account(session, stored["email"]) is not None:
            raise Conflict("{email} has an account already.", email=stored["email"])
        accounts.add(session, company_id, stored)
        answer: NewPerson = {
            "company": company,
            "email": stored["email"],
            "name": stored["name"],
            "roles": stored["roles"],
            "locale": stored["locale"],
        }
        audit(
            session, context.actor, company_id, "user.added", stored["email"], Change(after={"roles": stored["roles"]})
        )
        return answer

    return command.transact(work)


def authenticate(context: ServiceContext, email: str, password: str) -> Actor | None:
    """The user with this address and password, or None. An unknown address takes as long as a wrong password."""
    if not (_can_be_typed(email) and _can_be_typed(password)):
        return None
    with context.store.whole_network.reading() as session:
        found = accounts.account(session, email)
    stored = found.password_hash if found and found.active else None
    right = _matches(stored or _hash_of_nobody(), password)
    if found is None or stored is None or not right:
        return None
    return Actor(found.email, found.company, frozenset(found.roles), locale=found.locale)


class PasswordChange(NamedTuple):
    """A user's new password, the session that goes on, and the present password."""

    password: str
    but: str | None = None
    present: str | None = None


def change_password(context: ServiceContext, email: str, asked: PasswordChange, key: str | None = None) -> None:
    """Give a user another password: for the user, an admin of the company, an operator or the host. The user's sessions
    end, `but` for one.

    A person who changes their own password says the present one: whoever finds an open session must not take over the
    account. Raises `NotAllowed` for a wrong one.
    """
    account = account_here(context, email)
    email, company, password, but = account.email, account.company, asked.password, asked.but
    own = (context.actor.email, context.actor.company, context.actor.host) == (email, company, False)
    if not own:
        _require(context, company)
    weak: list[Fault] = [{"path": "password", "message": message} for message in _weaknesses(password)]
    refuse(weak, "The password is not valid: {first}")
    spared = session_id(but, email)
    command = IdempotentCommand(context, company, "change_password", key, {"email": email})
    if command.replayed() is None:
        if own or asked.present is not None:
            _require_present(account, asked.present)
        stored = {"password_hash": _hasher().hash(password)}

        def ending(session: Session, person_id: int) -> None:
            require_session(session, person_id, spared, email)
            user_sessions.end(session, person_id, but=spared)

        _update(command, email, "user.password_changed", stored, None, ending)


def _require_present(account: Account, present: str | None) -> None:
    stored = account.password_hash or _hash_of_nobody()
    given = present is not None and _can_be_typed(present) and _matches(stored, present)
    if not given or account.password_hash is None:
        raise NotAllowed("The present password of {email} is needed, and is not this one.", email=account.email)


def set_roles(context: ServiceContext, email: str, roles: Sequence[str], key: str | None = None) -> None:
    """Give a user exactly these roles. Other ones than before end the user's sessions."""
    account = account_here(context, email)
    email, company = account.email, account.company
    _require(context, company)
    loaded, faults = read_rows("users", [{"email": email, "roles": list(roles)}])
    refuse(_of_one(faults), "The roles are not valid: {first}")
    command = IdempotentCommand(context, company, "set_roles", key, {"email": email, "roles": loaded[0]["roles"]})
    ending = None if set(account.roles) == set(loaded[0]["roles"]) else user_sessions.end
    _update(command, email, "user.roles_changed", {"roles": loaded[0]["roles"]}, {"roles": loaded[0]["roles"]}, ending)


def set_active(context: ServiceContext, email: str, active: bool, key: str | None = None) -> None:
    """Allow a user to log in, or forbid it, which ends their sessions."""
    account = account_here(context, email)
    email, company = account.email, account.company
    _require(context, company)
    command = IdempotentCommand(context, company, "set_active", key, {"email": email, "active": active})
    ending = None if active else user_sessions.end
    _update(command, email, "user.active_changed", {"active": active}, {"active": active}, ending)


def users(context: ServiceContext, company: str | None) -> list[Person]:
    """The users of a company (without one, of the network) with their roles; never their passwords."""
    _require(context, company)
    with context.store.reading() as session:
        company_id = companies.id_or_network(session, company)
        return [
            {"email": one.email, "name": one.name, "roles": one.roles, "locale": one.locale, "active": one.active}
            for one in accounts.of_company(session, company_id)
        ]


def page_of_users(context: ServiceContext, company: str | None, request: PageRequest) -> People:
    """The same, page by page."""
    _require(context, company)
    with context.store.reading() as session:
        company_id = companies.id_or_network(session, company)
        readers = {"email": of.codes, "active": of.switch}
        listed = PagedList("users of a company", users_of(company_id), ListedPerson, lambda rows: rows, readers)
        return cast(People, page(context, session, company_id, listed, request))


def _require(context: ServiceContext, company: str | None) -> None:
    if company is not None:
        context.actor.require(PEOPLE, company)
    elif not (context.actor.host or context.actor.operator):
        raise NotAllowed("Only an operator of the network manages its operators.")


def _update(
    command: IdempotentCommand,
    email: str,
    action: str,
    values: dict[str, Any],
    after: Json,
    ending: Callable[[Session, int], object] | None = None,
) -> None:
    """Change an account; `ending` ends sessions of the user in the same transaction."""

    def work(session: Session) -> bool:
        found = accounts.account(session, email)
        if found is None or not accounts.change(session, email, values):
            raise nobody(email)
        if ending is not None:
            ending(session, found.person_id)
        audit(session, command.context.actor, found.company_id, action, email, Change(after=after))
        return True

    command.transact(work)


def _can_be_typed(given: object) -> bool:
    """Whether it is a text that a database and a hash can store: no account has any other."""
    return isinstance(given, str) and "\0" not in given and not any("\ud800" <= letter <= "\udfff" for letter in given)


def _matches(stored: str, password: str) -> bool:
    hasher = _hasher()
    from argon2.exceptions import InvalidHashError, VerificationError  # of an extra: loaded where somebody logs in

    try:
        return hasher.verify(stored, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _of_one(faults: Sequence[Fault]) -> list[Fault]:
    """The faults of one user, who is no row of several."""
    return [{**each, "path": each["path"].removeprefix("users[0].")} for each in faults]


def _weaknesses(password: str) -> list[str]:
    if len(password) < SHORTEST_PASSWORD:
        return [Message("a password has at least {least} characters", least=SHORTEST_PASSWORD)]
    if len(password) > LONGEST_PASSWORD:
        return [Message("a password has at most {most} characters", most=LONGEST_PASSWORD)]
    return []


@cache
def _hasher() -> PasswordHasher:
    """Raises `MissingPackages` where passwords cannot be hashed."""
    require_extra(API)
    from argon2 import PasswordHasher  # of an extra: loaded where a password is given or compared

    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    """The hash that a password is compared with if there is no account, so that both take equally long."""
    return _hasher().hash("nobody has this password")
