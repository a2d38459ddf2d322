"""Parts of a table: the network is verified a part at a time, so that it takes the same memory whatever its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.session import Session

AT_ONCE = 1_000
"""Rows of a part."""

FIRST = -(2**63)


@dataclass(frozen=True)
class Part:
    """Rows of a table: those of these ids, or of all ids from `first` to `last`."""

    table: Any
    first: int
    last: int
    ids: tuple[int, ...] | None = None
    final: bool = False
    """Whether no row came behind it when it was found."""

    def of(self, column: Any) -> Any:
        """The condition that a column holds the id of one of these rows."""
        return column.between(self.first, self.last) if self.ids is None else column.in_(self.ids)

    def halves(self, session: Session) -> list[Part]:
        """Two parts of half as many rows; none when it is a single row or has none."""
        ids = [row[0] for row in session.rows(self.table.select(self.table.id).where(self.of(self.table.id)))]
        ids.sort()
        middle = len(ids) // 2
        if len(ids) < 2:
            return []
        return [of_ids(self.table, ids[:middle]), of_ids(self.table, ids[middle:])]


def of_ids(table: Any, ids: Iterable[int]) -> Part:
    """The rows of some ids."""
    wanted = tuple(sorted(ids))
    return Part(table, wanted[0], wanted[-1], wanted)


def part_after(session: Session, table: Any, after: int) -> Part | None:
    """The next rows of a table behind an id; None behind its last row."""
    some = f'SELECT id FROM "{table._meta.table_name}" WHERE id > ? ORDER BY id LIMIT {AT_ONCE}'
    statement = f"SELECT MAX(id), COUNT(id) FROM ({some}) AS part"
    ((last, count),) = session.ready_rows(statement, (after,), (None, None))
    return None if last is None else Part(table, after + 1, last, final=count < AT_ONCE)


def changed_since(session: Session, table: Any, since: datetime) -> Iterator[Part]:
    """The rows of a table that were touched since a moment, as far as the ledger, the timelines and the moments of
    opening tell."""
    found = sorted({row[0] for query in _TOUCHED[table](since) for row in session.rows(query) if row[0] is not None})
    for start in range(0, len(found), AT_ONCE):
        yield of_ids(table, found[start : start + AT_ONCE])


_LINE: Any = tables.OrderLine
_LEDGER: Any = tables.LotLedger
_DOCUMENT: Any = tables.Document
_ENTRY: Any = tables.TimelineEntry
_LOT: Any = tables.Lot
_BOX: Any = tables.Box
_CART: Any = tables.Cart
_KEY: Any = tables.Idempotency


def _entries(kind: str, since: datetime) -> Any:
    return _ENTRY.select(_ENTRY.row_id).where((_ENTRY.kind == kind) & (_ENTRY.at >= since)).distinct()


def _documents(since: datetime) -> list[Any]:
    return [_DOCUMENT.select(_DOCUMENT.id).where(_DOCUMENT.created_at >= since), _entries("document", since)]


def _lines(since: datetime) -> list[Any]:
    moved = _LEDGER.select(_LEDGER.line_id).where((_LEDGER.at >= since) & _LEDGER.line_id.is_null(False)).distinct()
    found = [_LINE.select(_LINE.id).where(_LINE.created_at >= since), _entries("order_line", since), moved]
    for query in _documents(since):
        for column in (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id, _LINE.invoice_order_id):
            found.append(_LINE.select(_LINE.id).where(column.in_(query)))
    return found


def _lots(since: datetime) -> list[Any]:
    return [_LEDGER.select(_LEDGER.lot_id).where(_LEDGER.at >= since).distinct()]


def _boxes(since: datetime) -> list[Any]:
    return [_BOX.select(_BOX.id).where(_BOX.lot_id.in_(query)) for query in _lots(since)]


_TOUCHED: dict[Any, Any] = {
    tables.OrderLine: _lines,
    tables.Document: _documents,
    tables.Lot: _lots,
    tables.Box: _boxes,
    tables.Awb: lambda since: [_LINE.select(_LINE.awb_id).where(_LINE.id.in_(query)) for query in _lines(since)],
    tables.Cart: lambda since: [
        _CART.select(_CART.id).where(_CART.opened_at >= since),
        *(_LINE.select(_LINE.cart_id).where(_LINE.id.in_(query)) for query in _lines(since)),
    ],
    tables.Idempotency: lambda since: [_KEY.select(_KEY.id).where(_KEY.at >= since)],
}
