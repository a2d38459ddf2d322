"""Who submitted a job, with the rights that they have now: a job ends with those of its person, or of its key."""

from __future__ import annotations

from k2k_core.domain.jobs import KINDS
from k2k_core.domain.roles import READING, Actor
from k2k_core.errors import NotAllowed
from k2k_core.messages import Message
from k2k_core.store.database.session import Session
from k2k_core.store.jobs import Claimed
from k2k_core.store.master_data import api_keys, users
from k2k_core.texts import translator


def submitter(session: Session, claimed: Claimed) -> Actor:
    """Who submitted a job, with the roles that they have now. People who are no users here are the host's own: their
    roles are those that the host submitted the job with. Raises `NotAllowed` for whoever may do nothing any more."""
    stored = claimed.actor
    gone = refusal(session, claimed)
    if gone is not None:
        raise gone
    roles, scopes = stored["roles"], stored.get("scopes")
    account = None if stored["host"] else users.account(session, stored["email"])
    if account is not None and account.company == stored["company"]:
        roles = account.roles
    return Actor(
        stored["email"],
        stored["company"],
        frozenset(roles),
        stored["host"],
        locale=stored["locale"],
        scopes=None if scopes is None else frozenset(scopes),
        key=stored.get("key"),
    )


def refusal(session: Session, claimed: Claimed) -> NotAllowed | None:
    """Why a job may not go on: its user was deactivated, or the key that it was submitted with has ended."""
    words = _reason(session, claimed)
    if words is None:
        return None
    refused = NotAllowed(words, action=KINDS[claimed.kind].action or READING)
    refused.localize(translator(claimed.locale))
    return refused


def _reason(session: Session, claimed: Claimed) -> Message | None:
    stored = claimed.actor
    if stored.get("key") is not None:
        with session.of_whole_network():
            key = api_keys.known(session, stored["key"])
        if key is None or key.revoked_at is not None:
            return Message("The key {name} was revoked.", name=stored["email"].removeprefix("key:"))
        if key.expires_at is not None and key.expires_at <= session.now:
            return Message("The key {name} has expired.", name=key.name)
    account = None if stored["host"] else users.account(session, stored["email"])
    if account is not None and not account.active:
        return Message("{email} is no active user any more.", email=stored["email"])
    return None
