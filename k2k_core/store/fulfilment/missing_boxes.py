"""Boxes that their buyer reports missing: reported, read, and withdrawn when the vendor declines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.orders import BILLED, RECEIVED, SHIPPED, STAGED
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Box, BoxClaim, Document, OrderLine

_AT_ONCE = 10_000


class OrderedBox(NamedTuple):
    """A box with its last line."""

    box_id: int
    code: str
    state: str
    missing: str | None
    open: bool
    line_id: int
    line_state: str
    sales_order_id: int
    order_status: str
    ship_via: str
    buyer_id: int
    vendor_id: int

    @property
    def is_expected(self) -> bool:
        """Whether it is outstanding, or was received automatically: via grower boxes are received on shipping, and
        before that only by a scan."""
        shipped = self.ship_via == "grower" and self.order_status == SHIPPED
        arrived_alone = shipped and self.state in (RECEIVED, BILLED)
        return self.line_state in (STAGED, RECEIVED, BILLED) and (self.open or arrived_alone)


def on_orders(
    session: Session, codes: Iterable[str], *, buyer_id: int | None = None, vendor_id: int | None = None
) -> dict[str, OrderedBox]:
    """The boxes that were given to orders of a buyer, or of a vendor, by code."""
    mine: Any = OrderLine.buyer_id == buyer_id if vendor_id is None else OrderLine.vendor_id == vendor_id
    named = sorted({code for code in codes if code and code.isprintable()})
    columns = (Box.id, Box.code, Box.state, Box.missing, BoxClaim.open, OrderLine.id, OrderLine.state)
    query = (
        BoxClaim.select(
            *columns, Document.id, Document.status, Document.ship_via, OrderLine.buyer_id, OrderLine.vendor_id
        )
        .join(Box, on=Box.id == BoxClaim.box_id)
        .switch(BoxClaim)
        .join(OrderLine, on=OrderLine.id == BoxClaim.line_id)
        .join(Document, on=Document.id == OrderLine.sales_order_id)
        .where(mine & Box.code.in_(named))
        .order_by(BoxClaim.id)
    )
    return {row[1]: OrderedBox(*row) for row in session.rows(query)}


def without_missing(session: Session, codes: Sequence[str]) -> list[str]:
    """Those of some boxes, in order, that are not reported missing."""
    reported: set[str] = set()
    for start in range(0, len(codes), _AT_ONCE):
        named = Box.code.in_(codes[start : start + _AT_ONCE]) & Box.missing.is_null(False)
        reported.update(row[0] for row in session.rows(Box.select(Box.code).where(named)))
    return [code for code in codes if code not in reported]


def mark(session: Session, box_ids: Collection[int], reason: str | None) -> None:
    """Report boxes missing with a reason; None withdraws the report."""
    if not box_ids:
        return
    session.lock(Box, box_ids)
    session.change(Box.update(missing=reason).where(Box.id.in_(list(box_ids))))
