"""Notifies both companies of an order's events: each in its feed, with its own document number, and its people by mail
(domain section 5). The people are the buyer's salesperson of the customer, `k2k_checkout_notification_to` of the buyer,
and the vendor's salesperson for this buyer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.recipients import addresses, agreed_at_buyer, agreed_at_vendor
from k2k_core.services.journal import Wording, emit, emit_with_lines, notify, of_document
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import EventLines
from k2k_core.store.orders import order_writes
from k2k_core.store.orders.documents import ids_in
from k2k_core.store.orders.order_ends import Line
from k2k_core.store.orders.rows import DocumentRow

AGREED = "order.checked_out"
_OWN = ("prebook_id", "invoice_order_id", "purchase_order_id")


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """An event on order lines, with a text variant if `part` names one; `until` is formatted in the time zone of the
    reader, `why` in their language."""

    event: str
    part: str = ""
    until: dt.datetime | None = None
    why: Text | None = None


def notify_order(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[Line],
    notice: OrderNotice,
    read: Mapping[int, DocumentRow] | None = None,
) -> None:
    """Notify both companies of an event on lines of a buyer. `read` are the documents of the lines, if they were
    read."""
    if read is None:
        read = order_writes.documents_by_id(session, ids_in(lines, *_OWN, "sales_order_id"))
    notifier = _OrderNotifier(session, buyer, notice, read)
    for mine in _by_purchase(lines):
        notifier.to_buyer(mine)
    orders = _by_sale(lines)
    vendors = context.snapshots.by_id(session, {notifier.documents[order]["company_id"] for order in orders})
    for order_id, mine in orders.items():
        notifier.to_vendor(vendors[notifier.documents[order_id]["company_id"]], mine)


class _OrderNotifier:
    """Notifies the companies of some lines of one event."""

    def __init__(
        self,
        session: Session,
        buyer: CompanySnapshot,
        notice: OrderNotice,
        documents: Mapping[int, DocumentRow],
    ) -> None:
        self.session, self.buyer, self.notice, self.documents = session, buyer, notice, documents

    def to_buyer(self, lines: Sequence[Line]) -> None:
        """One customer's order, or an order of the buyer for itself."""
        own = next(self.documents[line[name]] for name in _OWN for line in lines if line[name] is not None)
        customer = self.buyer.customers_by_id(self.session).get(lines[0]["customer_id"])
        name = customer.name if customer else self.buyer.company.name
        to = addresses(agreed_at_buyer(self.buyer, customer))
        self._notify(self.buyer, own, lines, name, to)

    def to_vendor(self, vendor: CompanySnapshot, lines: Sequence[Line]) -> None:
        """The vendor's order of these lines."""
        to = addresses(agreed_at_vendor(self.session, vendor, self.buyer))
        self._notify(vendor, self.documents[lines[0]["sales_order_id"]], lines, self.buyer.company.name, to)

    def _notify(
        self,
        company: CompanySnapshot,
        document: DocumentRow,
        lines: Sequence[Line],
        customer: str,
        to: Sequence[str],
    ) -> None:
        notice = self.notice
        words: dict[str, object] = {"number": document["number"], "customer": customer, "lines": len(lines)}
        words |= {"ship_date": document["ship_date"], "ship_via": Text(f"ship_via.{document['ship_via']}")}
        words |= {"why": notice.why} if notice.why is not None else {}
        if notice.until is not None:
            words["until"] = f"{notice.until.astimezone(ZoneInfo(company.company.timezone)):%Y-%m-%d %H:%M}"
        notify(self.session, company.id, to, Wording(notice.event, notice.part), words, company.company.locale)
        self._emit(company, document, lines)

    def _emit(self, company: CompanySnapshot, document: DocumentRow, lines: Sequence[Line]) -> None:
        """An order that is agreed carries its lines; other events name them."""
        event, about = self.notice.event, of_document(document)
        data: dict[str, object] = {"document": document["number"]}
        if event == AGREED:
            carried = EventLines(tuple(line["id"] for line in lines), of_vendor=company.id != self.buyer.id)
            emit_with_lines(self.session, event, data, company.id, about, carried)
        else:
            emit(self.session, event, {**data, "lines": [str(line["id"]) for line in lines]}, [company.id], about)


def _by_purchase(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of one purchase: of a cart, or else of one document of the buyer."""
    found: dict[tuple[int | None, ...], list[Line]] = {}
    for line in lines:
        own = next(line[name] for name in _OWN if line[name] is not None)
        found.setdefault((line["cart_id"], None if line["cart_id"] else own), []).append(line)
    return list(found.values())


def _by_sale(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """The lines on vendors' sales orders, by order."""
    found: dict[int, list[Line]] = {}
    for line in lines:
        if line["sales_order_id"] is not None:
            found.setdefault(line["sales_order_id"], []).append(line)
    return found
