"""Compares the program's prices with the oracle's and reports every difference."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from k2k_core.api import K2K
from k2k_core.domain.explanation import Explanation, recomputed
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import USED, Quote
from k2k_core.services.catalog.assortment import Assortment
from tests.properties.network_values import only
from tests.properties.oracle import Oracle
from tests.properties.oracle import Quote as Wanted
from tests.properties.random_networks import Maker, Question
from tests.properties.random_orders import buy, floats, not_zero

Answer = dict[str, Any]
Told = list[tuple[Quote, Explanation]]

NETWORKS_TOGETHER = 25
"""How many networks share a database: a new one costs more than a network."""

SHOWN = Fraction(1, 2 * 10**10)
"""How far an exact number may be from what is shown of it: half of the tenth decimal."""


class Clock:
    """Stands where it is put."""

    now = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Compared:
    """What came of it: pairs of a network and a customer, prices by inventory type and step, and every difference."""

    customers: int = 0
    documents: int = 0
    won: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def compare(seeds: Iterator[int], customers: int, told: Told) -> Compared:
    """Compare networks until so many customers were asked for; `told` is where the explanations behind answers go."""
    found = Compared()
    while found.customers < customers:
        clock = Clock()
        with K2K.open("sqlite://", clock=clock) as k2k:
            for _ in range(NETWORKS_TOGETHER):
                _compare_network(k2k, clock, next(seeds), told, found)
                if found.customers >= customers:
                    break
    return found


def _compare_network(k2k: K2K, clock: Clock, seed: int, told: Told, found: Compared) -> None:
    maker = Maker(seed, f"-{seed}")
    case = maker.case()
    clock.now = case.now
    k2k.load(case.network)
    for (company, flight), amounts in case.awbs.items():
        k2k.awb(company, flight, **amounts)
    for (buyer, lot), said in case.offers.items():
        k2k.map(buyer, lot, **said)
    judge = Oracle(case.network, case.now, case.awbs, case.offers)
    faults = [fault for question in maker.questions(case) for fault in _of_question(k2k, judge, question, told, found)]
    for document, wrong in buy(k2k, judge, maker):
        found.documents += 1
        faults += [f"{document}: {fault}" for fault in wrong]
    found.faults += [f"K2K_SEED={seed} K2K_EXAMPLES=1: {fault}" for fault in faults]


def _of_question(k2k: K2K, judge: Oracle, asked: Question, told: Told, found: Compared) -> Iterator[str]:
    terms = (asked.ship_via, asked.order_date, asked.ship_date, asked.location, asked.channel)
    told.clear()
    answers = k2k.price(asked.company, asked.customer, None, *terms)
    found.customers += 1
    yield from (f"{asked}: a float at {place}" for place in floats(answers))
    if len(told) != len(answers):
        yield f"{asked}: {len(answers)} answers and {len(told)} explanations"
    for answer, (quote, explanation) in zip(answers, told, strict=True):
        wanted = judge.quote(asked.company, asked.customer, answer["lot"], *terms)
        if wanted.price is not None:
            found.won[_kind(judge, asked.company, answer["lot"]), wanted.step] += 1
        for fault in (*in_answer(answer, wanted), *in_explanation(quote, explanation, wanted)):
            yield f"{asked} {answer['lot']}: {fault}"


def _kind(judge: Oracle, company: str, lot: str) -> str:
    own = only(judge.companies[company]["lots"], code=lot)
    return str(own["inventory_type"]) if own else "k2k"


def in_answer(answer: Answer, wanted: Wanted) -> Iterator[str]:
    """In what an answer of `price` is not as the oracle says."""
    if (None if answer["price"] is None else Fraction(answer["price"])) != wanted.price:
        yield f"price {answer['price']}, not {wanted.price}"
    for name, of_oracle in (("base_price", wanted.base_price), ("landed_cost", wanted.landed_cost)):
        if not _near(answer[name], of_oracle):
            yield f"{name} {answer[name]}, not {of_oracle}"
    if (answer["step"], answer["reason"]) != (wanted.step, wanted.reason):
        yield f"{answer['step']} {answer['reason']}, not {wanted.step} {wanted.reason}"
    used = [taken["step"] for taken in answer["explanation"] if taken["outcome"] == USED]
    if used != ([wanted.step] if wanted.step else []):
        yield f"the explanation says {used}, not {wanted.step}"
    if answer["call_icon"] != (wanted.price is None):
        yield f"call_icon {answer['call_icon']} with price {answer['price']}"


def in_explanation(quote: Quote, explanation: Explanation, wanted: Wanted) -> Iterator[str]:
    """In what the explanation behind an answer is not as the oracle says, exactly, or does not give the price again."""
    if recomputed(explanation) != quote.price:
        yield f"recomputed {recomputed(explanation)}, not {quote.price}"
    parts = {name: _exact(amount) for name, amount in explanation.components.items()}
    if explanation.landed_cost is not None and sum(parts.values()) != _exact(explanation.landed_cost):
        yield f"components {parts} do not add up to {explanation.landed_cost}"
    if wanted.landed_cost is not None and not_zero(parts) != not_zero(wanted.components):
        yield f"components {parts}, not {wanted.components}"
    made = [
        (each.name, _exact(each.before), _exact(each.after)) for each in explanation.adjustments if each.outcome == USED
    ]
    if made != list(wanted.adjustments):
        yield f"adjustments {made}, not {wanted.adjustments}"
    if quote.base is not None and _exact(quote.base) != wanted.base_price:
        yield f"base price exactly {quote.base!r}, not {wanted.base_price}"


def _exact(number: Exact) -> Fraction:
    return number.as_fraction()


def _near(text: str | None, wanted: Fraction | None) -> bool:
    if text is None or wanted is None:
        return text is None and wanted is None
    return abs(Fraction(text) - wanted) <= SHOWN


def listening(told: Told) -> Any:
    """`Market.explained` that also puts what it tells into `told`."""
    explained = Assortment.explained

    def listened(assortment: Assortment, articles: Any) -> Told:
        answer = explained(assortment, articles)
        told.extend(answer)
        return answer

    return listened
