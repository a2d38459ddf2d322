"""The lists of a company's AWBs, of its staging area and of its boxes, whether it sends, gets or has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from peewee import JOIN, fn

from k2k_core.store import tables
from k2k_core.store.database.paging import FIRST_DAY, Listing, Side, Sides, Stepped, nullable
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.awbs import HAS_STAGED_LINES, awbs_named, awbs_with, is_named
from k2k_core.store.fulfilment.boxes import GIVEN
from k2k_core.store.orders.rows import Reference

_AWB: Any = tables.Awb
_BOX: Any = tables.Box
_CLAIM: Any = tables.BoxClaim
_LINE: Any = tables.OrderLine
_LOT: Any = tables.Lot
_PRODUCT: Any = tables.Product
_SELLER: Any = tables.Company.alias("seller")
_BUYER: Any = tables.Company.alias("buying_company")
_PREBOOK: Any = tables.Document.alias("prebook")
_PURCHASE: Any = tables.Document.alias("purchase")
_SALE: Any = tables.Document.alias("sale")
_OWN_ORDER: Any = tables.Document.alias("own_order")


def _on_awb(value: Any) -> Any:
    """A sum over the boxes that were given to the lines of an AWB."""
    return _CLAIM.select(value).join(_LINE, on=_LINE.id == _CLAIM.line_id).where(_LINE.awb_id == _AWB.id)


_ON_AWB = _on_awb(fn.COUNT(_CLAIM.id))


def awbs_of(company_id: int) -> Listing:
    """The AWBs that a company sends or gets, oldest first."""
    sends, gets = _AWB.vendor_id == company_id, _AWB.buyer_id == company_id
    awbs = (
        _AWB.select()
        .join(_SELLER, JOIN.LEFT_OUTER, on=_SELLER.id == _AWB.vendor_id)
        .switch(_AWB)
        .join(_BUYER, on=_BUYER.id == _AWB.buyer_id)
    )
    names = ("id", "number", "version", "ship_date", "ship_via", "arrival_date", "freight", "handling", "shipped_at")
    return Listing(
        source=awbs,
        owner=None,
        columns={
            **{name: getattr(_AWB, name) for name in (*names, "buyer_id")},
            "vendor": _SELLER.code,
            "vendor_name": _SELLER.name,
            "buyer": _BUYER.code,
            "buyer_name": _BUYER.name,
            "boxes": _ON_AWB.where(_LINE.state.in_(GIVEN)),
            "fbe": _on_awb(fn.SUM(_LINE.fbe)).where(_LINE.state.in_(GIVEN)),
            "staged": _ON_AWB.where(_CLAIM.open),
        },
        unique=(_AWB.id,),
        sorts={
            "id": (),
            "number": (_AWB.number,),
            "ship_date": nullable(_AWB.ship_date, FIRST_DAY),
            "arrival_date": nullable(_AWB.arrival_date, FIRST_DAY),
        },
        filters={
            "awb": is_named,
            "role": lambda role: sends if role == "vendor" else gets,
            "partner": lambda code: (sends & (_BUYER.code == code)) | (gets & (_SELLER.code == code)),
            "shipped": lambda shipped: _AWB.shipped_at.is_null(not shipped),
            "ship_date_from": lambda day: _AWB.ship_date >= day,
            "ship_date_to": lambda day: _AWB.ship_date <= day,
        },
        searched=(_AWB.search,),
        marked=lambda word: (sends & _BUYER.search.contains(word)) | (gets & _SELLER.search.contains(word)),
        sides=Sides(_AWB.id, (Side(awbs.where(sends), _AWB.id), Side(awbs.where(gets), _AWB.id))),
    )


def staging_of(company_id: int) -> Listing:
    """The boxes in a buyer's staging area, in the order in which they were given to its lines. A claim has all that is
    joined to it: what no sort begins with is joined so that it is read for the rows of a page alone."""
    return Listing(
        source=_CLAIM.select()
        .join(_BOX, JOIN.LEFT_OUTER, on=_BOX.id == _CLAIM.box_id)
        .join(_LOT, JOIN.LEFT_OUTER, on=_LOT.id == _BOX.lot_id)
        .switch(_CLAIM)
        .join(_LINE, on=_LINE.id == _CLAIM.line_id)
        .join(_AWB, on=_AWB.id == _LINE.awb_id)
        .switch(_LINE)
        .join(_SELLER, JOIN.LEFT_OUTER, on=_SELLER.id == _LINE.vendor_id)
        .switch(_LINE)
        .join(_PRODUCT, JOIN.LEFT_OUTER, on=_PRODUCT.id == _LINE.product_id)
        .where(_CLAIM.open & _BOX.missing.is_null()),
        owner=_CLAIM.buyer_id,
        columns={
            "box_code": _BOX.code,
            "state": _BOX.state,
            "awb": _AWB.number,
            "awb_id": _AWB.id,
            "arrival_date": _AWB.arrival_date,
            "shipped_at": _AWB.shipped_at,
            "vendor": _SELLER.code,
            "lot": _LOT.code,
            "line": _LINE.id,
            "mark_code": _LINE.mark_code,
            "description": _LINE.description,
        },
        unique=(_CLAIM.id,),
        sorts={"awb": Stepped(_AWB.number)},
        found_by={"awb": lambda owner: (_AWB.buyer_id == owner) & HAS_STAGED_LINES},
        filters={
            "awb": lambda awb: _LINE.awb_id.in_(awbs_named(company_id, awb)),
            "partner": lambda code: _LINE.vendor_id == _company_with(code),
            "line": lambda line: _LINE.id == line,
            "mark_code": lambda code: _LINE.mark_code == code,
            "shipped": lambda shipped: _AWB.shipped_at.is_null(not shipped),
        },
        searched=(_BOX.code, _AWB.search, _SELLER.search, _LOT.code, _LINE.mark_code, _PRODUCT.search),
    )


def _company_with(code: str) -> Any:
    """The id of a company, looked up once: beside a join the rows would not be read in order, but sorted."""
    company: Any = tables.Company.alias("named_company")
    return company.select(company.id).where(company.code == code)


def boxes_of(company_id: int) -> Listing:
    """The boxes in a company's lots, and those that it has bought and sold, the oldest row first."""
    given = _CLAIM.select().join(_BOX, on=_BOX.id == _CLAIM.box_id).switch(_CLAIM)
    given = given.join(_LINE, on=_LINE.id == _CLAIM.line_id).where(_LINE.state.in_(GIVEN))
    by_code = {"code": (_CLAIM.box_code,)}
    return Listing(
        source=_BOX.select(),
        owner=None,
        columns={name: getattr(_BOX, name) for name in ("id", "code", "company_id", "lot_id", *_OF_BOX)},
        unique=(_BOX.id,),
        sorts={"code": (_BOX.code,)},
        filters={
            "code": _BOX.code.in_,
            "state": _BOX.state.in_,
            "missing": lambda missing: _BOX.missing.is_null(not missing),
            "lot": lambda named: _in_lot(company_id, *named),
            "line": lambda line: _given(company_id, _CLAIM.line_id == line),
            "awb": lambda awb: _given(company_id, _LINE.awb_id.in_(awbs_named(company_id, awb))),
        },
        searched=(_BOX.code,),
        marked=lambda word: _given(company_id, _LINE.awb_id.in_(awbs_with(company_id, word))),
        sides=Sides(
            _BOX.id,
            (
                Side(_BOX.select().where(_BOX.company_id == company_id), _BOX.id),
                Side(given.where(_CLAIM.buyer_id == company_id), _CLAIM.box_id, repeats=True, keys=by_code),
                Side(given.where(_CLAIM.vendor_id == company_id), _CLAIM.box_id, repeats=True, keys=by_code),
            ),
        ),
    )


_OF_BOX = ("state", "printed", "missing")


class GivenBox(TypedDict):
    """The order line of a company that a box was given to last, with its documents, companies and AWB."""

    box_id: int
    line: int
    vendor_id: Reference
    lot: str
    vendor: str | None
    buyer: str
    awb: str | None
    awb_id: Reference
    description: str
    vendor_description: str | None
    mark_code: str
    prebook: str | None
    purchase_order: str | None
    sales_order: str | None
    invoice_order: str | None


def orders_of_boxes(session: Session, company_id: int, box_ids: Sequence[int]) -> dict[int, GivenBox]:
    """By box the last line of a company that it was given to."""
    columns = (
        *(_CLAIM.box_id, _LINE.id.alias("line"), _LINE.vendor_id, _LOT.code.alias("lot"), _SELLER.code.alias("vendor")),
        *(_BUYER.code.alias("buyer"), _AWB.number.alias("awb"), _AWB.id.alias("awb_id"), _LINE.description),
        *(
            _LINE.vendor_description,
            _LINE.mark_code,
            _PREBOOK.number.alias("prebook"),
            _PURCHASE.number.alias("purchase_order"),
        ),
        *(_SALE.number.alias("sales_order"), _OWN_ORDER.number.alias("invoice_order")),
    )
    query = _CLAIM.select(*columns).join(_LINE, on=_LINE.id == _CLAIM.line_id).join(_LOT, on=_LOT.id == _LINE.lot_id)
    query = query.switch(_LINE).join(_BUYER, on=_BUYER.id == _LINE.buyer_id)
    for table, on in (
        (_SELLER, _SELLER.id == _LINE.vendor_id),
        (_AWB, _AWB.id == _LINE.awb_id),
        (_PREBOOK, _PREBOOK.id == _LINE.prebook_id),
        (_PURCHASE, _PURCHASE.id == _LINE.purchase_order_id),
        (_SALE, _SALE.id == _LINE.sales_order_id),
        (_OWN_ORDER, _OWN_ORDER.id == _LINE.invoice_order_id),
    ):
        query = query.switch(_LINE).join(table, JOIN.LEFT_OUTER, on=on)
    mine = _of_company(company_id) & _LINE.state.in_(GIVEN) & _CLAIM.box_id.in_(list(box_ids))
    found: list[GivenBox] = session.dicts(query.where(mine).order_by(_CLAIM.id)) if box_ids else []
    return {row["box_id"]: row for row in found}


def lot_codes(session: Session, company_id: int, lot_ids: Sequence[int]) -> dict[int, str]:
    """The codes of a company's own lots by id."""
    mine = (_LOT.company_id == company_id) & _LOT.id.in_(list(lot_ids))
    return dict(session.rows(_LOT.select(_LOT.id, _LOT.code).where(mine)))


def _of_company(company_id: int) -> Any:
    return (_CLAIM.buyer_id == company_id) | (_CLAIM.vendor_id == company_id)


def _given(company_id: int, condition: Any) -> Any:
    """Boxes that were given to a line of the company for which a condition holds."""
    lines = _CLAIM.select(_CLAIM.box_id).join(_LINE, on=_LINE.id == _CLAIM.line_id)
    return _BOX.id.in_(lines.where(_of_company(company_id) & _LINE.state.in_(GIVEN) & condition))


def _in_lot(company_id: int, vendor: str | None, code: str) -> Any:
    """Boxes in a lot of the company, or given to it out of a lot; that of a vendor names the vendor."""
    lots = _LOT.select(_LOT.id).join(_SELLER, on=_SELLER.id == _LOT.company_id).where(_LOT.code == code)
    lots = lots.where(_LOT.company_id == company_id) if vendor is None else lots.where(_SELLER.code == vendor)
    given = _given(company_id, _LINE.lot_id.in_(lots))
    return given if vendor is not None else given | _BOX.lot_id.in_(lots)
