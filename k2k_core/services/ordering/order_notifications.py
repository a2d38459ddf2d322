"""Both companies are told what becomes of an order: each in its feed, under its own number, and its people by mail
(domain section 5). The people are the buyer's salesperson of the customer, `k2k_checkout_notification_to` of the buyer,
and the vendor's salesperson for this buyer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Wording, emit, notify
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import order_writes
from k2k_core.store.orders.documents import ids_in
from k2k_core.store.orders.order_ends import Line
from k2k_core.store.orders.rows import DocumentRow

_OWN = ("prebook_id", "invoice_order_id", "purchase_order_id")


@dataclass(frozen=True, slots=True)
class News:
    """What is told of lines: the event, in other words where `part` names them; `until` is said in the time zone of
    whoever reads it, `why` in their language."""

    event: str
    part: str = ""
    until: dt.datetime | None = None
    why: Text | None = None


def notify_order(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, lines: Sequence[Line], news: News
) -> None:
    """Tell both companies of lines of a buyer."""
    telling = _Telling(session, buyer, lines, news)
    for mine in _by_purchase(lines):
        telling.to_buyer(mine)
    orders = _by_sale(lines)
    vendors = context.snapshots.by_id(session, {telling.documents[order]["company_id"] for order in orders})
    for order_id, mine in orders.items():
        telling.to_vendor(vendors[telling.documents[order_id]["company_id"]], mine)


class _Telling:
    """One event on some lines, told to the companies that they are about."""

    def __init__(self, session: Session, buyer: CompanySnapshot, lines: Sequence[Line], news: News) -> None:
        self.session, self.buyer, self.news = session, buyer, news
        self.documents = order_writes.documents_by_id(session, ids_in(lines, *_OWN, "sales_order_id"))

    def to_buyer(self, lines: Sequence[Line]) -> None:
        """One customer's order, or what the buyer orders for itself."""
        own = next(self.documents[line[name]] for name in _OWN for line in lines if line[name] is not None)
        customer = self.buyer.customers_by_id(self.session).get(lines[0]["customer_id"])
        name = customer.name if customer else self.buyer.company.name
        to = [customer.salesperson_email] if customer else []
        to += self.buyer.company.settings.k2k_checkout_notification_to
        self._tell(self.buyer, own, lines, name, to)

    def to_vendor(self, vendor: CompanySnapshot, lines: Sequence[Line]) -> None:
        """The vendor's order of these lines."""
        record = vendor.customer_for(self.session, self.buyer.code)
        to = [record.salesperson_email] if record else []
        self._tell(vendor, self.documents[lines[0]["sales_order_id"]], lines, self.buyer.company.name, to)

    def _tell(
        self,
        company: CompanySnapshot,
        document: DocumentRow,
        lines: Sequence[Line],
        customer: str,
        to: Sequence[str],
    ) -> None:
        news = self.news
        words: dict[str, object] = {"number": document["number"], "customer": customer, "lines": len(lines)}
        words |= {"ship_date": document["ship_date"], "ship_via": Text(f"ship_via.{document['ship_via']}")}
        words |= {"why": news.why} if news.why is not None else {}
        if news.until is not None:
            words["until"] = f"{news.until.astimezone(ZoneInfo(company.company.timezone)):%Y-%m-%d %H:%M}"
        notify(self.session, company.id, to, Wording(news.event, news.part), words, company.company.locale)
        data = {"document": document["number"], "lines": [str(line["id"]) for line in lines]}
        emit(self.session, news.event, data, [company.id])


def _by_purchase(lines: Sequence[Line]) -> list[list[Line]]:
    """What one customer bought at once: a cart, or else what stands on one document of the buyer's."""
    found: dict[tuple[int | None, ...], list[Line]] = {}
    for line in lines:
        own = next(line[name] for name in _OWN if line[name] is not None)
        found.setdefault((line["cart_id"], None if line["cart_id"] else own), []).append(line)
    return list(found.values())


def _by_sale(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """What the vendors know of, by their documents."""
    found: dict[int, list[Line]] = {}
    for line in lines:
        if line["sales_order_id"] is not None:
            found.setdefault(line["sales_order_id"], []).append(line)
    return found
