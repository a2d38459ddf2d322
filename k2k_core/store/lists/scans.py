"""The declarations of the list of scans, and of the AWBs with boxes in a buyer's staging area."""

from __future__ import annotations

from typing import Any, TypedDict

from peewee import JOIN, fn

from k2k_core.domain.orders import STAGED
from k2k_core.store import tables
from k2k_core.store.database.paging import FIRST_DAY, Listing, nullable
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.awbs import HAS_STAGED_LINES, is_named

_SCAN: Any = tables.ScanEntry
_LINE: Any = tables.OrderLine
_AWB: Any = tables.Awb
_BOX: Any = tables.Box
_CLAIM: Any = tables.BoxClaim
_CUSTOMER: Any = tables.Customer
_PURCHASE: Any = tables.Document
_SELLER: Any = tables.Company.alias("seller")

SCANS = Listing(
    source=_SCAN.select()
    .join(_LINE, JOIN.LEFT_OUTER, on=_LINE.id == _SCAN.line_id)
    .join(_AWB, JOIN.LEFT_OUTER, on=_AWB.id == _LINE.awb_id)
    .switch(_LINE)
    .join(_CUSTOMER, JOIN.LEFT_OUTER, on=_CUSTOMER.id == _LINE.customer_id),
    owner=_SCAN.company_id,
    columns={
        **{name: getattr(_SCAN, name) for name in ("id", "at", "person", "how", "box_code", "outcome", "invoice")},
        "line": _SCAN.line_id,
        "description": _LINE.description,
        "customer": _CUSTOMER.code,
        "customer_name": _CUSTOMER.name,
        "awb": _AWB.number,
        "awb_id": _AWB.id,
    },
    unique=(_SCAN.id,),
    sorts={"id": ()},
    filters={
        "person": lambda person: _SCAN.person == person,
        "outcome": _SCAN.outcome.in_,
        "box_code": _SCAN.box_code.in_,
        "awb": is_named,
        "since": lambda moment: _SCAN.at >= moment,
        "until": lambda moment: _SCAN.at < moment,
    },
    searched=(_SCAN.box_code,),
)


STAGED_AWBS = Listing(
    source=_AWB.select().join(_SELLER, JOIN.LEFT_OUTER, on=_SELLER.id == _AWB.vendor_id).where(HAS_STAGED_LINES),
    owner=_AWB.buyer_id,
    columns={
        **{name: getattr(_AWB, name) for name in ("id", "number", "ship_date", "ship_via")},
        "vendor": _SELLER.code,
        "vendor_name": _SELLER.name,
    },
    unique=(_AWB.id,),
    sorts={
        "id": (),
        "ship_date": nullable(_AWB.ship_date, FIRST_DAY),
        "arrival_date": nullable(_AWB.arrival_date, FIRST_DAY),
    },
    filters={
        "awb": is_named,
        "partner": lambda code: _SELLER.code == code,
        "shipped": lambda shipped: _AWB.shipped_at.is_null(not shipped),
    },
    searched=(_AWB.search, _SELLER.search),
)
"""The AWBs with boxes in a buyer's staging area, oldest first. A line is staged while it holds such a box, so that they
are the AWBs with staged lines, of which there are indexes: whatever has come before or waits elsewhere."""


class StagedGoods(TypedDict):
    """The boxes of one kind of goods for one customer that wait on an AWB."""

    awb_id: int
    description: str
    customer: str | None
    customer_name: str | None
    boxes: int
    ship_date: Any


def staged_goods(session: Session, buyer_id: int, awb_ids: list[int]) -> list[StagedGoods]:
    """What waits on each of a buyer's AWBs, in one query."""
    waits = (_CLAIM.buyer_id == buyer_id) & _CLAIM.open & (_BOX.state == STAGED) & _LINE.awb_id.in_(awb_ids)
    what = (_LINE.awb_id, _LINE.description, _CUSTOMER.code, _CUSTOMER.name)
    query = (
        _CLAIM.select(
            *(_LINE.awb_id.alias("awb_id"), _LINE.description, _CUSTOMER.code.alias("customer")),
            *(_CUSTOMER.name.alias("customer_name"), fn.COUNT(_CLAIM.id).alias("boxes")),
            fn.MIN(_PURCHASE.ship_date).alias("ship_date"),
        )
        .join(_BOX, on=_BOX.id == _CLAIM.box_id)
        .switch(_CLAIM)
        .join(_LINE, on=_LINE.id == _CLAIM.line_id)
        .join(_CUSTOMER, JOIN.LEFT_OUTER, on=_CUSTOMER.id == _LINE.customer_id)
        .switch(_LINE)
        .join(_PURCHASE, JOIN.LEFT_OUTER, on=_PURCHASE.id == _LINE.purchase_order_id)
        .where(waits)
        .group_by(*what)
        .order_by(_LINE.awb_id, _LINE.description, _CUSTOMER.code)
    )
    return session.dicts(query) if awb_ids else []
