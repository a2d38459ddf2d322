"""Use case: what stands in the buyer's staging area: confirmed by vendors, not yet received (domain section 6)."""

from __future__ import annotations

from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.services.office import Office
from k2k_core.store import boxes


def staging(office: Office, buyer: str, awb: str | None = None) -> list[dict[str, Any]]:
    """Every staged box, of one AWB where it is named: `{box_code, awb, lot, state}`, by AWB and order line."""
    office.actor.require(READING, buyer)
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)
        found = boxes.staged(session, facts.id, None if awb is None else str(awb))
        vendors = office.facts.by_id(session, {box.vendor_id for box in found}) if found else {}
    return [
        {
            "box_code": box.code,
            "awb": box.awb,
            "lot": f"{vendors[box.vendor_id].code}/{box.lot}",
            "state": box.state,
            "line": str(box.line_id),
            "mark_code": box.mark_code or None,
        }
        for box in found
    ]
