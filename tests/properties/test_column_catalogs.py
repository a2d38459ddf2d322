"""A catalog in columns is the catalog that is computed lot by lot, line by line: in random networks with unusual
amounts, for every customer, ship via, date and sales channel."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from k2k_core.services.catalog import catalog_cache
from k2k_core.services.catalog.catalog_cache import CatalogKey, read_cached, read_fresh
from tests.properties.random_networks import Case, Maker, Question
from tests.properties.test_catalog_cache import everything

NETWORKS = settings().max_examples // 20
"""More every night."""

DAYS = (0, 2)
VIAS = ("warehouse", "grower")
CHANNELS = ("ecommerce", "sales")


def never(*_asked: Any) -> None:
    raise AssertionError("this catalog was computed lot by lot")


def _keys(question: Question, case: Case) -> list[CatalogKey]:
    days = [case.now.date() + dt.timedelta(days=days) for days in DAYS]
    every = itertools.product(days, VIAS, CHANNELS)
    return [CatalogKey(question.customer, day, via, question.location, channel) for day, via, channel in every]


def test_every_catalog_of_random_networks_is_the_one_computed_lot_by_lot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_cache, "_read_by_lot", never)
    priced = 0
    for seed in range(NETWORKS):
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
    assert priced > 10 * NETWORKS


def _compared(net: K2K, company: str, key: CatalogKey) -> int:
    """How many of the lines have a price, which are the same both ways."""
    with net.context.store.reading() as session:
        buyer = net.context.snapshots.get(session, company)
        try:
            fresh = read_fresh(net.context, session, buyer, key, everything)
        except K2KError:  # a location that the company does not have
            return 0
        assert read_cached(net.context, session, buyer, key, everything) == fresh, key
        return sum(line.price is not None for line in fresh[0])
