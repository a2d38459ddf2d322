"""Explanations: why a price is what it is, and who may see how much of it (pricing section 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import NoneType

from k2k_core.domain.money import Exact, minor_scale, plain, round_price
from k2k_core.domain.pricing import (
    ECOMMERCE,
    FAILED,
    NOT_REACHED,
    USED,
    Adjustment,
    Failed,
    NoValue,
    Price,
    Step,
)
from k2k_core.messages import Message, filled


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of the hierarchy: its outcome, its value, and its reason with the facts."""

    step: str
    plugin: str
    outcome: str
    value: Exact | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One adjustment, whether or not it applied, with the price before and after it."""

    name: str
    plugin: str
    before: Exact
    after: Exact
    outcome: str = USED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that made one price. `vendor` is the vendor's own part of a K2K price, for the vendor only; `channel`
    is the sales channel."""

    company: str
    currency: str
    lot: str
    steps: tuple[StepTaken, ...]
    adjustments: tuple[Adjusted, ...]
    rounding: str
    price: int | None
    reason: str
    landed_cost: Exact | None = None
    components: Mapping[str, Exact] = field(default_factory=dict)
    figures: Mapping[str, Message] = field(default_factory=dict, compare=False)
    """By component how its amount is made; of a price that is computed now, not of a frozen one."""
    vendor: Explanation | None = None
    channel: str = ECOMMERCE


class PriceRecorder:
    """A recorder of what happened to every line of a batch."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._taken: dict[int, list[StepTaken]] = {}
        self._adjusted: dict[int, list[Adjusted]] = {}

    def step(self, line: int, step: Step, answer: Price | NoValue | Failed) -> None:
        value = answer.amount if isinstance(answer, Price) else None
        outcome = USED if isinstance(answer, Price) else answer.outcome
        taken = StepTaken(step.name, step.plugin, outcome, value, reason_text(answer))
        self._taken.setdefault(line, []).append(taken)

    def adjustment(self, line: int, step: Adjustment, before: Exact, answer: Price | NoValue | Failed) -> None:
        after = answer.amount if isinstance(answer, Price) else before
        outcome = USED if isinstance(answer, Price) else answer.outcome
        adjusted = Adjusted(step.name, step.plugin, before, after, outcome, reason_text(answer))
        self._adjusted.setdefault(line, []).append(adjusted)

    def steps(self, line: int) -> tuple[StepTaken, ...]:
        """Every step of the hierarchy in order, including those that were not reached."""
        taken = self._taken.get(line, [])
        failed = bool(taken) and taken[-1].outcome == FAILED
        reason = Message("an earlier step failed") if failed else Message("an earlier step gave the price")
        rest = [StepTaken(step.name, step.plugin, NOT_REACHED, None, reason) for step in self._steps[len(taken) :]]
        return (*taken, *rest)

    def adjustments(self, line: int) -> tuple[Adjusted, ...]:
        """Every adjustment that was called, in order."""
        return tuple(self._adjusted.get(line, ()))


_PLAIN = (str, Message, int, bool, dt.date, NoneType)
"""What stands in a sentence as it is; a plugin's objects become texts at once, never later."""


def reason_text(answer: Price | NoValue | Failed) -> Message:
    """The reason with its facts as plain data; a fact that is a function is called with the price's amount."""
    if isinstance(answer.reason, Message):
        return answer.reason
    amount = answer.amount if isinstance(answer, Price) else None
    facts = {name: _shown(fact, amount) for name, fact in answer.facts.items()}
    if "{" in answer.reason and facts:
        filled(answer.reason, facts)  # a template that cannot be filled is a fault of its plugin
    return Message(answer.reason, **facts)


def _shown(fact: object, amount: Exact | None) -> object:
    fact = fact(amount) if callable(fact) else fact
    if isinstance(fact, Exact):
        return plain(fact)
    return fact if type(fact) in _PLAIN else str(fact)


def sold_at(explanation: Explanation, price: int, name: str, reason: str) -> Explanation:
    """The explanation of a price that the shop changed to `price` (minor units) after the adjustments."""
    used = next(taken.value for taken in explanation.steps if taken.outcome == USED)
    before = explanation.adjustments[-1].after if explanation.adjustments else used
    after = Exact(price, minor_scale(explanation.currency))
    made = Adjusted(name, "k2k", before or after, after, USED, reason)
    return replace(explanation, adjustments=(*explanation.adjustments, made), price=price)


def recomputed(explanation: Explanation) -> int | None:
    """The price in minor units, computed from the explanation alone: base, adjustments, one rounding."""
    used = [taken.value for taken in explanation.steps if taken.outcome == USED]
    failed = any(made.outcome == FAILED for made in explanation.adjustments)
    if not used or used[0] is None or failed:
        return None
    price = used[0]
    for made in explanation.adjustments:
        if made.before != price:
            raise ValueError(f"{explanation.lot}: {made.name} does not start where the step before it ended")
        price = made.after
    minor = round_price(price, minor_scale(explanation.currency), explanation.rounding)
    return minor if price.n > 0 and minor > 0 else None
