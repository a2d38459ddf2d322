"""Use case: the readiness list, the requirements that a connection does not meet yet, each with its owner (domain
section 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from k2k_core.domain.answers.connections import OpenRequirement
from k2k_core.domain.items import OPEN_MARKET_BOXES
from k2k_core.domain.parties import Vendor
from k2k_core.domain.roles import READING
from k2k_core.messages import Message, message_facts
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import Offers
from k2k_core.services.inventory.vendor_codes import known_box_types
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import BOX_TYPE, TYPE, LotRow, lot_rows
from k2k_core.store.master_data.connections import has_transit_days
from k2k_core.store.master_data.parties import connection_between

BUYER = "BC"
VENDOR = "VC"


OWNERS: Mapping[str, str] = {
    **dict.fromkeys(("vendor_record", "transit_days", "inbound_truck_freight", "box_types", "exchange_rate"), BUYER),
    **dict.fromkeys(("bill_to_final_customer", "currency_ignored", "product_mapping"), BUYER),
    **dict.fromkeys(("customer_record", "days_of_service", "ecommerce_enabled"), VENDOR),
}
"""Requirement → the side that it is for."""


class Place(NamedTuple):
    """Where a requirement is met: a `setting` of its company, or a `field` of a record; without a `code` of a new
    record, or of any record that it is about."""

    setting: str | None = None
    collection: str | None = None
    code: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, met or not. A warning does not prevent the activation."""

    owner: str
    code: str
    company: str
    detail: str
    place: Place
    met: bool = False
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
            "met": self.met,
            "place": {
                "setting": self.place.setting,
                "collection": self.place.collection,
                "code": self.place.code,
                "field": self.place.field,
            },
        }


def readiness(context: ServiceContext, vendor: str, buyer: str, with_met: bool = False) -> list[OpenRequirement]:
    """Every open requirement of a connection, the buyer's first; empty if there is none. With `with_met` those that are
    met too. For either company."""
    own = context.actor.company
    context.actor.require(READING, own if own is not None and own in (vendor, buyer) else vendor)
    with context.store.reading() as session:
        pair = require_connected_pair(context, session, vendor, buyer, proposed=True)
        return [point.as_dict() for point in requirements(session, *pair) if with_met or not point.met]


def is_ready(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether only warnings are open."""
    return all(point.warning or point.met for point in requirements(session, vendor, buyer))


def requirements(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[Requirement]:
    """Every requirement, the buyer's first."""
    return [*_of_buyer(session, vendor, buyer), *_of_vendor(session, vendor, buyer)]


def _of_buyer(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> Iterator[Requirement]:
    record = buyer.vendor_for(session, vendor.code)
    yield from _vendor_record(session, vendor, buyer, record)
    settings = buyer.company.settings
    truck = Place("inbound_truck_freight" if not settings.inbound_truck_freight else "cube_rate")
    if not settings.inbound_truck_freight or settings.cube_rate is None:
        missing = Message("Inbound truck freight is off or has no cube rate.")
        yield Requirement(BUYER, "inbound_truck_freight", buyer.code, missing, truck)
    else:
        rate = Message("Inbound truck freight is on, with a cube rate.")
        yield Requirement(BUYER, "inbound_truck_freight", buyer.code, rate, truck, met=True)
    yield _boxes(session, vendor, buyer)
    yield from _rate(buyer, record)
    connection = connection_between(session, vendor.company, buyer.company)
    if connection is not None and connection.bill_to_final_customer:
        detail = Message(
            "bill_to_final_customer concerns via grower only: other lines are billed as auto_billing says."
        )
        term = Place(None, "connections", f"{vendor.code}:{buyer.code}", "bill_to_final_customer")
        yield Requirement(BUYER, "bill_to_final_customer", buyer.code, detail, term, warning=True)
    yield from _ignored_currency(vendor, buyer, record)
    unmapped = _unmapped(session, vendor, buyer)
    words = Message("Every shared product is mapped.")
    if unmapped:
        words = Message("Shared products without a mapping: {unmapped}.", unmapped=unmapped)
    offers = Place(None, "offers", None, "product")
    yield Requirement(BUYER, "product_mapping", buyer.code, words, offers, not unmapped, warning=True)


def _vendor_record(
    session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, record: Vendor | None
) -> Iterator[Requirement]:
    place = Place(None, "vendors", None if record is None else record.code, "company")
    if record is None:
        missing = Message("{buyer} has no vendor record of {vendor}.", buyer=buyer.code, vendor=vendor.code)
        yield Requirement(BUYER, "vendor_record", buyer.code, missing, place)
        return
    there = Message("{record} is the vendor record of {vendor}.", record=record.code, vendor=vendor.code)
    yield Requirement(BUYER, "vendor_record", buyer.code, there, place, met=True)
    days = place._replace(field="transit_days")
    if not record.port and not has_transit_days(session, record.id):
        neither = Message("The vendor record {record} has neither transit days nor a port.", record=record.code)
        yield Requirement(BUYER, "transit_days", buyer.code, neither, days)
    else:
        words = Message("The vendor record {record} has transit days or a port.", record=record.code)
        yield Requirement(BUYER, "transit_days", buyer.code, words, days, met=True)


def _boxes(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> Requirement:
    unknown = _unknown_boxes(session, vendor, buyer)
    words = Message("{buyer} knows every box type of {vendor}.", buyer=buyer.code, vendor=vendor.code)
    if unknown:
        words = Message(
            "Box types of {vendor} that {buyer} does not know: {unknown}.",
            vendor=vendor.code,
            buyer=buyer.code,
            unknown=unknown,
        )
    place = Place(None, "box_types", unknown[0] if len(unknown) == 1 else None, "code")
    return Requirement(BUYER, "box_types", buyer.code, words, place, not unknown)


def _ignored_currency(vendor: CompanySnapshot, buyer: CompanySnapshot, record: Vendor | None) -> Iterator[Requirement]:
    """The currency of a vendor whose prices are taken for the buyer's."""
    foreign = record is not None and record.currency != buyer.company.currency
    if foreign and not buyer.company.settings.multicurrency:
        detail = Message(
            "{vendor} sells in {currency}, and multicurrency is off: its prices pass unchanged.",
            vendor=vendor.code,
            currency=vendor.company.currency,
        )
        yield Requirement(BUYER, "currency_ignored", buyer.code, detail, Place("multicurrency"))


def _rate(buyer: CompanySnapshot, record: Vendor | None) -> Iterator[Requirement]:
    """The rate of a vendor record in another currency."""
    if record is None or record.currency == buyer.company.currency or not buyer.company.settings.multicurrency:
        return
    place = Place(None, "vendors", record.code, "exchange_rate")
    facts = {"record": record.code, "currency": record.currency}
    if record.exchange_rate is None:
        missing = Message("The vendor record {record} is in {currency} and has no rate.", **facts)
        yield Requirement(BUYER, "exchange_rate", buyer.code, missing, place)
    else:
        there = Message("The vendor record {record} is in {currency} and has a rate.", **facts)
        yield Requirement(BUYER, "exchange_rate", buyer.code, there, place, met=True)


def _of_vendor(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> Iterator[Requirement]:
    customer = vendor.customer_for(session, buyer.code)
    place = Place(None, "customers", None if customer is None else customer.code, "company")
    if customer is None:
        detail = Message("{vendor} has no customer record of {buyer}.", vendor=vendor.code, buyer=buyer.code)
        yield Requirement(VENDOR, "customer_record", vendor.code, detail, place)
    else:
        there = Message("{vendor} has a customer record of {buyer}.", vendor=vendor.code, buyer=buyer.code)
        yield Requirement(VENDOR, "customer_record", vendor.code, there, place, met=True)
        words = Message(
            "The customer record {customer} has no days of service: it is served every day.", customer=customer.code
        )
        if customer.days_of_service:
            words = Message("The customer record {customer} has days of service.", customer=customer.code)
        days, served = place._replace(field="days_of_service"), bool(customer.days_of_service)
        yield Requirement(VENDOR, "days_of_service", vendor.code, words, days, served, warning=True)
    on = vendor.company.settings.ecommerce_enabled
    words = Message("E-commerce of {vendor} is off.", vendor=vendor.code)
    if on:
        words = Message("E-commerce of {vendor} is on.", vendor=vendor.code)
    yield Requirement(VENDOR, "ecommerce_enabled", vendor.code, words, Place("ecommerce_enabled"), on)


def _unknown_boxes(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[str]:
    boxes = vendor.box_types(session)
    used = {boxes[row[BOX_TYPE]][0] for row in _shareable(session, vendor)}
    return sorted(used - known_box_types(session, buyer, vendor))


def _unmapped(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[str]:
    offers = Offers(session, buyer, vendor, buyer.vendor_for(session, vendor.code))
    unmapped = [row for row in _shareable(session, vendor) if offers.mapped(row) is None]
    return sorted({lot.product.code for lot in offers.lots(unmapped)})


def _shareable(session: Session, vendor: CompanySnapshot) -> list[LotRow]:
    return [row for row in lot_rows(session, [vendor.id]) if row[TYPE] == OPEN_MARKET_BOXES]
