"""The seller and the receiver of an invoice and its language, stored as of its issue (domain section 5).

Later changes of a company or a customer change no existing invoice.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from k2k_core.domain.parties import Customer
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies


def parties_at_issue(
    session: Session, company: CompanySnapshot, customer: Customer | None, *others: CompanySnapshot
) -> dict[str, Any]:
    """What an invoice of a company stores: the names of the companies on it, the customer with its address, the
    receiver's language, and its date in the company's time zone. The receiver is the last company of the `others`;
    without one it is the customer, whose language is that of its record, else that of its own company if it is
    connected."""
    locale = others[-1].company.locale if others else company.company.locale
    if not others and customer is not None:
        connected = companies.locale_of(session, customer.company) if customer.company else None
        locale = customer.locale or connected or locale
    return {
        "names": {one.code: one.company.name for one in (company, *others)},
        "bill_to": None if customer is None else {"name": customer.name, "ship_to": asdict(customer.ship_to)},
        "locale": locale,
        "issued_on": company.company.today(session.now).isoformat(),
    }
