"""Which other companies a person may ask about: those that the person's company is connected with, or that are
proposed.

Whoever proposes a connection learns that the other company exists, and nothing else. A query about an unconnected
company gets the same answer as one about a company that does not exist (architecture section 3, "Tenancy").
"""

from __future__ import annotations

from k2k_core.domain.connection_states import PROPOSED
from k2k_core.errors import NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.parties import connection_between


def require_connected_pair(
    context: ServiceContext, session: Session, vendor: str, buyer: str, *, proposed: bool = False
) -> tuple[CompanySnapshot, CompanySnapshot]:
    """The vendor and the buyer. Raises `NotFound` for one that does not exist, or that the reader's company has no
    connection with.

    With `proposed` a proposal is enough; else the connection must have been accepted.
    """
    found = context.snapshots.by_code(session, {vendor, buyer})
    own = context.actor.company
    stranger = buyer if own == vendor else vendor
    if own is not None and len(found) == 2 and not _are_connected(session, found[vendor], found[buyer], proposed):
        del found[stranger]
    for code in (vendor, buyer):
        if code not in found:
            raise NotFound("There is no company {company} in this network.", company=code, kind="company")
    return found[vendor], found[buyer]


def _are_connected(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, proposed: bool) -> bool:
    found = connection_between(session, vendor.company, buyer.company)
    return found is not None and (proposed or found.state != PROPOSED)
