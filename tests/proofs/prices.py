"""Random K2K prices, computed by the program and by the oracle, and properties that hold for all of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from k2k_core.api import K2K
from k2k_core.domain.explanation import recomputed
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.pricing.pricer import Sale
from tests.proofs import oracle, random_networks
from tests.proofs.network import NOW
from tests.proofs.random_networks import SHIP_DATE

LOTS = 50
"""Lots of one random network; each is priced by both ship vias."""


class Figures(NamedTuple):
    """What came of it. `kinds` counts how each price came about, so that nobody proves a case that never happens."""

    cases: int
    faults: list[str]
    kinds: Counter[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.kinds.items()))
        return f"{self.cases:,} random K2K prices against fractions: {len(self.faults)} differ ({kinds})"


def compare(cases: int, seed: int = 1) -> Figures:
    """Price at least so many random cases in networks of their own."""
    total, faults, kinds = 0, [], Counter[str]()
    while total < cases:
        chance = Random(f"{seed} {total}")
        for found in _one_network(chance):
            total += found.cases
            faults += [f"network {seed} {total}: {fault}" for fault in found.faults]
            kinds += found.kinds
    return Figures(total, faults, kinds)


def _one_network(chance: Random) -> list[Figures]:
    network = random_networks.network(chance, LOTS)
    with K2K.open("sqlite://", clock=lambda: NOW) as k2k:
        k2k.load(network)
        lots = {lot["code"]: _known(lot, network["companies"][0]) for lot in network["companies"][0]["lots"]}
        for code in chance.sample(sorted(lots), 5):
            lots[code]["va_price"] = random_networks.number(chance, 3, 2, least=1)
            k2k.map("BC", f"VC/{code}", va_price=lots[code]["va_price"])
        asked = chance.choice((None, "MIA", "NYC"))
        return [_via(k2k, network, lots, via, asked) for via in ("warehouse", "grower")]


def _via(k2k: K2K, network: Mapping[str, Any], lots: Mapping[str, Any], via: str, asked: str | None) -> Figures:
    vendor, buyer = network["companies"]
    customer = buyer["customers"][0]
    places = {place["code"]: place for place in buyer["locations"]}
    shared = {
        "vendor": vendor,
        "buyer": buyer,
        "record": buyer["vendors"][0],
        "customer": customer,
        "location": places.get(asked or customer["location"] or "", {}),
        "ship_date": SHIP_DATE,
    }
    faults, kinds = _inner_faults(k2k, via, asked), Counter[str]()
    for answer in k2k.price("BC", "C", [f"VC/{code}" for code in lots], via, ship_date=SHIP_DATE, location=asked):
        landed, price = oracle.k2k_price({**shared, "lot": lots[answer["lot"].removeprefix("VC/")]}, via)
        told = answer["price"] and Fraction(answer["price"])
        if told != price or not _same(answer["landed_cost"], landed):
            faults.append(f"{answer['lot']} via {via}: {answer['price']}, not {price}")
        faults += [f"{answer['lot']} via {via}: a float at {path}" for path in floats(answer)]
        kinds[answer["step"] or answer["reason"]] += 1
    return Figures(len(lots), faults, kinds)


def _inner_faults(k2k: K2K, via: str, location: str | None) -> list[str]:
    """What holds for every explained price: components add up, and the explanation alone gives the price again."""
    context, faults = k2k.context, []
    with context.store.whole_network.reading() as session:
        company = context.snapshots.get(session, "BC")
        customer, day = company.customer(session, "C"), dt.date.fromisoformat(SHIP_DATE)
        assortment = Assortment(context, session, company, Sale(customer, via, ship_date=day, location=location))
        articles = list(assortment.articles.values())
        explained = assortment.explained(articles)
        if [quote for quote, _ in explained] != assortment.quotes(articles):
            faults.append(f"via {via}: explaining changes a price")
    for quote, explanation in explained:
        parts = sum((part.as_fraction() for part in explanation.components.values()), Fraction(0))
        if explanation.landed_cost is not None and parts != explanation.landed_cost.as_fraction():
            faults.append(f"{explanation.lot} via {via}: the components do not add up to the landed cost")
        if recomputed(explanation) != quote.price:
            faults.append(f"{explanation.lot} via {via}: the explanation gives another price")
    return faults


def _same(told: str | None, landed: Fraction | None) -> bool:
    """Whether a landed cost is told as it is: whole, or to ten decimals."""
    if told is None or landed is None:
        return told is None and landed is None
    return abs(Fraction(told) - landed) <= Fraction(1, 2 * 10**10)


def floats(answer: object, path: str = "answer") -> list[str]:
    """Where an answer has a float."""
    if isinstance(answer, float):
        return [path]
    if isinstance(answer, Mapping):
        return [found for key, value in answer.items() for found in floats(value, f"{path}.{key}")]
    if isinstance(answer, list | tuple):
        return [found for place, value in enumerate(answer) for found in floats(value, f"{path}[{place}]")]
    return []


def _known(lot: Mapping[str, Any], vendor: Mapping[str, Any]) -> dict[str, Any]:
    """A lot with what the oracle needs of it: its category and the volume of its boxes."""
    product = next(one for one in vendor["products"] if one["code"] == lot["product"])
    rows = {(row["box_type"], row.get("product")): row for row in vendor["box_dimensions"]}
    row = rows.get((lot["box_type"], lot["product"]), rows.get((lot["box_type"], None)))
    sides = None if row is None else [Fraction(row[side]) for side in ("length", "width", "height")]
    cubes = None if sides is None else sides[0] * sides[1] * sides[2] / 1728
    return {**lot, "category": product["category"], "cubes": cubes}
