"""Use case: the readiness list, the requirements that a connection does not meet yet, each with its owner (domain
section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from k2k_core.domain.answers.connections import OpenRequirement
from k2k_core.domain.items import OPEN_MARKET_BOXES, STANDARD_BOXES
from k2k_core.domain.roles import READING
from k2k_core.messages import Message, message_facts
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import Offers
from k2k_core.services.inventory.vendor_codes import BOX_TYPE as BOX_TYPES
from k2k_core.services.inventory.vendor_codes import names_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import BOX_TYPE, TYPE, LotRow, lot_rows
from k2k_core.store.master_data.connections import has_transit_days
from k2k_core.store.master_data.parties import connection_between

BUYER = "BC"
VENDOR = "VC"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One open requirement. A warning does not prevent the activation."""

    owner: str
    code: str
    company: str
    detail: str
    warning: bool = False

    def as_dict(self) -> OpenRequirement:
        """The requirement as an answer of the facade."""
        return {
            "owner": self.owner,
            "requirement": self.code,
            "company": self.company,
            "detail": self.detail,
            "facts": message_facts(self.detail),
            "warning": self.warning,
        }


def readiness(context: ServiceContext, vendor: str, buyer: str) -> list[OpenRequirement]:
    """Every open requirement of a connection, the buyer's first; empty if there is none. For either company."""
    own = context.actor.company
    context.actor.require(READING, own if own is not None and own in (vendor, buyer) else vendor)
    with context.store.reading() as session:
        pair = require_connected_pair(context, session, vendor, buyer, proposed=True)
        return [point.as_dict() for point in open_points(session, *pair)]


def is_ready(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether only warnings are open."""
    return all(point.warning for point in open_points(session, vendor, buyer))


def open_points(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[Requirement]:
    """Every open requirement, the buyer's first."""
    return [*_of_buyer(session, vendor, buyer), *_of_vendor(session, vendor, buyer)]


def _of_buyer(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> Iterator[Requirement]:
    def point(code: str, detail: str, warning: bool = False) -> Requirement:
        return Requirement(BUYER, code, buyer.code, detail, warning)

    settings = buyer.company.settings
    record = buyer.vendor_for(session, vendor.code)
    if record is None:
        yield point(
            "vendor_record", Message("{buyer} has no vendor record of {vendor}.", buyer=buyer.code, vendor=vendor.code)
        )
    elif not record.port and not has_transit_days(session, record.id):
        yield point(
            "transit_days",
            Message("The vendor record {record} has neither transit days nor a port.", record=record.code),
        )
    if not settings.inbound_truck_freight or settings.cube_rate is None:
        yield point("inbound_truck_freight", Message("Inbound truck freight is off or has no cube rate."))
    unknown = _unknown_boxes(session, vendor, buyer)
    if unknown:
        yield point(
            "box_types",
            Message(
                "Box types of {vendor} that {buyer} does not know: {unknown}.",
                vendor=vendor.code,
                buyer=buyer.code,
                unknown=unknown,
            ),
        )
    foreign = record is not None and record.currency != buyer.company.currency
    if settings.multicurrency and foreign and record is not None and record.exchange_rate is None:
        yield point(
            "exchange_rate",
            Message(
                "The vendor record {record} is in {currency} and has no rate.",
                record=record.code,
                currency=record.currency,
            ),
        )
    connection = connection_between(session, vendor.company, buyer.company)
    if connection is not None and connection.bill_to_final_customer:
        detail = Message(
            "bill_to_final_customer concerns via grower only: other lines are billed as auto_billing says."
        )
        yield point("bill_to_final_customer", detail, warning=True)
    if foreign and not settings.multicurrency:
        detail = Message(
            "{vendor} sells in {currency}, and multicurrency is off: its prices pass unchanged.",
            vendor=vendor.code,
            currency=vendor.company.currency,
        )
        yield point("currency_ignored", detail)
    unmapped = _unmapped(session, vendor, buyer)
    if unmapped:
        yield point(
            "product_mapping",
            Message("Shared products without a mapping: {unmapped}.", unmapped=unmapped),
            warning=True,
        )


def _of_vendor(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> Iterator[Requirement]:
    customer = vendor.customer_for(session, buyer.code)
    if customer is None:
        detail = Message("{vendor} has no customer record of {buyer}.", vendor=vendor.code, buyer=buyer.code)
        yield Requirement(VENDOR, "customer_record", vendor.code, detail)
    elif not customer.days_of_service:
        detail = Message(
            "The customer record {customer} has no days of service: it is served every day.", customer=customer.code
        )
        yield Requirement(VENDOR, "days_of_service", vendor.code, detail, warning=True)
    if not vendor.company.settings.ecommerce_enabled:
        yield Requirement(
            VENDOR, "ecommerce_enabled", vendor.code, Message("E-commerce of {vendor} is off.", vendor=vendor.code)
        )


def _unknown_boxes(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[str]:
    known = buyer.box_type_codes(session) | set(STANDARD_BOXES) | set(names_of(session, buyer, vendor, BOX_TYPES))
    boxes = vendor.box_types(session)
    used = {boxes[row[BOX_TYPE]][0] for row in _shareable(session, vendor)}
    return sorted(used - known)


def _unmapped(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[str]:
    offers = Offers(session, buyer, vendor, buyer.vendor_for(session, vendor.code))
    unmapped = [row for row in _shareable(session, vendor) if offers.mapped(row) is None]
    return sorted({lot.product.code for lot in offers.lots(unmapped)})


def _shareable(session: Session, vendor: CompanySnapshot) -> list[LotRow]:
    return [row for row in lot_rows(session, [vendor.id]) if row[TYPE] == OPEN_MARKET_BOXES]
