"""What a buyer calls its vendors' box types and carriers, for every room that meets them (domain section 3).

An order line keeps the buyer's name of its boxes: the line is the buyer's first. Its vendor reads the name that the box
has in its own lot; a line that waits for a lot is translated back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import mappings
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import Row

BOX_TYPE, CARRIER = "box_type", "carrier"

Names = Mapping[str, str]
"""The vendor's code → the buyer's, where these are not the same."""


def names_of(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, kind: str) -> Names:
    """What the buyer calls a vendor's codes of a kind, where it has another name for them."""
    every = buyer.part(session, "code_mappings", lambda: mappings.code_mappings(session, buyer.id))
    return every.get((vendor.id, kind), {})


def boxes_at_vendor(session: Session, vendor_id: int, lines: Sequence[Row]) -> dict[int, str]:
    """What a vendor calls the boxes of lines that are its own, by line id: with two queries, whatever their number."""
    mine = [line for line in lines if line["vendor_id"] == vendor_id]
    if not mine:
        return {}
    by_lot = documents.lot_box_types(session, mine)
    mapped = mappings.mapped_at_vendor(session, vendor_id, BOX_TYPE)
    return {
        line["id"]: by_lot.get(line["lot_id"]) or back(mapped.get(line["buyer_id"], {}), line["box_type"])
        for line in mine
    }


def back(names: Names, code: str) -> str:
    """The vendor's code for one of the buyer's: the one that is called so; of several, and without one, the same."""
    theirs = [vendor_code for vendor_code, own in names.items() if own == code]
    return theirs[0] if len(theirs) == 1 else code
