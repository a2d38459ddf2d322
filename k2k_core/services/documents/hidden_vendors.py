"""Whether a vendor's name is kept from a buyer's customers on what is printed of an order (domain section 6). One that
was hidden when the order was opened stays hidden on its labels and invoices, whatever the terms are later."""

from __future__ import annotations

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders.rows import DocumentRow


def hides_today(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether a vendor hides its name by the terms of today. Without a connection it is treated as hidden."""
    connection = connection_between(session, vendor.company, buyer.company)
    return connection is None or connection.hide_vendor


def hides_on(session: Session, order: DocumentRow, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether a vendor hides its name on an order: as the order was opened, or by the terms of today."""
    opened_hidden: bool = (order["parties"] or {}).get("vendor_hidden", False)
    return opened_hidden or hides_today(session, vendor, buyer)
