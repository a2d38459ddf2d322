"""Notifications when a line is dropped, voided or released (domain section 5): events for programs, mails for people.

The vendor's people get the vendor's order number and product; the buyer's people and customers get their own, so that
nothing they receive names a hidden vendor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.labels import without_names
from k2k_core.domain.parties import Customer
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.hidden_vendors import hidden_names
from k2k_core.services.documents.recipients import (
    addresses,
    cancelled_at_buyer,
    desk_of_vendor,
    seller_and_customer,
)
from k2k_core.services.inventory.vendor_codes import boxes_at_vendor, vendor_description
from k2k_core.services.journal import LineCompanies, emit_of_line, notify
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, order_writes
from k2k_core.store.orders.rows import DocumentRow, LineRow

Numbers = Mapping[int, str]


def notify_dropped(context: ServiceContext, session: Session, order: DocumentRow, lines: Sequence[LineRow]) -> None:
    """Notify the buyer's salesperson, the final customer and the vendor's people of dropped lines, with one message
    each."""
    if not lines:
        return
    vendor, buyer = _companies(context, session, order)
    numbers, codes = _numbers(session, lines), documents.lot_codes(session, lines)
    for line in lines:
        data = _data(line, order, numbers, codes, vendor, buyer)
        emit_of_line(session, "order_line.dropped", line["id"], data, LineCompanies(buyer.id, vendor.id))
    for customer_id in documents.ids_in(lines, "customer_id"):
        mine = [line for line in lines if line["customer_id"] == customer_id]
        customer = buyer.customers_by_id(session)[customer_id]
        facts = _together([_buyer_facts(line, numbers) for line in mine])
        kept_off = hidden_names(context, session, buyer, mine[0])
        _notify_selling(session, buyer, customer, _SaleNotice("order_line.dropped", facts, kept_off))
    facts = _together(_vendor_facts(session, lines, order, vendor))
    to = addresses(desk_of_vendor(session, vendor, buyer))
    notify(session, vendor.id, to, "order_line.dropped", facts, vendor.company.locale)


class VoidedLine(LineRow):
    """A line of which boxes were voided, and the number of boxes that remain."""

    boxes_left: int


def notify_voided(
    context: ServiceContext,
    session: Session,
    order: DocumentRow,
    lines: Sequence[VoidedLine],
    reason: str,
    needed: Numbers,
) -> None:
    """Notify the buyer's own addressees, line by line, of voided lines. `needed` are the new lines, by old."""
    vendor, buyer = _companies(context, session, order)
    numbers, codes = _numbers(session, lines), documents.lot_codes(session, lines)
    to = addresses(cancelled_at_buyer(buyer))
    for line in lines:
        data = _data(line, order, numbers, codes, vendor, buyer)
        new = needed.get(line["id"])
        data |= {"boxes_left": line["boxes_left"], "reason": reason, "needed_line": new}
        emit_of_line(session, "order_line.voided", line["id"], data, LineCompanies(buyer.id, vendor.id))
        facts = {**_buyer_facts(line, numbers), "vendor": vendor.company.name, "reason": reason}
        facts["needed"] = _needed_again(numbers.get(line["prebook_id"]))
        facts["before"] = Text(f"line_state.{line['state']}")
        notify(session, buyer.id, to, "order_line.voided", facts, buyer.company.locale)


class Released(NamedTuple):
    """Boxes that the buyer took from a prebook's line, and why."""

    line: LineRow
    boxes: int
    reason: str


def notify_released(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, prebook: DocumentRow, released: Released
) -> None:
    """Notify the customer, its salesperson and the buyer's own addressees of what is cancelled."""
    line = released.line
    vendor = context.snapshots.by_id(session, [line["vendor_id"]])[line["vendor_id"]]
    customer = buyer.customers_by_id(session)[line["customer_id"]]
    codes = documents.lot_codes(session, [line])
    data = {
        "line": str(line["id"]),
        "lot": f"{vendor.code}/{codes[line['lot_id']]}",
        "boxes": released.boxes,
        "prebook": prebook["number"],
        "customer": customer.code,
        "reason": released.reason,
    }
    emit_of_line(session, "order_line.released", line["id"], data, LineCompanies(buyer.id, None))
    goods = _goods({**line, "boxes": released.boxes}, line["description"])
    facts = {"number": prebook["number"], **goods, "reason": released.reason}
    to = addresses(cancelled_at_buyer(buyer))
    kept_off = hidden_names(context, session, buyer, line)
    _notify_selling(session, buyer, customer, _SaleNotice("order_line.released", facts, kept_off), to)


class _SaleNotice(NamedTuple):
    """The facts of a sale's notification, and the names that its customer may not read."""

    event: str
    facts: Mapping[str, object]
    kept_off: Sequence[str]

    def for_customer(self) -> dict[str, object]:
        """The same facts without those names."""
        return {
            name: without_names(fact, self.kept_off) if isinstance(fact, str) else fact
            for name, fact in self.facts.items()
        }


def _notify_selling(
    session: Session, buyer: CompanySnapshot, customer: Customer, notice: _SaleNotice, more: Sequence[str] = ()
) -> None:
    """Notify the salesperson of a customer and `more` in the language of the company, the customer in its own;
    each address once."""
    own = buyer.company.locale
    languages = dict.fromkeys(addresses(seller_and_customer(customer)), own)
    languages |= {customer.email: customer.locale or own} if customer.email else {}
    languages |= {address: own for address in more if address not in languages}
    for address, language in languages.items():
        facts = notice.for_customer() if address == customer.email else notice.facts
        notify(session, buyer.id, [address], notice.event, facts, language)


def _needed_again(prebook: str | None) -> Text | str:
    """The prebook on which the goods are needed again; a standalone purchase order has no customer waiting for them."""
    return Text("order_line.voided.needed", {"prebook": prebook}) if prebook else ""


def _companies(
    context: ServiceContext, session: Session, order: DocumentRow
) -> tuple[CompanySnapshot, CompanySnapshot]:
    found = context.snapshots.by_id(session, [order["vendor_id"], order["buyer_id"]])
    return found[order["vendor_id"]], found[order["buyer_id"]]


def _numbers(session: Session, lines: Sequence[LineRow]) -> Numbers:
    ids = documents.ids_in(lines, "prebook_id", "purchase_order_id")
    return order_writes.document_numbers(session, ids)


def _data(
    line: LineRow,
    order: DocumentRow,
    numbers: Numbers,
    codes: Mapping[int, str],
    vendor: CompanySnapshot,
    buyer: CompanySnapshot,
) -> dict[str, Any]:
    """What both companies may know of a line."""
    return {
        "line": str(line["id"]),
        "lot": f"{vendor.code}/{codes[line['lot_id']]}" if line["lot_id"] else None,
        "boxes": line["boxes"],
        "sales_order": order["number"],
        "purchase_order": numbers.get(line["purchase_order_id"]),
        "vendor": vendor.code,
        "buyer": buyer.code,
    }


def _buyer_facts(line: LineRow, numbers: Numbers) -> dict[str, object]:
    number = numbers.get(line["prebook_id"]) or numbers.get(line["purchase_order_id"], "")
    return {"number": number, **_goods(line, line["description"])}


def _vendor_facts(
    session: Session, lines: Sequence[LineRow], order: DocumentRow, vendor: CompanySnapshot
) -> list[dict[str, object]]:
    """The lines in the vendor's own words, which were frozen when they were agreed (domain section 5)."""
    products, boxes = vendor.products(session), boxes_at_vendor(session, vendor.id, lines)
    return [
        {
            "number": order["number"],
            **_goods(
                {**line, "box_type": boxes[line["id"]]},
                vendor_description(line, products.get(line["vendor_product_id"])),
            ),
        }
        for line in lines
    ]


def _together(lines: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Several lines in one message: the goods of each, each number once."""
    goods = ", ".join(f"{facts['boxes']} {facts['box_type']} {facts['description']}" for facts in lines)
    return {"number": ", ".join(dict.fromkeys(str(facts["number"]) for facts in lines)), "goods": goods}


def _goods(line: LineRow, description: str) -> dict[str, object]:
    return {"boxes": line["boxes"], "box_type": line["box_type"], "description": description}
