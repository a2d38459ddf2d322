"""Reads and writes the keys of programs and the tokens of final customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import JOIN

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_KEY: Any = tables.ApiKey
_COMPANY: Any = tables.Company
_CUSTOMER: Any = tables.Customer


class Row(NamedTuple):
    """A key as it is listed."""

    id: int
    key_id: str
    name: str
    customer: str | None
    scopes: list[str]
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    last_address: str
    old_until: dt.datetime | None


class Known(NamedTuple):
    """A key that somebody has shown: whose it is, and what its secret is held against. `archived` says whether its
    customer is."""

    id: int
    name: str
    company: str | None
    customer: str | None
    scopes: list[str]
    digest: str
    old_digest: str | None
    old_until: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    archived: bool | None


def of_owner(company_id: int | None) -> Any:
    """The condition for the keys of a company, or with None of the network."""
    return _KEY.company_id.is_null() if company_id is None else _KEY.company_id == company_id


def add(session: Session, values: Mapping[str, Any]) -> Row:
    """Add a key."""
    return _row(session, _KEY.id == session.insert(tables.ApiKey, **values))


def find(session: Session, company_id: int | None, key_id: str) -> Row | None:
    """A key of a company, or with None of the network, by its public id."""
    chosen = of_owner(company_id) & (_KEY.key_id == key_id)
    return None if session.first(_KEY.select(_KEY.id).where(chosen)) is None else _row(session, chosen)


def is_named(session: Session, company_id: int | None, name: str) -> bool:
    """Whether a company, or the network, has a key of this name, revoked ones included."""
    chosen = of_owner(company_id) & (_KEY.name == name) & _KEY.customer.is_null()
    return session.first(_KEY.select(_KEY.id).where(chosen)) is not None


def rotate(session: Session, row_id: int, digest: str, old_until: dt.datetime) -> Row | None:
    """Give a key that is not revoked another secret; the one before counts until `old_until`."""
    values = {"digest": digest, "old_digest": _KEY.digest, "old_until": old_until}
    live = (_KEY.id == row_id) & _KEY.revoked_at.is_null()
    return _row(session, _KEY.id == row_id) if session.change(_KEY.update(values).where(live)) else None


def revoke(session: Session, row_id: int) -> Row | None:
    """Revoke a key from now on; None for one that is revoked."""
    live = (_KEY.id == row_id) & _KEY.revoked_at.is_null()
    changed = session.change(_KEY.update({"revoked_at": session.now}).where(live))
    return _row(session, _KEY.id == row_id) if changed else None


def known(session: Session, key_id: str) -> Known | None:
    """The key with this public id, in one query."""
    query = (
        _KEY.select(
            *(_KEY.id, _KEY.name, _COMPANY.code, _KEY.customer, _KEY.scopes, _KEY.digest, _KEY.old_digest),
            *(_KEY.old_until, _KEY.expires_at, _KEY.revoked_at, _KEY.last_used_at, _CUSTOMER.archived),
        )
        .join(_COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _KEY.company_id)
        .switch(_KEY)
        .join(
            _CUSTOMER,
            JOIN.LEFT_OUTER,
            on=(_CUSTOMER.company_id == _KEY.company_id) & (_CUSTOMER.code == _KEY.customer),
        )
    )
    row = session.first(query.where(_KEY.key_id == key_id))
    return None if row is None else Known(*row)


def use(session: Session, row_id: int, address: str) -> None:
    """Note that a key was used now, from an address."""
    session.change(_KEY.update({"last_used_at": session.now, "last_address": address}).where(_KEY.id == row_id))


def forget_tokens(session: Session, at_most: int) -> int:
    """Delete some of the customers' tokens whose time is over; returns how many."""
    over = _KEY.customer.is_null(False) & (_KEY.expires_at <= session.now)
    ids = [row[0] for row in session.rows(_KEY.select(_KEY.id).where(over).order_by(_KEY.id).limit(at_most))]
    return session.change(_KEY.delete().where(_KEY.id.in_(ids))) if ids else 0


def _row(session: Session, chosen: Any) -> Row:
    (found,) = session.rows(_KEY.select(*(getattr(_KEY, name) for name in Row._fields)).where(chosen))
    return Row(*found)
