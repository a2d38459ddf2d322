"""The model of purchase orders that wait for goods, from order to rejection (domain section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.properties.state_machine.deadlines import last_moment, leaves
from tests.properties.state_machine.lot_quantities import LotQuantities
from tests.properties.state_machine.network import LOTS

Row = dict[str, Any]
SENT = ("transferred", "accepted", "filled")
GOODS_OF = {"A1": "FREEDOM", "A2": "FREEDOM", "A3": "LILY", "S1": "FREEDOM", "S2": "LILY", "OWN": "FREEDOM"}
"""What the lots are of."""

FIRST_IN = {
    ("ANDES", "FREEDOM"): ("ANDES/A2", "ANDES/A1"),
    ("ANDES", "LILY"): ("ANDES/A3",),
    ("SIERRA", "FREEDOM"): ("SIERRA/S1",),
    ("SIERRA", "LILY"): ("SIERRA/S2",),
}
"""The lots of a vendor and what they are of, the oldest first."""

PACKED = {"box_type": "HB", "units": 250}
NOBODYS = {"vendor": None, "sales_order": None, "at_vendor": None, "expires_at": None, "overdue_at": None}
NOT_INVOICED = {"invoiced": 0, "credited": 0, "vendor_allowed": 0, "customer_allowed": 0}
"""How many boxes of a line the vendor's invoice bills, how many were credited of its customer's, and which amounts were
credited of the two."""

UNTOUCHED = {"billed": 0, "allocated": 0, "released": 0, "sold": False, **NOT_INVOICED}
"""How many boxes of a line are billed, allocated and released; whether anybody has checked it out."""


class PurchaseOrderModel:
    """Purchase orders by buyer and number: their vendor, how far their transfer is, what they are for."""

    lots: dict[str, LotQuantities]
    lines: dict[str, Row]
    orders: dict[tuple[str, str], Row]
    waiting: set[tuple[str, str]]
    purchases: dict[tuple[str, str], Row]

    def lines_of(self, **wanted: Any) -> list[str]:
        """The lines with these facts, by number."""
        found = [one for one, line in self.lines.items() if all(line[name] == value for name, value in wanted.items())]
        return sorted(found, key=int)

    def add_line(self, line: Row) -> str:
        """A new line under the next number."""
        number = str(max(map(int, self.lines), default=0) + 1)
        self.lines[number] = line
        return number

    def on_order(self, buyer: str, number: str, *states: str) -> list[str]:
        """The lines of a purchase order in some states, or all of them, by number."""
        mine = [one for one, line in self.lines.items() if (line["buyer"], line["purchase_order"]) == (buyer, number)]
        return sorted((one for one in mine if not states or self.lines[one]["state"] in states), key=int)

    def ordered(self, key: tuple[str, str], order: Row, wanted: Row) -> None:
        """What the prebook needs was ordered first, the rest has a line of its own."""
        buyer, number = key
        self.purchases[key] = {**order, "transfer": "none"}
        ends = {"leaves": leaves(self.now, order["customer"]), "overdue_at": None}
        ends["expires_at"] = last_moment(order["vendor"], ends["leaves"])
        self.waiting.add(key)
        left = wanted["boxes"]
        for one in self._needed_on(buyer, order["prebook"], wanted):
            line = self.lines[one]
            taken = min(left, line["boxes"])
            if taken and taken < line["boxes"]:
                self.add_line({**line, "boxes": line["boxes"] - taken})
            if taken:
                line |= {"boxes": taken, "purchase_order": number, **ends}
            left -= taken
        if left:
            self.add_line({**self._waiting_line(buyer, number, order, wanted, left), **ends})

    def _needed_on(self, buyer: str, prebook: str | None, wanted: Row) -> list[str]:
        def suits(line: Row) -> bool:
            mine = (line["buyer"], line["prebook"], line["product"]) == (buyer, prebook, wanted["product"])
            same = wanted["box_type"] in ("", line["box_type"]) and wanted["units"] in (0, line["units"])
            return mine and same and line["state"] == "needed" and line["purchase_order"] is None

        return sorted((one for one, line in self.lines.items() if prebook and suits(line)), key=int)

    def _waiting_line(self, buyer: str, number: str, order: Row, wanted: Row, boxes: int) -> Row:
        return {
            "buyer": buyer,
            "customer": order["customer"],
            "lot": None,
            "boxes": boxes,
            "price": None,
            "state": "needed",
            "cart": None,
            "prebook": order["prebook"],
            "invoice_order": None,
            "purchase_order": number,
            "codes": [],
            **UNTOUCHED,
            "product": wanted["product"],
            "box_type": wanted["box_type"],
            "units": wanted["units"],
            **NOBODYS,
        }

    def transferred(self, key: tuple[str, str], document: str) -> None:
        """The lines that wait stand on the vendor's prebook."""
        self.purchases[key]["transfer"] = "transferred"
        for one in self.on_order(*key, "needed"):
            self.lines[one] |= {"vendor": self.purchases[key]["vendor"], "at_vendor": document}
        # What waits for its approval has only the latest moment left, and goods had no other.

    def accepted(self, key: tuple[str, str], sales_order: str) -> None:
        """The vendor's prebook is its sales order now."""
        order = self.purchases[key]
        order["transfer"] = "accepted"
        self.waiting.discard(key)
        self.approved(one for one in self.on_order(*key) if self.is_unapproved(self.lines[one]))
        for one in self.on_order(*key):
            if self.lines[one]["at_vendor"] is not None:
                self.lines[one] |= {"sales_order": sales_order, "at_vendor": None}
        fresh = {"status": "pending", "buyer": key[0], "purchase_order": key[1], "awb": None}
        self.orders[(order["vendor"], sales_order)] = fresh

    def oldest_first(self, vendor: str, product: str, boxes: int) -> list[tuple[str, int]]:
        """The boxes that a line gets without naming lots."""
        found, left = [], boxes
        first_in = [
            one for ref in FIRST_IN[(vendor, product)] for one in self.lots if one in (ref,) or f"{ref}-R" in one
        ]
        for ref in first_in:
            lot = self.lots[ref]
            taken = 0 if lot.on_hold else min(left, lot.available)
            if taken:
                found.append((ref, taken))
            left -= taken
        return found

    def filled(self, key: tuple[str, str], number: str, picks: Sequence[tuple[str, int]]) -> list[str]:
        """A line got boxes; each further lot, and what is short, has a line of its own. The lines with boxes."""
        line = self.lines[number]
        whole = dict(line)
        ids = [number, *(self.add_line({**whole, "boxes": boxes}) for _, boxes in picks[1:])]
        left = whole["boxes"] - sum(boxes for _, boxes in picks)
        if picks and left:
            self.add_line({**whole, "boxes": left})
        for one, (ref, boxes) in zip(ids, picks, strict=False):
            self.lines[one] |= {"lot": ref, "boxes": boxes, "state": "checked_out", "codes": [], **PACKED}
            self.lots[ref].net -= boxes
        if picks:
            self.purchases[key]["transfer"] = "filled"
        return ids[: len(picks)]

    def came_up_short(self, vendor: str, sales_order: str) -> None:
        """The vendor has confirmed: what it was short of is from nobody again."""
        order = self.orders[(vendor, sales_order)]
        key = (order["buyer"], order["purchase_order"])
        for one in self.on_order(*key, "needed"):
            line = self.lines[one]
            line |= NOBODYS | ({"purchase_order": None} if line["prebook"] else {})
        if key in self.purchases and self.purchases[key]["transfer"] in ("accepted", "filled"):
            self.purchases[key]["transfer"] = "confirmed"

    def rejected(self, key: tuple[str, str]) -> None:
        """Everything of the order is given back, and what a prebook needs is needed again."""
        lines = self.on_order(*key, "needed", "checked_out")
        vendor = self.purchases[key]["vendor"]
        self.purchases[key]["transfer"] = "rejected"
        self.waiting.discard(key)
        for one in lines:
            line = self.lines[one]
            if line["sales_order"] is not None:
                self.orders[(vendor, line["sales_order"])]["status"] = "voided"
            if line["lot"] is not None:
                self.lots[line["lot"]].net += line["boxes"]
            line["state"] = "cancelled"
        places = list(LOTS)
        for one in sorted(lines, key=lambda one: -1 if (lot := self.lines[one]["lot"]) is None else places.index(lot)):
            line = self.lines[one]
            wanted = line["boxes"] - line["released"]
            if line["prebook"] is not None and wanted:
                again = {"lot": None, "purchase_order": None, "state": "needed", "codes": [], "boxes": wanted}
                self.add_line({**line, **NOBODYS, **again, **UNTOUCHED})

    def close_purchase(self, line: Row) -> None:
        """An order of which nothing is open any more is cancelled, and so is its transfer."""
        key = (line["buyer"], line["purchase_order"])
        if self.on_order(*key, "in_cart", "checked_out", "staged", "received", "billed", "needed"):
            return
        self.waiting.discard(key)
        if key in self.purchases and self.purchases[key]["transfer"] in SENT:
            self.purchases[key]["transfer"] = "cancelled"
