"""How far the boxes of an AWB have come: how many were expected, how many were scanned, and which are missing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from peewee import Case, Select, fn

from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.store import tables
from k2k_core.store.database.queries import in_chunks, unindexed
from k2k_core.store.database.session import Session
from k2k_core.store.orders.waiting_work import of_buyer

_AWB: Any = tables.Awb
_BOX: Any = tables.Box
_CLAIM: Any = tables.BoxClaim
_LINE: Any = tables.OrderLine
_EVERY: Any = tables.OrderLine.alias("every_line")


class Progress(NamedTuple):
    """The boxes of a buyer on an AWB: how many there are, how many have come, how many are still to come, how many of
    these are reported missing; and the AWB's own dates."""

    awb_id: int
    number: str
    expected: int
    scanned: int
    waiting: int
    reported: int
    shipped_at: dt.datetime | None
    arrival_date: dt.date | None


def progress(session: Session, buyer_id: int, awb_ids: Collection[int]) -> dict[int, Progress]:
    """The progress of each of a buyer's AWBs, by id, in one query."""
    found = {}
    for chunk in in_chunks(sorted(set(awb_ids))):
        open_ = _CLAIM.open & (_BOX.state == STAGED)
        of_awb = (_AWB.id, _AWB.number, _AWB.shipped_at, _AWB.arrival_date)
        query = (
            _LINE.select(*of_awb, _expected(buyer_id), _count(open_), _count(open_ & _BOX.missing.is_null(False)))
            .join(_AWB, on=_AWB.id == _LINE.awb_id)
            .switch(_LINE)
            .join(_CLAIM, on=_CLAIM.line_id == _LINE.id)
            .join(_BOX, on=_BOX.id == _CLAIM.box_id)
            .where(of_buyer(buyer_id) & _LINE.awb_id.in_(chunk))
            .group_by(*of_awb)
        )
        for awb_id, number, shipped_at, day, expected, staged, reported in session.rows(query):
            count, left = int(expected), int(staged)
            found[awb_id] = Progress(
                awb_id, number, count, count - left, left - int(reported), int(reported), shipped_at, day
            )
    return found


def _expected(buyer_id: int) -> Any:
    """How many boxes of a buyer went on an AWB, whatever became of them."""
    given = Case(None, [(_EVERY.state.in_((STAGED, RECEIVED, BILLED)), _EVERY.boxes)], 0)
    mine = (unindexed(_EVERY.buyer_id) == buyer_id) & (_EVERY.awb_id == _AWB.id)
    return _EVERY.select(fn.COALESCE(fn.SUM(given), 0)).where(mine)


def first_not_come(session: Session, buyer_id: int, awb_ids: Collection[int], most: int) -> dict[int, list[str]]:
    """The codes of the first boxes of each AWB that have not come, in one query."""
    ids = sorted(set(awb_ids))
    place = fn.ROW_NUMBER().over(partition_by=[_LINE.awb_id], order_by=[_BOX.code])
    ranked = (
        _CLAIM.select(_LINE.awb_id.alias("awb_id"), _BOX.code.alias("code"), place.alias("place"))
        .join(_BOX, on=_BOX.id == _CLAIM.box_id)
        .switch(_CLAIM)
        .join(_LINE, on=_LINE.id == _CLAIM.line_id)
        .where(of_buyer(buyer_id) & _LINE.awb_id.in_(ids) & _CLAIM.open & (_BOX.state == STAGED))
    )
    query = Select([ranked], [ranked.c.awb_id, ranked.c.code]).where(ranked.c.place <= most)
    found: dict[int, list[str]] = defaultdict(list)
    for awb_id, code in session.rows(query.order_by(ranked.c.awb_id, ranked.c.code)) if ids else ():
        found[awb_id].append(code)
    return found


def _count(condition: Any) -> Any:
    return fn.SUM(Case(None, [(condition, 1)], 0))
