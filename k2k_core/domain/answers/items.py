"""What a company has to sell, with its typed and computed prices (pricing section 4)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import COMPANY, NO_CUSTOMER, ONLY_STAFF, SELLERS, STEPS, Code, Money, Number
from .pages import Page
from .prices import PriceStep


class AvailableItem(TypedDict):
    """A lot of the company's own, or one that a vendor shares with it and that it sells (`inventory_type` is `k2k`).

    Prices are per unit, by the warehouse, for a customer of type A of whom nothing is set: `typed` stands in the field
    `typed_field` of the lot or of the offer; `computed` is the price without it; `price` is the one in force, made by
    `step`. Its steps (`explanation`) are there when they are asked for.
    """

    lot: Annotated[Code, NO_CUSTOMER]
    inventory_type: Annotated[str, NO_CUSTOMER]
    product: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    box_type: Annotated[Code, NO_CUSTOMER]
    units_per_box: Annotated[int, NO_CUSTOMER]
    unit_type: Annotated[str, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]
    currency: Annotated[Code, COMPANY]
    typed_field: Annotated[str, COMPANY]
    typed: Annotated[Money | None, SELLERS]
    landed_cost: Annotated[Number | None, ONLY_STAFF]
    computed: Annotated[Money | None, SELLERS]
    price: Annotated[Money | None, SELLERS]
    step: Annotated[str | None, SELLERS]
    explanation: NotRequired[Annotated[list[PriceStep], STEPS]]


class AvailableItems(Page):
    """A page of what a company has to sell."""

    items: list[AvailableItem]
