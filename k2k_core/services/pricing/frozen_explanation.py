"""Serialises the explanation that is frozen on an order line, and reads it back (pricing section 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypedDict

from k2k_core.domain.answers.field_types import Json
from k2k_core.domain.explanation import Adjusted, Explanation, StepTaken
from k2k_core.domain.frozen_explanation import FrozenAdjustment, FrozenExplanation, FrozenStep
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import ECOMMERCE
from k2k_core.messages import Message, plain_facts


def to_json(explanation: Explanation) -> FrozenExplanation:
    """The explanation as JSON, exact: numbers are written `n` or `n/d`, so that the price can be recomputed."""
    return {
        "company": explanation.company,
        "currency": explanation.currency,
        "lot": explanation.lot,
        "channel": explanation.channel,
        "steps": [
            {
                "step": taken.step,
                "plugin": taken.plugin,
                "outcome": taken.outcome,
                "value": exact_text(taken.value),
                "reason": taken.reason,
                **_made_of(taken.reason),
            }
            for taken in explanation.steps
        ],
        "adjustments": [
            {
                "name": made.name,
                "plugin": made.plugin,
                "before": _text(made.before),
                "after": _text(made.after),
                "outcome": made.outcome,
                "reason": made.reason,
                **_made_of(made.reason),
            }
            for made in explanation.adjustments
        ],
        "rounding": explanation.rounding,
        "price": explanation.price,
        "reason": explanation.reason,
        "landed_cost": exact_text(explanation.landed_cost),
        "components": {name: _text(amount) for name, amount in explanation.components.items()},
    }


def from_json(stored: FrozenExplanation) -> Explanation:
    """The explanation that was frozen."""
    return Explanation(
        stored["company"],
        stored["currency"],
        stored["lot"],
        steps_from_json(stored),
        tuple(_adjusted(one) for one in stored["adjustments"]),
        stored["rounding"],
        stored["price"],
        stored["reason"],
        exact_from(stored["landed_cost"]),
        {name: _exact(amount) for name, amount in stored["components"].items()},
        channel=stored.get("channel", ECOMMERCE),  # lines sold before there were channels do not name one
    )


def steps_from_json(stored: FrozenExplanation) -> tuple[StepTaken, ...]:
    """The steps of the hierarchy of an explanation that was frozen."""
    return tuple(
        StepTaken(one["step"], one["plugin"], one["outcome"], exact_from(one["value"]), _reason(one))
        for one in stored["steps"]
    )


def exact_text(number: Exact | None) -> str | None:
    """A number as text, without loss: `0.3` is `3/10`, a whole one is written as it is."""
    return None if number is None else _text(number)


def exact_from(text: str | None) -> Exact | None:
    """The number of an `exact_text`."""
    return None if text is None else _exact(text)


DAY = "day"
"""The name under which a day is stored among facts."""


class _MadeOf(TypedDict, total=False):
    template: str
    facts: Json


def _made_of(reason: str) -> _MadeOf:
    if not isinstance(reason, Message):
        return {}
    return {"template": reason.template, "facts": {name: _stored(fact) for name, fact in reason.facts.items()}}


def _stored(fact: object) -> Any:
    """A fact as JSON: what is in another language for another reader, a message or a day, as what it is made of."""
    if isinstance(fact, Message):
        return _made_of(fact)
    if isinstance(fact, dt.date) and not isinstance(fact, dt.datetime):
        return {DAY: fact.isoformat()}
    if isinstance(fact, list | tuple):
        return [_stored(each) for each in fact]
    return plain_facts({"fact": fact})["fact"]


def _reason(stored: FrozenStep | FrozenAdjustment) -> str:
    """The reason as a message with its facts, if they are stored and give the same text."""
    if "template" not in stored:
        return stored["reason"]
    made = _message(stored)
    return made if made == stored["reason"] else stored["reason"]


def _message(made_of: Mapping[str, Any]) -> Message:
    facts = made_of.get("facts", {})
    return Message(made_of["template"], **{name: _fact(fact) for name, fact in facts.items()})


def _fact(stored: Any) -> object:
    if isinstance(stored, list):
        return [_fact(each) for each in stored]
    if isinstance(stored, dict) and stored.keys() == {"template", "facts"}:
        return _message(stored)
    if isinstance(stored, dict) and stored.keys() == {DAY}:
        return dt.date.fromisoformat(stored[DAY])
    return stored


def _text(number: Exact) -> str:
    return str(number.as_fraction())


def _exact(text: str) -> Exact:
    return Exact.of(Fraction(text))


def _adjusted(one: FrozenAdjustment) -> Adjusted:
    before, after = _exact(one["before"]), _exact(one["after"])
    return Adjusted(one["name"], one["plugin"], before, after, one["outcome"], _reason(one))
