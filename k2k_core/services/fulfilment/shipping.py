"""Use case: the vendor ships an air waybill (domain section 6).

Its orders become shipped. Boxes that go to the buyer's customer have nobody to scan them: they are confirmed from
staging, or billed, at the same moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.domain.answers.fulfilment import Awb
from k2k_core.domain.orders import CONFIRMED, SHIPPED
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Conflict, Invalid
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.fulfilment import air_waybills
from k2k_core.services.fulfilment.billing import bill_waiting
from k2k_core.services.fulfilment.receiving import BY_HAND, Receiving
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import Row

SelfReceiving = Mapping[tuple[int, str], bool]


def ship(context: ServiceContext, vendor: str, awb: str, key: str | None = None) -> Awb:
    """Ship what is confirmed on an AWB; answers the AWB. `Conflict` when nothing of it waits to be shipped.

    What is confirmed on the same AWB later is shipped by shipping it again.
    """
    context.actor.require(CONFIRMING, vendor)
    command = IdempotentCommand(context, vendor, "ship", key, {"awb": str(awb)})
    with context.store.reading() as session:
        answer: Awb | None = command.stored_answer(session)
        if answer is not None:
            return answer
        company = context.snapshots.get(session, vendor)
        ways = _ways(session, company.id, str(awb))
        buyers = context.snapshots.by_id(session, {buyer_id for buyer_id, _ in ways})
    receiving = {(buyer_id, code): _receives_itself(context, buyers[buyer_id], code) for buyer_id, code in ways}

    def work(session: Session) -> Awb:
        return _ship(context, session, context.snapshots.get(session, vendor), str(awb), receiving)

    return command.transact(work)


def _ways(session: Session, vendor_id: int, number: str) -> set[tuple[int, str]]:
    """Every buyer and way to travel on AWBs of that number: whether it receives itself is the buyer's plugins' word."""
    ids = [row["id"] for row in air_waybills.of_company(session, vendor_id, number, "vendor")]
    return awbs.ways(session, vendor_id, ids)


def _receives_itself(context: ServiceContext, buyer: CompanySnapshot, ship_via: str) -> bool:
    try:
        return context.plugins.registry(buyer.company).ship_via(ship_via).receives_itself
    except Invalid:  # a way that no plugin offers any more: somebody confirms these boxes by hand
        return False


def _ship(
    context: ServiceContext, session: Session, vendor: CompanySnapshot, number: str, receiving: SelfReceiving
) -> Awb:
    rows = air_waybills.of_company(session, vendor.id, number, "vendor")
    orders = documents.confirmed_orders_on(session, vendor.id, [row["id"] for row in rows])
    if not orders:
        raise Conflict(f"Nothing on AWB {number} waits to be shipped: it was shipped, or its orders were voided.")
    buyers = context.snapshots.by_id(session, {order["buyer_id"] for order in orders})
    shipped = {order["awb_id"] for order in orders}
    awbs.mark_shipped(session, shipped)
    for order in orders:
        documents.move_document(session, order["id"], CONFIRMED, SHIPPED)
        audit(session, context.actor, vendor.id, "ship", order["number"], Change(CONFIRMED, SHIPPED))
    for row in sorted((row for row in rows if row["id"] in shipped), key=lambda row: int(row["buyer_id"])):
        buyer = buyers[row["buyer_id"]]
        mine = [order for order in orders if order["awb_id"] == row["id"]]
        numbers = [order["number"] for order in mine]
        data = {"awb": number, "vendor": vendor.code, "buyer": buyer.code, "sales_orders": numbers}
        emit(session, "awb.shipped", data, [vendor.id, buyer.id])
        alone = [order for order in mine if receiving.get((order["buyer_id"], order["ship_via"]), False)]
        _arrive_alone(context, session, vendor, buyer, alone)
    again = air_waybills.of_company(session, vendor.id, number, "vendor")
    return air_waybills.answer(context, session, vendor, next(row for row in again if row["id"] in shipped))


def _arrive_alone(
    context: ServiceContext, session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, orders: Sequence[Row]
) -> None:
    """The boxes of direct shipments arrive. They are billed in every mode of automatic billing but `off`, and in that
    one too where the companies agreed on `bill_to_final_customer`; so are those that somebody received before."""
    lines = documents.lines_by(session, "sales_order_id", [order["id"] for order in orders])
    codes = [code for found in boxes.codes_of_lines(session, lines).values() for code in found]
    connection = connection_between(session, vendor.company, buyer.company)
    agreed = connection is not None and connection.bill_to_final_customer
    billed = agreed or buyer.company.settings.auto_billing != "off"
    if codes:
        Receiving(session, buyer, BY_HAND, context, billed).arrive(codes)
    if billed:
        bill_waiting(context, session, buyer, [line["id"] for line in lines], BY_HAND)
