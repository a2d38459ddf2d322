"""The price of a lot for a customer, with its explanation (pricing section 8)."""

from typing import Annotated, TypedDict

from .field_types import EVERYBODY, NO_CUSTOMER, ONLY_STAFF, PRICED, STEPS, TERMS, Code, Json, Money, Number
from .pages import Page


class PriceStep(TypedDict):
    """One step of a price hierarchy and its outcome. `value` is per unit; `facts` are those of the `reason`."""

    step: Annotated[str, STEPS]
    plugin: Annotated[str, STEPS]
    outcome: Annotated[str, STEPS]
    value: Annotated[Number | None, ONLY_STAFF]
    reason: Annotated[str, ONLY_STAFF]
    facts: Annotated[Json, ONLY_STAFF]


class PriceAdjustment(TypedDict):
    """An adjustment that changed the price, per unit."""

    name: str
    before: Number
    after: Number
    reason: str


class UnusedAdjustment(TypedDict):
    """An adjustment that was called and did not change the price."""

    name: str
    outcome: str
    reason: str


class LotPrice(TypedDict):
    """The price of a lot for a customer per unit, with the whole explanation. If there is no price, `reason` says why;
    `components` are the components of the landed cost by name. Base price and adjustments are for readers who may see
    costs: for a customer who pays the landed cost, the base price is one."""

    lot: Annotated[Code, NO_CUSTOMER]
    price: Annotated[Money | None, PRICED]
    currency: Annotated[str, TERMS]
    call_icon: Annotated[bool, TERMS]
    channel: Annotated[str, EVERYBODY]
    reason: Annotated[str | None, STEPS]
    step: Annotated[str | None, STEPS]
    base_price: Annotated[Number | None, ONLY_STAFF]
    landed_cost: Annotated[Number | None, ONLY_STAFF]
    components: Annotated[dict[str, Number], ONLY_STAFF]
    adjustments: Annotated[list[PriceAdjustment], ONLY_STAFF]
    not_applied: Annotated[list[UnusedAdjustment], ONLY_STAFF]
    explanation: list[PriceStep]


class LotPrices(Page):
    """A page of lots with their prices for a customer."""

    items: list[LotPrice]
