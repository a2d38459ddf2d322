"""Use case: findings about ages, days and calendars that leave customers with nothing (domain sections 3 and 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.date_checks import DateSetUp, Route, date_checks
from k2k_core.domain.dates import Planner
from k2k_core.domain.items import K2K
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parties import Customer
from k2k_core.domain.price_checks import Finding
from k2k_core.domain.roles import READING
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.company_snapshot import CompanySnapshot, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import vendor_planner
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory, active_vendors
from k2k_core.store.database.session import Session


def check_dates(context: ServiceContext, company: str) -> list[SetupFinding]:
    """Every finding about the company's ages, days and calendars, and those of its vendors as far as they concern it:
    `{code, severity, place, problem, what_to_do}`, errors first."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        found = findings(context, session, context.snapshots.get(session, company))
    return [finding.as_dict() for finding in found]


def findings(context: ServiceContext, session: Session, company: CompanySnapshot) -> list[Finding]:
    """The findings about one company's snapshot, which may be a draft."""
    set_up = DateSetUp(
        company.company,
        list(company.customers(session).values()),
        list(company.vendors(session).values()),
        company.carriers(session),
        list(_routes_without_dates(context, session, company)),
    )
    return date_checks(set_up)


def _routes_without_dates(context: ServiceContext, session: Session, buyer: CompanySnapshot) -> Iterator[Route]:
    """Ship vias for which the planner offers no date at any time of the week. Customers with the same days of service
    are checked once.
    """
    handlers = context.plugins.registry(buyer.company).ship_vias()
    ways = [(one, way) for one in buyer.customers(session).values() for way in handlers if way.allows(one, K2K)]
    linked = active_vendors(context, session, buyer)
    read_together(session, [vendor for _, vendor in linked])
    for connection, vendor in linked:
        partner = SharedInventory(context, session, CompanyPair(vendor, buyer, connection), [])
        known: dict[tuple[frozenset[str], str], list[str] | None] = {}
        for customer, handler in ways:
            key = frozenset(customer.days_of_service), handler.code
            if key not in known:
                known[key] = _reasons_against(session, partner, customer, handler)
            reasons = known[key]
            if reasons is not None:
                yield Route(vendor.code, customer.code, handler.code, reasons)


def _reasons_against(
    session: Session, partner: SharedInventory, customer: Customer, handler: ShipViaHandler
) -> list[str] | None:
    plans: list[Planner] = []
    for days in range(7):
        moment = Moment(session.now + dt.timedelta(days=days))
        plans.append(vendor_planner(session, partner, customer, handler, moment))
        if plans[-1].first() is not None:
            return None
    return plans[0].reasons()[-4:]
