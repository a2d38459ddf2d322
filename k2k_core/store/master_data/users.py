"""Reads and writes the accounts of users (domain section 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, fn

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_USER: Any = tables.User
_COMPANY: Any = tables.Company


class Listed(NamedTuple):
    """A user in a list: nothing that helps to log in."""

    email: str
    name: str
    roles: list[str]
    locale: str
    active: bool


class Account(NamedTuple):
    """A user with everything that a log-in needs; `company` is None for an operator of the network."""

    company_id: int | None
    company: str | None
    email: str
    roles: list[str]
    password_hash: str | None
    active: bool
    locale: str
    person_id: int
    name: str


def account(session: Session, email: str) -> Account | None:
    """The account with an address, which is compared without case; of two that differ in it alone the very one.

    Whose it is nobody knows before: it is looked for in the whole network, and then its company's rows are shown."""
    with session.of_whole_network():
        found = _account(session, email)
    if found is not None:
        session.show(found.company_id)
    return found


def _account(session: Session, email: str) -> Account | None:
    own = (_USER.email, _USER.roles, _USER.password_hash, _USER.active, _USER.locale, _USER.id, _USER.name)
    query = _USER.select(_USER.company_id, _COMPANY.code, *own).join(
        _COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _USER.company_id
    )
    found = session.first(query.where(_USER.email == email))
    found = found or session.first(query.where(fn.LOWER(_USER.email) == email.lower()).order_by(_USER.id).limit(1))
    return None if found is None else Account(*found)


def add(session: Session, company_id: int | None, values: Mapping[str, Any]) -> None:
    """Add a person."""
    session.insert(tables.User, company_id=company_id, **values)


def change(session: Session, email: str, values: Mapping[str, Any]) -> bool:
    """Change columns of an account; False when there is none."""
    return session.change(_USER.update(dict(values)).where(_USER.email == email)) == 1


def of_company(session: Session, company_id: int | None) -> list[Listed]:
    """All users of a company, or, with None, the operators; never their hashes."""
    mine = _USER.company_id.is_null() if company_id is None else _USER.company_id == company_id
    columns = [getattr(_USER, name) for name in Listed._fields]
    return [Listed(*row) for row in session.rows(_USER.select(*columns).where(mine).order_by(_USER.email))]


def locales(session: Session, company_id: int, emails: Sequence[str]) -> dict[str, str]:
    """The languages of those of these addresses that belong to users of a company."""
    if not emails:
        return {}
    mine = (_USER.company_id == company_id) & _USER.email.in_(list(emails))
    return dict(session.rows(_USER.select(_USER.email, _USER.locale).where(mine)))
