"""Events of boxes in the buyer's feed, one for each box: `box.received`, `box.allocated`, `box.billed`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import emit, of_box
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs
from k2k_core.store.fulfilment.departures import house_of_lines
from k2k_core.store.orders import documents
from k2k_core.store.orders.order_writes import document_numbers
from k2k_core.store.orders.rows import LineRow

Facts = Mapping[str, Any]

_OF_VENDOR = ("line", "vendor", "lot", "awb", "purchase_order", "sales_order")
"""What the vendor knows of a box that its buyer has received."""


class BoxEvents:
    """The events of boxes of some lines of one buyer, in one unit of work. `how` the boxes came to it."""

    def __init__(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow], how: str
    ) -> None:
        self._session, self._buyer, self._how = session, buyer, how
        self._names = _names(context, session, buyer, lines)
        self._vendors = {line["id"]: line["vendor_id"] for line in lines}
        self._house = house_of_lines(session, lines)

    def emit_for(self, outcome: str, box_code: str, line_id: int, **facts: object) -> None:
        """Emit `box.<outcome>` of one box of a line, in the buyer's feed."""
        data = {"box_code": box_code, "buyer": self._buyer.code, "how": self._how, **self._names[line_id], **facts}
        emit(self._session, f"box.{outcome}", data, [self._buyer.id], of_box(box_code, line_id))

    def emit_arrived(self, outcome: str, box_code: str, line_id: int, **facts: object) -> None:
        """The same, and in the vendor's feed what the vendor knows of it: what its house holds of the lot now."""
        self.emit_for(outcome, box_code, line_id, **facts)
        names = {name: self._names[line_id][name] for name in _OF_VENDOR}
        data = {"box_code": box_code, "buyer": self._buyer.code, "boxes": 1, **names, **self._house[line_id]}
        emit(self._session, f"box.{outcome}", data, [self._vendors[line_id]], of_box(box_code, line_id))


def _names(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow]
) -> dict[int, dict[str, Any]]:
    """The names of all that a box of each line came with, read of all lines at once."""
    vendors = context.snapshots.by_id(session, documents.ids_in(lines, "vendor_id"))
    ordered = documents.ids_in(lines, "purchase_order_id", "prebook_id", "sales_order_id")
    numbers = document_numbers(session, ordered)
    lots = documents.lot_codes(session, lines)
    carried = awbs.numbers(session, documents.ids_in(lines, "awb_id"))
    customers = buyer.customers_by_id(session)
    return {
        line["id"]: {
            "line": str(line["id"]),
            "vendor": vendors[line["vendor_id"]].code,
            "lot": f"{vendors[line['vendor_id']].code}/{lots[line['lot_id']]}",
            "awb": carried.get(line["awb_id"]),
            "purchase_order": numbers.get(line["purchase_order_id"]),
            "sales_order": numbers.get(line["sales_order_id"]),
            "prebook": numbers.get(line["prebook_id"]),
            "customer": customers[line["customer_id"]].code if line["customer_id"] in customers else None,
        }
        for line in lines
    }
