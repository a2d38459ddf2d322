"""How the checks of the contract reach a plugin: its contributions, what they are asked, and how a fault is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import FrozenInstanceError
from typing import Any, ClassVar, NamedTuple, TypeVar

from k2k_core.domain.price_formulas import adjusted_by_formula, by_formula
from k2k_core.hooks import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.runtime import Plugin
from k2k_core.runtime.call_statistics import Limits
from k2k_core.runtime.contribution_loading import LoadedContribution, collect
from k2k_core.runtime.error_text import WrongAnswer, describe, raised
from k2k_core.runtime.isolation import isolated, isolated_batch
from k2k_core.testing import factories, sample_requests
from k2k_core.testing.checks.places import Sources
from k2k_core.testing.registries import found

T = TypeVar("T")
C = TypeVar("C", PriceResolver, PriceAdjustment, EligibilityRule, LabelRenderer, ShipViaHandler)


class Call(NamedTuple):
    """A contribution with arguments: those that production hands over, read only."""

    offer: LoadedContribution
    function: Callable[..., Any]
    handed: tuple[Any, ...]


class ContractChecks:
    """What every part of the contract builds on."""

    plugin: ClassVar[str]
    settings: ClassVar[Mapping[str, object]] = {}

    def _plugin(self) -> Plugin:
        return found([self.plugin])[0]

    def _sources(self) -> Sources:
        return Sources(self._plugin().module)

    def _offers(self) -> Sequence[LoadedContribution]:
        offered, broken = collect([self._plugin()], "BLOOM", {self.plugin: self.settings}, Limits())
        assert not broken, broken[0].problem
        return offered[0][1]

    def _of_kind(self, kind: type[C]) -> list[tuple[LoadedContribution, C]]:
        return [(offer, offer.contribution) for offer in self._offers() if isinstance(offer.contribution, kind)]

    def _fault(self, place: object, problem: str, mend: str) -> AssertionError:
        """A fault as its author reads it: file and line, what is wrong, what to do. `place` may be a contribution."""
        where = place if isinstance(place, str) else self._sources().of_contribution(_within(place))
        return AssertionError(f"{where}: {problem}. {mend}")

    def _asked(self, call: Call, check: Callable[[Any], T] = lambda answer: answer) -> T:
        """The answer to a call, checked. What is raised on the way is a fault with its line."""
        try:
            return check(call.function(*call.handed))
        except (Exception, SystemExit) as error:
            place = self._sources().of_error(error)
            mend = "It must answer every request, also of a lot of which little is known"
            if isinstance(error, (FrozenInstanceError, TypeError, AttributeError)) and _is_about_change(error):
                mend = "A request is read only: make a value of your own"
            if isinstance(error, WrongAnswer):
                place, mend = "", "See docs/hooks.md for what it answers"
            problem = describe(error) if isinstance(error, WrongAnswer) else raised(error)
            raise self._fault(place or call.offer, f"{call.offer.words} {problem}", mend) from error

    def _calls(self) -> Iterator[Call]:
        """Every contribution with every sample request."""
        for offer in self._offers():
            yield from calls_of(offer)


def _within(place: object) -> object:
    return place.contribution if isinstance(place, LoadedContribution) else place


def _is_about_change(error: BaseException) -> bool:
    words = ("read only", "cannot assign", "item assignment", "item deletion", "can't set", "has no attribute")
    return isinstance(error, FrozenInstanceError) or any(word in str(error) for word in words)


def calls_of(offer: LoadedContribution) -> Iterator[Call]:
    """What a contribution is asked: each of its functions with each sample request."""
    return _calls(offer, ALL)


def few_calls_of(offer: LoadedContribution) -> list[Call]:
    """Some of them, of every kind, where each takes long."""
    return list(_calls(offer, FEW))


ALL, FEW = 1_000_000, 30
"""How many requests a contribution is asked at most."""
FEW_LABELS = 2
"""Two labels are enough to see what a renderer reads."""


def _calls(offer: LoadedContribution, most: int) -> Iterator[Call]:
    one = offer.contribution
    if isinstance(one, PriceResolver):
        functions = [one.resolve, *([by_formula(one.formula)] if one.formula else [])]
        for batch in sample_requests.prices(one.inventory_types):
            yield from (Call(offer, function, (isolated_batch(batch),)) for function in functions)
    elif isinstance(one, PriceAdjustment):
        adjusting = [one.adjust, *([adjusted_by_formula(one.formula)] if one.formula else [])]
        for batch in sample_requests.prices(one.inventory_types):
            lines = isolated_batch(factories.adjustable(request=request) for request in batch)
            yield from (Call(offer, function, (lines,)) for function in adjusting)
    elif isinstance(one, EligibilityRule):
        for request in isolated_batch(_some(sample_requests.eligibility(one.side, one.inventory_types), most)):
            yield Call(offer, one.check, (request,))
    elif isinstance(one, LabelRenderer):
        requests = isolated_batch(sample_requests.labels(one.inventory_types)[: most if most == ALL else FEW_LABELS])
        yield from (Call(offer, one.render, (request,)) for request in requests)
        if one.sheet is not None:
            yield Call(offer, one.sheet, (requests,))
    elif isinstance(one, ShipViaHandler):
        for customer, inventory_type in sample_requests.customer_inventory_pairs():
            if not one.inventory_types or inventory_type in one.inventory_types:
                yield Call(offer, one.allows, (isolated(customer), inventory_type))
                yield Call(offer, one.ship_to, (isolated(customer),))


def _some(requests: Sequence[T], most: int) -> Sequence[T]:
    """So many of them at most; an odd step meets every kind of a list that repeats kinds."""
    return requests[:: max(1, len(requests) // most) | 1]
