"""Reads and writes webhook endpoints. A secret is stored encrypted (`store.encryption`), read by the sender only, and
shown once to whoever made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypedDict

from k2k_core.domain.deliveries import ACTIVE, DISABLED, WAITING
from k2k_core.domain.secrets import UNREADABLE
from k2k_core.errors import Conflict, NotFound
from k2k_core.store import tables
from k2k_core.store.database.session import Row, Session
from k2k_core.store.events.feeds import last_place
from k2k_core.store.events.offer_changes import CHANGED

_ENDPOINT: Any = tables.Endpoint
_DELIVERY: Any = tables.Delivery
_COMPANY: Any = tables.Company
_COUNTER: Any = tables.Counter
SHOWN = ("code", "url", "events", "state", "why", "failures", "rests_until", "at")
"""The columns of an endpoint that are shown."""


class ListedEndpoint(TypedDict):
    """An endpoint without its secrets, and by how many events it is behind."""

    id: int
    code: str
    url: str
    events: list[str]
    state: str
    why: str
    failures: int
    rests_until: dt.datetime | None
    at: dt.datetime
    place: int
    old_secret_until: dt.datetime | None
    behind: int


class EndpointRow(TypedDict):
    """An endpoint with everything that its sender needs; the secrets as they are stored."""

    id: int
    company_id: int
    code: str
    url: str
    events: list[str]
    state: str
    why: str
    secret: str
    old_secret: str | None
    old_secret_until: dt.datetime | None
    place: int
    failures: int
    rests_until: dt.datetime | None
    at: dt.datetime


def of_company(session: Session, company_id: int) -> list[ListedEndpoint]:
    """The endpoints of a company, and how many events of its feed each has not taken out yet (`behind`)."""
    columns = [getattr(_ENDPOINT, name) for name in (*SHOWN, "id", "place", "old_secret_until")]
    mine = _ENDPOINT.company_id == company_id
    rows: list[ListedEndpoint] = session.dicts(_ENDPOINT.select(*columns).where(mine).order_by(_ENDPOINT.code))
    last = last_place(session, company_id) if rows else 0
    for row in rows:
        row["behind"] = last - row["place"]
    return rows


def found(session: Session, company_id: int, code: str) -> EndpointRow:
    """One endpoint, with everything that its sender needs. Raises `NotFound`."""
    mine = (_ENDPOINT.company_id == company_id) & (_ENDPOINT.code == code)
    rows: list[EndpointRow] = session.dicts(_ENDPOINT.select().where(mine))
    if not rows:
        raise NotFound("There is no endpoint {endpoint} here.", endpoint=code, kind="endpoint")
    return rows[0]


def add(session: Session, company_id: int, values: Mapping[str, Any]) -> None:
    """Add an endpoint, for events from now on. Raises `Conflict` when the code is taken."""
    mine = (_ENDPOINT.company_id == company_id) & (_ENDPOINT.code == values["code"])
    if session.first(_ENDPOINT.select(_ENDPOINT.id).where(mine)) is not None:
        raise Conflict("There is an endpoint {endpoint} already.", endpoint=values["code"])
    place = last_place(session, company_id)
    stored = {**values, "secret": session.encryption.encrypted(values["secret"])}
    session.insert(tables.Endpoint, company_id=company_id, place=place, at=session.now, **stored)


def secrets_of(session: Session, endpoint: EndpointRow) -> list[str]:
    """The secret of an endpoint, and the one before it where there is one. Raises `SecretUnreadable`."""
    known = [session.encryption.decrypted(endpoint["secret"])]
    old = endpoint["old_secret"]
    return known + ([session.encryption.decrypted(old)] if old and session.encryption.state(old) != UNREADABLE else [])


def change(session: Session, endpoint_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of an endpoint."""
    session.change(_ENDPOINT.update(dict(values)).where(_ENDPOINT.id == endpoint_id))


def disable(session: Session, endpoint_id: int, why: str) -> None:
    """Stop sending to it; what waits continues to wait."""
    change(session, endpoint_id, {"state": DISABLED, "why": why})


def enable(session: Session, endpoint_id: int) -> None:
    """Send to it again from where it stopped; what waits restarts its attempts."""
    change(session, endpoint_id, {"state": ACTIVE, "why": "", "failures": 0, "rests_until": None})
    waits = (_DELIVERY.endpoint_id == endpoint_id) & (_DELIVERY.state == WAITING) & _DELIVERY.lease.is_null()
    fresh = {"attempts": 0, "next_at": session.now, "since": session.now}
    session.change(_DELIVERY.update(fresh).where(waits))


def rotate(session: Session, endpoint_id: int, secret: str, until: dt.datetime) -> None:
    """Sign with a new secret, and until a moment with the old one too."""
    stored = session.encryption.encrypted(secret)
    changes = {"old_secret": _ENDPOINT.secret, "old_secret_until": until, "secret": stored}
    session.change(_ENDPOINT.update(changes).where(_ENDPOINT.id == endpoint_id))


def behind(session: Session) -> list[int]:
    """Active endpoints whose company's feed has grown since they took out the last of it."""
    mine = (_COUNTER.company_id == _ENDPOINT.company_id) & (_COUNTER.name == "feed")
    query = _ENDPOINT.select(_ENDPOINT.id).join(_COUNTER, on=mine)
    query = query.where((_ENDPOINT.state == ACTIVE) & (_COUNTER.value > _ENDPOINT.place)).order_by(_ENDPOINT.id)
    return [endpoint_id for (endpoint_id,) in session.rows(query)]


def companies_with_offer_events(session: Session) -> list[str]:
    """Companies with endpoints that want events of offers: these are copied into their feeds from their vendors'."""
    query = _ENDPOINT.select(_COMPANY.code, _ENDPOINT.events).join(_COMPANY, on=_COMPANY.id == _ENDPOINT.company_id)
    rows: list[Row] = session.rows(query.where(_ENDPOINT.state == ACTIVE))
    return sorted({code for code, events in rows if not events or CHANGED in events})
