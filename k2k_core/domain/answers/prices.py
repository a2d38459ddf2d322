"""What a lot costs a customer, and why (pricing section 8)."""

from typing import Annotated, TypedDict

from .kinds import BUSINESS, EVERYBODY, NO_CUSTOMER, ONLY_STAFF, Code, Money, Number


class PriceStep(TypedDict):
    """One step of a price hierarchy: what it was asked and what became of it. `value` is per unit."""

    step: Annotated[str, NO_CUSTOMER]
    plugin: Annotated[str, NO_CUSTOMER]
    outcome: Annotated[str, NO_CUSTOMER]
    value: Annotated[Number | None, ONLY_STAFF]
    reason: Annotated[str, ONLY_STAFF]


class PriceAdjustment(TypedDict):
    """An adjustment that made the price another one, per unit."""

    name: str
    before: Number
    after: Number
    reason: str


class UnusedAdjustment(TypedDict):
    """An adjustment that was looked at and left the price as it was."""

    name: str
    outcome: str
    reason: str


class LotPrice(TypedDict):
    """What a lot costs a customer per unit, with the whole explanation. Without a price `reason` says why there is
    none; `components` are the parts of the landed cost by name."""

    lot: Annotated[Code, NO_CUSTOMER]
    price: Annotated[Money | None, BUSINESS]
    currency: Annotated[str, EVERYBODY]
    call_icon: Annotated[bool, EVERYBODY]
    channel: Annotated[str, EVERYBODY]
    reason: Annotated[str | None, NO_CUSTOMER]
    step: Annotated[str | None, NO_CUSTOMER]
    base_price: Annotated[Number | None, ONLY_STAFF]
    landed_cost: Annotated[Number | None, ONLY_STAFF]
    components: Annotated[dict[str, Number], ONLY_STAFF]
    adjustments: Annotated[list[PriceAdjustment], ONLY_STAFF]
    not_applied: Annotated[list[UnusedAdjustment], ONLY_STAFF]
    explanation: list[PriceStep]
