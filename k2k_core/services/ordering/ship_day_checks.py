"""Checks at check-out and at approval whether order lines can still ship on their date (domain section 5).

The planner of ship dates uses the present set-up, whatever the state of the connection; of the rules of visibility only
those about the day on which the boxes leave are evaluated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from k2k_core.domain.dates import Planner
from k2k_core.domain.parties import Customer
from k2k_core.domain.sharing import BUYER, VENDOR, Denial
from k2k_core.errors import CannotSell
from k2k_core.messages import Message
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import own_planner, planner_between
from k2k_core.services.ordering.order_planning import disclosed_denials, refusal, refusal_of
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.parties import connection_between, connections_to
from k2k_core.store.orders import order_writes
from k2k_core.store.orders.documents import ids_in, lot_codes, ship_days
from k2k_core.store.orders.order_ends import Line
from k2k_core.store.orders.rows import DocumentRow

ABOUT_THE_DAY = frozenset(("arrives_later", "too_old_on_ship_date"))
"""Rules of visibility that are asked again, by their codes."""

_OF_THE_BUYER = frozenset(("customer_no_service", "beyond_max_days"))
"""Reasons of the planner that are the buyer's and its customer's."""

NO_CUSTOMER = Customer(0, "", "", "A", ship_via="choice")
"""Stands for the customer of a standalone purchase order: the goods are for the buyer itself."""


def refusal_now(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[Line],
    reader: str = BUYER,
    read: Mapping[int, DocumentRow] | None = None,
) -> CannotSell | None:
    """Why the first of some lines can no longer ship on its date: the planner's reason, or a rule's; None when all can.
    Of the other side's rules the buyer, or the vendor as the `reader`, reads what it may know of them (domain section
    3). Rules are plugins: never call this in a writing unit of work. `read` are the documents of the lines, if they
    were read."""
    if read is None:
        read = order_writes.documents_by_id(
            session, ids_in(lines, "purchase_order_id", "prebook_id", "invoice_order_id")
        )
    return next(_refusals(context, session, buyer, lines, reader, read), None)


def _refusals(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[Line],
    reader: str,
    documents: Mapping[int, DocumentRow],
) -> Iterator[CannotSell]:
    if session.memory is not None:
        connections_to(session, buyer.id)  # with the sequences of the vendors, which are read next
    vendors = context.snapshots.by_id(session, set(ids_in(lines, "vendor_id")))
    vendors |= context.snapshots.by_id(session, {one["vendor_id"] for one in documents.values()} - {None})
    together: dict[tuple[int, int | None], list[Line]] = defaultdict(list)
    for line in lines:
        order_id = line["purchase_order_id"] or line["invoice_order_id"] or line["prebook_id"]
        together[(order_id, line["customer_id"])].append(line)
    codes = lot_codes(session, lines)
    for (order_id, customer_id), mine in together.items():
        order = documents[order_id]
        customer = buyer.customers_by_id(session).get(customer_id or 0, NO_CUSTOMER)
        denials = list(_planner(session, buyer, vendors, order, customer).denials(ship_days(order)[0]).values())
        if denials:
            yield refusal(str(order["number"]), [_read_by(reader, denial) for denial in denials])
        vendor = vendors.get(order["vendor_id"])
        if any(line["lot_id"] is not None for line in mine) and (vendor is None or _connected(session, vendor, buyer)):
            prefix = f"{vendor.code}/" if vendor else ""
            refs = [f"{prefix}{codes[line['lot_id']]}" for line in mine if line["lot_id"] is not None]
            sale = Sale(customer, order["ship_via"], ship_date=order["ship_date"])
            assortment = Assortment(context, session, buyer, sale, LotSelection(list(dict.fromkeys(refs))))
            yield from _by_rules(assortment, reader)


def _read_by(reader: str, denial: Denial) -> Denial:
    """The planner's reason; of the buyer's own reasons its vendor reads the code only."""
    if reader == VENDOR and denial.code in _OF_THE_BUYER:
        return denial._replace(reason=Message("held back by the buyer"))
    return denial


def _connected(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> bool:
    """Whether the vendor's lots can be read: a suspended connection does not affect orders."""
    connection = connection_between(session, vendor.company, buyer.company)
    return connection is not None and connection.active


def _planner(
    session: Session,
    buyer: CompanySnapshot,
    vendors: Mapping[int, CompanySnapshot],
    order: DocumentRow,
    customer: Customer,
) -> Planner:
    """The planner for an order, with the transit days with which it was ordered."""
    vendor = vendors.get(order["vendor_id"])
    if vendor is None:
        return own_planner(session, buyer, customer, session.moment)
    arrives, leaves = ship_days(order)
    return planner_between(session, vendor, buyer, customer, (arrives - leaves).days, session.moment)


def _by_rules(assortment: Assortment, reader: str) -> Iterator[CannotSell]:
    articles = list(assortment.articles.values())
    for article, denials in zip(articles, disclosed_denials(assortment, articles, reader), strict=True):
        about_the_day = [denial for denial in denials if denial.code in ABOUT_THE_DAY]
        if about_the_day:
            yield refusal_of(assortment, article, about_the_day)
