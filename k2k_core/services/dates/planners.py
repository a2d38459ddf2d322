"""Puts together what the planner of ship dates needs to know of two companies and a customer (domain section 4)."""

from __future__ import annotations

from k2k_core.domain.dates import Planner, Receiver, Shipper, effective_cut_offs
from k2k_core.domain.moment import Moment
from k2k_core.domain.parties import Customer
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.sharing.shared_inventory import SharedInventory
from k2k_core.store.database.session import Session


def vendor_cut_offs(session: Session, partner: SharedInventory) -> dict[str, str]:
    """The vendor's effective cut-offs per weekday for this buyer."""
    service = partner.customer.days_of_service if partner.customer else {}
    carriers = partner.vendor.carriers(session)
    return effective_cut_offs(partner.vendor.company.settings.cut_offs, service, carriers)


def vendor_planner(
    session: Session, partner: SharedInventory, customer: Customer, handler: ShipViaHandler, moment: Moment
) -> Planner:
    """When a vendor's boxes can reach a customer of the buyer."""
    vendor = partner.vendor.company
    transit = partner.record.transit_days if partner.record and handler.uses_transit else 0
    shipper = Shipper(
        vendor.code,
        vendor.timezone,
        vendor.settings.ship_days_offset,
        transit,
        vendor_cut_offs(session, partner),
        frozenset(partner.customer.days_of_service if partner.customer else ()),
    )
    return Planner(shipper, _receiver(partner.buyer, customer), moment)


def own_planner(session: Session, buyer: CompanySnapshot, customer: Customer, moment: Moment) -> Planner:
    """When the buyer company's own stock can reach its customer: its own cut-offs, no transit."""
    company = buyer.company
    carriers = buyer.carriers(session)
    cut_offs = effective_cut_offs(company.settings.cut_offs, customer.days_of_service, carriers)
    shipper = Shipper(company.code, company.timezone, 0, 0, cut_offs)
    return Planner(shipper, _receiver(buyer, customer), moment)


def _receiver(buyer: CompanySnapshot, customer: Customer) -> Receiver:
    company = buyer.company
    return Receiver(
        company.code,
        company.timezone,
        customer.code,
        frozenset(customer.days_of_service),
        company.settings.max_order_days_in_advance,
    )
