"""Runs a scenario: builds its network, runs its steps under a frozen clock, compares the results."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from k2k_core.api import K2K
from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.errors import Invalid, K2KError
from k2k_core.scenario.arguments import checked
from k2k_core.scenario.matching import Difference, differences
from k2k_core.scenario.reader import Scenario, Step
from k2k_core.scenario.references import Unresolved, resolved
from k2k_core.services.ordering.expiry_sweep import next_moment
from k2k_core.services.setup.network_loading import load_network

log = logging.getLogger("k2k.scenario")

MEMORY = "sqlite://"
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60}


class FrozenClock:
    """A clock that stands still until it is moved, and never moves back."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """The current time in UTC."""
        return self.now.astimezone(dt.UTC)

    def move(self, to: dt.datetime) -> None:
        """Move forward. Raises `Invalid` for a moment that has passed."""
        if to.year > parsing.LAST_YEAR:
            raise Invalid("That is beyond the calendar.")
        if to < self.now:
            raise Invalid(
                "It is {now} already: time does not go back to {to}.", now=self.now.isoformat(), to=to.isoformat()
            )
        self.now = to


@dataclass
class StepOutcome:
    """The outcome of one step."""

    step: Step
    result: Any = None
    error: dict[str, str] | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass
class Outcome:
    """The outcome of a scenario."""

    name: str
    steps: list[StepOutcome] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return all(step.passed for step in self.steps)


def run(scenario: Scenario, database_url: str | None = None) -> Outcome:
    """Run a scenario in a fresh in-memory database, or in the database with that address, and leave the data there.

    Raises `K2KError` when the network of the file cannot be loaded into the database.
    """
    clock = clock_of(scenario)
    with K2K.open(database_url or MEMORY, clock=clock) as k2k:
        return Outcome(scenario.name, list(play(scenario, k2k, clock)))


def clock_of(scenario: Scenario) -> FrozenClock:
    """The clock at which a scenario begins."""
    return FrozenClock(scenario.clock or dt.datetime.now(dt.UTC))


def play(scenario: Scenario, k2k: K2K, clock: FrozenClock) -> Iterator[StepOutcome]:
    """Load a scenario's network and run its steps one by one; yields each outcome. `clock` is that of `k2k`.

    Raises `K2KError` when the network cannot be loaded into the database.
    """
    load_network(k2k.context, scenario.network)
    results: dict[str, Any] = {}
    for step in scenario.steps:
        done = _do(step, k2k, clock, results)
        if step.name and done.error is None:
            results[step.name] = done.result
        yield done


def _do(step: Step, k2k: K2K, clock: FrozenClock, results: Mapping[str, Any]) -> StepOutcome:
    try:
        arguments = resolved(step.arguments, results)
        expected = resolved(step.expect, results)
    except Unresolved as error:
        return _refused(step, "unresolved_reference", str(error))
    try:
        answer = _advance(k2k, clock, arguments) if step.verb == "advance" else _ask(k2k, step.verb, arguments)
        outcome = StepOutcome(step, json.loads(json.dumps(answer)))
    except K2KError as error:
        return _refused(step, error.code, error.message)
    except Exception as error:  # a defect of K2K or of a plugin: the other steps still report something
        log.info("the step %s failed", step.verb, exc_info=True)
        return _refused(step, K2KError.code, f"{type(error).__name__}: {error}")
    if step.fails is not None:
        outcome.differences.append({"path": "fails", "expected": step.fails, "actual": None})
    elif step.expects:
        outcome.differences.extend(differences(expected, outcome.result))
    return outcome


def _ask(k2k: K2K, verb: str, arguments: Mapping[str, Any]) -> Any:
    given = checked(arguments)
    if verb == "awb" and set(given) <= _NAMING_AWBS:
        found = k2k.awbs(**given)
        return found if len(found) > 1 else found[0]
    return getattr(k2k, verb)(**given)


_NAMING_AWBS = frozenset(("company", "awb", "partner"))
"""Arguments of `awb` that change nothing: then it reads, and answers all AWBs that a number names."""


def _advance(k2k: K2K, clock: FrozenClock, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Move the clock; everything due by then (carts and orders that end, and their notices) happens at its time."""
    until = _moment(arguments["to"]) if "to" in arguments else _later(clock.now, arguments)
    while (due := next_moment(k2k.context)) is not None and clock.now < due < until:
        clock.move(due)
        k2k.sweep()
    clock.move(until)
    k2k.sweep()
    return {"clock": moment_text(clock.now)}


def _moment(value: object) -> dt.datetime:
    parsing.moment(value)
    return dt.datetime.fromisoformat(str(value))


def _later(now: dt.datetime, arguments: Mapping[str, Any]) -> dt.datetime:
    micros = sum(parsing.amount(value) * _SECONDS[unit] for unit, value in arguments.items())
    try:
        return now + dt.timedelta(microseconds=micros)
    except OverflowError:
        raise Invalid("That is beyond the calendar.") from None


def _refused(step: Step, code: str, message: str) -> StepOutcome:
    outcome = StepOutcome(step, error={"code": code, "message": message})
    if code != step.fails:
        outcome.differences.append({"path": "fails", "expected": step.fails, "actual": code})
    return outcome


__all__ = ["FrozenClock", "Outcome", "StepOutcome", "clock_of", "play", "run"]
