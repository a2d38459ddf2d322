"""The dates that `visible` forecasts: random set-ups, checked every half hour until the ship date has gone. The first
moment at which a hidden lot is seen, or a seen one hidden, is on the forecast day, and there is none where no day was
forecast. A hidden lot also appears when the only obstacle was that the ship date was too early."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from k2k_core.api import K2K
from k2k_core.services.catalog.visibility_forecast import TOO_LATE

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STARTS = (  # ordinary days, and the eves of days on which clocks are put on or back
    *("2026-02-02T15:10", "2026-03-06T12:20", "2026-03-27T22:50", "2026-10-23T05:00", "2026-10-31T03:10"),
    *("2026-02-10T04:40", "2026-04-03T10:00"),
)
ZONES = (
    *("America/Bogota", "America/New_York", "Africa/Nairobi", "Europe/Amsterdam", "Asia/Beirut", "America/Los_Angeles"),
)
STEP = dt.timedelta(minutes=30)
LOTS = 14
EXAMPLES, IN_A_NETWORK = 2_000, 400
"""`K2K_EXAMPLES`, as for the prices, divided by 400: one network takes as long as that many prices."""

PACK = {"inventory_type": "open_market_boxes", "box_type": "HB", "boxes": 1, "units_per_box": 100, "unit_type": "stem"}
BOX = {"box_type": "HB", "length": 40, "width": 12, "height": 10}


class RandomNetwork:
    """A vendor, a buyer, a few lots, and a clock."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = dt.datetime.fromisoformat(self.chance.choice(STARTS)).replace(tzinfo=dt.UTC)
        self.zones = self.chance.choice(ZONES), self.chance.choice(ZONES)
        self.today = self.now.date()
        self.ship_date = self.today + dt.timedelta(days=self.chance.randint(0, 9))
        self.ship_via = self.chance.choice(("warehouse", "grower"))

    def network(self) -> dict[str, Any]:
        return {
            "companies": [self._vendor(), self._buyer()],
            "connections": [{"vendor": "V", "buyer": "B", "state": "active"}],
        }

    def _maybe(self, *values: Any) -> Any:
        return self.chance.choice((None, *values))

    def _ages(self) -> dict[str, int]:
        low, high = self._maybe(-3, 0, 1, 2), self._maybe(3, 4, 6, 9)
        return {name: value for name, value in (("min_age", low), ("max_age", high)) if value is not None}

    def _cut_offs(self) -> dict[str, str]:
        times = ("0000", "0130", "0230", "0900", "1430", "2330", "no_shipping")
        return {day: self.chance.choice(times) for day in WEEK[:-1] if self.chance.random() < 0.6}

    def _service(self) -> dict[str, str]:
        if self.chance.random() < 0.5:
            return {}
        return {day: "T" for day in WEEK if day == "sun" or self.chance.random() < 0.8}

    def _vendor(self) -> dict[str, Any]:
        begun = self.chance.random() < 0.5
        season = {"name": "S", "start": self._day(-5, 0) if begun else self._day(1, 3), "end": self._day(3, 6)}
        if begun:
            season["end"] = self._day(0, 4)
        rows = [{"product": "LISTED", "price": "0.40"}]
        ages = {**self._ages(), "freshness_on_ship_date": self.chance.random() < 0.5}
        return {
            "code": "V",
            "currency": "USD",
            "timezone": self.zones[0],
            "settings": {"cut_offs": self._cut_offs(), "ship_days_offset": self.chance.randint(0, 2), **ages},
            "categories": [{"code": "R"}, {"code": "L", "local_after": self.chance.randint(1, 6)}],
            "products": [
                {"code": "ROSE", "description": "Rose", "category": "R"},
                {"code": "TULIP", "description": "Tulip", "category": "L"},
                {"code": "LISTED", "description": "Only on a list", "category": "R"},
            ],
            "box_dimensions": [BOX],
            "price_lists": [{"code": "P", "type": "all", "seasons": [{**season, "rows": rows}]}],
            "customers": [
                {"code": "B", "type": "B", "company": "B", "price_lists": ["P"], "days_of_service": self._service()}
                | (self._ages() if self.chance.random() < 0.3 else {})
            ],
            "lots": [self._lot(number) for number in range(LOTS)],
        }

    def _lot(self, number: int) -> dict[str, Any]:
        product = self.chance.choice(("ROSE", "ROSE", "TULIP", "LISTED"))
        held, arrival = self.chance.random() < 0.05, self._day(-9, 4)
        lot = {"code": f"L{number}", "product": product, "arrival_date": arrival, "on_hold": held, **PACK}
        return lot if product == "LISTED" else {**lot, "price_b": "0.30", "price_a": "0.30"}

    def _buyer(self) -> dict[str, Any]:
        own = self._ages() | {"apply_aging_restrictions_per_customer": self.chance.random() < 0.4}
        most = {"max_order_days_in_advance": self.chance.randint(2, 8)} if self.chance.random() < 0.5 else {}
        return {
            "code": "B",
            "currency": "USD",
            "timezone": self.zones[1],
            "settings": {"k2k_gpm": 20, "auto_map_products": True, "autoconfirm": True, **own, **most},
            "vendors": [{"code": "V", "company": "V", "transit_days": self.chance.randint(0, 2)}],
            "customers": [{"code": "C", "type": "A", "ship_via": "choice", "days_of_service": self._service()}],
        }

    def _day(self, first: int, last: int) -> str:
        return (self.today + dt.timedelta(days=self.chance.randint(first, last))).isoformat()

    def question(self) -> tuple[str, str, list[str], dt.date, str]:
        """What `visible` is asked: every lot, for one ship date and ship via."""
        return "B", "C", [f"V/L{number}" for number in range(LOTS)], self.ship_date, self.ship_via

    def day(self) -> dt.date:
        """The day that it is for one of the two companies at least."""
        return max(self.now.astimezone(ZoneInfo(zone)).date() for zone in self.zones)

    def moments(self, promised: Iterable[str | None]) -> Iterator[dt.datetime]:
        """Until the ship date has gone, and every day that was named."""
        days = [self.ship_date, *(dt.date.fromisoformat(day) for day in promised if day)]
        last = dt.datetime.combine(max(days), dt.time(), dt.UTC) + dt.timedelta(days=2)
        while self.now < last:
            self.now += STEP
            self.now -= dt.timedelta(minutes=self.now.minute % 30)
            yield self.now


@pytest.mark.long
@pytest.mark.parametrize("seed", range(int(os.environ.get("K2K_EXAMPLES", EXAMPLES)) // IN_A_NETWORK))
def test_the_day_that_is_promised_is_the_first_on_which_anything_turns(seed: int) -> None:
    trial = RandomNetwork(seed)
    with K2K.open("sqlite:///:memory:", clock=lambda: trial.now) as net:
        net.load(trial.network())
        promised = {one["lot"]: one for one in net.visible(*trial.question())}
        waiting = {lot: one for lot, one in promised.items() if not TOO_LATE & set(one["reasons"])}
        turned: dict[str, tuple[dt.date, list[str]]] = {}
        for _ in trial.moments(one["visible_on"] for one in promised.values()):
            page = net.catalog("B", "C", trial.ship_date, trial.ship_via)
            seen = {lot for line in page["lines"] for lot in line["lots"]}
            assert seen.isdisjoint(promised.keys() - waiting.keys() - turned.keys())
            asked = [lot for lot, one in waiting.items() if not (one["visible"] and lot in seen)]
            for now in net.visible("B", "C", asked, trial.ship_date, trial.ship_via) if asked else ():
                if promised[now["lot"]]["visible"] or TOO_LATE.issuperset(now["reasons"]):
                    turned[now["lot"]] = trial.day(), now["reasons"]
                    del waiting[now["lot"]]
    for lot, one in promised.items():
        day, reasons = turned.get(lot, (None, []))
        named = one["hidden_on"] if one["visible"] else one["visible_on"]
        assert (named, one["hidden_by"]) == (day and day.isoformat(), reasons), (lot, one)


WANTED = {
    *(f"shown after {code}" for code in ("too_young", "beyond_max_days", "no_price", "buyer_age_limits")),
    *(f"hidden by {code}" for code in ("too_old", "local_after", "no_price", "buyer_age_limits")),
    *(f"hidden by {code}" for code in ("cut_off_passed", "before_earliest_ship_date")),
}


def test_the_worlds_hold_every_kind_of_turn() -> None:
    """A few of them are enough for that; which, was looked for."""
    kinds: set[str] = set()
    for seed in (5, 13, 21, 55):
        trial = RandomNetwork(seed)
        with K2K.open("sqlite:///:memory:", clock=partial(getattr, trial, "now")) as net:
            net.load(trial.network())
            for one in net.visible(*trial.question()):
                kinds |= {f"hidden by {code}" for code in one["hidden_by"]}
                kinds |= {f"shown after {code}" for code in one["reasons"] if one["visible_on"]}
    assert kinds >= WANTED
