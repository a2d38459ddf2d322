"""Whether a vendor's name is hidden from a buyer's customers in what is printed and mailed of an order (domain section
6). The terms from when the order was opened apply, whatever they are later (domain section 5)."""

from __future__ import annotations

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders.order_writes import documents_by_id
from k2k_core.store.orders.rows import DocumentRow, LineRow


def hides_today(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether a vendor hides its name by today's terms. Without a connection it is treated as hidden."""
    connection = connection_between(session, vendor.company, buyer.company)
    return connection is None or connection.hide_vendor


def hides_on(session: Session, order: DocumentRow, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether a vendor hides its name on an order: as stored when the order was opened, else by today's terms."""
    opened_hidden: bool | None = (order["parties"] or {}).get("vendor_hidden")
    return hides_today(session, vendor, buyer) if opened_hidden is None else opened_hidden


def hidden_names(context: ServiceContext, session: Session, buyer: CompanySnapshot, line: LineRow) -> tuple[str, ...]:
    """The name and the code of a line's vendor if they are hidden from the buyer's customers; else nothing."""
    order = documents_by_id(session, [line["sales_order_id"] or 0]).get(line["sales_order_id"])
    if order is None:
        return ()
    vendor = context.snapshots.by_id(session, [order["vendor_id"]])[order["vendor_id"]]
    if not hides_on(session, order, vendor, buyer):
        return ()
    names = (order["parties"] or {}).get("names", {})
    return vendor.company.name, vendor.code, names.get(vendor.code, "")
