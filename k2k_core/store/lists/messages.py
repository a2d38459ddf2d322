"""The lists of what is sent: notifications, deliveries and endpoints; and of the people of a company."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, fn

from k2k_core.store import tables
from k2k_core.store.database.paging import Listing

_NOTIFICATION: Any = tables.Notification
_DELIVERY: Any = tables.Delivery
_ENDPOINT: Any = tables.Endpoint
_EVENT: Any = tables.Event
_COMPANY: Any = tables.Company
_USER: Any = tables.User

NOTIFICATIONS = Listing(
    source=_NOTIFICATION.select(),
    owner=_NOTIFICATION.company_id,
    columns={name: getattr(_NOTIFICATION, name) for name in ("to", "event", "subject", "body", "locale", "at")},
    unique=(_NOTIFICATION.id,),
    sorts={"at": ()},
    filters={
        "event": lambda event: _NOTIFICATION.event == event,
        "to": lambda address: _NOTIFICATION.to == address,
        "since": lambda moment: _NOTIFICATION.at >= moment,
        "until": lambda moment: _NOTIFICATION.at < moment,
    },
    searched=(_NOTIFICATION.search,),
)

_ABOUT = fn.COALESCE(_EVENT.type, _NOTIFICATION.event)

DELIVERIES = Listing(
    source=_DELIVERY.select()
    .join(_COMPANY, on=_COMPANY.id == _DELIVERY.company_id)
    .switch(_DELIVERY)
    .join(_ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id)
    .switch(_DELIVERY)
    .join(_EVENT, JOIN.LEFT_OUTER, on=_EVENT.id == _DELIVERY.event_id)
    .switch(_DELIVERY)
    .join(_NOTIFICATION, JOIN.LEFT_OUTER, on=_NOTIFICATION.id == _DELIVERY.notification_id),
    owner=_DELIVERY.company_id,
    columns={
        "message_id": _DELIVERY.message_id,
        "company": _COMPANY.code,
        "event": _ABOUT,
        "endpoint": _ENDPOINT.code,
        "to": _NOTIFICATION.to,
        **{name: getattr(_DELIVERY, name) for name in ("state", "attempts", "error", "seq", "since", "next_at")},
        **{name: getattr(_DELIVERY, name) for name in ("leased_until", "done_at")},
    },
    unique=(_DELIVERY.id,),
    sorts={"queued": ()},
    filters={
        "state": lambda state: _DELIVERY.state == state,
        "endpoint": lambda code: _ENDPOINT.code == code,
        "to": lambda address: _NOTIFICATION.to == address,
        "event": lambda event: (_EVENT.type == event) | (_NOTIFICATION.event == event),
    },
    searched=(_DELIVERY.message_id, _DELIVERY.error, _ABOUT, _ENDPOINT.code, _NOTIFICATION.search),
)

ENDPOINTS = Listing(
    source=_ENDPOINT.select(),
    owner=_ENDPOINT.company_id,
    columns={
        name: getattr(_ENDPOINT, name)
        for name in (
            *("id", "code", "url", "events", "state", "why", "failures", "rests_until", "at"),
            *("place", "old_secret_until"),
        )
    },
    unique=(_ENDPOINT.code,),
    sorts={"at": (_ENDPOINT.at,)},
    filters={"code": _ENDPOINT.code.in_, "state": lambda state: _ENDPOINT.state == state},
    searched=(_ENDPOINT.code, _ENDPOINT.url),
)


def users_of(company_id: int | None) -> Listing:
    """The users of a company, or with None the operators of the network."""
    return Listing(
        source=_USER.select().where(
            _USER.company_id.is_null() if company_id is None else _USER.company_id == company_id
        ),
        owner=None,
        columns={name: getattr(_USER, name) for name in ("email", "name", "roles", "locale", "active", "version")},
        unique=(_USER.email,),
        sorts={"name": (_USER.name,)},
        filters={"email": _USER.email.in_, "active": lambda active: _USER.active == active},
        searched=(_USER.search,),
    )
