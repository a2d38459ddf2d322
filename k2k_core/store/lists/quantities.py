"""The declarations of the lists of quantities of a company's lots, and of their movements."""

from __future__ import annotations

from typing import Any

from peewee import fn

from k2k_core.domain.orders import RESERVING_LINE_STATES
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing

_LOT: Any = tables.Lot
_LINE: Any = tables.OrderLine
_LEDGER: Any = tables.LotLedger
_PRODUCT: Any = tables.Product

_RESERVED = fn.COALESCE(
    _LINE.select(fn.SUM(_LINE.boxes)).where((_LINE.lot_id == _LOT.id) & _LINE.state.in_(RESERVING_LINE_STATES)), 0
)

QUANTITIES = Listing(
    source=_LOT.select().join(_PRODUCT, on=_PRODUCT.id == _LOT.product_id),
    owner=_LOT.company_id,
    columns={
        "id": _LOT.id,
        "lot": _LOT.code,
        "movement": _LOT.ledger_id,
        **{name: getattr(_LOT, name) for name in ["on_hand", "available", "allocated", "short", "boxes", "counted_at"]},
        "reserved": _RESERVED,
    },
    unique=(_LOT.code,),
    sorts={"lot": (), "available": (_LOT.available,), "boxes": (_LOT.boxes,)},
    filters={"lot": _LOT.code.in_, "archived": lambda archived: _LOT.archived == archived},
    searched=(_LOT.code, _PRODUCT.search),
)

MOVEMENTS = Listing(
    source=_LEDGER.select().join(_LOT, on=_LOT.id == _LEDGER.lot_id).join(_PRODUCT, on=_PRODUCT.id == _LOT.product_id),
    owner=_LEDGER.company_id,
    columns={
        "movement": _LEDGER.id,
        "lot": _LOT.code,
        "reason": _LEDGER.reason,
        "stated": _LEDGER.stated,
        "on_hand_change": _LEDGER.on_hand_delta,
        "on_hand": _LEDGER.on_hand_after,
        "available_change": _LEDGER.delta,
        "available": _LEDGER.available_after,
        "allocated_change": _LEDGER.allocated_delta,
        "allocated": _LEDGER.allocated_after,
        "short_change": _LEDGER.short_delta,
        "short": _LEDGER.short_after,
        "line": _LEDGER.line_id,
        "reference": _LEDGER.reference,
        "at": _LEDGER.at,
    },
    unique=(_LEDGER.id,),
    sorts={"movement": ()},
    filters={"lot": _LOT.code.in_},
    searched=(_LEDGER.reference, _LEDGER.reason, _LOT.code, _PRODUCT.search),
)
