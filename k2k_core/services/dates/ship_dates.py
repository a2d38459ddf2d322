"""Use case: the dates on which a vendor's boxes can reach a customer (domain section 4, the verb `ship_dates`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from k2k_core.domain.answers.catalog import MomentInBothZones, ShipDates
from k2k_core.domain.dates import LAST_DAY, Planner
from k2k_core.domain.items import K2K, OPEN_MARKET_BOXES
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.messages import message_facts
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.company_snapshot import CompanySnapshot, vendors_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import own_planner, planner_between, vendor_planner
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import shared_inventory
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.parties import connections_to


class ShipDateQuery(NamedTuple):
    """Whose dates: those of a customer, without one those of the buyer company itself; of a vendor's boxes, without one
    or with the buyer those of own stock; for an order now or `at` another moment."""

    customer: str | None
    vendor: str | None
    ship_via: str = "warehouse"
    at: dt.datetime | None = None


def ship_dates(context: ServiceContext, buyer: str, query: ShipDateQuery) -> ShipDates:
    """Every offered date, the first of them, and the chain of reasons. The vendor's people may ask about their boxes
    and a connected buyer as such; how far ahead that buyer takes orders stays its own. A customer asks about itself."""
    if context.actor.customer is not None:
        return _dates_of_customer(context, buyer, query)
    as_vendor = _is_asked_by_vendor(context, buyer, query)
    context.actor.require(READING, str(query.vendor) if as_vendor else buyer)
    with context.store.reading() as session:
        planner = _planner(context, session, buyer, query)
        if as_vendor:
            planner = Planner(planner.shipper, replace(planner.receiver, max_days=None), planner.moment)
        steps = [step for step in planner.chain() if not (as_vendor and step.code == LAST_DAY)]
        ordered_at = query.at or session.now
    return {
        "ordered_at": _in_both_zones(planner, ordered_at),
        "cut_off_passed_at": _in_both_zones(planner, passed) if (passed := planner.cut_off_passed_at) else None,
        "order_until": _in_both_zones(planner, until) if (until := planner.order_until) else None,
        "order_day": None if planner.never_ships else planner.order_day.isoformat(),
        "earliest_vendor_ship": None if planner.never_ships else planner.earliest_vendor_ship.isoformat(),
        "first": iso_text(planner.first()),
        "dates": [day.isoformat() for day in planner.dates()],
        "reasons": [step.message for step in steps],
        "chain": [{"code": step.code, "facts": message_facts(step.message)} for step in steps],
    }


def _dates_of_customer(context: ServiceContext, buyer: str, query: ShipDateQuery) -> ShipDates:
    """The dates on which something can reach the customer that asks, from any vendor or of own stock: it learns of no
    vendor. Empty where nothing ships this way to it."""
    if query.vendor is not None:
        raise NotAllowed("A customer asks for the dates of all vendors together.", action=READING)
    context.actor.require(READING, buyer, query.customer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        customer = company.customer(session, str(query.customer))
        moment = session.moment if query.at is None else Moment(query.at)
        planners = _planners_for(context, session, company, Sale(customer, query.ship_via), moment)
        days = sorted({day for planner in planners for day in planner.dates()})
    dates = [day.isoformat() for day in days]
    return cast(ShipDates, {"first": min(dates, default=None), "dates": dates})


def _planners_for(
    context: ServiceContext, session: Session, company: CompanySnapshot, sale: Sale, moment: Moment
) -> Iterator[Planner]:
    """The planners of everything that ships to a customer in a sale: of each connected vendor, and of own stock."""
    handler = context.plugins.registry(company.company).ship_via(sale.ship_via)
    if handler.allows(sale.customer, K2K):
        for connection, vendor in vendors_of(session, context.snapshots, company):
            if connection.active:
                record = company.vendor_for(session, vendor.code)
                transit = record.transit_days if record and handler.uses_transit else 0
                yield planner_between(session, vendor, company, sale.customer, transit, moment)
    if handler.allows(sale.customer, OPEN_MARKET_BOXES):
        yield own_planner(session, company, sale.customer, moment)


def _planner(context: ServiceContext, session: Session, buyer: str, query: ShipDateQuery) -> Planner:
    company = context.snapshots.get(session, buyer)
    customer = None if query.customer is None else company.customer(session, query.customer)
    handler = context.plugins.registry(company.company).ship_via(query.ship_via)
    moment = session.moment if query.at is None else Moment(query.at)
    if query.vendor in (None, buyer):
        return own_planner(session, company, customer, moment)
    if session.memory is not None:  # the calls of a page ask for every vendor: they are read with their connections
        connections_to(session, company.id)
    shipper, _ = require_connected_pair(context, session, query.vendor, buyer)
    pair = shared_inventory(context, session, shipper, company, refs=[])
    return vendor_planner(session, pair, customer, handler, moment)


def _is_asked_by_vendor(context: ServiceContext, buyer: str, query: ShipDateQuery) -> bool:
    return query.customer is None and query.vendor is not None and context.actor.company == query.vendor != buyer


def _in_both_zones(planner: Planner, moment: dt.datetime) -> MomentInBothZones:
    return {
        "shipper": moment.astimezone(ZoneInfo(planner.shipper.timezone)).isoformat(),
        "receiver": moment.astimezone(ZoneInfo(planner.receiver.timezone)).isoformat(),
    }
