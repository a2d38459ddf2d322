"""Use case: a person is told, once, when a document no longer waits: its cart has ended, or it was approved
(`watch`)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain import parsing
from k2k_core.domain.answers.timeline import WatchedDocument
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.roles import READING
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.messages import Message
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import notify
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, watches

EVENT = "document.watched"


def watch(
    context: ServiceContext,
    company: str,
    number: str,
    watching: bool = True,
    email: str | None = None,
    key: str | None = None,
) -> WatchedDocument:
    """Watch a document, or with `watching` False no longer. A person watches for themselves, the host for an `email`.

    Raises `NotFound`; `Conflict` when nothing of the document waits in a cart or for its approval.
    """
    context.actor.require(READING, company)
    address = _address(context, email)

    def work(session: Session) -> WatchedDocument:
        snapshot = context.snapshots.get(session, company)
        document = documents.find(session, snapshot.id, number)
        if document["kind"] == INVOICE:
            raise NotFound("There is no order {number}.", number=number)
        waits, until = watches.waiting_until(session, document)
        if watching and not waits:
            raise Conflict("Nothing of {document} waits in a cart or for its approval.", document=document["number"])
        (watches.add if watching else watches.remove)(session, document, address)
        return {
            "document": document["number"],
            "kind": document["kind"],
            "email": address,
            "watching": watching,
            "until": parsing.iso_text(until),
        }

    request = {"document": number, "watching": watching, "email": address}
    return IdempotentCommand(context, company, "watch", key, request).transact(work)


def _address(context: ServiceContext, email: str | None) -> str:
    if context.actor.host:
        if email is None:
            raise Invalid("Say who watches.", [{"path": "email", "message": Message("is missing")}])
        return parsing.argument("email", parsing.text, email)
    if email not in (None, context.actor.email):
        raise NotAllowed("A person watches for themselves.", action=READING)
    return context.actor.email


def tell_watchers(session: Session, document_ids: Iterable[int | None]) -> None:
    """Tell whoever watches these documents that nothing of them waits any more, once."""
    found = watches.watched(session, {one for one in document_ids if one is not None})
    if not found:
        return
    states = watches.states(session, {one.document_id for one in found})
    over = [one for one in found if not states[one.document_id][0]]
    for one in over:
        outcome = "went_on" if states[one.document_id][1] else "ended"
        facts = {"number": one.number, "outcome": Text(f"{EVENT}.{outcome}", {"number": one.number})}
        notify(session, one.company_id, [one.email], EVENT, facts)
    watches.forget(session, [one.watch_id for one in over])
