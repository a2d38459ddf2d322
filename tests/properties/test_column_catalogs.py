"""A catalog in columns is the catalog that is computed lot by lot, line by line: in random networks with unusual
amounts, for every customer, ship via, date and sales channel."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import settings

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from k2k_core.services.catalog import catalog_cache
from k2k_core.services.catalog.catalog_cache import CatalogKey, read_cached, read_fresh
from k2k_core.services.catalog.columns import facts, vendor_prices
from k2k_core.services.catalog.columns.column_catalog import ColumnCatalog
from tests.properties.catalog_changes import network as changing
from tests.properties.catalog_changes.random_changes import Clock, Steps
from tests.properties.random_networks import Case, Maker, Question
from tests.properties.test_catalog_cache import VISITS, everything

NETWORKS = settings().max_examples // 20
"""More every night."""

DAYS = (0, 2)
VIAS = ("warehouse", "grower")
CHANNELS = ("ecommerce", "sales")


STEPS = 60


def never(*_asked: Any) -> None:
    raise AssertionError("this catalog was computed lot by lot")


def _keys(question: Question, case: Case) -> list[CatalogKey]:
    days = [case.now.date() + dt.timedelta(days=days) for days in DAYS]
    every = itertools.product(days, VIAS, CHANNELS)
    return [CatalogKey(question.customer, day, via, question.location, channel) for day, via, channel in every]


@pytest.mark.long
@pytest.mark.parametrize("few", [0, 64])
def test_every_catalog_of_random_networks_is_the_one_computed_lot_by_lot(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_cache, "_read_by_lot", never)
    for room in (facts, vendor_prices):  # few lots are otherwise taken one by one
        monkeypatch.setattr(room, "FEW", few)
    priced = 0
    for seed in range(few, few + NETWORKS // 2 + 1):
        maker = Maker(seed)
        case = maker.case()
        with K2K.open(f"sqlite:///{tmp_path / str(seed)}.db", clock=lambda now=case.now: now) as net:  # type: ignore[misc]
            net.load(case.network)
            for (company, number), amounts in case.awbs.items():
                net.awb(company, number, **amounts)
            for (company, offer), typed in case.offers.items():
                net.map(company, offer, **typed)
            for question in maker.questions(case):
                for key in _keys(question, case):
                    priced += _compared(net, question.company, key)
    assert priced > 5 * NETWORKS


def _compared(net: K2K, company: str, key: CatalogKey) -> int:
    """How many of the lines have a price, which are the same both ways."""
    with net.context.store.whole_network.reading() as session:
        buyer = net.context.snapshots.get(session, company)
        try:
            fresh = read_fresh(net.context, session, buyer, key, everything)
        except K2KError:  # a location that the company does not have
            return 0
        assert read_cached(net.context, session, buyer, key, everything) == fresh, key
        return sum(line.price is not None for line in fresh[0])


class StepsOnHand(Steps):
    """Steps in a network whose buyer has no lots that are still to come: such lots are priced one by one, and their
    catalogs are made anew after every change."""

    def add_a_lot(self) -> None:
        """A new lot on hand, or one that is there as another."""
        self._new += self._of((0, 1))
        boxes, product = self.random.randint(1, 5), self._of(("ROSE", "LILY"))
        owner = self._of((changing.BUYER, *changing.VENDORS))
        self.net.put(owner, "lots", [changing.lot(f"NEW{self._new}", boxes=boxes, product=product)])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(max(1, NETWORKS // 5)))
def test_catalogs_take_in_the_lots_that_change(database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_cache, "_read_by_lot", never)
    followed: list[bool] = []
    follow = ColumnCatalog._follow

    def noted(catalog: ColumnCatalog) -> bool:
        before = catalog._arrays
        taken = follow(catalog)
        followed.append(taken and catalog._arrays is not before)
        return taken

    monkeypatch.setattr(ColumnCatalog, "_follow", noted)
    random = Random(seed)
    clock = Clock(random)
    rows = changing.network()
    for company in rows["companies"]:
        if company["code"] == changing.BUYER:
            company["lots"] = [one for one in company["lots"] if one["inventory_type"] != "future_sales"]
    with K2K.open(database_url, clock=lambda: clock.now) as net:
        net.load(rows)
        steps = StepsOnHand(net, random)
        for _ in range(STEPS):
            steps.take()
            for visit in random.sample(VISITS, 3):
                _compared(net, changing.BUYER, visit)
    assert sum(followed) > STEPS / 3
