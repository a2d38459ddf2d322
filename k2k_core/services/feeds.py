"""Use cases: what happened (the verb `events`), and who was told (the verb `notifications`)."""

from __future__ import annotations

from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.services.office import Office
from k2k_core.store import tables

_FEED: Any = tables.Feed
_EVENT: Any = tables.Event
_TOLD: Any = tables.Notification


def events(office: Office, company: str, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """A company's feed after a place in it: `{seq, type, data}`, in the order in which things became true."""
    office.actor.require(READING, company)
    start = wire.whole(str(after))
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
        query = (
            _FEED.select(_FEED.seq, _EVENT.type, _EVENT.data, _EVENT.at)
            .join(_EVENT, on=_EVENT.id == _FEED.event_id)
            .where((_FEED.company_id == facts.id) & (_FEED.seq > start))
            .order_by(_FEED.seq)
        )
        rows = session.rows(query if limit is None else query.limit(limit))
    return [{"seq": seq, "type": kind, "data": data, "at": at.isoformat()} for seq, kind, data, at in rows]


def notifications(office: Office, company: str | None = None, event: str | None = None) -> list[dict[str, Any]]:
    """Who was told what, oldest first, one row for each address: `{to, event, subject}`.

    Without a company those of the whole network, for whom may see that.
    """
    if company is not None:
        office.actor.require(READING, company)
    elif not (office.actor.host or office.actor.operator):
        raise NotAllowed("Name your company: the whole network is for its operators.", action=READING)
    with office.store.reading() as session:
        query = _TOLD.select(_TOLD.to, _TOLD.event, _TOLD.subject, _TOLD.body, _TOLD.locale).order_by(_TOLD.id)
        if company is not None:
            query = query.where(_TOLD.company_id == office.facts.get(session, company).id)
        if event is not None:
            query = query.where(_TOLD.event == event)
        return session.dicts(query)
