"""What follows when lines have been written: both companies' programs hear of them, and whoever ordered is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.domain.money import money
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import emit
from k2k_core.services.order_lines import Written
from k2k_core.services.order_papers import Papers
from k2k_core.store.work import Session


def tell(session: Session, buyer: CompanyFacts, written: Sequence[Written]) -> None:
    """Emit `order_line.added` for each line, to the buyer and, of a vendor's boxes, to the vendor."""
    for one in written:
        vendor = one.pick.vendor
        data = {"line": str(one.line_id), "lot": one.pick.lot.ref, "boxes": one.pick.boxes}
        emit(session, "order_line.added", data, [buyer.id, vendor.id if vendor else None])


def answer(buyer: CompanyFacts, written: Sequence[Written]) -> dict[str, Any]:
    """The lines with their prices, and the first document of each kind: own boxes and a vendor's may stand together."""
    papers = [one.papers.numbers() for one in written]
    return {
        **{kind: next((each[kind] for each in papers if each[kind]), None) for kind in Papers._fields},
        "lines": [_line(buyer, one, each) for one, each in zip(written, papers, strict=True)],
    }


def _line(buyer: CompanyFacts, one: Written, papers: dict[str, str | None]) -> dict[str, Any]:
    pick = one.pick
    return {
        "line": str(one.line_id),
        "lot": pick.lot.ref,
        "boxes": pick.boxes,
        "price": None if pick.price is None else money(pick.price, buyer.company.currency),
        "purchase_order": papers["purchase_order"],
        "sales_order": papers["sales_order"],
    }
