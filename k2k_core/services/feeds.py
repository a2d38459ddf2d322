"""Use cases: what happened (the verb `events`), and who was told (the verb `notifications`)."""

from __future__ import annotations

from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.services.office import Office
from k2k_core.store import feeds


def events(office: Office, company: str, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """A company's feed after a place in it: `{seq, type, data}`, in the order in which things became true."""
    office.actor.require(READING, company)
    start = wire.whole(str(after))
    most = None if limit is None else wire.whole(limit)
    company_id = catch_up(office, company)
    with office.store.reading() as session:
        rows = feeds.feed(session, company_id, start, most)
    return [{"seq": seq, "type": kind, "data": data, "at": at.isoformat()} for seq, kind, data, at in rows]


def catch_up(office: Office, company: str) -> int:
    """Bring a company's feed up to what its vendors' offers have done; its id."""
    with office.store.reading() as session:
        company_id = office.facts.get(session, company).id
        more = bool(feeds.unread(session, company_id))
    while more:
        more = office.store.transact(lambda session: feeds.take_in(session, company_id))
    return company_id


def notifications(office: Office, company: str | None = None, event: str | None = None) -> list[dict[str, Any]]:
    """Who was told what, oldest first, one row for each address: `{to, event, subject}`.

    Without a company those of the whole network, for whom may see that.
    """
    if company is not None:
        office.actor.require(READING, company)
    elif not (office.actor.host or office.actor.operator):
        raise NotAllowed("Name your company: the whole network is for its operators.", action=READING)
    with office.store.reading() as session:
        company_id = None if company is None else office.facts.get(session, company).id
        return feeds.notifications(session, company_id, event)
