"""The people whom each company notifies of an event on its orders, by what they are to it (domain section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from k2k_core.domain.parties import Customer
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session

SALESPERSON, CUSTOMER = "salesperson", "customer"
CHECKOUT_NOTIFICATION, CANCEL_NOTIFICATION = "k2k_checkout_notification_to", "k2k_cancel_notification_to"
INVOICES, CHECKOUTS = "send_invoice_to", "send_checkout_notification_to"


class Recipients(NamedTuple):
    """The addresses of one role: of the company's own settings or people, or of a `customer` record."""

    role: str
    addresses: tuple[str, ...]
    customer: str | None = None


def addresses(found: Iterable[Recipients]) -> list[str]:
    """All of their addresses, in order."""
    return [address for one in found for address in one.addresses]


def agreed_at_buyer(buyer: CompanySnapshot, customer: Customer | None) -> list[Recipients]:
    """Of an order that is checked out, approved, or about to end: on the buyer's side."""
    own = Recipients(CHECKOUT_NOTIFICATION, tuple(buyer.company.settings.k2k_checkout_notification_to))
    return [own] if customer is None else [_salesperson(customer), own]


def agreed_at_vendor(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[Recipients]:
    """The same on the vendor's side."""
    record = vendor.customer_for(session, buyer.code)
    return [] if record is None else [_salesperson(record)]


def seller_and_customer(customer: Customer) -> list[Recipients]:
    """Of a sale that does not take place: the salesperson of the customer, and the customer."""
    return [_salesperson(customer), Recipients(CUSTOMER, _given(customer.email), customer.code)]


def cancelled_at_buyer(buyer: CompanySnapshot) -> list[Recipients]:
    """Of what the vendor, or the buyer itself, takes from an order."""
    return [Recipients(CANCEL_NOTIFICATION, tuple(buyer.company.settings.k2k_cancel_notification_to))]


def desk_of_vendor(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> list[Recipients]:
    """Of a buyer's order at the vendor: the company's own addresses, and those on its customer record of the buyer."""
    settings, record = vendor.company.settings, vendor.customer_for(session, buyer.code)
    own = [
        Recipients(INVOICES, tuple(settings.send_invoice_to)),
        Recipients(CHECKOUTS, tuple(settings.send_checkout_notification_to)),
    ]
    if record is None:
        return own
    theirs = [
        Recipients(INVOICES, tuple(record.send_invoice_to), record.code),
        Recipients(CHECKOUTS, tuple(record.send_checkout_notification_to), record.code),
    ]
    return [*own, *theirs]


def of_invoice(company: CompanySnapshot, customer: Customer | None) -> list[Recipients]:
    """Of an invoice that a company issues or credits."""
    own = Recipients(INVOICES, tuple(company.company.settings.send_invoice_to))
    return [own] if customer is None else [own, Recipients(INVOICES, tuple(customer.send_invoice_to), customer.code)]


def _salesperson(customer: Customer) -> Recipients:
    return Recipients(SALESPERSON, _given(customer.salesperson_email), customer.code)


def _given(address: str | None) -> tuple[str, ...]:
    return (address,) if address else ()
