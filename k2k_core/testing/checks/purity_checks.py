"""Checks that hold for every contribution: it answers from what it is handed, remembers nothing, changes nothing."""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from k2k_core.domain.pricing import PriceRequest
from k2k_core.hooks import PriceAdjustment, PriceResolver
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.isolation import isolated_batch
from k2k_core.testing.checks.answers import answer_text
from k2k_core.testing.checks.base import Call, ContractChecks, few_calls_of
from k2k_core.testing.checks.kept_state import Path, changed, kept
from k2k_core.testing.checks.outside_reads import (
    CHANCE,
    CLOCK,
    CONTEXT,
    DATABASE,
    ENVIRONMENT,
    FILES,
    NETWORK,
    PRIVATE,
    OutsideReads,
)

_FROM_THE_REQUEST = "Answer from the request alone, so that the answer can be explained and computed again"
MENDS: Mapping[str, str] = {
    CLOCK: "The day is in the request: terms.today, order_date and ship_date; sale.today and share.today of a rule",
    CHANCE: _FROM_THE_REQUEST,
    ENVIRONMENT: "Make it a setting of the plugin, or read it in the hook and keep it in a closure",
    FILES: "Read the file in the hook and keep what is in it in a closure",
    NETWORK: "Read it in the hook and keep the answer in a closure, or make it a setting that the host writes",
    DATABASE: "Read it in the hook and keep the answer in a closure, or make it a setting that the host writes",
    PRIVATE: "Use k2k_core.hooks, .domain, .errors and .messages alone: all else changes without notice",
}
"""What to do, by what a contribution reads."""

numbers = count(1)


class PurityChecks(ContractChecks):
    """Part of the contract."""

    def test_its_contributions_read_nothing_but_what_they_are_handed(self) -> None:
        """No clock, not even the day; no environment, file, network or database; no random number; nothing private."""
        for offer in self._offers():
            calls = few_calls_of(offer)
            with OutsideReads(self._sources()) as reads:
                for call in calls:
                    self._answered(call)
            for one in reads.found:
                if one.what in MENDS:
                    problem = f"{offer.words} reads {one.what} ({one.function})"
                    raise self._fault(one.place, problem, MENDS[one.what])

    def test_its_hooks_read_no_clock(self) -> None:
        """A hook is called when a process starts: what it keeps of that moment is another in every process."""
        with OutsideReads(self._sources()) as reads:
            self._offers()
        for one in reads.of(CLOCK, CHANCE):
            raise self._fault(one.place, f"a hook reads {one.what} ({one.function})", MENDS[one.what])

    def test_its_contributions_remember_nothing(self) -> None:
        """What a module or a closure gathers while it is asked is lost at a restart and differs between processes."""
        offers = self._offers()
        contributions = [offer.contribution for offer in offers]
        before = kept(self._sources(), contributions)
        for call in _unseen_calls(offers):
            self._answered(call)
        for path in changed(before, kept(self._sources(), contributions)):
            place, name = self._memory(path, offers)
            mend = "Compute it from the request, or in the hook before anything is asked"
            raise self._fault(place, f"{name} changes while contributions are asked", mend)

    def test_its_contributions_leave_the_decimal_context_alone(self) -> None:
        """The context belongs to whoever runs the thread, and is another in every host."""
        for offer in self._offers():
            before, calls = _context(), few_calls_of(offer)
            with OutsideReads(self._sources()) as reads, decimal.localcontext():
                for call in calls:
                    self._answered(call)
                after = _context()
            if after != before:
                place = next((one.place for one in reads.of(CONTEXT)), offer)
                raise self._fault(place, f"{offer.words} changes the decimal context", _LOCALLY)

    def test_its_prices_do_not_hang_on_the_decimal_context(self) -> None:
        """The same prices, whatever precision and rounding a host has set for its own decimals."""
        for offer in self._offers():
            if not isinstance(offer.contribution, (PriceResolver, PriceAdjustment)):
                continue
            for call in few_calls_of(offer):
                usual = answer_text(call)
                with decimal.localcontext(prec=6, rounding=decimal.ROUND_UP):
                    other = answer_text(call)
                if usual != other:
                    problem = f"{offer.words} answers otherwise where decimals have six digits"
                    raise self._fault(offer, problem, _LOCALLY)

    def test_its_contributions_change_nothing_that_they_are_handed(self) -> None:
        """A request stays as it was, also where somebody goes round its being read only."""
        for offer in self._offers():
            for call in few_calls_of(offer):
                before = repr(call.handed)
                self._asked(call)
                if repr(call.handed) != before:
                    raise self._fault(offer, f"{offer.words} changes its request", "Make a value of your own")

    def _answered(self, call: Call) -> Any:
        """The answer, whatever it is: other checks say what is wrong with it."""
        try:
            answer = call.function(*call.handed)
            return list(answer) if isinstance(answer, Iterable) and not isinstance(answer, (tuple, str)) else answer
        except (Exception, SystemExit):
            return None

    def _memory(self, path: Path, offers: Iterable[LoadedContribution]) -> tuple[object, str]:
        """Where something is kept, and its name."""
        module, name, *way = path
        if module:
            return self._sources().of_name(module, name), f"the global {name}"
        named = next((one for one in reversed(way) if one and not one.isdigit()), "")
        return list(offers)[int(name)], f"the closure variable {named}"


_LOCALLY = "Compute with k2k_core.domain.money.Exact, or within decimal.localcontext(...)"


def _context() -> tuple[object, ...]:
    now = decimal.getcontext()
    traps = tuple(sorted(str(signal) for signal, is_set in now.traps.items() if is_set))
    return now.prec, now.rounding, now.Emin, now.Emax, now.capitals, now.clamp, traps


def _unseen_calls(offers: Iterable[LoadedContribution]) -> Iterable[Call]:
    """Calls with lots and customers that nobody has asked about before: what is kept by them grows."""
    for offer in offers:
        for call in few_calls_of(offer):
            yield call
            (first, *_) = call.handed
            if isinstance(first, tuple) and first and isinstance(first[0], PriceRequest):
                yield Call(offer, call.function, (isolated_batch([_unseen(one) for one in first]),))


def _unseen(request: PriceRequest) -> PriceRequest:
    number = next(numbers)
    product = request.lot.product._replace(code=f"P-{number}")
    return request._replace(lot=request.lot._replace(ref=f"NEW/L{number}", product=product))
