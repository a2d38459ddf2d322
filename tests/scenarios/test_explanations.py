"""Every explanation in every scenario adds up to its price: those of all lots for all customers, and those stored with
order lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from k2k_core.api import K2K
from k2k_core.domain.explanation import Explanation, recomputed
from k2k_core.domain.money import Exact, minor_to_micros
from k2k_core.scenario.reader import read_scenario
from k2k_core.scenario.runner import clock_of, play
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.pricing.frozen_explanation import from_json, to_json
from k2k_core.services.pricing.pricer import Sale
from k2k_core.store.tables import OrderLine

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


def check(explanation: Explanation) -> None:
    assert recomputed(explanation) == explanation.price, f"{explanation.lot} for {explanation.company}"
    assert from_json(to_json(explanation)) == explanation
    if explanation.components:
        total = sum((part.as_fraction() for part in explanation.components.values()), Exact(0).as_fraction())
        assert explanation.landed_cost == Exact.of(total)


def every_price(k2k: K2K) -> int:
    """Explain what every company asks of every customer for every lot, both ways to travel; how many that were."""
    count = 0
    with k2k.context.store.whole_network.reading() as session:
        for company in k2k.context.snapshots.all(session).values():
            for customer in company.customers(session).values():
                for ship_via in ("warehouse", "grower"):
                    assortment = Assortment(k2k.context, session, company, Sale(customer, ship_via))
                    for _, explanation in assortment.explained(list(assortment.articles.values())):
                        check(explanation)
                        count += 1
    return count


def every_line(k2k: K2K) -> int:
    """Recompute what is frozen on every order line, of both companies; how many explanations that were."""
    with k2k.context.store.whole_network.reading() as session:
        columns = (OrderLine.price, OrderLine.explanation, OrderLine.vendor_explanation)
        lines = session.rows(OrderLine.select(*columns))
    for price, stored, vendors in lines:
        if stored is not None:
            explanation = from_json(stored)
            check(explanation)
            assert explanation.price is not None
            assert minor_to_micros(explanation.price, explanation.currency) == price
        if vendors is not None:
            check(from_json(vendors))
    return len(lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_explanation_of_the_scenario_recomputes_to_its_price(path: Path) -> None:
    scenario, _ = read_scenario(path)
    assert scenario is not None
    clock = clock_of(scenario)
    with K2K.open("sqlite://", clock=clock) as k2k:
        list(play(scenario, k2k, clock))
        with_lots = any(company.get("lots") for company in scenario.network["companies"])
        assert every_price(k2k) + every_line(k2k) > 0 or not with_lots
