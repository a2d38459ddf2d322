"""An explanation as it is frozen on an order line: JSON, its numbers exact, `n` or `n/d` (pricing section 8)."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class FrozenStep(TypedDict):
    """One step of the hierarchy."""

    step: str
    plugin: str
    outcome: str
    value: str | None
    reason: str


class FrozenAdjustment(TypedDict):
    """An adjustment that was looked at."""

    name: str
    plugin: str
    before: str
    after: str
    outcome: str
    reason: str


class FrozenExplanation(TypedDict):
    """The whole explanation; `price` is in minor units. One from before there were sales channels names none."""

    company: str
    currency: str
    lot: str
    channel: NotRequired[str]
    steps: list[FrozenStep]
    adjustments: list[FrozenAdjustment]
    rounding: str
    price: int | None
    reason: str
    landed_cost: str | None
    components: dict[str, str]
