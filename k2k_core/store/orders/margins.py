"""What a company's invoices bill, and what the goods on them cost, by period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Expression, fn

from k2k_core.domain.orders import INVOICE
from k2k_core.store import tables
from k2k_core.store.database.session import Session

_DOCUMENT: Any = tables.Document
_BILLED: Any = tables.InvoiceLine
_LINE: Any = tables.OrderLine
_COST: Any = tables.BilledCost


class Billed(NamedTuple):
    """The goods that were billed in a period: their boxes, their amount, the part of it whose cost is known, and that
    cost; all amounts in micros."""

    boxes: int
    revenue: int
    with_cost: int
    cost: int


class BilledToBuyers(NamedTuple):
    """Invoiced lines of a vendor that have as many units each at the same landed cost, the exact number as its
    explanation has it: how many lines, of which period, their boxes and their amount."""

    period: int
    landed_cost: str | None
    units: int
    lines: int
    boxes: int
    total: int


def billed_to_customers(session: Session, company_id: int, periods: Sequence[dt.datetime]) -> dict[int, Billed]:
    """By period what a company billed to its own customers. `periods` are moments, ascending: each period ends where
    the next one begins, the last of them the last period."""
    known = _LINE.landed_cost.is_null(False)
    sums = (
        *(fn.SUM(_BILLED.boxes), fn.SUM(_BILLED.total)),
        fn.SUM(Case(None, [(known, _BILLED.total)], 0)),
        fn.SUM(Case(None, [(known, _BILLED.units * _LINE.landed_cost)], 0)),
    )
    period = _period(_DOCUMENT.created_at, periods)
    mine = (_DOCUMENT.company_id == company_id) & (_DOCUMENT.kind == INVOICE) & _DOCUMENT.vendor_id.is_null()
    query = (
        _BILLED.select(period, *sums)
        .join(_DOCUMENT, on=_DOCUMENT.id == _BILLED.invoice_id)
        .switch(_BILLED)
        .join(_LINE, JOIN.INNER, on=_LINE.id == _BILLED.line_id)
        .where(mine & _within(_DOCUMENT.created_at, periods))
        .group_by(SQL("1"))
    )
    return {int(place): Billed(*(int(each or 0) for each in each_sum)) for place, *each_sum in session.rows(query)}


def dearer_than_sold(session: Session, company_id: int, periods: Sequence[dt.datetime]) -> dict[int, int]:
    """By period how much more the billed goods cost than was known at their sale (micros): real costs of their AWBs."""
    more = _COST.boxes * _LINE.units_per_box * (_COST.landed_cost - _LINE.landed_cost)
    period = _period(_COST.at, periods)
    query = (
        _COST.select(period, fn.SUM(more))
        .join(_LINE, on=_LINE.id == _COST.line_id)
        .where((_COST.company_id == company_id) & _within(_COST.at, periods))
        .group_by(SQL("1"))
    )
    return {int(place): int(amount or 0) for place, amount in session.rows(query)}


def billed_to_buyers(session: Session, company_id: int, periods: Sequence[dt.datetime]) -> list[BilledToBuyers]:
    """What a vendor billed to its buyers."""
    mine = (_DOCUMENT.company_id == company_id) & (_DOCUMENT.kind == INVOICE) & (_DOCUMENT.vendor_id == company_id)
    query = (
        _BILLED.select(
            *(_period(_DOCUMENT.created_at, periods), _landed_cost(session), _BILLED.units),
            *(fn.COUNT(SQL("*")), fn.SUM(_BILLED.boxes), fn.SUM(_BILLED.total)),
        )
        .join(_DOCUMENT, on=_DOCUMENT.id == _BILLED.invoice_id)
        .switch(_BILLED)
        .join(_LINE, JOIN.INNER, on=_LINE.id == _BILLED.line_id)
        .where(mine & _within(_DOCUMENT.created_at, periods))
        .group_by(SQL("1"), SQL("2"), SQL("3"))
    )
    return [
        BilledToBuyers(int(place), cost, units, lines, int(boxes), int(total))
        for place, cost, units, lines, boxes, total in session.rows(query)
    ]


def _landed_cost(session: Session) -> Any:
    """The landed cost in the explanation of a vendor's price."""
    explanation = _LINE.vendor_explanation
    if session.engine == "sqlite":
        return fn.json_extract(explanation, SQL("'$.landed_cost'"))
    return Expression(explanation.cast("json"), "->>", SQL("'landed_cost'"))


def _within(moment: Any, periods: Sequence[dt.datetime]) -> Any:
    return (moment >= periods[0]) & (moment < periods[-1])


def _period(moment: Any, periods: Sequence[dt.datetime]) -> Any:
    return Case(None, [(moment < end, place) for place, end in enumerate(periods[1:])])
