"""Use case: the vendor ships an air waybill (domain section 6).

Its orders become shipped. Boxes that ship directly to the buyer's customer are not scanned: they are confirmed from
staging, or billed, at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.domain.answers.fulfilment import Awb, LeftLot
from k2k_core.domain.orders import CONFIRMED, SHIPPED
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Conflict, Invalid
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.fulfilment import air_waybills
from k2k_core.services.fulfilment.air_waybills import CompanyAwbs
from k2k_core.services.fulfilment.billing import bill_waiting
from k2k_core.services.fulfilment.scanning import BY_HAND, Receiving
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_awb
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes, departures, missing_boxes
from k2k_core.store.fulfilment.awbs import AwbRow
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import DocumentRow

SelfReceiving = Mapping[tuple[int, str], bool]


def ship(context: ServiceContext, vendor: str, awb: str, partner: str | None = None, key: str | None = None) -> Awb:
    """Ship what is confirmed on an AWB; returns the AWB. Raises `Conflict` when nothing of it waits to be shipped,
    `Ambiguous` when the number has AWBs of several buyers.

    What is confirmed on the same AWB later is shipped by another call.
    """
    context.actor.require(CONFIRMING, vendor)
    request = {"awb": str(awb), **({} if partner is None else {"partner": partner})}
    command = IdempotentCommand(context, vendor, "ship", key, request)
    with context.store.reading() as session:
        answer: Awb | None = command.stored_answer(session)
        if answer is not None:
            return answer
        company = context.snapshots.get(session, vendor)
        row = CompanyAwbs(context, session, company).one(str(awb), partner, "vendor")
        ways = awbs.ways(session, company.id, [row["id"]])
        buyers = context.snapshots.by_id(session, {buyer_id for buyer_id, _ in ways})
    receiving = {(buyer_id, code): _receives_itself(context, buyers[buyer_id], code) for buyer_id, code in ways}

    def work(session: Session) -> Awb:
        sender = context.snapshots.get(session, vendor)
        row = CompanyAwbs(context, session, sender).one(str(awb), partner, "vendor")
        return _ship(context, session, sender, row, receiving)

    return command.transact(work)


def _receives_itself(context: ServiceContext, buyer: CompanySnapshot, ship_via: str) -> bool:
    try:
        return context.plugins.registry(buyer.company).ship_via(ship_via).receives_itself
    except Invalid:  # a way that no plugin offers any more: somebody confirms these boxes by hand
        return False


def _ship(
    context: ServiceContext, session: Session, vendor: CompanySnapshot, row: AwbRow, receiving: SelfReceiving
) -> Awb:
    number = row["number"]
    orders = documents.confirmed_orders_on(session, vendor.id, [row["id"]])
    if not orders:
        raise Conflict(
            "Nothing on AWB {awb} waits to be shipped: it was shipped, or its orders were voided.", awb=number
        )
    buyer = context.snapshots.by_id(session, [row["buyer_id"]])[row["buyer_id"]]
    awbs.mark_shipped(session, [row["id"]])
    for order in orders:
        documents.move_document(session, order["id"], CONFIRMED, SHIPPED)
        audit(session, context.actor, vendor.id, "ship", order["number"], Change(CONFIRMED, SHIPPED))
    numbers = [order["number"] for order in orders]
    data = {"awb": number, "vendor": vendor.code, "buyer": buyer.code, "sales_orders": numbers}
    lots = _leave(session, orders)
    emit(session, "awb.shipped", {**data, "lots": lots}, [vendor.id], of_awb(row["id"]))
    emit(session, "awb.shipped", data, [buyer.id], of_awb(row["id"]))
    alone = [order for order in orders if receiving.get((order["buyer_id"], order["ship_via"]), False)]
    _arrive_alone(context, session, vendor, buyer, alone)
    return {**air_waybills.answer(context, session, vendor, awbs.by_id(session, row["id"])), "lots": lots}


def _leave(session: Session, orders: Sequence[DocumentRow]) -> list[LeftLot]:
    """The boxes that are not received yet leave the vendor's stock; returns each lot after it, with the number of boxes
    that left."""
    lines = documents.lines_by(session, "sales_order_id", [order["id"] for order in orders])
    waiting = boxes.staged_of_lines(session, [line["id"] for line in lines])
    return departures.left_lots(departures.leave(session, lines, waiting, SHIPPED), waiting)


def _arrive_alone(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    buyer: CompanySnapshot,
    orders: Sequence[DocumentRow],
) -> None:
    """Receive the boxes of direct shipments. They are billed in every mode of automatic billing but `off`, and in that
    one too if the companies agreed on `bill_to_final_customer`; so are boxes that were received before. A box that is
    reported missing waits for the vendor's answer, or for a scan."""
    lines = documents.lines_by(session, "sales_order_id", [order["id"] for order in orders])
    given = [code for found in boxes.codes_of_lines(session, lines).values() for code in found]
    codes = missing_boxes.without_missing(session, given)
    connection = connection_between(session, vendor.company, buyer.company)
    agreed = connection is not None and connection.bill_to_final_customer
    billed = agreed or buyer.company.settings.auto_billing != "off"
    if codes:
        Receiving(session, buyer, BY_HAND, context, billed).arrive(codes)
    if billed:
        bill_waiting(context, session, buyer, [line["id"] for line in lines], BY_HAND)
