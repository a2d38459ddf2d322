"""Writes order lines and their documents in one transaction: for carts, prebooks and purchase orders.

Locks are taken in the order that `store.orders` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.services.mapping import product_for
from k2k_core.services.order_papers import Header, Papers, papers_for
from k2k_core.services.selling import Marks, Pick, require_unmoved
from k2k_core.store import orders, stock
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Written:
    """One line that was written, and its documents."""

    line_id: int
    pick: Pick
    papers: Papers


def write_lines(session: Session, header: Header, marks: Marks, picks: Sequence[Pick]) -> list[Written]:
    """One line for each pick: documents held or opened, lines inserted, boxes taken.

    `marks` are what the picks were worked out from. `InsufficientStock` and `Moved` undo the whole unit of work.
    """
    papers = papers_for(session, header, picks)
    orders.lock_lots(session, [pick.lot.id for pick in picks])
    # Only now: whoever has put one of these lots on hold before they were locked is seen.
    require_unmoved(session, marks)
    rows = [_row(session, header, pick, one) for pick, one in zip(picks, papers, strict=True)]
    ids = orders.add_lines(session, rows)
    written = [Written(*one) for one in zip(ids, picks, papers, strict=True)]
    for one in sorted(written, key=lambda one: one.pick.lot.id):
        pick = one.pick
        stock.take(session, pick.owner.id, pick.lot.id, pick.boxes, "ordered", one.line_id)
    return written


def _row(session: Session, header: Header, pick: Pick, papers: Papers) -> dict[str, Any]:
    buyer, customer, lot = header.buyer, header.customer, pick.lot
    return {
        "buyer_id": buyer.id,
        "vendor_id": pick.vendor.id if pick.vendor else None,
        "lot_company_id": pick.owner.id,
        "lot_id": lot.id,
        "cart_id": header.cart_id,
        **papers.ids(),
        "customer_id": customer.id if customer else None,
        "product_id": product_for(session, buyer, pick),
        "vendor_product_id": pick.vendor_product_id,
        "description": lot.product.description,
        "inventory_type": lot.inventory_type,
        "box_type": lot.box_type,
        "boxes": pick.boxes,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "price": pick.price,
        "cost": pick.cost,
        "landed_cost": pick.landed_cost,
        "components": pick.components,
        "charges": pick.charges,
        "mark_code": customer.code if customer else "",
        "expires_at": header.expires_at,
        "explanation": pick.explanation,
        "vendor_explanation": pick.vendor_explanation,
    }
