"""Use case: end the quarantine of a plugin's contribution, once its owner has mended it."""

from __future__ import annotations

from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.services.journal import audit
from k2k_core.services.office import Office


def lift(office: Office, company: str, contribution: str) -> bool:
    """Let a contribution be called for a company again, in this process; False when it was in no quarantine.

    Quarantines are kept per company and per process. Raises `NotAllowed`, and `NotFound` for a contribution that the
    company has none of.
    """
    office.actor.require(COMPANY_SETUP, company)
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
    lifted = office.plugins.registry(facts.company).lift(contribution)
    if lifted:
        office.store.transact(
            lambda session: audit(session, office.actor, facts.id, "quarantine.lifted", contribution)
        )
    return lifted
