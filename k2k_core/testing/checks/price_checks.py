"""Checks of price steps and adjustments."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from k2k_core.domain.explanation import reason_text
from k2k_core.domain.money import ONE, Exact
from k2k_core.domain.price_formulas import adjusted_by_formula, by_formula
from k2k_core.domain.pricing import Adjustable, Answer, Answers, NoValue, Price, PriceRequest
from k2k_core.hooks import EligibilityRule, PriceAdjustment, PriceResolver
from k2k_core.runtime.answer_checks import checked_denials, checked_prices
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.isolation import isolated_batch
from k2k_core.testing import sample_requests
from k2k_core.testing.checks.base import Call, ContractChecks, calls_of
from k2k_core.testing.checks.canaries import leaked_by_price
from k2k_core.testing.checks.close_numbers import close_pairs

ALONE = 40
"""So many lots of a thousand are asked alone."""


class PriceChecks(ContractChecks):
    """Part of the contract."""

    milliseconds_per_thousand: ClassVar[int] = 250
    """What a step or a rule may take for a thousand lots, of the processor; production reports a slower one as slow."""

    def test_its_steps_answer_every_request(self) -> None:
        """One exact answer per request or one `NoValue` for all; also for a lot without any data."""
        for call in self._priced():
            self._lines(call)

    def test_its_steps_do_not_look_at_the_neighbours(self) -> None:
        """The answer to a lot is the same alone, in a batch of three and of a thousand, in whatever order."""
        for offer in self._steps():
            function = _function_of(offer)
            for batch in _batches_of(offer):
                together = self._lines(Call(offer, function, (batch,)))
                for way, asked in _ways(len(batch)):
                    for places in asked:
                        some = tuple(batch[place] for place in places)
                        answers = self._lines(Call(offer, function, (some,)))
                        if answers != [together[place] for place in places]:
                            problem = f"{offer.words} answers a lot differently in another batch ({way})"
                            raise self._fault(
                                offer, problem, "What a lot costs depends on the lot and the terms, not on its batch"
                            )

    def test_its_steps_say_why(self) -> None:
        """A line without a value has a reason, every reason can be formatted with its facts, and says nothing that is
        not for its readers."""
        for call in self._priced():
            given = call.function(*call.handed)
            for answer in [given] if isinstance(given, NoValue) else list(given):
                text = self._reason(call.offer, answer)
                if isinstance(answer, NoValue) and not text:
                    raise self._fault(call.offer, f"{call.offer.words} yields nothing and does not say why", _SAY)
                for said in leaked_by_price(text):
                    raise self._fault(call.offer, f"{call.offer.words} says {said} in a reason", _LEAVE_OUT)

    def test_its_prices_are_not_negative(self) -> None:
        """A price of zero or less is no price: the line would be closed without one, and without a reason."""
        for call in self._priced():
            for answer in self._lines(call):
                if isinstance(answer, Price) and answer.amount.n < 0:
                    problem = f"{call.offer.words} answers a negative price, {answer.amount}"
                    raise self._fault(call.offer, problem, "Answer NoValue with the reason where there is no price")

    def test_its_prices_are_exact(self) -> None:
        """Not rounded, and never a float on the way: costs that differ a little give prices that do."""
        for offer in self._steps():
            for pairs in close_pairs(offer.contribution):
                prices = [self._amounts(offer, (first, second)) for first, second in pairs]
                known = [pair for pair in prices if None not in pair]
                if len({str(first) for first, _ in known}) < len(pairs) * 3 // 4:
                    continue  # the price hangs on few or none of the numbers
                if all(first == second for first, second in known):
                    problem = f"{offer.words} rounds, or computes with floats: costs that differ give one price"
                    raise self._fault(
                        offer, problem, "Compute with Exact to the end: K2K rounds once, as the company sets"
                    )

    def test_its_formulas_agree_with_its_steps(self) -> None:
        """What prices a catalog and what explains a price are the same."""
        for offer, resolver in self._of_kind(PriceResolver):
            for batch in sample_requests.prices(offer.types) if resolver.formula else ():
                assert resolver.formula is not None
                self._agree(offer, resolver.resolve, by_formula(resolver.formula), isolated_batch(batch))
        for offer, adjustment in self._of_kind(PriceAdjustment):
            for batch in sample_requests.prices(offer.types) if adjustment.formula else ():
                assert adjustment.formula is not None
                lines = isolated_batch(Adjustable(request, "a_step", Exact(259, 100)) for request in batch)
                self._agree(offer, adjustment.adjust, adjusted_by_formula(adjustment.formula), lines)

    def test_a_thousand_lots_take_no_longer_than_they_may(self) -> None:
        """For a step, an adjustment and a rule; see `milliseconds_per_thousand`."""
        for offer, ask in [*self._of_a_thousand(), *self._ruled_thousand()]:
            taken = min(_milliseconds(ask) for _ in range(3))
            if taken > self.milliseconds_per_thousand:
                allowed = self.milliseconds_per_thousand
                problem = f"{offer.words} takes {taken:.0f} ms for a thousand lots, {allowed} are allowed"
                raise self._fault(
                    offer, problem, "Compute in the hook, or once a batch, what is the same for all of its lots"
                )

    # How they reach the steps

    def _steps(self) -> list[LoadedContribution]:
        return [offer for offer in self._offers() if isinstance(offer.contribution, (PriceResolver, PriceAdjustment))]

    def _priced(self) -> Iterator[Call]:
        for offer in self._steps():
            function = _function_of(offer)
            yield from (call for call in calls_of(offer) if call.function is function)

    def _lines(self, call: Call) -> list[Answer]:
        """The answers line by line, checked as those of a third party are in production."""
        count = len(call.handed[0])
        checked = self._asked(call, lambda answer: checked_prices(answer, count, strict=True))
        return [checked] * count if isinstance(checked, NoValue) else checked

    def _amounts(self, offer: LoadedContribution, batch: tuple[Any, ...]) -> tuple[Exact | None, ...]:
        lines = self._lines(Call(offer, _function_of(offer), (isolated_batch(batch),)))
        return tuple(line.amount if isinstance(line, Price) else None for line in lines)

    def _reason(self, offer: LoadedContribution, answer: Answer) -> str:
        try:
            return str(reason_text(answer))
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            problem = f"{offer.words} gives a reason that its facts do not fill: {answer.reason!r} lacks {error}"
            raise self._fault(offer, problem, "Name every placeholder of the reason in its facts") from error

    def _agree(
        self,
        offer: LoadedContribution,
        step: Callable[[Any], Answers],
        formula: Callable[[Any], Answers],
        batch: Sequence[Any],
    ) -> None:
        by_step, with_formula = step(batch), formula(batch)
        if _amounts_of(by_step, len(batch)) != _amounts_of(with_formula, len(batch)):
            problem = f"{offer.words}: its formula and its function give other prices"
            raise self._fault(offer, problem, "Make the step with formula_step, so that there is one code for both")

    def _of_a_thousand(self) -> list[tuple[LoadedContribution, Callable[[], object]]]:
        asked: list[tuple[LoadedContribution, Callable[[], object]]] = []
        for offer in self._steps():
            call = Call(offer, _function_of(offer), (_thousand_of(offer),))
            asked.append((offer, lambda call=call: self._lines(call)))  # type: ignore[misc]  # a default binds it now
        return asked

    def _ruled_thousand(self) -> list[tuple[LoadedContribution, Callable[[], object]]]:
        asked: list[tuple[LoadedContribution, Callable[[], object]]] = []
        for offer, rule in self._of_kind(EligibilityRule):
            some = sample_requests.eligibility(rule.side, rule.inventory_types)
            many = isolated_batch(some[place % len(some)] for place in range(1000))

            def ask(rule: EligibilityRule = rule, many: Sequence[Any] = many) -> object:
                return checked_denials([rule.check(one) for one in many], len(many), strict=True)

            asked.append((offer, ask))
        return asked


_SAY = "Give the NoValue a reason: it stands in the explanation of the price"
_LEAVE_OUT = "Leave it out: reasons are read by people who may not see it"


def _function_of(offer: LoadedContribution) -> Callable[..., Any]:
    one = offer.contribution
    assert isinstance(one, (PriceResolver, PriceAdjustment))
    return one.resolve if isinstance(one, PriceResolver) else one.adjust


def _batches_of(offer: LoadedContribution) -> Iterator[tuple[Any, ...]]:
    """The sample batches, and one of a thousand lots."""
    function = _function_of(offer)
    yield from (call.handed[0] for call in calls_of(offer) if call.function is function)
    yield _thousand_of(offer)


def _thousand_of(offer: LoadedContribution) -> tuple[Any, ...]:
    requests = sample_requests.thousand(offer.types)
    return isolated_batch(requests if isinstance(offer.contribution, PriceResolver) else _adjustables(requests))


def _adjustables(requests: Sequence[PriceRequest]) -> list[Adjustable]:
    return [Adjustable(request, "a_step", (request.landed_cost or ONE) * Exact(13, 10)) for request in requests]


def _ways(count: int) -> Iterator[tuple[str, list[list[int]]]]:
    """How the lots of a batch can be asked otherwise: a name, and the places of each batch."""
    every = list(range(count))
    shuffled = random.Random(7).sample(every, count)
    yield "backwards", [every[::-1]]
    yield "shuffled", [shuffled]
    yield "in threes", [every[place : place + 3] for place in range(0, min(count, 3 * ALONE), 3)]
    yield "each alone", [[place] for place in every[:: max(1, count // ALONE)]]


def _amounts_of(answers: Answers, count: int) -> list[Exact | None]:
    """The prices, whatever the reasons are."""
    every = [answers] * count if isinstance(answers, NoValue) else answers
    return [answer.amount if isinstance(answer, Price) else None for answer in every]


def _milliseconds(ask: Callable[[], object]) -> float:
    """Of the processor: on a machine that is busy with other things a clock would blame the plugin. One that waits is
    found by what it waits for."""
    start = time.thread_time()
    ask()
    return 1000 * (time.thread_time() - start)
