"""Use case: what stands in the buyer's staging area: confirmed by vendors, not yet received (domain section 6)."""

from __future__ import annotations

from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.services.documents import BOX, CLAIM, LINE
from k2k_core.services.office import Office
from k2k_core.store import tables

_AWB: Any = tables.Awb
_LOT: Any = tables.Lot


def staging(office: Office, buyer: str, awb: str | None = None) -> list[dict[str, Any]]:
    """Every staged box, of one AWB where it is named: `{box_code, awb, lot, state}`, by AWB and order line."""
    office.actor.require(READING, buyer)
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)
        mine = (LINE.buyer_id == facts.id) & CLAIM.open
        query = (
            CLAIM.select(BOX.code, BOX.state, _AWB.number, LINE.vendor_id, _LOT.code, LINE.id, LINE.mark_code)
            .join(LINE, on=LINE.id == CLAIM.line_id)
            .join(_AWB, on=_AWB.id == LINE.awb_id)
            .switch(CLAIM)
            .join(BOX, on=BOX.id == CLAIM.box_id)
            .join(_LOT, on=_LOT.id == BOX.lot_id)
            .where(mine if awb is None else mine & (_AWB.number == str(awb)))
            .order_by(_AWB.id, CLAIM.line_id, CLAIM.id)
        )
        rows = session.rows(query)
        vendors = office.facts.by_id(session, {row[3] for row in rows}) if rows else {}
    return [
        {
            "box_code": code,
            "awb": number,
            "lot": f"{vendors[vendor_id].code}/{lot}",
            "state": state,
            "line": str(line_id),
            "mark_code": mark or None,
        }
        for code, state, number, vendor_id, lot, line_id, mark in rows
    ]
