"""Use cases: the quarantines of plugins' contributions, which are stored where they begin, and lifted by a person
(architecture section 2).

A contribution keeps failing in one process, in the middle of a query. Once the call of the facade is over, its
quarantine is stored with the company's set-up, which each process reads again when it has changed: nobody asks for it.
"""

from __future__ import annotations

import logging
from functools import partial

from k2k_core.domain.roles import COMPANY_SETUP, Actor
from k2k_core.errors import K2KError
from k2k_core.runtime.call_statistics import ContributionStatistics
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

log = logging.getLogger("k2k.plugins")

GUARD = Actor("plugin guard", None)
"""Who puts a contribution into quarantine, in the audit."""


def store_quarantines(context: ServiceContext) -> None:
    """Store the quarantines that began in this process. Where nothing can be written they stay in force in this
    process, and the next call tries again."""
    for one in context.plugins.unstored_quarantines():
        try:
            one.stored_at = context.store.transact(partial(_stored, one))
        except K2KError as error:
            log.warning("the quarantine of %s for %s was not stored: %s", one.contribution, one.company, error.message)
            return


def _stored(one: ContributionStatistics, session: Session) -> int:
    """Store one, unless it is stored already; the change of the set-up from which on it is there."""
    company_id, _ = companies.found(session, one.company)
    companies.lock(session, [company_id])
    present, quarantine = companies.quarantines(session, company_id), one.in_quarantine
    seq = companies.change_seq(session, company_id)
    if quarantine is None or one.contribution in present:
        return seq
    stored = quarantine.stored()
    companies.change(session, company_id, {"quarantines": {**present, one.contribution: stored}})
    said = {name: stored[name] for name in ("plugin", "since", "calls", "failures", "process")}
    why = Change(after={**said, "problem": quarantine.problem})
    audit(session, GUARD, company_id, "quarantine.began", one.contribution, why)
    emit_setup_changed(session, company_id, one.company)
    return seq + 1


def lift_quarantine(context: ServiceContext, company: str, contribution: str, key: str | None = None) -> bool:
    """End the quarantine of a contribution for a company, in every process; False if it was not in quarantine. Raises
    `NotAllowed`, and `NotFound` for a contribution that the company does not have."""
    context.actor.require(COMPANY_SETUP, company)
    command = IdempotentCommand(context, company, "lift_quarantine", key, {"contribution": contribution})
    answered: bool | None = command.replayed()
    if answered is not None:
        return answered
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
    registry = context.plugins.registry(snapshot.company)
    registry.require(contribution)
    here = contribution in {offer.label for offer, _ in registry.quarantined()}

    def work(session: Session) -> bool:
        companies.lock(session, [snapshot.id])
        present = companies.quarantines(session, snapshot.id)
        if contribution in present:
            left = {name: one for name, one in present.items() if name != contribution}
            companies.change(session, snapshot.id, {"quarantines": left or None})
            emit_setup_changed(session, snapshot.id, company)
        elif not here:
            return False
        audit(session, context.actor, snapshot.id, "quarantine.lifted", contribution)
        return True

    lifted = command.transact(work)
    if lifted:
        registry.lift(contribution)
    return lifted
