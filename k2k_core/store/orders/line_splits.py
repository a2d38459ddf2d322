"""Splits an order line: one part continues with fewer boxes, the other one ends by itself."""

from __future__ import annotations

from collections.abc import Collection

from k2k_core.errors import Conflict
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import lines_by
from k2k_core.store.orders.rows import LineRow
from k2k_core.store.tables import Box, BoxClaim, OrderLine


def split_off(session: Session, line: LineRow, boxes: int, box_ids: Collection[int] = (), served: int = 0) -> LineRow:
    """Take `boxes` off a locked line, with the claims of `box_ids`, into a new line that is otherwise equal; returns
    it.

    Released boxes stay with the part that continues, as far as it has so many besides those `served`: billed or
    allocated. Raises `Conflict` when the line's boxes have changed meanwhile.
    """
    left = line["boxes"] - boxes
    released = max(0, line["released"] - (left - served))
    here = (OrderLine.id == line["id"]) & (OrderLine.boxes == line["boxes"])
    here &= OrderLine.released == line["released"]
    if session.change(OrderLine.update(boxes=left, released=line["released"] - released).where(here)) != 1:
        raise Conflict("Somebody changed this line at the same time. Nothing was done.")
    columns = {name: value for name, value in line.items() if name != "id"}
    new_id = session.insert(OrderLine, **columns | {"boxes": boxes, "released": released})
    if box_ids:
        claimed = BoxClaim.box_id.in_(list(box_ids)) & (BoxClaim.line_id == line["id"])
        session.change(BoxClaim.update(line_id=new_id).where(claimed))
        session.change(Box.update(line_id=new_id).where(Box.id.in_(list(box_ids)) & (Box.line_id == line["id"])))
    return lines_by(session, "id", [new_id])[0]
