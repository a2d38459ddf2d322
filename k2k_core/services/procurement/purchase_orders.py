"""Use case: procurement of a buyer orders from a vendor (domain sections 5 and 6, the verb `purchase_order`).

Lines that name a lot reserve its boxes at once, with the vendor's sales order. Lines that name a product of the buyer
wait for the transfer of the order. It starts pending approval, for a prebook or standalone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.dates import BEFORE_EARLIEST, CUT_OFF_PASSED
from k2k_core.domain.items import K2K
from k2k_core.domain.order_ends import NO_END, OrderEnd
from k2k_core.domain.orders import CANCELLED, NEEDED, PENDING_APPROVAL, PURCHASE_ORDER
from k2k_core.domain.parties import Vendor
from k2k_core.domain.pricing import SALES
from k2k_core.domain.roles import PURCHASING
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.hooks import ShipViaHandler
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import planner_between
from k2k_core.services.documents import document_view
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.ordering.expiry_sweep import with_freed_boxes
from k2k_core.services.ordering.order_documents import (
    Header,
    address_of,
    buyers_name,
    parties_at_opening,
    sales_type,
    vendor_carrier,
)
from k2k_core.services.ordering.order_ends import end_at_vendor
from k2k_core.services.ordering.order_lines import emit_lines_added, write_lines
from k2k_core.services.ordering.order_notifications import OrderNotice, notify_order
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    plan_and_write,
    refusal,
    require_sellable,
    require_stock,
    versions_of,
)
from k2k_core.services.ordering.ship_day_checks import NO_CUSTOMER
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.procurement.purchase_planning import article_of, plan_purchase
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.orders import order_writes, procurement
from k2k_core.store.orders.documents import get, lines_by
from k2k_core.store.orders.order_writes import DocumentRef
from k2k_core.store.orders.rows import DocumentRow

_KNOWN = {"product", "lot", "box_type", "boxes", "units_per_box", "unit_cost"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the order: exactly one of `product` and `lot`; `unit_cost` in micros of the vendor's money."""

    product: str | None
    lot: str | None
    boxes: int
    box_type: str
    units_per_box: int
    unit_cost: int | None


@dataclass(frozen=True, slots=True)
class PurchasePlan:
    """What the transaction needs: `lines` reserve boxes of lots at once, `goods` are products by their ids, which wait
    for the transfer."""

    snapshot: CompanySnapshot
    vendor: CompanySnapshot
    header: Header
    vendor_ship_date: dt.date
    lines: tuple[PlannedLine, ...]
    goods: tuple[tuple[Wanted, int], ...]
    versions: Versions
    end: OrderEnd
    """When the goods end."""


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """The lines that are ordered from a vendor, by lot or by product; `prebook` is the number of one that it is for."""

    vendor: str
    lines: Sequence[Mapping[str, Any]]
    ship_date: dt.date | None
    ship_via: str
    prebook: str | None


def purchase_order(context: ServiceContext, buyer: str, request: PurchaseRequest, key: str | None = None) -> Document:
    """Order lines of `{product or lot, box_type?, boxes, units_per_box?, unit_cost?}`; returns the purchase order.

    With `prebook` the lines are for that prebook's customer; what is needed there is ordered first. Raises `NotFound`,
    `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible` and the errors of dates.
    """
    context.actor.require(PURCHASING, buyer)
    wanted = [
        parsing.argument(f"lines[{row}]", _wanted, line, request.vendor)
        for row, line in enumerate(_listed(request.lines))
    ]
    asked = {
        "vendor": request.vendor,
        "lines": [asdict(line) for line in wanted],
        "ship_date": request.ship_date,
        "ship_via": request.ship_via,
        "prebook": request.prebook,
    }
    command = IdempotentCommand(context, buyer, "purchase_order", key, asked)

    def once() -> Document:
        return plan_and_write(
            command,
            lambda session: _planned(context, session, buyer, request, wanted),
            lambda session, plan: _write(context, session, plan),
        )

    return with_freed_boxes(context, once)


def _planned(
    context: ServiceContext, session: Session, buyer: str, request: PurchaseRequest, wanted: Sequence[Wanted]
) -> PurchasePlan:
    company = context.snapshots.buyer(session, buyer)
    vendor, record = _vendor(context, session, company, request.vendor)
    prebook = _prebook(session, company, request.prebook)
    customer = company.customers_by_id(session)[prebook["customer_id"]] if prebook else None
    day = request.ship_date or (prebook["ship_date"] if prebook else None) or company.company.today(session.now)
    handler = context.plugins.registry(company.company).ship_via(request.ship_via)
    joined = DocumentRef(prebook["id"], prebook["number"], prebook["k2k"]) if prebook else None
    ship_to = address_of(handler, company, customer)
    header = Header(company, customer, day, request.ship_via, ship_to, approved=False, prebook=joined)
    leaves = _leaves(day, record, handler)
    goods = tuple((line, _product(session, company, line)) for line in wanted if line.lot is None)
    return PurchasePlan(
        company,
        vendor=vendor,
        header=header,
        vendor_ship_date=leaves,
        lines=_lines(context, session, header, wanted),
        goods=goods,
        versions=versions_of([company, vendor]),
        end=_end_of_goods(session, header, vendor, leaves) if goods else NO_END,
    )


def _end_of_goods(session: Session, header: Header, vendor: CompanySnapshot, leaves: dt.date) -> OrderEnd:
    """When lines without boxes end; an order that is too late for its date is refused with the planner's reason."""
    end = end_at_vendor(session, header.buyer, vendor, leaves)
    if end.expires_at is not None and end.expires_at <= session.now:
        transit = (header.ship_date - leaves).days
        customer = header.customer or NO_CUSTOMER
        planner = planner_between(session, vendor, header.buyer, customer, transit, session.moment)
        early = {CUT_OFF_PASSED, BEFORE_EARLIEST}
        raise refusal(vendor.code, [one for one in planner.denials(header.ship_date).values() if one.code in early])
    return end


def _lines(
    context: ServiceContext, session: Session, header: Header, wanted: Sequence[Wanted]
) -> tuple[PlannedLine, ...]:
    refs = {line.lot: line for line in wanted if line.lot is not None}
    if not refs:
        return ()
    sale = Sale(header.customer or NO_CUSTOMER, header.ship_via, ship_date=header.ship_date, channel=SALES)
    assortment = Assortment(context, session, header.buyer, sale, LotSelection(list(refs)))
    for ref, line in refs.items():
        article, _ = article_of(assortment, ref)
        require_sellable(assortment, [article])
        require_stock(article.lot, line.boxes)
    return tuple(plan_purchase(assortment, line.lot, line.boxes) for line in wanted if line.lot is not None)


def _write(context: ServiceContext, session: Session, plan: PurchasePlan) -> Document:
    written = write_lines(session, plan.header, plan.versions, plan.lines)
    emit_lines_added(session, plan.snapshot, written)
    order_id = next((one.documents.purchase_order.id for one in written if one.documents.purchase_order), None)
    placed = [one.line_id for one in written]
    if plan.goods:
        _hold_prebook(session, plan.header)
        order_id = order_id or _open(session, plan)
        for line, product_id in plan.goods:
            placed += _add_goods(session, plan.header, order_id, line, product_id, plan.end)
    notify_order(context, session, plan.snapshot, lines_by(session, "id", placed), OrderNotice("order.placed"))
    return document_view.answer(context, session, plan.snapshot, get(session, order_id or 0))


def _hold_prebook(session: Session, header: Header) -> None:
    """Lock the prebook: of two orders for what it needs, the second one gets what the first has left."""
    if header.prebook_id is None:
        return
    order_writes.hold_documents(session, [header.prebook_id])
    prebook = get(session, header.prebook_id)
    if prebook["status"] == CANCELLED:
        raise Conflict("Prebook {prebook} is cancelled.", prebook=prebook["number"])


def _open(session: Session, plan: PurchasePlan) -> int:
    header, vendor = plan.header, plan.vendor
    carrier = vendor_carrier(session, vendor, plan.snapshot, plan.vendor_ship_date)
    return order_writes.open_document(
        session,
        plan.snapshot.id,
        PURCHASE_ORDER,
        k2k=True,
        status=PENDING_APPROVAL,
        vendor_id=vendor.id,
        buyer_id=plan.snapshot.id,
        ship_date=header.ship_date,
        vendor_ship_date=plan.vendor_ship_date,
        ship_via=header.ship_via,
        ship_to=header.ship_to,
        carrier=buyers_name(session, plan.snapshot, vendor, carrier),
        sales_type=sales_type(plan.snapshot),
        currency=vendor.company.currency,
        parties=parties_at_opening(session, vendor, plan.snapshot),
    )


def _add_goods(
    session: Session, header: Header, order_id: int, wanted: Wanted, product_id: int, end: OrderEnd
) -> list[int]:
    """Order what the prebook needs of the product first; the rest is a new line. Returns the lines, by id."""
    left, placed = wanted.boxes, []
    columns: dict[str, Any] = {"purchase_order_id": order_id, "cost": wanted.unit_cost, **end._asdict()}
    needed = procurement.needed_on_prebook(session, header.prebook_id, product_id) if header.prebook_id else []
    for line in needed:
        same = wanted.box_type in ("", line["box_type"]) and wanted.units_per_box in (0, line["units_per_box"])
        if left and same:
            taken = min(left, line["boxes"])
            if taken < line["boxes"]:
                procurement.divide(session, line, line["boxes"] - taken)
            procurement.change_line(session, line["id"], NEEDED, boxes=taken, **columns)
            placed.append(line["id"])
            left -= taken
    if left:
        customer, product = header.customer, header.buyer.products(session)[product_id]
        fresh = procurement.add_waiting_line(
            session,
            buyer_id=header.buyer.id,
            prebook_id=header.prebook_id,
            customer_id=customer.id if customer else None,
            product_id=product_id,
            description=product.description,
            inventory_type=K2K,
            box_type=wanted.box_type,
            boxes=left,
            units_per_box=wanted.units_per_box,
            unit_type="stem",
            mark_code=customer.code if customer else "",
            **columns,
        )
        placed.append(fresh)
    return placed


def _vendor(
    context: ServiceContext, session: Session, company: CompanySnapshot, code: str
) -> tuple[CompanySnapshot, Vendor]:
    """The vendor company and the buyer's record of it; `NotFound` for one that the buyer has no record of."""
    record = company.vendor_for(session, code)
    found = context.snapshots.by_code(session, [code]).get(code)
    if record is None or found is None:
        raise NotFound(
            "{company} has no vendor record of a company {vendor}.", company=company.code, vendor=code, kind="vendor"
        )
    return found, record


def _prebook(session: Session, company: CompanySnapshot, number: str | None) -> DocumentRow | None:
    if number is None:
        return None
    found = procurement.prebook_of(session, company.id, str(number))
    if found is None:
        raise NotFound(
            "There is no prebook {prebook} in {company}.", prebook=number, company=company.code, kind="prebook"
        )
    if found["status"] == CANCELLED:
        raise Conflict("Prebook {prebook} is cancelled.", prebook=number)
    return found


def _product(session: Session, company: CompanySnapshot, line: Wanted) -> int:
    if line.box_type and line.box_type not in company.box_type_codes(session):
        raise NotFound(
            "There is no box type {box_type} in {company}.",
            box_type=line.box_type,
            company=company.code,
            kind="box_type",
        )
    found = company.product_ids(session).get(line.product or "")
    if found is None:
        raise NotFound(
            "There is no product {product} in {company}.", product=line.product, company=company.code, kind="product"
        )
    return found


def _leaves(day: dt.date, record: Vendor, handler: ShipViaHandler) -> dt.date:
    if day.year < parsing.FIRST_YEAR:
        raise Invalid("{ship_date} lies outside the calendar: nothing ships then.", ship_date=day).at("ship_date")
    return day - dt.timedelta(days=record.transit_days if handler.uses_transit else 0)


def _listed(lines: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(lines, str | Mapping) or not isinstance(lines, Sequence) or not lines:
        raise Invalid("Name at least one line: {product or lot, boxes}.").at("lines")
    return lines


def _wanted(line: Any, vendor: str) -> Wanted:
    if not isinstance(line, Mapping) or set(line) - _KNOWN:
        raise Invalid("Each line is {product or lot, box_type?, boxes, units_per_box?, unit_cost?}.")
    lot = None if line.get("lot") is None else str(line["lot"])
    if (line.get("product") is None) == (lot is None):
        raise Invalid("Each line names either a product or a lot.")
    if lot is not None and line.get("unit_cost") is not None:
        raise NotAllowed("What a vendor's lot costs is the vendor's price: a buyer cannot type another.")
    return Wanted(
        None if line.get("product") is None else str(line["product"]),
        None if lot is None else _lot_of(vendor, lot),
        parsing.box_count(line.get("boxes")),
        "" if line.get("box_type") is None else parsing.code(line["box_type"]),
        0 if line.get("units_per_box") is None else parsing.whole(line["units_per_box"], least=1),
        None if line.get("unit_cost") is None else parsing.amount(line["unit_cost"]),
    )


def _lot_of(vendor: str, lot: str) -> str:
    owner, slash, _ = lot.partition("/")
    if slash and owner != vendor:
        raise Invalid("{lot} is no lot of {vendor}: an order goes to one vendor.", lot=lot, vendor=vendor)
    return lot if slash else f"{vendor}/{lot}"
