"""Rules of the state machine for procurement: order, transfer, accept, fill and reject; costs and labels of AWBs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.properties.state_machine.commands import PLACE, CommandMachine, rule
from tests.properties.state_machine.model import GIVEN, OPEN
from tests.properties.state_machine.network import VENDORS, VIA
from tests.properties.state_machine.purchase_order_model import FIRST_IN, PACKED, SENT

Key = tuple[str, str]


class ProcurementMachine(CommandMachine):
    """What a buyer's procurement and a vendor's sales do with each other; only BLOOM buys this way."""

    @rule(
        vendor=st.sampled_from(VENDORS),
        product=st.sampled_from(["FREEDOM", "FREEDOM", "ORCHID"]),
        boxes=st.integers(1, 6),
        packed=st.booleans(),
        cost=st.sampled_from([None, "0.33"]),
        book=st.integers(0, 9),
        far=st.integers(0, 3),
        key=st.booleans(),
    )
    def order_goods(
        self, vendor: str, product: str, boxes: int, packed: bool, cost: str | None, book: int, far: int, key: bool
    ) -> None:
        pack = {**PACKED} if packed else {"box_type": "", "units": 0}
        line: dict[str, Any] = {"product": product, "boxes": boxes}
        line |= {"box_type": "HB", "units_per_box": 250} if packed else {}
        line |= {} if cost is None else {"unit_cost": cost}
        prebook, customer = self._prebook(book) if product == "FREEDOM" else (None, None)
        why_not = {"conflict"} if prebook is not None and not self._is_open(prebook) else set()
        how = {"ship_date": self.ship_date(), "ship_via": VIA.get(customer or "", "warehouse"), "prebook": prebook}
        answer = self.ask("purchase_order", "BLOOM", vendor, [line], **how, why_not=why_not, key=self._key(key))
        if answer is not None:
            order = {"vendor": vendor, "prebook": prebook, "customer": customer}
            wanted = {"product": product, "boxes": boxes, **pack}
            self.model.ordered(("BLOOM", answer["number"]), order, wanted)
            self._go_on("BLOOM", answer["number"], far)

    def _go_on(self, buyer: str, number: str, far: int) -> None:
        """Some of the usual steps at once: what comes by chance alone seldom comes so far."""
        if far and self._transfer(buyer, number) and far > 1 and self._accept(buyer, number) and far > 2:
            self._fill((buyer, number), self.model.on_order(buyer, number)[0], 0, 0, False)

    def _prebook(self, place: int) -> tuple[str | None, str | None]:
        """One of the prebooks of which something is needed, or none."""
        needed = [self.model.lines[one] for one in self.model.lines_of(buyer="BLOOM", state="needed")]
        books = sorted({(line["prebook"], line["customer"]) for line in needed if line["prebook"] is not None})
        return self.one(books, place) if books and place < 7 else (None, None)

    def _is_open(self, prebook: str) -> bool:
        lines = self.model.lines_of(buyer="BLOOM", prebook=prebook)
        return any(self.model.lines[one]["state"] in OPEN for one in lines)

    def _purchase(self, place: int, transfers: tuple[str, ...] = ()) -> Key:
        """One of the orders, mostly one that has come so far."""
        every = sorted(self.model.purchases)
        fit = [key for key in every if self.model.purchases[key]["transfer"] in transfers]
        return self.one(fit if fit and place % 5 else every, place)

    @precondition(lambda self: self.model.purchases)
    @rule(which=PLACE, key=st.booleans())
    def transfer(self, which: int, key: bool) -> None:
        self._transfer(*self._purchase(which, ("none",)), key)

    def _transfer(self, buyer: str, number: str, key: bool = False) -> bool:
        order = self.model.purchases[(buyer, number)]
        waiting = self.model.on_order(buyer, number, "needed")
        closed = (
            order["transfer"] != "none"
            or self._is_over(buyer, number)
            or (order["vendor"], buyer) in self.model.suspended
        )
        why_not = {"conflict"} if closed or not waiting else set()
        answer = self.ask("transfer", buyer, number, why_not=why_not, key=self._key(key))
        if answer is not None:
            self.model.transferred((buyer, number), answer["vendor_document"])
        return answer is not None

    @precondition(lambda self: self.model.purchases)
    @rule(which=PLACE, key=st.booleans())
    def accept(self, which: int, key: bool) -> None:
        self._accept(*self._purchase(which, ("transferred",)), key)

    def _accept(self, buyer: str, number: str, key: bool = False) -> bool:
        order = self.model.purchases[(buyer, number)]
        why_not = self._too_late(order, ("transferred",)) | self._over(buyer, number, order)
        answer = self.ask("accept_order", order["vendor"], number, why_not=why_not, key=self._key(key))
        if answer is not None:
            self.model.accepted((buyer, number), answer["sales_order"])
        return answer is not None

    @precondition(lambda self: self.model.purchases)
    @rule(which=PLACE, key=st.booleans())
    def reject(self, which: int, key: bool) -> None:
        buyer, number = self._purchase(which, SENT)
        order = self.model.purchases[(buyer, number)]
        why_not = self._too_late(order, SENT) | self._over(buyer, number, order)
        answer = self.ask("reject", order["vendor"], number, reason="frost", why_not=why_not, key=self._key(key))
        if answer is not None:
            self.model.rejected((buyer, number))

    @precondition(lambda self: self.model.purchases)
    @rule(which=PLACE, place=PLACE, boxes=st.integers(0, 6), named=st.booleans(), key=st.booleans())
    def fill(self, which: int, place: int, boxes: int, named: bool, key: bool) -> None:
        buyer, number = self._purchase(which, ("accepted", "filled"))
        lines = self.model.on_order(buyer, number)
        if not lines:
            return
        short = [one for one in lines if self.model.lines[one]["state"] == "needed"]
        one = self.one(short if short and place % 5 else lines, place)
        self._fill((buyer, number), one, place, boxes if named else 0, key)

    def _fill(self, purchase: Key, one: str, place: int, boxes: int, key: bool) -> None:
        """Fill a line with so many boxes of a lot, or with whatever there is where none are named."""
        order, line = self.model.purchases[purchase], self.model.lines[one]
        theirs = "FREEDOM" if line["product"] == "FREEDOM" else "LILY"
        why_not = self._too_late(order, ("accepted", "filled"))
        if line["state"] != "needed":
            why_not |= {"conflict"}
        wanted: dict[str, Any] = {"line": one} | ({"product": "LILY"} if theirs == "LILY" else {})
        if boxes:
            ref = self.one(FIRST_IN[(order["vendor"], theirs)], place)
            wanted["lots"] = [{"lot": ref.partition("/")[2], "boxes": boxes}]
            picks = [(ref, boxes)]
            why_not |= {"invalid_quantity"} if boxes > line["boxes"] else set()
            why_not |= {"insufficient_stock"} if boxes > self.model.lots[ref].available else set()
        else:
            picks = self.model.oldest_first(order["vendor"], theirs, line["boxes"])
            why_not |= set() if picks else {"insufficient_stock"}
        answer = self.ask("fill", order["vendor"], purchase[1], [wanted], why_not=why_not, key=self._key(key))
        if answer is not None:
            self._was_filled(purchase, one, picks, answer)

    def _was_filled(self, key: Key, number: str, picks: list[tuple[str, int]], answer: dict[str, Any]) -> None:
        lines = self.model.filled(key, number, picks)
        shown = {line["line"]: (line["lot"], line["boxes"]) for line in answer["lines"]}
        assert [shown[one] for one in lines] == [(ref.partition("/")[2], boxes) for ref, boxes in picks]
        prebook = self.model.lines[number]["prebook"]
        if prebook is not None:
            sold = {line["line"]: line["price"] for line in self.copies.ask("show", key[0], prebook)["lines"]}
            for one in lines:
                before = self.model.lines[one]["price"]
                assert before in (None, sold[one]), "frozen when it was sold"
                self.model.lines[one]["price"] = sold[one]

    def _is_over(self, buyer: str, number: str) -> bool:
        """Whether everything of an order that waits has ended, swept or not."""
        lines = [
            self.model.lines[one] for one in self.model.on_order(buyer, number, "in_cart", "checked_out", "needed")
        ]
        return bool(lines) and all(self.model.has_ended(line) for line in lines)

    def _over(self, buyer: str, number: str, order: dict[str, Any]) -> set[str]:
        return {"conflict"} if order["transfer"] != "none" and self._is_over(buyer, number) else set()

    @staticmethod
    def _too_late(order: dict[str, Any], states: tuple[str, ...]) -> set[str]:
        if order["transfer"] == "none":
            return {"not_found"}
        return set() if order["transfer"] in states else {"conflict"}

    @precondition(lambda self: self.model.purchases)
    @rule(which=PLACE, command=st.sampled_from(["accept_order", "fill", "reject"]))
    def another_vendor_tries(self, which: int, command: str) -> None:
        buyer, number = self._purchase(which, SENT)
        other = next(one for one in VENDORS if one != self.model.purchases[(buyer, number)]["vendor"])
        more = {"fill": {"lines": [{"line": "1"}]}, "reject": {"reason": "x"}}.get(command, {})
        self.ask(command, other, number, **more, why_not={"not_found"})

    # AWBs

    def _awbs(self) -> list[tuple[str, str, str]]:
        """Vendor, buyer and number of every AWB."""
        orders = self.model.orders.items()
        return sorted({(key[0], order["buyer"], order["awb"]) for key, order in orders if order["awb"]})

    @precondition(lambda self: self._awbs())
    @rule(which=PLACE, amount=st.sampled_from([None, "0", "120.50"]), vendors=st.booleans(), key=st.booleans())
    def type_real_costs(self, which: int, amount: str | None, vendors: bool, key: bool) -> None:
        vendor, buyer, number = self.one(self._awbs(), which)
        if vendors:
            self.ask("awb", vendor, number, partner=buyer, freight=amount, why_not={"not_allowed"})
        answer = self.ask("awb", buyer, number, partner=vendor, freight=amount, key=self._key(key))
        assert answer["freight"] == (None if amount is None else {"0": "0", "120.50": "120.5"}[amount])

    @precondition(lambda self: self._awbs())
    @rule(which=PLACE)
    def print_labels(self, which: int) -> None:
        vendor, buyer, number = self.one(self._awbs(), which)
        lines = [
            self.model.lines[one]
            for (owner, sales_order), order in self.model.orders.items()
            if (owner, order["buyer"], order["awb"]) == (vendor, buyer, number)
            for one in self.model.lines_of(vendor=owner, sales_order=sales_order)
        ]
        codes = sorted(code for line in lines if line["state"] in GIVEN for code in line["codes"])
        printed = self.ask("labels", vendor, number, partner=buyer)
        assert sorted(label["box_code"] for label in printed) == codes
