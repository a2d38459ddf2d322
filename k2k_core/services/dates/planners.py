"""Builds planners of ship dates for two companies and a customer (domain section 4)."""

from __future__ import annotations

from k2k_core.domain.dates import Planner, Receiver, Shipper, effective_cut_offs
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parties import Customer
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.sharing.shared_inventory import SharedInventory
from k2k_core.store.database.session import Session


def vendor_cut_offs(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> dict[str, str]:
    """The vendor's effective cut-offs per weekday for this buyer."""
    return _cut_offs(session, vendor, vendor.customer_for(session, buyer.code))


def vendor_planner(
    session: Session, partner: SharedInventory, customer: Customer | None, handler: ShipViaHandler, moment: Moment
) -> Planner:
    """The planner for a vendor's boxes and a customer of the buyer, or without one for the buyer itself."""
    transit = partner.record.transit_days if partner.record and handler.uses_transit else 0
    return planner_between(session, partner.vendor, partner.buyer, customer, transit, moment)


def planner_between(
    session: Session,
    vendor: CompanySnapshot,
    buyer: CompanySnapshot,
    customer: Customer | None,
    transit_days: int,
    moment: Moment,
) -> Planner:
    """The same with given transit days, whatever the state of the connection."""
    company, record = vendor.company, vendor.customer_for(session, buyer.code)
    shipper = Shipper(
        company.code,
        company.timezone,
        company.settings.ship_days_offset,
        transit_days,
        _cut_offs(session, vendor, record),
        frozenset(record.days_of_service if record else ()),
    )
    return Planner(shipper, _receiver(buyer, customer), moment)


def own_planner(session: Session, buyer: CompanySnapshot, customer: Customer | None, moment: Moment) -> Planner:
    """The planner for the buyer company's own stock and its customer, if any: its own cut-offs, no transit."""
    company = buyer.company
    shipper = Shipper(company.code, company.timezone, 0, 0, _cut_offs(session, buyer, customer))
    return Planner(shipper, _receiver(buyer, customer), moment)


def own_cut_offs(session: Session, buyer: CompanySnapshot, customer: Customer) -> dict[str, str]:
    """The company's own effective cut-offs per weekday for a customer."""
    return _cut_offs(session, buyer, customer)


def _cut_offs(session: Session, shipper: CompanySnapshot, customer: Customer | None) -> dict[str, str]:
    service = customer.days_of_service if customer else {}
    return effective_cut_offs(shipper.company.settings.cut_offs, service, shipper.carriers(session))


def _receiver(buyer: CompanySnapshot, customer: Customer | None) -> Receiver:
    company = buyer.company
    return Receiver(
        company.code,
        company.timezone,
        customer.code if customer else "",
        frozenset(customer.days_of_service if customer else ()),
        company.settings.max_order_days_in_advance,
    )
