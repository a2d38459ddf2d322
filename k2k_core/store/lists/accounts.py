"""The lists of what users have of their own, sessions and views of console pages, and of the keys of programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from k2k_core.domain.api_keys import ACTIVE, EXPIRED, REVOKED
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing
from k2k_core.store.master_data import api_keys, saved_views, user_sessions

_SESSION: Any = tables.UserSession
_VIEW: Any = tables.SavedView
_USER: Any = tables.User
_KEY: Any = tables.ApiKey


def sessions_of(person_id: int, now: dt.datetime) -> Listing:
    """The sessions of a user that have not ended, oldest first."""
    return Listing(
        source=_SESSION.select().where((_SESSION.person_id == person_id) & (_SESSION.expires_at > now)),
        owner=None,
        columns={name: getattr(_SESSION, name) for name in user_sessions.Row._fields},
        unique=(_SESSION.id,),
        sorts={"made_at": (), **{name: (getattr(_SESSION, name),) for name in ("seen_at", "expires_at")}},
        searched=(_SESSION.address, _SESSION.agent),
    )


def views_of(company_id: int | None, person_id: int) -> Listing:
    """The views that a user sees, by page and name."""
    owner = saved_views.Owner(company_id, person_id)
    return Listing(
        source=_VIEW.select().join(_USER, on=_USER.id == _VIEW.person_id).where(saved_views.seen_by(owner)),
        owner=None,
        columns={
            **{name: getattr(_VIEW, name) for name in ("id", "page_name", "name", "query", "everybody")},
            "owner": _USER.email,
        },
        unique=(_VIEW.page_name, _VIEW.name, _VIEW.id),
        sorts={"page_name": (), "name": (_VIEW.name,)},
        filters={"page_name": lambda name: _VIEW.page_name == name},
        searched=(_VIEW.page_name, _VIEW.name, _USER.search),
    )


def keys_of(company_id: int | None, now: dt.datetime) -> Listing:
    """The keys and tokens of a company, or with None of the network, oldest first."""
    over = _KEY.expires_at <= now
    of_state = {
        ACTIVE: _KEY.revoked_at.is_null() & (_KEY.expires_at.is_null() | ~over),
        EXPIRED: _KEY.revoked_at.is_null() & over,
        REVOKED: _KEY.revoked_at.is_null(False),
    }
    return Listing(
        source=_KEY.select().where(api_keys.of_owner(company_id)),
        owner=None,
        columns={name: getattr(_KEY, name) for name in api_keys.Row._fields},
        unique=(_KEY.id,),
        sorts={"made_at": ()},
        filters={
            "state": of_state.__getitem__,
            "customer": lambda code: _KEY.customer == code,
            "name": lambda name: _KEY.name == name,
            "id": lambda name: _KEY.key_id == name,
        },
        searched=(_KEY.name, _KEY.key_id, _KEY.customer, _KEY.made_by),
    )
