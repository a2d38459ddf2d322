"""Reads and writes the preferences of users, and the views of console pages that they have saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_PREFERENCE: Any = tables.Preference
_VIEW: Any = tables.SavedView
_USER: Any = tables.User


class Owner(NamedTuple):
    """A user, by their ids."""

    company_id: int | None
    person_id: int


class View(NamedTuple):
    """A saved view, with its owner's address."""

    id: int
    page_name: str
    name: str
    query: str
    everybody: bool
    owner: str


def preferences(session: Session, person_id: int) -> dict[str, Any]:
    """What a user has chosen: `theme, density, single_keys`, None where it is the default."""
    query = _PREFERENCE.select(_PREFERENCE.theme, _PREFERENCE.density, _PREFERENCE.single_keys)
    row = session.first(query.where(_PREFERENCE.person_id == person_id))
    return dict(zip(("theme", "density", "single_keys"), row or (None, None, None), strict=True))


def prefer(session: Session, owner: Owner, chosen: Mapping[str, Any]) -> None:
    """Store what a user has chosen. Their account is locked, so that of two writers both count."""
    session.lock(tables.User, [owner.person_id])
    update = _PREFERENCE.update(dict(chosen)).where(_PREFERENCE.person_id == owner.person_id)
    if chosen and not session.change(update):
        session.insert(tables.Preference, **owner._asdict(), **chosen)


def views(session: Session, owner: Owner, page_name: str | None = None) -> list[View]:
    """The views that a user has saved, and those for everybody of the company, by page and name."""
    query = _select().where(seen_by(owner))
    query = query if page_name is None else query.where(_VIEW.page_name == page_name)
    return [View(*row) for row in session.rows(query.order_by(_VIEW.page_name, _VIEW.name, _VIEW.id))]


def view(session: Session, owner: Owner, view_id: int) -> View | None:
    """One of these views."""
    row = session.first(_select().where(seen_by(owner) & (_VIEW.id == view_id)))
    return None if row is None else View(*row)


def save(session: Session, owner: Owner, values: Mapping[str, Any], most: int) -> int | None:
    """Add a view of a user, or replace the one of the same page and name; returns its id, None if that would be more
    than `most`."""
    session.lock(tables.User, [owner.person_id])
    same = _mine(owner) & (_VIEW.page_name == values["page_name"]) & (_VIEW.name == values["name"])
    found = session.value(_VIEW.select(_VIEW.id).where(same))
    if found is None:
        if len(session.rows(_VIEW.select(_VIEW.id).where(_mine(owner)))) >= most:
            return None
        return session.insert(tables.SavedView, **owner._asdict(), **values)
    session.change(_VIEW.update(query=values["query"], everybody=values["everybody"]).where(_VIEW.id == found))
    return int(found)


def drop(session: Session, view_id: int) -> bool:
    """Delete a view; False when there is none."""
    return session.change(_VIEW.delete().where(_VIEW.id == view_id)) == 1


def seen_by(owner: Owner) -> Any:
    """The condition for views that a user sees."""
    return _mine(owner) | (_VIEW.everybody & _of_company(owner.company_id))


def _select() -> Any:
    columns = (_VIEW.id, _VIEW.page_name, _VIEW.name, _VIEW.query, _VIEW.everybody, _USER.email)
    return _VIEW.select(*columns).join(_USER, on=_USER.id == _VIEW.person_id)


def _mine(owner: Owner) -> Any:
    return _VIEW.person_id == owner.person_id


def _of_company(company_id: int | None) -> Any:
    return _VIEW.company_id.is_null() if company_id is None else _VIEW.company_id == company_id
