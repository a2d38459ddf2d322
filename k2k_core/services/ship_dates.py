"""Use case: when can a vendor's boxes reach this customer? (domain section 4, the verb `ship_dates`)"""

from __future__ import annotations

from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.services.acquaintance import both
from k2k_core.services.calendars import own_planner, vendor_planner
from k2k_core.services.office import Office
from k2k_core.services.partners import partner


def ship_dates(office: Office, buyer: str, customer: str, vendor: str, ship_via: str = "warehouse") -> dict[str, Any]:
    """Every offered date, the first of them, and the chain of reasons. `vendor` may be the buyer itself: own stock."""
    office.actor.require(READING, buyer)
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)
        whom = facts.customer(session, customer)
        handler = office.plugins.registry(facts.company).ship_via(ship_via)
        if vendor == buyer:
            planner = own_planner(session, facts, whom, session.moment)
        else:
            shipper, _ = both(office, session, vendor, buyer)
            pair = partner(office, session, shipper, facts, refs=[])
            planner = vendor_planner(session, pair, whom, handler, session.moment)
    first = planner.first()
    return {
        "order_day": None if planner.never_ships else planner.order_day.isoformat(),
        "earliest_vendor_ship": None if planner.never_ships else planner.earliest_vendor_ship.isoformat(),
        "first": first.isoformat() if first else None,
        "dates": [day.isoformat() for day in planner.dates()],
        "reasons": planner.reasons(),
    }
