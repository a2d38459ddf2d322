"""Use case: a company's own order of price steps (pricing section 4), which takes precedence over the default order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain.answers.setup import Hierarchies
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.runtime import read_hierarchies
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies


def planned_hierarchies(
    context: ServiceContext, company: str, rows: Mapping[str, Any]
) -> Callable[[Session], Hierarchies]:
    """The replacement of a company's own rows, written as in `hierarchies.toml`, as the work of a transaction; an empty
    mapping restores the default. Raises `Invalid` with every fault and its path."""
    context.actor.require(COMPANY_SETUP, company)
    read_hierarchies({}, rows)

    def work(session: Session) -> Hierarchies:
        company_id, _ = companies.found(session, company)
        old = companies.change(session, company_id, {"hierarchies": dict(rows)})
        audit(
            session, context.actor, company_id, "hierarchies.changed", company, Change(old["hierarchies"], dict(rows))
        )
        emit_setup_changed(session, company_id, company)
        return {"company": company, "hierarchies": dict(rows)}

    return work
