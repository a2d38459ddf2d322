"""Use case: a company's own order of price steps (pricing section 4): data that stands before the default order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.runtime import read_hierarchies
from k2k_core.services import offers_changed
from k2k_core.services.journal import audit
from k2k_core.services.office import Office
from k2k_core.services.price_checking import findings_of
from k2k_core.store import companies
from k2k_core.store.work import Session


def set_hierarchies(office: Office, company: str, rows: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a company's own rows, written as in `hierarchies.toml`; an empty mapping goes back to the default.

    Raises `Invalid` with every fault and its path. A step that no plugin offers can be saved, since its plugin may come
    later, and is told as a finding: until then the lines that reach it have no price.
    """
    work = planned_hierarchies(office, company, rows)
    before = findings_of(office, company)
    answer = office.store.transact(work)
    new = [finding.as_dict() for finding in findings_of(office, company) if finding not in before]
    return answer | {"findings": new}


def planned_hierarchies(
    office: Office, company: str, rows: Mapping[str, Any]
) -> Callable[[Session], dict[str, Any]]:
    """The same, as the work of a transaction."""
    office.actor.require(COMPANY_SETUP, company)
    read_hierarchies({}, rows)

    def work(session: Session) -> dict[str, Any]:
        company_id, _ = companies.found(session, company)
        old = companies.change(session, company_id, {"hierarchies": dict(rows)})
        audit(session, office.actor, company_id, "hierarchies.changed", company, old["hierarchies"], dict(rows))
        offers_changed.tell_all(session, company_id, company)
        return {"company": company, "hierarchies": dict(rows)}

    return work
