"""Use cases: AWBs, the staging area and boxes, page by page (`awbs`, `staging`, `boxes` and `box`)."""

from __future__ import annotations

from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers import fulfilment as shapes
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED, awb_id
from k2k_core.domain.parsing import iso_text, number_text
from k2k_core.domain.roles import READING
from k2k_core.errors import NotFound
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import split_ref
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import IN_STOCK
from k2k_core.store.lists import fulfilment as stored
from k2k_core.store.lists.fulfilment import GivenBox

SIDES = ("vendor", "buyer")
BOX_STATES = (IN_STOCK, STAGED, RECEIVED, BILLED, "withdrawn")
AWB_FILTERS = {
    "awb": of.word,
    "role": lambda value: parsing.choice(value, SIDES),
    "partner": of.word,
    "shipped": of.switch,
    "ship_date_from": of.day,
    "ship_date_to": of.day,
}
STAGING_FILTERS = {
    "awb": of.word,
    "partner": of.word,
    "line": parsing.row_id,
    "mark_code": of.word,
    "shipped": of.switch,
}
BOX_FILTERS = {
    "code": of.codes,
    "state": lambda value: [parsing.choice(one, BOX_STATES) for one in of.codes(value)],
    "missing": of.switch,
    "lot": lambda value: split_ref(of.word(value)),
    "line": parsing.row_id,
    "awb": of.word,
}


def awbs(context: ServiceContext, company: str, request: PageRequest) -> shapes.Awbs:
    """A page of the AWBs that a company sends or gets, oldest first; their costs are their buyer's."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        listed = PagedList(
            "awbs",
            stored.awbs_of(company_id),
            shapes.ListedAwb,
            lambda rows: [_awb(row, company_id) for row in rows],
            AWB_FILTERS,
        )
        return cast(shapes.Awbs, page(context, session, company_id, listed, request))


def staging(context: ServiceContext, buyer: str, request: PageRequest) -> shapes.StagedBoxes:
    """A page of the boxes in the staging area, in the order in which they were confirmed."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, buyer).id
        listed = PagedList(
            "staging",
            stored.staging_of(company_id),
            shapes.ListedStagedBox,
            lambda rows: [_staged(row) for row in rows],
            STAGING_FILTERS,
        )
        return cast(shapes.StagedBoxes, page(context, session, company_id, listed, request))


def boxes(context: ServiceContext, company: str, request: PageRequest) -> shapes.Boxes:
    """A page of the boxes of a company: those in its lots, and those that it has bought and sold."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        listed = PagedList(
            "boxes",
            stored.boxes_of(company_id),
            shapes.ListedBox,
            lambda rows: _boxes(session, company_id, rows),
            BOX_FILTERS,
        )
        return cast(shapes.Boxes, page(context, session, company_id, listed, request))


def box(context: ServiceContext, company: str, code: str) -> shapes.ListedBox:
    """One box of a company by its code; `NotFound`."""
    found = boxes(context, company, PageRequest({"code": [code]}))["items"]
    if not found:
        raise NotFound("There is no box {code} here.", code=code, kind="box")
    return found[0]


def _awb(row: dict[str, Any], company_id: int) -> dict[str, Any]:
    mine = row["buyer_id"] == company_id
    costs = {name: number_text(row[name]) if mine and row[name] is not None else None for name in _COSTS}
    return {
        **{name: row[name] for name in _SHOWN_OF_AWB},
        **costs,
        "id": awb_id(row["id"]),
        "fbe": number_text(int(row["fbe"] or 0)),
        "ship_date": iso_text(row["ship_date"]),
        "arrival_date": iso_text(row["arrival_date"]),
        "shipped": row["shipped_at"] is not None,
        "shipped_at": iso_text(row["shipped_at"]),
    }


_COSTS = ("freight", "handling")
_SHOWN_OF_AWB = ("number", "version", "vendor", "vendor_name", "buyer", "buyer_name", "ship_via", "boxes", "staged")


def _staged(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("box_code", "state", "awb", "vendor", "description")},
        "awb_id": awb_id(row["awb_id"]),
        "arrival_date": iso_text(row["arrival_date"]),
        "shipped": row["shipped_at"] is not None,
        "lot": f"{row['vendor']}/{row['lot']}",
        "line": str(row["line"]),
        "mark_code": row["mark_code"] or None,
    }


def _boxes(session: Session, company_id: int, rows: Rows) -> Rows:
    given = stored.orders_of_boxes(session, company_id, [row["id"] for row in rows])
    own = stored.lot_codes(session, company_id, [row["lot_id"] for row in rows])
    return [_box(row, own.get(row["lot_id"]), given.get(row["id"]), company_id) for row in rows]


def _box(row: dict[str, Any], own_lot: str | None, given: GivenBox | None, company_id: int) -> dict[str, Any]:
    sold = given is not None and given["vendor_id"] == company_id
    return {
        **{name: row[name] for name in ("state", "printed", "missing")},
        "box_code": row["code"],
        "lot": own_lot or (None if given is None else given["lot"] if sold else f"{given['vendor']}/{given['lot']}"),
        "line": None if given is None else str(given["line"]),
        "order": None if given is None else _order(given, sold),
        "partner": None if given is None else given["buyer"] if sold else given["vendor"],
        "description": None if given is None else given["vendor_description" if sold else "description"],
        "awb": None if given is None else given["awb"],
        "awb_id": None if given is None or given["awb_id"] is None else awb_id(given["awb_id"]),
        "mark_code": None if given is None else given["mark_code"] or None,
    }


def _order(given: GivenBox, sold: bool) -> str | None:
    """The number of the order that a box is on, in the books of the company that looks at it."""
    if sold:
        return given["sales_order"]
    return given["prebook"] or given["invoice_order"] or given["purchase_order"]
