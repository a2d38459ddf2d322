"""A simulated Valentine week, the standing load: 300 companies look, order, confirm, scan and change prices.

What happens is drawn with a seed, so that every run does the same. Busy companies do more than others, and the days
before the shipping days of Valentine's more than the rest of the week. Times are those of the processor; what a network
of ten times as many companies costs, and the last day beside the first, are ratios within one run.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.week_network import Trade, network, trade

BEGIN = dt.datetime(2026, 2, 8, 12, tzinfo=dt.UTC)
"""The Sunday before; boxes have arrived, and most of what is sold ships until Thursday."""

DAYS = (2, 5, 6, 4, 2, 1, 1)
"""How much of the week happens on each day, from Sunday to Saturday."""

OFTEN = {"look": 60, "price": 8, "order": 14, "confirm": 8, "change a lot": 8, "change a setting": 2}
"""How often each kind of work is done, of a hundred times."""

PAGE = 50
MOST_REFUSED = 10
MOST_TIMES = 3
"""The most that a page may take in ten times as many companies, and on the last day, to the one of few companies and
the first day: both are about 1, on a machine that does nothing else."""


class Week:
    """A week of one network, work by work."""

    def __init__(self, url: str, companies: int, lots: int, seed: int = 14) -> None:
        self.chance = Random(seed)
        self.trade: Trade = trade(companies, self.chance)
        self.now = BEGIN
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.refused: Counter[str] = Counter()
        self._waiting: list[tuple[str, str, str]] = []
        with K2K.open(url, clock=self._clock) as k2k:
            k2k.load(network(self.trade, lots, self.chance))
        self.k2k = K2K.open(url, clock=self._clock)
        buyers = list(self.trade.partners)
        self._busy = self.chance.choices(buyers, [1 / (1 + place) for place in range(len(buyers))], k=1000)

    def _clock(self) -> dt.datetime:
        return self.now

    def live(self, works: int) -> None:
        """Do so many works, spread over the days of the week and the hours of each day."""
        kinds: dict[str, Callable[[], object]] = {
            "look": self._look,
            "price": self._price,
            "order": self._order,
            "confirm": self._confirm,
            "change a lot": self._change_lot,
            "change a setting": self._change_setting,
        }
        for moment in self._moments(works):
            self.now = moment
            kind = self.chance.choices(list(OFTEN), list(OFTEN.values()))[0]
            self._done(kind, kinds[kind])

    def _moments(self, works: int) -> Iterator[dt.datetime]:
        for day, share in enumerate(DAYS):
            count = max(1, works * share // sum(DAYS))
            for number in range(count):
                yield BEGIN + dt.timedelta(days=day, hours=8 * number / count)

    def _done(self, kind: str, work: Callable[[], object]) -> None:
        begun = time.process_time()
        try:
            work()
        except K2KError as error:  # boxes that others have bought, a cut-off that has passed: part of the trade
            self.refused[error.code] += 1
        self.seconds[kind].append(time.process_time() - begun)

    def _look(self) -> list[Any]:
        """A page of a customer's catalog, for one of the next days, sorted now this way, now that."""
        buyer, customer = self._somebody()
        day = self.now.date() + dt.timedelta(days=self.chance.randint(2, 4))
        sort = self.chance.choice(("description", "price", "-price"))
        page: Any = self.k2k.catalog(buyer, customer, ship_date=day, sort=sort, page_size=PAGE)
        return [{**line, "day": day, "buyer": buyer, "customer": customer} for line in page["lines"]]

    def _price(self) -> None:
        lines = self._look()
        if lines:
            line = self.chance.choice(lines)
            self.k2k.price(line["buyer"], line["customer"], line["lots"][:1], ship_date=line["day"])

    def _order(self) -> None:
        """One to three lines of a page, put into one cart and checked out."""
        lines = [line for line in self._look() if line["price"] is not None]
        chosen = self.chance.sample(lines, min(len(lines), self.chance.randint(1, 3)))
        if not chosen:
            return
        buyer, customer, day = chosen[0]["buyer"], chosen[0]["customer"], chosen[0]["day"]
        wanted = [{"line": line["line"], "boxes": 1} for line in chosen]
        placed = self.k2k.add(buyer, customer, lines=wanted, ship_date=day)
        self.k2k.checkout(buyer, cart=placed["cart"])
        for sales_order, lot in {line["sales_order"]: line["lot"] for line in self._lines(placed)}.items():
            self._waiting.append((buyer, lot.partition("/")[0], sales_order))

    def _lines(self, placed: Any) -> list[Any]:
        return [line for line in placed["lines"] if line.get("sales_order") and "/" in (line["lot"] or "")]

    def _confirm(self) -> None:
        """A vendor confirms an order, and its buyer scans the boxes."""
        if self._waiting:
            buyer, vendor, order = self._waiting.pop(0)
            staged = self.k2k.confirm(vendor, order)
            self.k2k.scan(buyer, staged["box_codes"])

    def _change_lot(self) -> None:
        vendor = self.chance.choice(self.trade.vendors)
        values = {"price_a": f"0.{self.chance.randint(20, 95)}"}
        self.k2k.set(vendor, lot=f"L{self.chance.randrange(10):04}", values=values)

    def _change_setting(self) -> None:
        buyer, _ = self._somebody()
        self.k2k.set(buyer, settings={"k2k_gpm": str(self.chance.randint(22, 34))})

    def _somebody(self) -> tuple[str, str]:
        return self.chance.choice(self._busy), self.chance.choice(self.trade.customers)


def measure(url: Callable[[], str], companies: int = 300, lots: int = 60, works: int = 4_000) -> list[Target]:
    """The week of a tenth of the companies, then that of all; `url` answers an empty database each time."""
    found: list[Target] = []
    looks: list[float] = []
    for count in (companies // 10, companies):
        week = Week(url(), count, lots)
        try:
            week.live(works)
            faults = week.k2k.verify()
        finally:
            week.k2k.close()
        found += _told(week, count, len(faults))
        looks.append(median(week.seconds["look"]))
    return [
        *found,
        Target(f"a page among {companies} companies, to one among a tenth", looks[1] / looks[0], MOST_TIMES),
    ]


def _told(week: Week, companies: int, faults: int) -> Iterator[Target]:
    done = sum(map(len, week.seconds.values()))
    yield Target(f"{companies} companies, {done:,} works: faults that verify finds", faults, 0)
    refused = 100 * week.refused.total() / done
    reasons = ", ".join(f"{code} {count}" for code, count in week.refused.most_common(3))
    yield Target(f"       refused, of a hundred ({reasons})", refused, MOST_REFUSED)
    for kind, seconds in week.seconds.items():
        slow = sorted(seconds)[len(seconds) * 99 // 100]
        yield Target(f"       {kind}: ms (99 of 100 within {1000 * slow:.1f} ms)", 1000 * median(seconds))
    looks = week.seconds["look"]
    part = max(1, len(looks) // 10)
    yield Target(
        "       a page at the end, to one at the beginning", median(looks[-part:]) / median(looks[:part]), MOST_TIMES
    )
