"""Use case: one company reminds the people of the other of a requirement that keeps their connection waiting."""

from __future__ import annotations

import datetime as dt

from k2k_core.clock import moment_text
from k2k_core.domain.answers.connections import Reminded
from k2k_core.domain.roles import ALLOWED, COMPANY_SETUP, PURCHASING
from k2k_core.errors import Conflict, NotAllowed, NotFound
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.connections.readiness import BUYER, OWNERS, requirements
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, notify
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.events import audit_trail
from k2k_core.store.master_data import companies, users

EVENT = "connection.reminded"
ONCE_IN = dt.timedelta(days=1)
"""A requirement is reminded of once in this time, whoever does it."""

ACTIONS = {"product_mapping": PURCHASING, "box_types": PURCHASING}
"""Requirement → what meeting it needs a role for; the others belong to the company's set-up."""


def remind(context: ServiceContext, vendor: str, buyer: str, requirement: str, key: str | None = None) -> Reminded:
    """Notify the people of the other company who can meet an open requirement, at most once a day; returns the roles
    that they have, never who they are.

    Raises `NotFound` for a requirement that is not open, `NotAllowed` for one of one's own company, `Conflict` for one
    that was reminded of within a day.
    """
    sender, reader = _sides(context, vendor, buyer, requirement)
    request = {"vendor": vendor, "buyer": buyer, "requirement": requirement}
    command = IdempotentCommand(context, sender, "remind", key, request)
    answered: Reminded | None = command.replayed()
    if answered is not None:
        return answered
    _require_open(context, vendor, buyer, requirement)
    roles = ALLOWED[ACTIONS.get(requirement, COMPANY_SETUP)]
    subject = f"{vendor}:{buyer}/{requirement}"

    def work(session: Session) -> Reminded:
        ids = companies.ids(session, (vendor, buyer))
        companies.lock(session, ids.values())
        last = audit_trail.last(session, ids[sender], EVENT, subject)
        if last is not None and session.now - last < ONCE_IN:
            raise Conflict(
                "{company} was reminded of this at {at}, and is once a day.",
                company=reader,
                at=moment_text(last),
            )
        to = [
            one.email
            for one in users.of_company(session, ids[reader])
            if one.active and not roles.isdisjoint(one.roles)
        ]
        facts = {"company": sender, "what": Text(f"{EVENT}.{requirement}"), "vendor": vendor, "buyer": buyer}
        notify(session, ids[reader], to, EVENT, facts)
        audit(session, context.actor, ids[sender], EVENT, subject, Change(after={"people": len(to)}))
        return {
            "vendor": vendor,
            "buyer": buyer,
            "requirement": requirement,
            "company": reader,
            "roles": sorted(roles),
            "at": moment_text(session.now),
        }

    return command.transact(work)


def _sides(context: ServiceContext, vendor: str, buyer: str, requirement: str) -> tuple[str, str]:
    """The company that reminds, and the one that the requirement is for. Raises `NotAllowed` for a person of neither,
    without the role, or of the latter."""
    own = context.actor.company
    if own is not None and own not in (vendor, buyer):
        raise NotAllowed("You work for neither of these companies.")
    context.actor.require(COMPANY_SETUP, vendor if own is None else own)
    if requirement not in OWNERS:
        raise _not_open(vendor, buyer, requirement)
    reader, sender = (buyer, vendor) if OWNERS[requirement] == BUYER else (vendor, buyer)
    if own == reader:
        raise NotAllowed("{requirement} is for your own company to meet.", requirement=requirement)
    return sender, reader


def _require_open(context: ServiceContext, vendor: str, buyer: str, requirement: str) -> None:
    with context.store.reading() as session:
        pair = require_connected_pair(context, session, vendor, buyer, proposed=True)
        if requirement not in {one.code for one in requirements(session, *pair) if not one.met}:
            raise _not_open(vendor, buyer, requirement)


def _not_open(vendor: str, buyer: str, requirement: str) -> NotFound:
    return NotFound(
        "The connection from {vendor} to {buyer} has no open requirement {requirement}.",
        vendor=vendor,
        buyer=buyer,
        requirement=requirement,
        kind="requirement",
    )
