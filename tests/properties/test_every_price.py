"""Every price of random networks against an oracle in fractions: the base, each component, each adjustment, the
rounding.

`K2K_EXAMPLES` is the number of customers of random networks (2,000, and 100,000 in `make nightly`), and `K2K_SEED` the
seed of the first network: a difference is reported with both, so that it can be reproduced.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from k2k_core.services.catalog.assortment import Assortment
from tests.properties.oracle import HIERARCHIES, Oracle
from tests.properties.oracle_comparison import Told, compare, in_answer, listening
from tests.properties.random_networks import Maker
from tests.properties.random_orders import floats

EXAMPLES = 2_000
PARTS = 10
"""The examples are dealt out to so many tests, which can run beside each other."""


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_price_and_every_order_is_what_the_oracle_says(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    examples, first = int(os.environ.get("K2K_EXAMPLES", EXAMPLES)), int(os.environ.get("K2K_SEED", 0))
    customers = examples // PARTS + (part < examples % PARTS)
    told: Told = []
    monkeypatch.setattr(Assortment, "explained", listening(told))
    found = compare(count(first + part, PARTS), customers, told)
    assert found.faults == []
    assert found.customers >= customers
    if examples >= EXAMPLES:
        assert {kind for kind, _ in found.won} == {kind for kind, _ in HIERARCHIES}
        assert found.documents > 0


def _won(seed: int) -> Iterator[tuple[str, str | None]]:
    maker = Maker(seed)
    case = maker.case()
    oracle = Oracle(case.network, case.now, case.awbs, case.offers)
    for asked in maker.questions(case):
        terms = (asked.ship_via, asked.order_date, asked.ship_date, asked.location, asked.channel)
        for lot in oracle.companies[asked.company]["lots"]:
            quote = oracle.quote(asked.company, asked.customer, lot["code"], *terms)
            yield lot["inventory_type"], quote.step or quote.reason
        for lot in oracle.companies[maker.vendor]["lots"] if asked.company == maker.buyer else ():
            quote = oracle.quote(asked.company, asked.customer, f"{maker.vendor}/{lot['code']}", *terms)
            yield "k2k", quote.step or quote.reason


def test_the_random_networks_reach_every_step_of_every_hierarchy() -> None:
    wanted = {(kind, step) for (kind, _), steps in HIERARCHIES.items() for step in (*steps, "no_price")}
    wanted |= {("k2k", step) for step in ("price_list", "master_price_list", "k2k_landed_cost")}
    won: set[tuple[str, str | None]] = set()
    for seed in range(250):
        won |= set(_won(seed))
        if won >= wanted:
            break
    assert wanted - won == set()


def test_the_same_number_makes_the_same_network() -> None:
    assert Maker(7).case() == Maker(7).case()
    assert Maker(7).case() != Maker(8).case()


def test_a_wrong_cent_and_a_float_are_told() -> None:
    maker = Maker(3)
    case = maker.case()
    lots = [lot["code"] for lot in case.network["companies"][1]["lots"]]
    oracle = Oracle(case.network, case.now, case.awbs, case.offers)
    quotes = [oracle.quote(maker.buyer, f"C{number}", lot) for number in range(5) for lot in lots]
    quote = next(each for each in quotes if each.price is not None)
    assert quote.price is not None
    answer = {"price": "0.01", "base_price": None, "landed_cost": None, "step": "web_price", "reason": None}
    faults = list(in_answer({**answer, "explanation": [], "call_icon": False}, quote))
    assert any(fault.startswith("price 0.01, not ") for fault in faults)
    assert list(floats({"lines": [{"price": "0.10", "boxes": 1}, {"price": 0.1}]})) == ["answer.lines[1].price"]
