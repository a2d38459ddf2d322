"""A buyer's own codes for its vendors' box types and carriers (domain section 3).

An order line stores the buyer's code of its boxes, and the vendor's too; for a line that waits for a lot it is
translated back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.domain.items import STANDARD_BOXES, Product
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import mappings
from k2k_core.store.orders.rows import LineRow

BOX_TYPE, CARRIER = "box_type", "carrier"

Names = Mapping[str, str]
"""The vendor's code → the buyer's, where these are not the same."""


def names_of(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, kind: str) -> Names:
    """The buyer's own codes for a vendor's codes of a kind, where they differ."""
    return code_mappings_of(session, buyer).get((vendor.id, kind), {})


def code_mappings_of(session: Session, buyer: CompanySnapshot) -> Mapping[tuple[int, str], Names]:
    """The same for every vendor, by its id, and kind."""
    return buyer.part(session, "code_mappings", lambda: mappings.code_mappings(session, buyer.id))


def known_box_types(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot) -> frozenset[str]:
    """The vendor's codes of box types that the buyer knows: the standard ones, those with a code of its own, and those
    that it has mapped to one of its own (domain section 2)."""
    return buyer.box_type_codes(session) | STANDARD_BOXES.keys() | names_of(session, buyer, vendor, BOX_TYPE).keys()


def boxes_at_vendor(session: Session, vendor_id: int, lines: Sequence[LineRow]) -> dict[int, str]:
    """The vendor's box types of its own lines, by line id: with one query at most."""
    mine = [line for line in lines if line["vendor_id"] == vendor_id]
    if not mine:
        return {}
    waiting = any(line["vendor_box_type"] is None for line in mine)
    mapped = mappings.mapped_at_vendor(session, vendor_id, BOX_TYPE) if waiting else {}
    return {
        line["id"]: line["vendor_box_type"] or back(mapped.get(line["buyer_id"], {}), line["box_type"]) for line in mine
    }


def vendor_description(line: LineRow, product: Product | None) -> str:
    """The vendor's description of a line's goods: frozen once the line was given a lot; before that the current
    description of the product, or the buyer's."""
    stored: str | None = line["vendor_description"]
    if stored is not None:
        return stored
    return str(line["description"]) if product is None else product.description


def back(names: Names, code: str) -> str:
    """The vendor's code for one of the buyer's codes; the same code if several or none are mapped to it."""
    theirs = [vendor_code for vendor_code, own in names.items() if own == code]
    return theirs[0] if len(theirs) == 1 else code
