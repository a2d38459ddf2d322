"""Who an invoice is from and for, and in which language: as of its issue (domain section 5).

Whoever edits a company or a customer later changes no invoice that exists.
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
    language of whoever receives it, and its date in the company's zone. The receiver is the last company of the
    `others`; without one it is the customer, who reads the language of its record, else its own company's where it is
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
