"""A network for race tests: several calls start at the same moment, in real threads."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from hypothesis import settings

from k2k_core.api import K2K
from k2k_core.errors import CannotSell, Conflict, K2KError
from k2k_core.store.tables import Cart, OrderLine
from tests.properties.state_machine.network import NOW

Answer = Any
Work = Callable[[], object]
ROUNDS = 3 * (settings().max_examples // 100)
"""How often a race is run: more every night."""

DAY = "2026-02-05"
SECOND = dt.timedelta(seconds=1)


class RaceNetwork:
    """An open network in which works start at one moment; the clock goes by thread where a test says so."""

    def __init__(self, url: str) -> None:
        self.now = NOW
        self._own = threading.local()
        self.net = K2K.open(url, clock=lambda: getattr(self._own, "now", self.now))
        self.stock("ANDES", "A1", 1000)
        self.stock("SIERRA", "S1", 1000)

    def stock(self, vendor: str, lot: str, boxes: int) -> None:
        self.net.set(vendor, lot=lot, values={"boxes": boxes})

    def at(self, now: dt.datetime, work: Work) -> Work:
        """The same work by somebody whose clock shows that moment."""

        def timed() -> object:
            self._own.now = now
            return work()

        return timed

    def together(self, *works: Work) -> list[Any]:
        """What each of them answered, or the refusal that it met. Anything else is an error of the test's subject."""
        answers: list[Any] = [None] * len(works)
        start = threading.Barrier(len(works))

        def run(place: int) -> None:
            start.wait(timeout=30)
            try:
                answers[place] = works[place]()
            except BaseException as error:
                answers[place] = error

        workers = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, Conflict | CannotSell):
                raise answer
        return answers

    def added(self, boxes: int = 1, lot: str = "ANDES/A1", buyer: str = "BLOOM", **more: Any) -> Answer:
        wish = {"customer": {"BLOOM": "SHOP", "PETAL": "CORNER"}[buyer], "ship_date": DAY, **more}
        return self.net.add(buyer, lot=lot, boxes=boxes, **wish)

    def checked_out(self, boxes: int = 1, **more: Any) -> Answer:
        answer = self.added(boxes, **more)
        self.net.checkout(more.get("buyer", "BLOOM"), cart=answer["cart"])
        return answer

    def confirmed(self, boxes: int = 1, **more: Any) -> Answer:
        answer = self.checked_out(boxes, **more)
        return answer | self.net.confirm("ANDES", answer["sales_order"])

    def state(self, order: Answer, place: int = 0) -> str:
        found = self.net.show("BLOOM", order["prebook"])["lines"]
        return str(next(line for line in found if line["line"] == order["lines"][place]["line"])["state"])

    def available(self, lot: str = "ANDES/A1") -> int:
        return int(self.net.availability([lot])[0]["available"])

    def count(self, table: Any, *wanted: Any) -> int:
        with self.net.context.store.whole_network.reading() as session:
            return len(session.rows(table.select(table.id).where(*wanted or (table.id > 0,))))

    def require_sound(self) -> None:
        """The network verifies, and no open line is left in a cart that has ended."""
        assert self.net.verify() == []
        with self.net.context.store.whole_network.reading() as session:
            stranded = OrderLine.select(OrderLine.id).join(Cart, on=Cart.id == OrderLine.cart_id)
            lost = session.rows(stranded.where((OrderLine.state == "in_cart") & (Cart.state != "open")))
        assert lost == [], "nobody would ever give these boxes back"


def lost(answer: Answer) -> bool:
    return isinstance(answer, K2KError)


def winners(answers: list[Answer]) -> int:
    return sum(not lost(answer) for answer in answers)
