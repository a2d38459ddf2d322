"""Rules of the state machine for voids, missing boxes, early arrivals and credits (domain section 6)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.properties.state_machine.commands import FAR, PLACE, rule
from tests.properties.state_machine.model import ENDED, GIVEN
from tests.properties.state_machine.network import BUYERS, CUSTOMERS, LOTS, VENDORS
from tests.properties.state_machine.ordering_rules import BUYER, OrderingMachine
from tests.properties.state_machine.voids_and_credits_model import CUSTOMERS_INVOICE, VENDORS_INVOICE

VENDORS_LOTS = sorted(ref for ref in LOTS if not ref.startswith("BLOOM/"))
TYPED = {"reason": "frost", "confirm": "CONFIRM"}


class VoidsAndCreditsMachine(OrderingMachine):
    """What vendors take off their orders, what buyers miss, what either of them credits."""

    # From a cart to the way, at once: by chance alone few boxes come so far

    @rule(
        buyer=BUYER,
        who=PLACE,
        which=PLACE,
        boxes=st.integers(1, 4),
        far=FAR,
        key=st.booleans(),
    )
    def sell_and_send(self, buyer: str, who: int, which: int, boxes: int, far: int, key: bool) -> None:
        self.sell(buyer, who, which, boxes, far, key)

    def sell(self, buyer: str, who: int, which: int, boxes: int, far: int, key: bool = False) -> None:
        ref, before = self.one([*VENDORS_LOTS, *self.model.returned_lots()], which), set(self.model.lines)
        if self.model.lots[ref].available < boxes or self.model.hidden(buyer, ref):
            return
        self.add_to_cart(buyer, self.one(CUSTOMERS[buyer], who), ref, boxes, None, key)
        (number,) = set(self.model.lines) - before
        line = self.model.lines[number]
        self.check_out(sorted(self.model.carts).index((buyer, line["cart"])), True, key)
        order = (line["vendor"], line["sales_order"])
        if far > 1:
            pending = [one for one in sorted(self.model.orders) if self.model.orders[one]["status"] == "pending"]
            self.confirm(which=pending.index(order), pending=True, drop=True, key=key, together=False, late=False)
        if far > 2:
            self.ship(self._awbs().index((order[0], buyer, self.model.orders[order]["awb"])), False, key)

    @precondition(lambda self: self.model.returned_lots())
    @rule(which=PLACE)
    def look_at_what_came_back(self, which: int) -> None:
        ref = self.one(self.model.returned_lots(), which)
        owner, code = ref.split("/")
        self.model.lots[ref].on_hold = False
        self.ask("set", owner, lot=code, values={"on_hold": False})

    # Voids

    @precondition(lambda self: self.model.orders)
    @rule(which=PLACE, whole=st.booleans(), back=st.integers(0, 3), key=st.booleans())
    def void(self, which: int, whole: bool, back: int, key: bool) -> None:
        vendor, number = self.one(sorted(self.model.orders), which)
        lines = self.model.lines_of(vendor=vendor, sales_order=number)
        wanted = lines if whole else [self.one(lines, which)]
        parts = [(one, self.model.lines[one]["boxes"], self.model.lines[one]["codes"]) for one in wanted]
        parts = [part for part in parts if self._is_alive(part[0])]
        returned = [code for _, _, codes in parts for code in codes][:back]
        why_not = set() if parts and all(self._is_on_the_way(*part) for part in parts) else {"conflict"}
        named = {"sales_order": number} if whole else {"line": wanted[0]}
        self.ask("void", vendor, **named, reason="frost", why_not={"confirmation_required"})
        if not parts and returned:
            return
        named |= {"returned": returned, **TYPED}
        if self.ask("void", vendor, **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.void(parts, returned)

    def _is_on_the_way(self, number: str, _: int, codes: list[str]) -> bool:
        arrived = any(not self.model.can_be_voided(number, code) for code in codes)
        return not arrived and bool(codes or self.model.lines[number]["state"] not in ("received", "billed"))

    @precondition(lambda self: any(line["sales_order"] for line in self.model.lines.values()))
    @rule(which=PLACE, boxes=st.integers(0, 4), back=st.lists(PLACE, max_size=2), key=st.booleans())
    def void_so_many_boxes(self, which: int, boxes: int, back: list[int], key: bool) -> None:
        number = self._line_at_vendor(which)
        line = self.model.lines[number]
        waiting = self.model.chosen(number, line["boxes"], ())
        returned = sorted({self.one(waiting, place) for place in back}) if waiting else []
        codes = self.model.chosen(number, boxes, returned)
        most = len(waiting) if line["codes"] else line["boxes"]
        why_not = set() if 0 < boxes <= most else {"invalid_quantity"}
        why_not |= set() if self._is_alive(number) else {"conflict"}
        why_not |= {"invalid"} if set(returned) - set(codes) else set()
        named = {"line": number, "boxes": boxes, "returned": returned, **TYPED}
        if self.ask("void", line["vendor"], **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.void([(number, boxes, codes)], returned)

    @precondition(lambda self: self._bought())
    @rule(places=st.lists(PLACE, min_size=1, max_size=3), whole=st.booleans(), back=PLACE, key=st.booleans())
    def void_some_boxes(self, places: list[int], whole: bool, back: int, key: bool) -> None:
        codes = self._codes(places)
        number = self.model.boxes[codes[0]]["claims"][-1]
        vendor, order = self.model.lines[number]["vendor"], self.model.lines[number]["sales_order"]
        lines = self.model.lines_of(vendor=vendor, sales_order=order) if whole else [number]
        alive = [one for one in lines if self._is_alive(one)]
        parts = [(one, [code for code in self.model.lines[one]["codes"] if code in codes]) for one in alive]
        parts = [(one, mine) for one, mine in parts if mine]
        returned = codes[: back % 3]
        why_not = set() if alive else {"conflict"}
        why_not |= {"not_found"} if set(codes) - {code for _, mine in parts for code in mine} else set()
        if any(not self.model.can_be_voided(one, code) for one, mine in parts for code in mine):
            why_not |= {"conflict"}
        named = {"sales_order": order} if whole else {"line": number}
        named |= {"box_codes": codes, "returned": returned, **TYPED}
        if self.ask("void", vendor, **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.void([(one, len(mine), mine) for one, mine in parts], returned)

    def _is_alive(self, number: str) -> bool:
        line = self.model.lines[number]
        return line["state"] not in ENDED and not self.model.has_ended(line)

    def _bought(self) -> list[str]:
        """Boxes that were given to a vendor's order last, not to one of a buyer's own stock."""
        lines, boxes = self.model.lines, self.model.boxes.items()
        return sorted(code for code, box in boxes if box["claims"] and lines[box["claims"][-1]]["sales_order"])

    def _line_at_vendor(self, which: int) -> str:
        """A line of a sales order, mostly one that has boxes."""
        every = [one for one, line in self.model.lines.items() if line["sales_order"]]
        given = [one for one in every if self.model.lines[one]["state"] in GIVEN]
        return self.one(sorted(given if given and which % 5 else every, key=int), which)

    def _codes(self, places: list[int]) -> list[str]:
        """Boxes of vendors' orders, mostly of one line and on their way, none of them twice."""
        given = self._bought()
        line = self.model.lines[self.model.boxes[self.one(given, places[0])]["claims"][-1]]
        those = line["codes"] if line["codes"] and places[0] % 5 else given
        return list(dict.fromkeys(self.one(those, place) for place in places))

    # Boxes that never came, and those that came early

    @precondition(lambda self: self._bought())
    @rule(places=st.lists(PLACE, min_size=1, max_size=3), stranger=st.integers(0, 5), key=st.booleans())
    def miss(self, places: list[int], stranger: int, key: bool) -> None:
        codes = self._codes(places)
        company = self.model.lines[self.model.boxes[codes[0]]["claims"][-1]]["buyer"]
        company = company if stranger else next(one for one in BUYERS if one != company)
        codes += ["NO-SUCH-BOX"] if stranger == 1 else []
        codes += (
            [code for code, box in self.model.boxes.items() if box["state"] == "billed"][:1] if stranger == 2 else []
        )
        codes = list(dict.fromkeys(codes))
        answer = self.ask("missing", company, codes, reason="not on the truck", key=self._key(key))
        self._require_outcomes(answer, codes, self.model.report_missing(company, codes))

    @precondition(lambda self: self._bought())
    @rule(places=st.lists(PLACE, min_size=1, max_size=3), stranger=st.integers(0, 5), key=st.booleans())
    def say_that_they_came(self, places: list[int], stranger: int, key: bool) -> None:
        reported = sorted(code for code, box in self.model.boxes.items() if box["missing"])
        codes = [self.one(reported, place) for place in places] if reported and stranger > 1 else self._codes(places)
        vendor = self.model.lines[self.model.boxes[codes[0]]["claims"][-1]]["vendor"]
        vendor = vendor if stranger else next(one for one in VENDORS if one != vendor)
        answer = self.ask("decline_missing", vendor, codes, reason="signed for", key=self._key(key))
        self._require_outcomes(answer, codes, self.model.decline(vendor, codes))

    @staticmethod
    def _require_outcomes(answer: list[dict[str, Any]], codes: list[str], should: list[str]) -> None:
        assert answer == [{"box_code": code, "outcome": told} for code, told in zip(codes, should, strict=True)]

    @precondition(lambda self: self._awbs())
    @rule(which=PLACE, days=st.sampled_from([None, -1, 0, 1, 3]), key=st.booleans())
    def expect_an_awb(self, which: int, days: int | None, key: bool) -> None:
        """Its boxes may come before that day, and are there from the day on which they came."""
        vendor, buyer, number = self.one(self._awbs(), which)
        day = None if days is None else self.model.now.date() + dt.timedelta(days=days)
        self.ask("awb", buyer, number, arrival_date=day and day.isoformat(), key=self._key(key))
        self.model.arrivals[(vendor, buyer, number)] = day

    # Credits

    @precondition(lambda self: any(line["invoiced"] or line["billed"] for line in self.model.lines.values()))
    @rule(
        company=st.sampled_from([*VENDORS, *BUYERS]),
        which=PLACE,
        boxes=st.sampled_from([0, 1, 1, 2, 3]),
        amount=st.sampled_from([None, None, "12.50", "75", "400"]),
        key=st.booleans(),
    )
    def credit(self, company: str, which: int, boxes: int, amount: str | None, key: bool) -> None:
        invoices = [one for one in self.copies.ask("orders", company) if one["kind"] == "invoice"]
        found = [(invoice, line) for invoice in invoices for line in invoice["lines"]]
        if not found:
            return
        invoice, shown = self.one(found, which)
        side = CUSTOMERS_INVOICE if invoice["vendor"] is None else VENDORS_INVOICE
        number = shown["line"]
        if side == VENDORS_INVOICE:
            self.model.lines[number]["cost"] = shown["price"]
        why_not = set() if invoice["vendor"] in (None, company) else {"not_allowed"}
        if amount is None:
            billed = self.model.billed_to(side, number)
            why_not |= set() if 0 < boxes <= billed else {"invalid_quantity"}
            named: dict[str, Any] = {"boxes": boxes}
        else:
            why_not |= {"invalid"} if self.model.payable(side, number) < Decimal(amount) else set()
            named = {"amount": amount}
        self.ask("credit", company, invoice["number"], number, **named, reason="x", why_not={"confirmation_required"})
        named |= {"line": number, **TYPED}
        if self.ask("credit", company, invoice["number"], **named, why_not=why_not, key=self._key(key)) is None:
            return
        if amount is None:
            self.model.credit_boxes(side, number, boxes)
        else:
            self.model.credit_amount(side, number, Decimal(amount))
