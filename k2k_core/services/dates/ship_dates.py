"""Use case: the dates on which a vendor's boxes can reach a customer (domain section 4, the verb `ship_dates`)."""

from __future__ import annotations

from k2k_core.domain.answers.catalog import ShipDates
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.messages import message_facts
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import own_planner, vendor_planner
from k2k_core.services.sharing.shared_inventory import shared_inventory


def ship_dates(
    context: ServiceContext, buyer: str, customer: str, vendor: str, ship_via: str = "warehouse"
) -> ShipDates:
    """Every offered date, the first of them, and the chain of reasons. `vendor` may be the buyer itself: own stock."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        whom = company.customer(session, customer)
        handler = context.plugins.registry(company.company).ship_via(ship_via)
        if vendor == buyer:
            planner = own_planner(session, company, whom, session.moment)
        else:
            shipper, _ = require_connected_pair(context, session, vendor, buyer)
            pair = shared_inventory(context, session, shipper, company, refs=[])
            planner = vendor_planner(session, pair, whom, handler, session.moment)
    first = planner.first()
    return {
        "order_day": None if planner.never_ships else planner.order_day.isoformat(),
        "earliest_vendor_ship": None if planner.never_ships else planner.earliest_vendor_ship.isoformat(),
        "first": iso_text(first),
        "dates": [day.isoformat() for day in planner.dates()],
        "reasons": planner.reasons(),
        "chain": [{"code": step.code, "facts": message_facts(step.message)} for step in planner.chain()],
    }
