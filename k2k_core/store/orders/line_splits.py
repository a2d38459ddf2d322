"""Order lines in two parts: one goes on as it was, with fewer boxes, the other one ends for itself."""

from __future__ import annotations

from collections.abc import Collection

from k2k_core.errors import Conflict
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import lines_by
from k2k_core.store.orders.rows import LineRow
from k2k_core.store.tables import Box, BoxClaim, OrderLine


def split_off(session: Session, line: LineRow, boxes: int, box_ids: Collection[int] = (), served: int = 0) -> LineRow:
    """Take `boxes` off a line that is held, with the claims of `box_ids`; the new line that has them, else alike.

    What its customer gave up stays with the boxes that go on as far as there are so many beside those `served`: billed
    or allocated. `Conflict` when somebody has changed the line's boxes meanwhile.
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
