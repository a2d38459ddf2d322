"""Use case: the boxes in the buyer's staging area: confirmed by vendors, not yet received (domain section 6)."""

from __future__ import annotations

from k2k_core.domain.answers.fulfilment import StagedBox
from k2k_core.domain.orders import awb_id
from k2k_core.domain.roles import READING
from k2k_core.services.context import ServiceContext
from k2k_core.store.fulfilment import boxes


def staging(context: ServiceContext, buyer: str, awb: str | None = None, partner: str | None = None) -> list[StagedBox]:
    """Every staged box, or those of AWBs by number or id and of one vendor (`partner`): `{box_code, awb, lot, state}`,
    by AWB and order line."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        found = boxes.staged(session, company.id, None if awb is None else str(awb))
        vendors = context.snapshots.by_id(session, {box.vendor_id for box in found}) if found else {}
    found = [box for box in found if partner in (None, vendors[box.vendor_id].code)]
    return [
        {
            "box_code": box.code,
            "awb": box.awb,
            "awb_id": awb_id(box.awb_id),
            "lot": f"{vendors[box.vendor_id].code}/{box.lot}",
            "state": box.state,
            "line": str(box.line_id),
            "mark_code": box.mark_code or None,
        }
        for box in found
    ]
