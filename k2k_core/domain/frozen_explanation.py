"""The JSON of an explanation frozen on an order line; its numbers are exact, `n` or `n/d` (pricing section 8).

Each reason is stored with its `template` and `facts` for readers of other languages, messages and days among the facts
too; lines sold before these were recorded have the text only.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from k2k_core.domain.answers.field_types import Json


class FrozenStep(TypedDict):
    """One step of the hierarchy."""

    step: str
    plugin: str
    outcome: str
    value: str | None
    reason: str
    template: NotRequired[str]
    facts: NotRequired[Json]


class FrozenAdjustment(TypedDict):
    """An adjustment that was called."""

    name: str
    plugin: str
    before: str
    after: str
    outcome: str
    reason: str
    template: NotRequired[str]
    facts: NotRequired[Json]


class FrozenSources(TypedDict):
    """The numbers of hidden vendors when boxes of one of their lines went into a cart: the name of the goods, and the
    `source` of each line by its name (pricing section 9)."""

    goods: str
    numbers: dict[str, int]


class FrozenExplanation(TypedDict):
    """The whole explanation; `price` is in minor units. One from before there were sales channels names none. `sources`
    is present if the catalog line was of a hidden vendor."""

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
    sources: NotRequired[FrozenSources]
