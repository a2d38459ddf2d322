"""Use cases: the purchase orders that buyers have sent to a vendor, page by page, and one with the vendor's lots that
can fill it (`requests`, `request`; domain section 6, "Procurement")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import ListedDocument
from k2k_core.domain.answers.procurement import BuyerRequest, BuyerRequestLines, BuyerRequests
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.orders import NEEDED, NOT_TRANSFERRED, PREBOOK, SALES_ORDER, TRANSFER_STATES
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.errors import NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.procurement.lot_proposals import lots_for
from k2k_core.store.database.session import Session
from k2k_core.store.lists.requests import requests_of
from k2k_core.store.orders import document_versions, documents, order_ends
from k2k_core.store.orders.rows import DocumentRow, LineRow

_SENT = tuple(state for state in TRANSFER_STATES if state != NOT_TRANSFERRED)

FILTERS = {
    "document": of.codes,
    "purchase_order": of.codes,
    "state": lambda value: [parsing.choice(one, _SENT) for one in of.codes(value)],
    "buyer": of.word,
    "unknown": of.switch,
    "waiting": of.switch,
    "overdue": of.switch,
    "ship_date_from": of.day,
    "ship_date_to": of.day,
    "vendor_ship_date_from": of.day,
    "vendor_ship_date_to": of.day,
}
_SHOWN = ("purchase_order", "state", "status", "buyer", "buyer_name", "ship_via", "carrier")


OF_THE_DOCUMENT = frozenset(("document", "status", "ship_via"))
"""Fields that a document has by itself: where no others are asked for, nothing else is read."""


def requests(context: ServiceContext, vendor: str, request: PageRequest) -> BuyerRequests:
    """A page of the purchase orders that buyers have sent to a vendor, oldest first."""
    context.actor.require(READING, vendor)
    with context.store.reading() as session:
        return _page(context, session, context.snapshots.get(session, vendor).id, request, {})


def _page(
    context: ServiceContext, session: Session, company_id: int, request: PageRequest, lines: dict[int, list[LineRow]]
) -> BuyerRequests:
    """The page; the lines of its orders are put into `lines`, by the id of the document."""

    def as_rows(rows: Rows) -> Rows:
        if request.fields is not None and OF_THE_DOCUMENT.issuperset(request.fields):
            return [{**{name: row[name] for name in ("status", "ship_via")}, "document": row["number"]} for row in rows]
        lines.update(_lines(session, [row["id"] for row in rows]))
        return [_row(session, row, lines[row["id"]]) for row in rows]

    listed = PagedList("requests", requests_of(company_id, session.now), BuyerRequest, as_rows, FILTERS)
    return cast(BuyerRequests, page(context, session, company_id, listed, request))


def request(context: ServiceContext, vendor: str, document: str) -> BuyerRequestLines:
    """One of them by the vendor's own number of it, also by the one that it had before it was accepted; with its lines.
    Raises `NotFound`."""
    context.actor.require(READING, vendor)
    number = str(document)
    of: dict[int, list[LineRow]] = {}
    with context.store.reading() as session:
        company = context.snapshots.get(session, vendor)
        header = _header(context, session, company, number, of)
        found = documents.find(session, company.id, number, PREBOOK, SALES_ORDER)
        shown = document_view.listed(context, session, company, [found], lines=True)[0]
        waiting = [line for line in of[found["id"]] if line["state"] == NEEDED]
        lots = lots_for(context, session, company, found, waiting)
    lines = [{**line, "lots": lots.get(line["line"], [])} for line in shown.get("lines", ())]
    answer = {**header, "lines": lines, **_money(shown)}
    return cast(BuyerRequestLines, disclosed(answer, rules_of(BuyerRequestLines), reader_of(context.actor)))


def _header(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    number: str,
    lines: dict[int, list[LineRow]],
) -> BuyerRequest:
    asked = PageRequest({"document": [number]})
    found = _page(context, session, vendor.id, asked, lines)["items"] if number else []
    if not found:
        raise NotFound("No buyer has sent an order {document} to {vendor}.", document=number, vendor=vendor.code)
    return next((one for one in found if one["document"] == number), found[0])


def _money(shown: ListedDocument) -> dict[str, Any]:
    of_document = cast(dict[str, Any], shown)
    return {name: of_document[name] for name in ("currency", "total", "charges") if name in of_document}


def _lines(session: Session, ids: Sequence[int]) -> Mapping[int, list[LineRow]]:
    found: dict[int, list[LineRow]] = defaultdict(list)
    for line in documents.lines_by(session, "sales_order_id", ids):
        found[cast(int, line["sales_order_id"])].append(line)
    return found


def _row(session: Session, row: dict[str, Any], lines: Sequence[LineRow]) -> dict[str, Any]:
    # Of an order that has ended every line has: then it says what was asked for.
    counted = [line for line in lines if line["state"] not in documents.ENDED] or lines
    ends = [line["expires_at"] for line in lines if line["state"] in order_ends.ENDING_STATES]
    first = min((one for one in ends if one is not None and one > session.now), default=None)
    return {
        **{name: row[name] for name in _SHOWN},
        "document": row["number"],
        "version": document_versions.version_with(cast(DocumentRow, row), lines),
        "ship_date": iso_text(row["ship_date"]),
        "vendor_ship_date": iso_text(row["vendor_ship_date"]),
        "boxes": sum(line["boxes"] for line in counted),
        "filled": sum(line["boxes"] for line in counted if line["lot_id"] is not None),
        "known": sum(line["vendor_product_id"] is not None for line in counted),
        "unknown": sum(line["vendor_product_id"] is None for line in counted),
        "expires_at": iso_text(first),
        "overdue": any(order_ends.is_overdue(line, session.now) for line in lines),
        "reason": row["reason"] or None,
    }
