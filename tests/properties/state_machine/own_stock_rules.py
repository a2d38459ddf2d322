"""The complete state machine: the rules of all other modules, and those for sales of a buyer's own stock."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.properties.state_machine.commands import PLACE, rule
from tests.properties.state_machine.network import BUYERS, CUSTOMERS, VIA
from tests.properties.state_machine.network_copies import OpenCopies
from tests.properties.state_machine.quantity_rules import QuantityMachine

FAR = st.sampled_from([1, 1, 1, 2, 0])
"""How far an order of own stock comes: into a cart, checked out, delivered."""


class OwnStockMachine(QuantityMachine):
    """The state machine with every rule."""

    def __init__(self) -> None:
        super().__init__()
        self._priced = {"BLOOM/OWN"}

    @rule(
        who=PLACE,
        which=PLACE,
        boxes=st.integers(1, 3),
        days=st.sampled_from([0, 1, 4]),
        far=FAR,
        key=st.booleans(),
    )
    def sell_own_stock(self, who: int, which: int, boxes: int, days: int, far: int, key: bool) -> None:
        """Boxes that a buyer has in its own house, from its own lot or come from a vendor."""
        own = sorted(ref for ref in self.model.lots if ref.startswith(BUYERS))
        there = [ref for ref in own if self.model.lots[ref].available >= boxes]
        ref, before = self.one(there if there and which % 5 < 4 else own, which), set(self.model.lines)
        buyer = ref.partition("/")[0]
        customers = [one for one in CUSTOMERS[buyer] if VIA[one] == "warehouse"]
        self._have_price(ref)
        self.add_to_cart(buyer, self.one(customers, who), ref, boxes, None, key, days=days)
        for number in set(self.model.lines) - before if far else ():
            line = self.model.lines[number]
            self.check_out(sorted(self.model.carts).index((buyer, line["cart"])), True, key)
            if far > 1:
                self._deliver((buyer, line["invoice_order"]), key)

    def _have_price(self, ref: str) -> None:
        """What came from a vendor is sold at a price that somebody types."""
        if ref not in self._priced:
            self._priced.add(ref)
            buyer, code = ref.split("/")
            self.ask("set", buyer, lot=code, values={"price_b": "0.55", "web_price": "0.55"})

    @precondition(lambda self: self.model.invoice_orders())
    @rule(which=PLACE, stranger=st.booleans(), key=st.booleans())
    def deliver(self, which: int, stranger: bool, key: bool) -> None:
        every = self.model.invoice_orders()
        ready = [one for one in every if not self.model.cannot_be_delivered(one)]
        buyer, number = self.one(ready if ready and which % 5 < 4 else every, which)
        other = next(one for one in BUYERS if one != buyer)
        if stranger and (other, number) not in self.model.invoice_orders():
            self.ask("deliver", other, number, why_not={"not_found"})
        self._deliver((buyer, number), key)

    def _deliver(self, order: tuple[str, str], key: bool) -> None:
        why_not = {"conflict"} if self.model.cannot_be_delivered(order) else set()
        answer = self.ask("deliver", *order, why_not=why_not, key=self._key(key))
        if answer is not None:
            self.model.deliver(order)
            assert answer["status"] == "delivered"


def trading(open_copies: OpenCopies) -> type[OwnStockMachine]:
    """The machine on some engines."""

    class Here(OwnStockMachine):
        outcomes = Counter()

    Here.open_copies = staticmethod(open_copies)
    return Here
