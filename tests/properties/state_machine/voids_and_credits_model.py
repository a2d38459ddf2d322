"""The model of voids, missing boxes and credits, of whole lines and of parts of them (domain sections 5 and 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from tests.properties.state_machine.lot_quantities import LotQuantities, Places
from tests.properties.state_machine.model import ENDED, GIVEN, Model, Row
from tests.properties.state_machine.network import VIA
from tests.properties.state_machine.purchase_order_model import NOT_INVOICED

UNITS = 250
"""Units in every box of this network."""

VENDORS_INVOICE, CUSTOMERS_INVOICE = "vendor", "customer"
Part = tuple[str, int, Collection[str]]
"""A line, how many boxes of it, and their codes where it was given any."""


class VoidsAndCreditsModel(Model):
    """The network with what is taken off its orders and invoices."""

    codes_of: Callable[[str], Places]
    """The boxes that a lot has in the store: what K2K adds by itself has codes that it makes."""

    # Boxes that never came

    def is_open(self, code: str, number: str) -> bool:
        """Whether a line still waits for a box."""
        box = self.boxes[code]
        return box["state"] == "staged" and box["claims"][-1] == number

    def is_expected(self, company: str, code: str) -> bool:
        """Whether a company can say of a box that it never came."""
        number = self._bought_on(company, code)[-1]
        line = self.lines[number]
        if line["state"] not in GIVEN:
            return False
        arrived_alone = self.boxes[code]["state"] in ("received", "billed") and VIA.get(line["customer"]) == "grower"
        shipped = self.orders[(line["vendor"], line["sales_order"])]["status"] == "shipped"
        last = self.boxes[code]["claims"][-1] == number
        return self.is_open(code, number) or (arrived_alone and shipped and last)

    def _bought_on(self, company: str, code: str) -> list[str]:
        """The lines on which a company bought a box from a vendor."""
        lines = [(one, self.lines[one]) for one in self.boxes[code]["claims"]]
        return [one for one, line in lines if line["buyer"] == company and line["sales_order"]]

    def report_missing(self, company: str, codes: Sequence[str]) -> list[str]:
        """The outcome of each code that a company reports missing."""
        return [self._report(company, code) for code in codes]

    def _report(self, company: str, code: str) -> str:
        if code not in self.boxes:
            return "unknown"
        if not self._bought_on(company, code):
            return "not_yours"
        if not self.is_expected(company, code):
            return "not_staged"
        self.boxes[code]["missing"] = True
        return "missing"

    def decline(self, vendor: str, codes: Sequence[str]) -> list[str]:
        """The outcome of each code of which a vendor says that it came; named twice, it is declined once."""
        said = [self._declined(vendor, code) for code in codes]
        for code, outcome in zip(codes, said, strict=True):
            if outcome not in ("unknown", "not_yours"):
                self.boxes[code]["missing"] = False
        return said

    def _declined(self, vendor: str, code: str) -> str:
        if code not in self.boxes:
            return "unknown"
        if not any(self.lines[one]["vendor"] == vendor for one in self.boxes[code]["claims"]):
            return "not_yours"
        box = self.boxes[code]
        return str(box["state"]) if box["missing"] else "not_missing"

    # Voids

    def can_be_voided(self, number: str, code: str) -> bool:
        """Whether a box that a line was given is on its way still, or never came."""
        return self.is_open(code, number) or bool(self.boxes[code]["missing"])

    def chosen(self, number: str, count: int, returned: Collection[str]) -> list[str]:
        """Which boxes go when so many of a line are voided: those that came back, the missing, then the last."""
        latest = [code for code in self.lines[number]["codes"] if self.can_be_voided(number, code)][::-1]
        latest.sort(key=lambda code: (code not in returned, not self.boxes[code]["missing"]))
        return latest[:count]

    def void(self, wanted: Sequence[Part], returned: Collection[str] = ()) -> None:
        """So many boxes of each line are voided, those of some codes where it was given any."""
        parts = [(one, self._split_off(one, boxes, codes)) for one, boxes, codes in wanted]
        vendor, order = (self.lines[parts[0][0]][name] for name in ("vendor", "sales_order"))
        shipped = self.orders[(vendor, order)]["status"] == "shipped"
        for of_line, number in parts:
            self._take_off_invoices(of_line, number)
            self.end([number], "cancelled", lambda one: self._write_off(one, returned) if shipped else False)
            if self.lines[number]["lot"] is not None and not shipped:
                self.match(self.lines[number]["lot"])
        waited_for = [one for _, one in parts if self.is_wanted(self.lines[one])]
        for new, one in enumerate(waited_for, max(map(int, self.lines)) + 1):
            self.need_again(one, str(new))
        for of_line, _ in parts:
            self._finish(of_line)
        states = {self.lines[one]["state"] for one in self.lines_of(vendor=vendor, sales_order=order)}
        if states & set(GIVEN) and not states & {"in_cart", "checked_out"}:
            self.waiting.discard((self.lines[parts[0][0]]["buyer"], self.lines[parts[0][0]]["purchase_order"]))

    def _split_off(self, number: str, boxes: int, codes: Collection[str]) -> str:
        """A line of its own has some boxes of a line, and the rest goes on; the whole line where it is all of them."""
        line = self.lines[number]
        left = line["boxes"] - boxes
        if not left:
            return number
        mine = [code for code in line["codes"] if code in codes]
        billed, allocated = (sum(self.boxes[one]["state"] == state for one in mine) for state in ("billed", "received"))
        rest = {"boxes": left, "codes": [code for code in line["codes"] if code not in mine]}
        rest |= {"billed": line["billed"] - billed, "allocated": line["allocated"] - allocated}
        released = min(line["released"], left - rest["billed"] - rest["allocated"])
        part = {"boxes": boxes, "codes": mine, "billed": billed, "allocated": allocated, **NOT_INVOICED}
        new = self.add_line({**line, **part, "released": line["released"] - released})
        line |= {**rest, "released": released}
        for code in mine:
            self.boxes[code]["claims"] = [new if one == number else one for one in self.boxes[code]["claims"]]
        return new

    def _finish(self, number: str) -> None:
        """A line whose other boxes have all arrived waits for nothing any more."""
        line = self.lines[number]
        waits = any(self.is_open(code, number) for code in line["codes"])
        if line["state"] in ("staged", "received") and not waits:
            line["state"] = self._arrived(line)

    def _take_off_invoices(self, of_line: str, number: str) -> None:
        line, part = self.lines[of_line], self.lines[number]
        whole = of_line == number
        line["invoiced"] -= min(part["boxes"], line["invoiced"])
        billed = part["billed"]
        before = (0 if whole else billed) + line["billed"] - line["credited"]
        left = before - min(billed, before)
        line["credited"] = line["billed"] - left
        if not whole:
            part["credited"] = billed
        for side in (VENDORS_INVOICE, CUSTOMERS_INVOICE):
            self._limit_allowance(side, of_line)

    def _limit_allowance(self, side: str, number: str) -> None:
        """Boxes are credited with what is left of their line at the most: no invoice pays for what it does not bill."""
        line, allowed = self.lines[number], f"{side}_allowed"
        if line[allowed]:
            line[allowed] = min(line[allowed], self.goods(side, number))

    def _write_off(self, number: str, returned: Collection[str]) -> bool:
        """Shipped boxes leave every stock; those that came back make a lot of their own, on hold. Whether any did."""
        line = self.lines[number]
        sold_from = self.lots[line["lot"]]
        self._have_room(line["lot"], len(line["codes"]))
        bought = Counter(self.boxes[code]["lot"] for code in line["codes"] if self.boxes[code]["lot"] != line["lot"])
        for ref, boxes in bought.items():
            self._have_room(ref, boxes)
        for code in line["codes"]:
            box = self.boxes[code]
            if box["lot"] != line["lot"]:
                here = self.lots[box["lot"]]
                here.boxes -= 1
                if box["state"] == "received":
                    here.allocated -= 1
                    here.on_hand -= 1
                here.codes.remove(code)
            else:
                sold_from.codes.remove(code)
            sold_from.boxes -= 1
            box |= {"state": "withdrawn", "missing": False}
        back = [code for code in line["codes"] if code in returned]
        if back:
            ref = self._code_for_returned(line["lot"])
            self.lots[ref] = LotQuantities(len(back), len(back), len(back), on_hold=True, codes=back)
            for code in back:
                self.boxes[code] |= {"lot": ref, "state": "in_stock"}
        return bool(line["codes"])

    def _have_room(self, ref: str, boxes: int) -> None:
        """Where a lot was stated to have fewer boxes than have left it, the statement was wrong by these."""
        lacking = boxes - self.lots[ref].boxes
        if lacking > 0:
            self.lots[ref].come(lacking, stated=True)
            self.match(ref, self.codes_of(ref))

    def _code_for_returned(self, ref: str) -> str:
        number = 1
        while f"{ref}-R{number}" in self.lots:
            number += 1
        return f"{ref}-R{number}"

    def returned_lots(self) -> list[str]:
        """Lots of boxes that came back to their vendor."""
        return [ref for ref in self.lots if "-R" in ref and not ref.startswith(("BLOOM/", "PETAL/"))]

    # Credits

    def billed_to(self, side: str, number: str) -> int:
        """How many boxes of a line an invoice bills, of the vendor or to the customer, without those credited."""
        line = self.lines[number]
        return int(line["invoiced"] if side == VENDORS_INVOICE else line["billed"] - line["credited"])

    def goods(self, side: str, number: str) -> Decimal:
        """What these boxes come to."""
        line = self.lines[number]
        price = line["cost"] if side == VENDORS_INVOICE else line["price"]
        return Decimal(price) * UNITS * self.billed_to(side, number)

    def payable(self, side: str, number: str) -> Decimal:
        """What an invoice comes to for a line."""
        return self.goods(side, number) - Decimal(self.lines[number][f"{side}_allowed"])

    def credit_boxes(self, side: str, number: str, boxes: int) -> None:
        """Some boxes are credited."""
        self.lines[number]["credited"] += boxes if side == CUSTOMERS_INVOICE else 0
        self.lines[number]["invoiced"] -= boxes if side == VENDORS_INVOICE else 0
        self._limit_allowance(side, number)

    def credit_amount(self, side: str, number: str, amount: Decimal) -> None:
        """An amount is credited."""
        self.lines[number][f"{side}_allowed"] += amount

    # What customers owe

    def sold(self) -> dict[str, Row]:
        """Lines that customers have ever checked out, in whatever state they are now."""
        lines = self.lines.items()
        return {one: line for one, line in lines if line["sold"] and (line["prebook"] or line["invoice_order"])}

    def taken_off(self, number: str) -> Decimal:
        """What of a line that was checked out its customer need not pay any more."""
        line = self.lines[number]
        boxes = line["boxes"] if line["state"] in ENDED else line["released"] + line["credited"]
        return Decimal(line["price"]) * UNITS * boxes + Decimal(line["customer_allowed"])
