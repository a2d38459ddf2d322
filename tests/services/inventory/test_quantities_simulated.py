"""A season of one lot on the real store: orders, shipping, boxes sold elsewhere, and counts that come late, twice or in
the wrong order. Nothing is sold that is not there, and the lot has what was counted last.

A count is made of the boxes that are in the warehouse, and names the last movement of that moment.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from k2k_core.errors import Conflict, InsufficientStock, K2KError, StaleQuantity
from tests.services.conftest import LOT, Trade

STEPS = 120
"""Steps of one season; the proofs have long ones."""

BOXES = 12
NOON = dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC)


class Killed(Exception):
    """The process ended before the commit."""


@dataclass
class Season:
    """The house as a person sees it, beside the lot as K2K has it."""

    trade: Trade
    draw: random.Random
    in_house: int = BOXES
    waiting: list[Any] = field(default_factory=list)
    confirmed: list[Any] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    counted: int = 0
    number: int = 0

    def lot(self) -> dict[str, Any]:
        """What K2K says of the lot."""
        return dict(self.trade.net.quantities("ANDES", ["TEN"])["items"][0])

    def step(self) -> None:
        """Something happens; a tenth of all commands is killed before its commit, and tried again or forgotten."""
        what = self.draw.choice(
            (self.buy, self.buy, self.confirm, self.ship, self.void, self.sell, self.come, self.count)
        )
        if self.draw.random() < 0.1:
            self.killed(what)
        else:
            what()
        if self.counts and self.draw.random() < 0.6:
            self.tell()

    def killed(self, what: Any) -> None:
        """The same, but the process ends before the commit: the house has not changed, nor has the lot."""
        before, house = self.lot(), (self.in_house, list(self.waiting), list(self.confirmed), list(self.counts))
        store = self.trade.net.context.store
        transact = store.transact

        def dies(work: Any) -> Any:
            def cut(session: Any) -> Any:
                work(session)
                raise Killed

            return transact(cut)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "transact", dies)
            try:
                what()
            except Killed:
                self.in_house, self.waiting, self.confirmed, self.counts = house
                assert self.lot() == before

    def buy(self) -> None:
        boxes = self.draw.randint(1, 4)
        try:
            self.waiting.append((self.trade.checked_out(boxes, lot="ANDES/TEN"), boxes))
        except (InsufficientStock, Conflict):
            assert self.lot()["available"] < boxes

    def confirm(self) -> None:
        if self.waiting:
            order, boxes = self.waiting[0]
            answer = self.trade.net.confirm("ANDES", order["sales_order"])
            self.confirmed.append((answer["awb"], boxes))
            del self.waiting[0]

    def void(self) -> None:
        """The vendor voids an order: its boxes are in the house as before."""
        if self.waiting:
            order, _ = self.waiting[-1]
            self.trade.net.void("ANDES", sales_order=order["sales_order"], confirm="CONFIRM", reason="too many")
            del self.waiting[-1]

    def ship(self) -> None:
        """The boxes of every confirmed order on an AWB leave the house."""
        if self.confirmed:
            awb = self.confirmed[0][0]
            self.trade.net.ship("ANDES", awb)
            self.in_house -= sum(boxes for on, boxes in self.confirmed if on == awb)
            self.confirmed = [one for one in self.confirmed if one[0] != awb]

    def sell(self) -> None:
        """The vendor asks before it sells elsewhere."""
        boxes = self.draw.randint(1, 3)
        self.number += 1
        try:
            self.trade.net.adjust("ANDES", "TEN", -boxes, "sold_elsewhere", f"E-{self.number}")
        except InsufficientStock:
            assert self.lot()["available"] < boxes
        else:
            self.in_house -= boxes

    def come(self) -> None:
        boxes = self.draw.randint(1, 4)
        self.number += 1
        self.trade.net.adjust("ANDES", "TEN", boxes, "received", f"E-{self.number}")
        self.in_house += boxes

    def count(self) -> None:
        """A person counts, and writes down the last movement of that moment. It is told later."""
        self.counted += 1
        at = NOON + dt.timedelta(seconds=self.counted)
        count = {"on_hand": self.in_house, "as_of": self.lot()["movement"], "counted_at": at.isoformat()}
        self.counts.append(count)

    def tell(self) -> None:
        """A count arrives, whichever; an old one after a new one is refused, a repeated one changes nothing."""
        count = self.draw.choice(self.counts)
        if self.draw.random() < 0.7:
            self.counts.remove(count)
        try:
            self.trade.net.state_quantity("ANDES", "TEN", **count)
        except StaleQuantity:
            return
        assert self.trade.net.state_quantity("ANDES", "TEN", **count)["outcome"] == "unchanged"

    def check(self) -> None:
        """Everything that is promised is there, and the lot knows how much that is."""
        found = self.lot()
        promised = sum(boxes for _, boxes in (*self.waiting, *self.confirmed))
        assert found["on_hand"] == self.in_house
        assert found["short"] == 0, found
        assert found["available"] == self.in_house - promised >= 0, found


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_oversold_and_the_lot_has_what_was_counted(trade: Trade, seed: int) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "TEN", "boxes": BOXES, "price_a": "0.30"}])
    season = Season(trade, random.Random(seed))
    for _ in range(STEPS):
        season.step()
        season.check()
    assert season.number > STEPS // 10
    assert trade.net.verify() == []


def test_a_killed_command_is_one_that_was_never_given(trade: Trade) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "TEN", "boxes": BOXES, "price_a": "0.30"}])
    season = Season(trade, random.Random(0))
    for what in (season.buy, season.sell, season.come, season.count):
        season.killed(what)
        season.check()
    with pytest.raises(K2KError):
        trade.net.adjust("ANDES", "TEN", -BOXES - 1, "sold_elsewhere", "E-0")
    season.check()
