"""Rules of the state machine for carts, prebooks, confirmation, receipt and billing: any command in any order.

A refusal must have a reason that the model knows, and must have changed nothing; a command that the model has no reason
to refuse must be carried out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.properties.state_machine.boxes_model import RESERVING
from tests.properties.state_machine.commands import DAYS_AHEAD, PLACE, rule
from tests.properties.state_machine.model import ENDED, LIVE, PAIRS
from tests.properties.state_machine.network import BUYERS, CUSTOMERS, LOTS, NOW, VENDORS, VIA
from tests.properties.state_machine.procurement_rules import ProcurementMachine

LONGEST = dt.timedelta(days=4)
"""How far the clock goes, so that lots do not grow too old."""

LOT, SOME = st.sampled_from(sorted(LOTS)), st.integers(1, 3)
BUYER = st.sampled_from(BUYERS)
RELEASABLE = ("checked_out", "staged", "received")


class OrderingMachine(ProcurementMachine):
    """Two vendors, two buyers, their people and their clock."""

    # Carts

    @rule(buyer=BUYER, who=PLACE, ref=LOT, boxes=SOME, key=st.booleans())
    def add_a_lot(self, buyer: str, who: int, ref: str, boxes: int, key: bool) -> None:
        self.add_to_cart(buyer, self.one(CUSTOMERS[buyer], who), ref, boxes, None, key)

    @precondition(lambda self: self.model.carts)
    @rule(which=PLACE, ref=LOT, boxes=SOME, stranger=st.integers(0, 9), key=st.booleans())
    def add_a_lot_to_a_cart(self, which: int, ref: str, boxes: int, stranger: int, key: bool) -> None:
        buyer, number = self.one(sorted(self.model.carts), which)
        customer = self.model.carts[(buyer, number)]["customer"]
        if stranger == 0:
            customer = self.one([one for one in CUSTOMERS[buyer] if one != customer], which)
        self.add_to_cart(buyer, customer, ref, boxes, number, key)

    def add_to_cart(
        self, buyer: str, customer: str, ref: str, boxes: int, cart: str | None, key: bool, days: int = DAYS_AHEAD
    ) -> None:
        owner, _, code = ref.partition("/")
        if owner in BUYERS and (buyer != owner or VIA[customer] == "grower"):
            return  # its own stock is for its own customers, from its own warehouse
        header = (self.ship_date(days), VIA[customer])

        def refusal() -> set[str]:
            why_not = self.model.hidden(buyer, ref)
            if cart is not None:
                closed = self.model.closed(buyer, customer, cart)
                why_not |= closed
                if not closed and self.model.carts[(buyer, cart)]["header"] != header:
                    why_not |= {"header_locked"}
            missing = self.model.lots[ref].available < boxes
            return why_not or ({"insufficient_stock"} if missing else set())

        wish = {"lot": code if owner in BUYERS else ref, "boxes": boxes, "ship_date": header[0], "ship_via": header[1]}
        named = {**wish, "cart": cart, "key": self._key(key)}
        answer = self.ask_for_boxes("add", buyer, customer, refusal=refusal, **named)
        if answer is not None:
            self.model.added(buyer, customer, header, answer)

    @rule(buyer=BUYER, who=PLACE, which=PLACE, boxes=st.integers(1, 7))
    def add_a_line_of_the_catalog(self, buyer: str, who: int, which: int, boxes: int) -> None:
        customer = self.one(CUSTOMERS[buyer], who)
        header = (self.ship_date(), VIA[customer])
        shown = self.copies.ask("catalog", buyer, customer, *header)["lines"]
        if not shown:
            return
        line = self.one(shown, which)
        name, due = line["line"], self.model.due()

        def refusal() -> set[str]:
            now = line if self.model.due() == due else self._line_once_swept(name, buyer, customer, *header)
            if now is None:
                return {"not_found"}
            assert now["available"] == sum(self.model.lots[self.model.ref(buyer, lot)].available for lot in now["lots"])
            return {"insufficient_stock"} if now["available"] < boxes else set()

        wish = {"line": name, "boxes": boxes, "ship_date": header[0], "ship_via": header[1]}
        answer = self.ask_for_boxes("add", buyer, customer, refusal=refusal, **wish)
        if answer is None:
            return
        taken = [(self.model.ref(buyer, one["lot"]), one["boxes"]) for one in answer["lines"]]
        assert sum(count for _, count in taken) == boxes
        assert all(count == self.model.lots[ref].available for ref, count in taken[:-1]), "first in, first out"
        self.model.added(buyer, customer, header, answer)

    def _line_once_swept(self, name: str, *catalog: str) -> dict[str, Any] | None:
        """A line of the catalog when everything that is due has ended."""
        with self.copies.swept() as copy:
            lines = {line["line"]: line for line in copy.net.catalog(*catalog)["lines"]}
        return lines.get(name)

    @precondition(lambda self: self.model.carts)
    @rule(which=PLACE, whole=st.booleans(), key=st.booleans())
    def check_out(self, which: int, whole: bool, key: bool) -> None:
        buyer, cart = self.one(sorted(self.model.carts), which)
        lines = self.model.lines_of(buyer=buyer, cart=cart)
        wanted = lines if whole else [self.one(lines, which)]
        waiting = [one for one in wanted if self.model.lines[one]["state"] == "in_cart"]
        why_not: set[str] = set()
        held = self.model.carts[(buyer, cart)]
        if not waiting:
            why_not = {"cart_expired"} if held["state"] == "expired" else {"conflict"}
        elif held["expires_at"] <= self.model.now:
            why_not = {"cart_expired"}
        named = {"cart": cart} if whole else {"line": wanted[0]}
        if self.ask("checkout", buyer, **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.approved(waiting)
            self.model.close_cart(buyer, cart)

    @precondition(lambda self: self.model.carts)
    @rule(which=PLACE, key=st.booleans())
    def cancel_a_cart(self, which: int, key: bool) -> None:
        buyer, cart = self.one(sorted(self.model.carts), which)
        self._cancel(buyer, self.model.lines_of(buyer=buyer, cart=cart), {"cart": cart}, key)

    @precondition(lambda self: self.model.lines)
    @rule(which=PLACE, key=st.booleans())
    def cancel_a_line(self, which: int, key: bool) -> None:
        line = self.one(sorted(self.model.lines), which)
        self._cancel(self.model.lines[line]["buyer"], [line], {"line": line}, key)

    def _cancel(self, buyer: str, lines: list[str], named: dict[str, str], key: bool) -> None:
        states = {one: self.model.lines[one]["state"] for one in lines}
        live, cart = [one for one in lines if states[one] in LIVE], self.model.lines[lines[0]]["cart"]
        live = [one for one in live if not self.model.has_ended(self.model.lines[one])]
        why_not: set[str] = set()
        if not live and cart is not None and self.model.carts[(buyer, cart)]["state"] == "expired":
            why_not = {"cart_expired"}
        elif not live or set(states.values()) - {*LIVE, *ENDED}:
            why_not = {"conflict"}
        if self.ask("cancel", buyer, **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.end(live, "cancelled")
            self.model.close_cart(buyer, cart)

    @precondition(lambda self: self._running_out())
    @rule(which=PLACE, who=PLACE, more=st.integers(0, 2), prebooked=st.booleans(), key=st.booleans())
    def want_what_comes_back(self, which: int, who: int, more: int, prebooked: bool, key: bool) -> None:
        """The time of an order has run out, and nobody has swept: somebody wants more boxes than seem to be there."""
        line = self.model.lines[self.one(self._running_out(), which)]
        self.model.now = self.copies.now = max(self.model.now, line["expires_at"])
        boxes = self.model.lots[line["lot"]].available + max(1, line["boxes"] - 1 + more)
        if prebooked and line["vendor"] is not None:
            self.prebook(line["buyer"], who, [(line["lot"], 1), (line["lot"], boxes - 1 or 1)], key)
        else:
            customer = self.one(CUSTOMERS[line["buyer"]], who)
            self.add_to_cart(line["buyer"], customer, line["lot"], boxes, None, key)

    def _running_out(self) -> list[str]:
        """Lines with boxes whose time is over before the machine's clock stops."""
        waiting = [one for one in sorted(self.model.lines, key=int) if self.model.lines[one]["state"] in RESERVING]
        ends = {one: self.model.lines[one]["expires_at"] for one in waiting}
        return [one for one in waiting if ends[one] is not None and ends[one] - NOW < LONGEST]

    # Salespeople

    @rule(
        buyer=BUYER,
        who=PLACE,
        wanted=st.lists(st.tuples(LOT.filter(lambda ref: not ref.startswith("BLOOM/")), SOME), min_size=1, max_size=3),
        key=st.booleans(),
    )
    def prebook(self, buyer: str, who: int, wanted: list[tuple[str, int]], key: bool) -> None:
        customer = self.one(CUSTOMERS[buyer], who)
        lines = [{"lot": ref, "boxes": boxes} for ref, boxes in wanted]
        how = {"ship_date": self.ship_date(), "ship_via": VIA[customer], "key": self._key(key)}
        answer = self.ask_for_boxes(
            "prebook", buyer, customer, lines, refusal=lambda: self._first_against(buyer, wanted), **how
        )
        if answer is not None:
            self.model.prebooked(buyer, customer, answer)

    def _first_against(self, buyer: str, wanted: list[tuple[str, int]]) -> set[str]:
        """Why the first of some lines cannot be sold: each is looked at alone, and in the end all of them together."""
        together: Counter[str] = Counter()
        for ref, boxes in wanted:
            together[ref] += boxes
            if hidden := self.model.hidden(buyer, ref):
                return hidden
            if self.model.lots[ref].available < boxes:
                return {"insufficient_stock"}
        missing = any(self.model.lots[ref].available < boxes for ref, boxes in together.items())
        return {"insufficient_stock"} if missing else set()

    @precondition(lambda self: self.model.orders or self.model.purchases)
    @rule(which=PLACE, waiting=st.booleans(), key=st.booleans())
    def approve(self, which: int, waiting: bool, key: bool) -> None:
        every = {(order["buyer"], order["purchase_order"]) for order in self.model.orders.values()}
        every |= set(self.model.purchases)
        buyer, number = self.one(sorted(self.model.waiting if waiting and self.model.waiting else every), which)
        lines = self.model.lines_of(buyer=buyer, purchase_order=number)
        waiting = [one for one in lines if self.model.is_unapproved(self.model.lines[one])]
        waiting = [one for one in waiting if not self.model.has_ended(self.model.lines[one])]
        if self.ask("approve", buyer, number, why_not=set() if waiting else {"conflict"}, key=self._key(key)):
            self.model.approved(waiting)
            self.model.waiting.discard((buyer, number))

    @precondition(lambda self: any(line["prebook"] for line in self.model.lines.values()))
    @rule(which=PLACE, cancelled=st.booleans(), key=st.booleans())
    def deal_with_a_prebook(self, which: int, cancelled: bool, key: bool) -> None:
        """Approve everything of a prebook that waits, or cancel it as a whole."""
        books = sorted({(line["buyer"], line["prebook"]) for line in self.model.lines.values() if line["prebook"]})
        buyer, number = self.one(books, which)
        lines = self.model.lines_of(buyer=buyer, prebook=number)
        if cancelled:
            self._cancel(buyer, lines, {"prebook": number}, key)
            return
        waiting = [one for one in lines if self.model.is_unapproved(self.model.lines[one])]
        waiting = [one for one in waiting if not self.model.has_ended(self.model.lines[one])]
        why_not = set() if waiting else {"conflict"}
        if self.ask("approve", buyer, prebook=number, why_not=why_not, key=self._key(key)) is not None:
            self.model.approved(waiting)
            for order in {self.model.lines[one]["purchase_order"] for one in waiting}:
                on_it = [self.model.lines[one] for one in self.model.lines_of(buyer=buyer, purchase_order=order)]
                still = [one for one in on_it if self.model.is_unapproved(one) and not self.model.has_ended(one)]
                if not still:
                    self.model.waiting.discard((buyer, order))

    @precondition(lambda self: self.model.waiting)
    @rule(which=PLACE)
    def check_out_what_waits_for_its_approval(self, which: int) -> None:
        buyer, number = self.one(sorted(self.model.waiting), which)
        lines = self.model.lines_of(buyer=buyer, purchase_order=number, state="in_cart")
        if not lines:
            return  # an order of goods: nothing of it is reserved
        line = self.one(lines, which)
        self.ask("checkout", buyer, line=line, why_not={"conflict"})

    # Vendors

    @precondition(lambda self: self.model.orders)
    @rule(
        which=PLACE,
        pending=st.booleans(),
        drop=st.booleans(),
        key=st.booleans(),
        together=st.booleans(),
        late=st.booleans(),
    )
    def confirm(self, which: int, pending: bool, drop: bool, key: bool, together: bool, late: bool) -> None:
        every = sorted(self.model.orders)
        open_ones = [one for one in every if self.model.orders[one]["status"] == "pending"]
        vendor, number = self.one(open_ones if pending and open_ones else every, which)
        lines = {one: self.model.lines[one] for one in self.model.lines_of(vendor=vendor, sales_order=number)}
        waiting = [one for one, line in lines.items() if self.model.is_pending(line)]
        ready = [one for one, line in lines.items() if line["state"] == "checked_out"]
        ready = [one for one in ready if not self.model.has_ended(lines[one])]
        why_not: set[str] = set()
        if (
            self.model.orders[(vendor, number)]["status"] != "pending"
            or not (waiting or ready)
            or (ready and not late and any(lines[one]["overdue_at"] <= self.model.now for one in ready))
        ):
            why_not = {"conflict"}
        elif waiting and not drop:
            why_not = {"pending_lines"}
        elif self.model.are_short([lines[one] for one in ready]):
            why_not = {"conflict"}
        named = {"drop_pending": drop, "late": late} | ({"reference_number": f"{vendor}-AWB"} if together else {})
        answer = self.ask("confirm", vendor, number, **named, why_not=why_not, key=self._key(key))
        if answer is None:
            return
        self.model.end(waiting, "dropped")
        assert [line["line"] for line in answer["dropped"]] == waiting
        assert answer["box_codes"] == self.model.confirm(vendor, number), "first in, first out"
        if ready:
            self.model.orders[(vendor, number)] |= {"status": "confirmed", "awb": answer["awb"]}
            buyer, order = next((line["buyer"], line["purchase_order"]) for line in lines.values())
            if not any(line["state"] in ("in_cart", "checked_out") for line in lines.values()):
                self.model.waiting.discard((buyer, order))
            self.model.came_up_short(vendor, number)

    @precondition(lambda self: any(order["awb"] for order in self.model.orders.values()))
    @rule(which=PLACE, stranger=st.booleans(), key=st.booleans())
    def ship(self, which: int, stranger: bool, key: bool) -> None:
        orders = self.model.orders.items()
        every = {(vendor, order["buyer"], order["awb"]) for (vendor, _), order in orders if order["awb"]}
        vendor, buyer, awb = self.one(sorted(every), which)
        left = [order for (owner, _), order in orders if (owner, order["buyer"], order["awb"]) == (vendor, buyer, awb)]
        why_not = set() if any(order["status"] == "confirmed" for order in left) else {"conflict"}
        if len([one for one in every if (one[0], one[2]) == (vendor, awb)]) > 1:
            self.ask("ship", vendor, awb, why_not={"ambiguous"})
        if stranger:
            self.ask("ship", self.one([one for one in VENDORS if one != vendor], 0), awb, why_not={"not_found"})
        if self.ask("ship", vendor, awb, partner=buyer, why_not=why_not, key=self._key(key)) is not None:
            self.model.ship(vendor, buyer, awb)

    # Boxes

    @precondition(lambda self: any(box["claims"] for box in self.model.boxes.values()))
    @rule(
        company=BUYER,
        command=st.sampled_from(["scan", "receive"]),
        places=st.lists(PLACE, min_size=1, max_size=4),
        mine=st.integers(0, 4),
        key=st.booleans(),
    )
    def boxes_arrive(self, company: str, command: str, places: list[int], mine: int, key: bool) -> None:
        given = sorted(code for code, box in self.model.boxes.items() if box["claims"])
        staged = [code for code in given if self.model.boxes[code]["state"] == "staged"]
        codes = [self.one(staged if mine and staged else given, place) for place in places]
        if mine and staged:
            company = self.model.lines[self.model.boxes[codes[0]]["claims"][-1]]["buyer"]
        codes += ["NO-SUCH-BOX"] if mine == 1 else []
        answer = self.ask(command, company, codes, key=self._key(key))
        mode = {"scan": "scan", "receive": "confirm"}[command]
        outcomes = self.model.arrive(company, codes, self.model.billing[company] in (mode, "both"))
        assert [(one["box_code"], one["outcome"]) for one in answer] == list(zip(codes, outcomes, strict=True))

    @precondition(lambda self: any(line["allocated"] for line in self.model.lines.values()))
    @rule(which=PLACE, waiting=st.booleans(), one_line=st.booleans(), key=st.booleans())
    def bill(self, which: int, waiting: bool, one_line: bool, key: bool) -> None:
        """No box is in two customers' hands: what is allocated goes to nobody but its line's customer."""
        lines = {one: line for one, line in self.model.lines.items() if line["prebook"]}
        allocated = {one: line for one, line in lines.items() if line["allocated"]}
        number = self.one(sorted(allocated if waiting else lines, key=int), which)
        buyer, prebook = lines[number]["buyer"], lines[number]["prebook"]
        wanted = [number] if one_line else self.model.lines_of(buyer=buyer, prebook=prebook)
        found = [one for one in wanted if self.model.allocated(one)]
        why_not = set() if found else {"conflict"}
        named = {"lines": wanted} if one_line else {}
        if self.ask("bill", buyer, prebook, **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.bill(found)

    @precondition(lambda self: any(line["state"] in RELEASABLE for line in self.model.lines.values()))
    @rule(which=PLACE, bought=st.integers(0, 4), boxes=st.integers(1, 4), key=st.booleans())
    def release(self, which: int, bought: int, boxes: int, key: bool) -> None:
        every = sorted(self.model.lines, key=int)
        there = [one for one in every if self.model.lines[one]["state"] in RELEASABLE]
        number = self.one(there if bought else every, which)
        line = self.model.lines[number]
        missing = line["allocated"] - len(self.model.allocated(number))
        left = line["boxes"] - line["released"] - line["billed"] - missing
        can = line["prebook"] and line["vendor"] and line["state"] in RELEASABLE and 0 < boxes <= left
        typed = {"reason": "given up", "confirm": "CONFIRM"}
        why_not = set() if can else {"conflict"}
        named = {"line": number, "boxes": boxes, **typed}
        if self.ask("release", line["buyer"], **named, why_not=why_not, key=self._key(key)) is not None:
            self.model.release(number, boxes)

    @rule(ref=LOT, boxes=st.integers(1, 8))
    def set_boxes(self, ref: str, boxes: int) -> None:
        owner, code = ref.split("/")
        lot = self.model.lots[ref]
        fewer = lot.boxes - boxes
        why_not = {"insufficient_stock"} if fewer > 0 and lot.net < fewer else set()
        if self.ask("set", owner, lot=code, values={"boxes": boxes}, why_not=why_not) is not None:
            self.model.edit(ref, boxes, self.codes(ref))

    @rule(ref=LOT)
    def set_on_hold(self, ref: str) -> None:
        if ref.startswith("BLOOM/"):
            return
        owner, code = ref.split("/")
        self.model.lots[ref].on_hold = not self.model.lots[ref].on_hold
        self.ask("set", owner, lot=code, values={"on_hold": self.model.lots[ref].on_hold})

    @rule(ref=LOT.filter(lambda ref: not ref.startswith("BLOOM/")), price=st.sampled_from(["0.30", "0.36", "0.41"]))
    def set_price(self, ref: str, price: str) -> None:
        owner, code = ref.split("/")
        self.ask("set", owner, lot=code, values={"price_a": price})

    @rule(pair=st.sampled_from(PAIRS))
    def suspend_or_resume(self, pair: tuple[str, str]) -> None:
        vendor, buyer = pair
        self.ask("resume" if pair in self.model.suspended else "suspend", vendor, buyer, vendor)
        self.model.suspended ^= {pair}

    # Time, and again

    @rule(minutes=st.sampled_from([1, 20, 59, 60, 61, 320, 1440]))
    def time_goes_by(self, minutes: int) -> None:
        now = self.model.now + dt.timedelta(minutes=minutes)
        if now - NOW < LONGEST:
            self.model.now = self.copies.now = now

    @rule()
    def sweep(self) -> None:
        assert self.ask("sweep") == self.model.sweep()

    @precondition(lambda self: self._keyed)
    @rule(which=PLACE)
    def repeat(self, which: int) -> None:
        command, args, named, answer = self.one(self._keyed[::-1], which)
        before = self.digests()
        assert self.copies.ask(command, *args, **named) == answer
        self.outcomes[(self._rule, "done")] += 1
        assert self.copies.digests() == before

    @precondition(lambda self: any(command == "add" for command, *_ in self._keyed))
    @rule(which=PLACE)
    def use_a_key_for_something_else(self, which: int) -> None:
        _, args, named, _ = self.one([one for one in self._keyed if one[0] == "add"], which)
        self.ask("add", *args, **{**named, "boxes": named["boxes"] + 1}, why_not={"idempotency_mismatch"})
        self._keyed = [one for one in self._keyed if one[2] is not None]

    @precondition(lambda self: self.model.lines)
    @rule(which=PLACE, command=st.sampled_from(["checkout", "cancel", "void"]))
    def somebody_else_tries(self, which: int, command: str) -> None:
        number = self.one(sorted(self.model.lines), which)
        line = self.model.lines[number]
        if command == "void":
            other = next(one for one in VENDORS if one != line["vendor"])
            named = {"line": number, "reason": "x", "confirm": "CONFIRM"}
        else:
            other, named = next(one for one in BUYERS if one != line["buyer"]), {"line": number}
        self.ask(command, other, **named, why_not={"not_found"})
