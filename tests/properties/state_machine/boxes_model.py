"""The model of boxes: which boxes of a lot orders can be given, and how many there are (domain section 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from k2k_core.clock import moment_text
from tests.properties.state_machine.lot_quantities import Places
from tests.properties.state_machine.purchase_order_model import PurchaseOrderModel

Row = dict[str, Any]
RESERVING = ("in_cart", "checked_out")
"""Lines in these states were given no boxes yet."""

GIVEN = ("staged", "received", "billed")


class BoxesModel(PurchaseOrderModel):
    """Boxes by code: their lot and place, their state, the lines that they were given to, whether they are missing."""

    boxes: dict[str, Row]

    def free_codes(self, ref: str) -> list[str]:
        """The boxes in a lot that no confirmed order was given, the first to be given first."""
        there = [code for code in self.lots[ref].codes if self.boxes[code]["state"] == "in_stock"]
        return sorted(there, key=self.place)

    def place(self, code: str) -> tuple[int, int]:
        """Where a box stands in its lot."""
        place: tuple[int, int] = self.boxes[code]["place"]
        return place

    def are_short(self, lines: Iterable[Row]) -> bool:
        """Whether more boxes are promised to lines than there are to give them."""
        wanted: Counter[str] = Counter()
        for line in lines:
            wanted[line["lot"]] += line["boxes"]
        return any(len(self.free_codes(ref)) < boxes for ref, boxes in wanted.items())

    def _waits(self, code: str) -> bool:
        """Whether a box was given to a line and nobody has received it."""
        return bool(self.boxes[code]["state"] == "staged")

    def reserved(self, ref: str) -> int:
        """How many boxes of a lot are promised to orders that no box was given to yet."""
        return sum(line["boxes"] for line in self.lines.values() if line["lot"] == ref and line["state"] in RESERVING)

    def in_house(self, ref: str) -> int:
        """How many boxes of a lot were given to orders and are in the house."""
        mine = [
            line
            for line in self.lines.values()
            if line["lot"] == ref and line["sales_order"] and line["state"] in GIVEN
        ]
        there = [line for line in mine if self.orders[(line["vendor"], line["sales_order"])]["status"] != "shipped"]
        return sum(self._waits(code) for line in there for code in line["codes"])

    def quantities(self, ref: str) -> Row:
        """What a lot's company reads of it, but for its last movement."""
        stock = self.lots[ref]
        reserved, staged, shipped = self.reserved(ref), self.in_house(ref), stock.boxes - stock.on_hand
        assert stock.on_hand == stock.net + reserved + staged + stock.allocated, (ref, stock)
        return {
            "lot": ref.partition("/")[2],
            "on_hand": stock.on_hand,
            "available": stock.available,
            "allocated": stock.allocated,
            "short": stock.short,
            "boxes": stock.boxes,
            "reserved": reserved,
            "staged": staged,
            "shipped": shipped,
            "sold": reserved + staged + shipped,
            "counted_at": None if stock.counted_at is None else moment_text(stock.counted_at),
        }

    def edit(self, ref: str, boxes: int, codes: Places) -> None:
        """Somebody wrote how many boxes ever came to a lot; `codes` are all that it has now."""
        self.lots[ref].come(boxes - self.lots[ref].boxes, stated=True)
        self.match(ref, codes)

    def match(self, ref: str, codes: Places | None = None) -> None:
        """No order can be given a box that is short: the last ones leave the lot. What is there beyond them has a row:
        those that came are among `codes`, which are all that it has now."""
        free = self.free_codes(ref)
        wanted = max(0, self.lots[ref].net + self.reserved(ref))
        for code in free[wanted:]:
            self.take_out(code)
        if codes is not None:
            fresh = {code: place for code, place in codes.items() if code not in self.lots[ref].codes}
            assert len(fresh) == max(0, wanted - len(free)), (ref, fresh)
            assert not set(fresh) & set(self.boxes), "a box code is never used again"
            self.lots[ref].codes += fresh
            self._put(ref, fresh)

    def put_in(self, ref: str, codes: Sequence[str], places: Places) -> None:
        """Boxes of these codes come to a lot: those that left it before, and new ones."""
        self._put(ref, {code: places[code] for code in codes if code not in self.boxes})
        for code in codes:
            self.boxes[code]["state"] = "in_stock"
            self.lots[ref].codes.append(code)

    def take_out(self, code: str) -> None:
        """A box leaves its lot."""
        self.lots[self.boxes[code]["lot"]].codes.remove(code)
        self.boxes[code]["state"] = "withdrawn"

    def _put(self, ref: str, codes: Places) -> None:
        for code, place in codes.items():
            self.boxes[code] = {"lot": ref, "state": "in_stock", "claims": [], "missing": False, "place": place}
