"""Use case: the number of boxes of lots that can still be bought (domain section 3, the verb `availability`)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.answers.inventory import LotAvailability
from k2k_core.domain.roles import READING
from k2k_core.errors import NotFound
from k2k_core.services.company_snapshot import vendors_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import split_ref
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import available_boxes


def availability(context: ServiceContext, lots: Sequence[str]) -> list[LotAvailability]:
    """The number of available boxes of each lot, in the given order. Lots are written `COMPANY/LOT`."""
    with context.store.reading() as session:
        owners = _within_reach(context, session, {owner for owner, _ in map(split_ref, lots) if owner})
        company = context.snapshots.by_code(session, owners)
        codes = [split_ref(ref)[1] for ref in lots]
        numbers = available_boxes(session, [owner.id for owner in company.values()], codes)
    answers: list[LotAvailability] = []
    for ref in lots:
        owner, code = split_ref(ref)
        key = (company[owner].id if owner in company else 0, code)
        if key not in numbers:
            raise NotFound("There is no lot {lot}: write it as COMPANY/LOT.", lot=ref)
        answers.append({"lot": ref, "available": numbers[key]})
    return answers


def _within_reach(context: ServiceContext, session: Session, owners: set[str]) -> set[str]:
    """The companies whose stock this actor may see: its own and its connected vendors'."""
    actor = context.actor
    if actor.host or actor.operator:
        return owners
    company = actor.company or ""
    actor.require(READING, company)
    if owners <= {company}:
        return owners
    vendors = vendors_of(session, context.snapshots, context.snapshots.get(session, company))
    return owners & {company, *(vendor.code for connection, vendor in vendors if connection.active)}
