"""Use case: box labels (domain section 6). The vendor prints them; the buyer may, from its staging area.

The plugins draw outside every transaction; that a label was printed is stored afterwards, so that the next one of the
same box has the reprint mark. A label that fails is one row with its error, and the batch goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from k2k_core.domain.answer_files import Printed
from k2k_core.domain.answers.fulfilment import LabelError, PrintedLabel
from k2k_core.domain.box_codes import read_codes
from k2k_core.domain.items import K2K
from k2k_core.domain.labels import Label, LabelRequest, pack, without_names
from k2k_core.domain.roles import BOXES
from k2k_core.errors import Invalid, K2KError, NotFound
from k2k_core.hooks import LabelRenderer
from k2k_core.messages import as_message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.hidden_vendors import hides_on
from k2k_core.services.fulfilment.air_waybills import CompanyAwbs
from k2k_core.services.inventory.vendor_codes import boxes_at_vendor, vendor_description
from k2k_core.services.journal import LineCompanies, emit_of_line
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.fulfilment.boxes import LabelledBox
from k2k_core.store.fulfilment.departures import house_of_lines
from k2k_core.store.orders import documents
from k2k_core.store.orders.order_writes import documents_by_id
from k2k_core.store.orders.rows import DocumentRow, LineRow
from k2k_core.texts import texts


class LabelSelection(NamedTuple):
    """The boxes whose labels are printed: those of an AWB, with one partner if given, or some codes."""

    awb: str | None = None
    box_codes: Sequence[str] | None = None
    partner: str | None = None


def labels(context: ServiceContext, company: str, selection: LabelSelection, format: str) -> list[PrintedLabel]:
    """The labels of an AWB, or of some boxes: `{box_code, media_type, size, text}`, `size` in bytes; a label that could
    not be drawn has an `error` instead."""
    printed = print_labels(context, company, selection, format, with_sheet=False)
    return [shown(box_code, label) for box_code, label in printed.labels]


def print_labels(
    context: ServiceContext,
    company: str,
    selection: LabelSelection,
    format: str,
    with_sheet: bool = True,
) -> Printed:
    """The same labels as files.

    Raises `NotFound` for a box or AWB that is on no order of this company, or an unknown format.
    """
    context.actor.require(BOXES, company)
    requests, renderer = _prepared(context, company, selection, format)
    drawn = tuple((request.box_code, _drawn(renderer, request)) for request in requests)
    good = [request for request, (_, label) in zip(requests, drawn, strict=True) if isinstance(label, Label)]
    sheet = renderer.sheet(good) if with_sheet and renderer.sheet is not None and good else None
    _note(context, company, good)
    return Printed(drawn, renderer.media_type, sheet)


def print_sheet(
    context: ServiceContext,
    company: str,
    selection: LabelSelection,
    format: str,
) -> Printed:
    """Only the sheet, which is many times as fast as a file for each label. `labels` of the answer are those that
    failed; the others are on the sheet.

    Raises `Invalid` for a format without sheets, and the errors of `print_labels`.
    """
    context.actor.require(BOXES, company)
    requests, renderer = _prepared(context, company, selection, format)
    if renderer.sheet is None:
        raise Invalid("{format} has no sheets: each of its labels is a file of its own.", format=format)
    failed: tuple[tuple[str, Label | K2KError], ...] = ()
    good, sheet = requests, None
    try:
        sheet = renderer.sheet(requests) if requests else None
    except K2KError:
        drawn = {request.box_code: _drawn(renderer, request) for request in requests}
        failed = tuple((code, label) for code, label in drawn.items() if isinstance(label, K2KError))
        good = [request for request in requests if isinstance(drawn[request.box_code], Label)]
        sheet = renderer.sheet(good) if good else None
    _note(context, company, good)
    return Printed(failed, renderer.media_type, sheet)


def _prepared(
    context: ServiceContext,
    company: str,
    selection: LabelSelection,
    format: str,
) -> tuple[list[LabelRequest], LabelRenderer]:
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        requests = _requests(context, session, snapshot, *selection)
    return requests, context.plugins.registry(snapshot.company).renderer(format, K2K)


def _note(context: ServiceContext, company: str, good: Sequence[LabelRequest]) -> None:
    """Store that these boxes have a label now: the next one is a reprint."""
    if good:
        printed = [request.box_code for request in good]
        context.store.transact(lambda session: _note_printed(context, session, company, printed))


def _note_printed(context: ServiceContext, session: Session, company: str, codes: Sequence[str]) -> None:
    context.snapshots.show(session, company)
    boxes.note_printed(session, codes)
    found = boxes.by_line(session, codes)
    house = house_of_lines(session, documents.lines_by(session, "id", [line.line_id for line in found]))
    for line, printed in found.items():
        on, at_vendor = LineCompanies(line.buyer_id, line.vendor_id), {"on_hand": house[line.line_id]["on_hand"]}
        emit_of_line(session, "box.printed", line.line_id, {"box_codes": printed}, on, at_vendor)


def shown(box_code: str, label: Label | K2KError) -> PrintedLabel:
    """The text of a label and the size of its file, or why there is none."""
    if isinstance(label, K2KError):
        error: LabelError = {
            "code": label.code,
            "title": as_message(label.title),
            "message": label.message,
            "hint": as_message(label.hint),
        }
        if label.facts:
            error["facts"] = dict(label.facts)
        return {"box_code": box_code, "media_type": None, "size": 0, "text": "", "error": error}
    text = "\n".join(label.text)
    return {"box_code": box_code, "media_type": label.media_type, "size": len(label.content), "text": text}


def _drawn(renderer: LabelRenderer, request: LabelRequest) -> Label | K2KError:
    try:
        return renderer.render(request)
    except K2KError as problem:
        return problem


def _requests(
    context: ServiceContext,
    session: Session,
    company: CompanySnapshot,
    awb: str | None,
    box_codes: Sequence[str] | None,
    partner: str | None,
) -> list[LabelRequest]:
    """One request for each box on this company's orders, in the given order, else by line and allocation. A number with
    several AWBs means all of them, or the one with the partner."""
    if (awb is None) == (box_codes is None):
        raise Invalid("Name either an AWB or some box codes.").at("awb")
    codes = None if box_codes is None else list(dict.fromkeys(boxes.as_printed(session, read_codes(box_codes))))
    on = [] if awb is None else [row["id"] for row in CompanyAwbs(context, session, company).named(str(awb), partner)]
    found = boxes.on_orders_of(session, company.id, codes=codes, awbs=on)
    missing = [code for code in codes or () if code not in found]
    if missing:
        raise NotFound(
            "Box {box} is on no order of {company}.", box=missing[0], company=company.code, box_codes=missing
        )
    label_requests = _LabelRequests(context, session, company, [row["line_id"] for row in found.values()])
    return [label_requests.request(found[code]) for code in (found if codes is None else codes)]


class _LabelRequests:
    """Label requests for boxes of some order lines, for the company that prints them."""

    def __init__(
        self, context: ServiceContext, session: Session, snapshot: CompanySnapshot, line_ids: Sequence[int]
    ) -> None:
        self.session, self.printer = session, snapshot
        lines = documents.lines_by(session, "id", set(line_ids))
        self.lines = {line["id"]: line for line in lines}
        self.lots = documents.lot_codes(session, lines)
        self.orders = documents_by_id(session, documents.ids_in(lines, "sales_order_id"))
        self.purchase_orders = documents_by_id(session, documents.ids_in(lines, "purchase_order_id"))
        self.awbs = awbs.numbers(session, documents.ids_in(lines, "awb_id"))
        self.companies = context.snapshots.by_id(session, documents.ids_in(lines, "vendor_id", "buyer_id"))
        self.products = {
            company_id: company.products(session)
            for company_id, company in self.companies.items()
            if any(line["vendor_id"] == company_id for line in lines)
        }
        self.own_boxes = boxes_at_vendor(session, snapshot.id, lines)
        self.hidden = {number for number, order in self.orders.items() if self._hides_vendor(order)}

    def request(self, box: LabelledBox) -> LabelRequest:
        """The label request of one box."""
        line = self.lines[box["line_id"]]
        order, vendor = self.orders[line["sales_order_id"]], self.companies[line["vendor_id"]]
        buyer = self.companies[line["buyer_id"]].company
        theirs = vendor_description(line, self.products[vendor.id].get(line["vendor_product_id"]))
        names = (order["parties"] or {}).get("names", {})
        hidden = order["id"] in self.hidden
        prints_own = self.printer.id == vendor.id and not hidden
        box_type, locale = self.own_boxes.get(line["id"], line["box_type"]), self.printer.company.locale
        vendor_name = names.get(vendor.code, vendor.company.name)
        sold_for = _ship_date(order)
        leaves = order["vendor_ship_date"] or sold_for
        kept_off = (vendor_name, vendor.company.name, vendor.company.code) if hidden else ()
        return LabelRequest(
            box_code=box["code"],
            product=without_names(theirs if prints_own else line["description"], kept_off),
            pack=pack(box_type, line["units_per_box"], texts("label_units", locale)[line["unit_type"]]),
            lot=without_names(self.lots[line["lot_id"]], kept_off),
            recipient=order["ship_to"].get("name") or names.get(buyer.code, buyer.name),
            mark_code=line["mark_code"],
            carrier=without_names(self._carrier(line, order), kept_off),
            ship_date=leaves,
            for_date=None if sold_for == leaves else sold_for,
            awb=without_names(self.awbs[line["awb_id"]], kept_off),
            order_number=order["number"],
            inventory_type=K2K,
            vendor_name="" if hidden else vendor_name,
            reprint=box["printed"] > 0,
            locale=locale,
        )

    def _carrier(self, line: LineRow, order: DocumentRow) -> str:
        """The carrier by the printing company's name for it, as on that company's own order."""
        bought = self.purchase_orders.get(line["purchase_order_id"])
        theirs = order if self.printer.id == line["vendor_id"] or bought is None else bought
        return str(theirs["carrier"])

    def _hides_vendor(self, order: DocumentRow) -> bool:
        vendor, buyer = self.companies[order["vendor_id"]], self.companies[order["buyer_id"]]
        return hides_on(self.session, order, vendor, buyer)


def _ship_date(order: DocumentRow) -> dt.date:
    if order["ship_date"] is None:
        raise TypeError("an order whose boxes have labels has a ship date")
    return order["ship_date"]
