"""What events carry of order lines: the facts by which a host books them, each company's own numbers alone.

The vendor learns neither the cart nor the prebook of its buyer; a buyer learns how many boxes are left of a lot while
it is connected with the vendor, as when it asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.clock import moment_text
from k2k_core.domain.events import LINE_FIELDS
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Row, Session
from k2k_core.store.fields import DayField, MomentField

BUYERS_ALONE = ("cart", "prebook", "invoice_order")
"""What the vendor of a line does not learn."""

_OF_LOT = ("movement", "available")

_STATEMENT = """
SELECT l.id, owner.code, lot.code, l.boxes, l.state,
    COALESCE(p.ship_date, o.ship_date, i.ship_date, s.ship_date),
    COALESCE(o.vendor_ship_date, s.vendor_ship_date),
    COALESCE(p.ship_via, o.ship_via, i.ship_via, s.ship_via),
    cart.number, l.expires_at, p.number, o.number, s.number, i.number, lot.ledger_id, lot.available,
    l.lot_company_id = l.buyer_id OR EXISTS (
        SELECT 1 FROM connection c WHERE c.vendor_id = l.vendor_id AND c.buyer_id = l.buyer_id AND c.state = 'active'),
    l.version, EXISTS (SELECT 1 FROM invoice_line b WHERE b.line_id = l.id), p.id, o.id, s.id, i.id
FROM order_line l
LEFT JOIN lot ON lot.id = l.lot_id LEFT JOIN company owner ON owner.id = l.lot_company_id
LEFT JOIN cart ON cart.id = l.cart_id
LEFT JOIN document p ON p.id = l.prebook_id LEFT JOIN document o ON o.id = l.purchase_order_id
LEFT JOIN document s ON s.id = l.sales_order_id LEFT JOIN document i ON i.id = l.invoice_order_id
WHERE l.id IN ({places})
"""
_VISIBLE = 16
"""The column that says whether the buyer learns what is left of the lot."""

_DAY, _MOMENT = DayField(), MomentField()

Facts = dict[str, Any]


class LineFacts(NamedTuple):
    """What the buyer of a line learns of it, and what its vendor does; its version, whether it was billed, and its
    documents by id, but for invoices."""

    of_buyer: Facts
    of_vendor: Facts
    version: int
    billed: bool
    documents: tuple[int, ...]


def line_facts(session: Session, ids: Sequence[int]) -> Mapping[int, LineFacts]:
    """The facts of lines, by their ids."""
    found: dict[int, LineFacts] = {}
    for chunk in in_chunks(list(dict.fromkeys(ids))):
        statement = _STATEMENT.format(places=", ".join("?" * len(chunk)))
        found |= {row[0]: _facts(row) for row in session.run(statement, chunk).fetchall()}
    return found


def _facts(row: Row) -> LineFacts:
    line, owner, lot, boxes, state, ship, vendor_ship, via, cart, expires, *rest = row[:_VISIBLE]
    visible, version, billed, *documents = row[_VISIBLE:]
    moment = _MOMENT.python_value(expires)
    ref = None if lot is None else f"{owner}/{lot}"
    values = (str(line), ref, boxes, state, _day(ship), _day(vendor_ship), via, cart, moment and moment_text(moment))
    facts = dict(zip(LINE_FIELDS, (*values, *rest), strict=True))
    hidden = {} if visible else dict.fromkeys(_OF_LOT)
    of_buyer, of_vendor = {**facts, **hidden}, {**facts, **dict.fromkeys(BUYERS_ALONE)}
    return LineFacts(of_buyer, of_vendor, version, bool(billed), tuple(one for one in documents if one is not None))


def _day(value: Any) -> str | None:
    day = _DAY.python_value(value)
    return day.isoformat() if day else None
