"""The price of a lot for a customer, with its explanation (pricing section 8)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import EVERYBODY, NO_CUSTOMER, ONLY_STAFF, PRICED, STEPS, TERMS, Code, Json, Money, Number, Percent
from .pages import Page


class SettingAddress(TypedDict):
    """Where a value is set: `subject` and `field` as `last_change` takes them, such as `settings` and `k2k_gpm`."""

    subject: Annotated[str, ONLY_STAFF]
    field: Annotated[str, ONLY_STAFF]


class PriceStep(TypedDict):
    """One step of a price hierarchy and its outcome. `value` is per unit; `facts` are those of the `reason`; `setting`
    is where its value is set, of a price that is computed now. `would_be` is what a step that was not reached would
    have given, where every step was asked for."""

    step: Annotated[str, STEPS]
    plugin: Annotated[str, STEPS]
    outcome: Annotated[str, STEPS]
    value: Annotated[Number | None, ONLY_STAFF]
    reason: Annotated[str, ONLY_STAFF]
    facts: Annotated[Json, ONLY_STAFF]
    setting: NotRequired[Annotated[SettingAddress | None, ONLY_STAFF]]
    would_be: NotRequired[Annotated[Number | None, ONLY_STAFF]]


class CostFigure(TypedDict):
    """A component of the landed cost, per unit: its `amount`, how it is made (`said`, with the `facts` in it), and
    where the figure is set."""

    component: str
    amount: Number
    said: str
    facts: Json
    setting: SettingAddress | None


class PriceRounding(TypedDict):
    """The last step: the exact price `before` the rounding, the price `after` it, and the mode, `up` or `half_up`."""

    mode: str
    before: Number
    after: Money
    setting: SettingAddress


class PriceMargin(TypedDict):
    """What is left of a price after its landed cost: per unit, and as a percentage of the price."""

    amount: Number
    percent: Percent


class PriceAdjustment(TypedDict):
    """An adjustment that changed the price, per unit, and where it is set."""

    name: str
    before: Number
    after: Number
    reason: str
    setting: SettingAddress | None


class UnusedAdjustment(TypedDict):
    """An adjustment that was called and did not change the price."""

    name: str
    outcome: str
    reason: str


class PriceByWay(TypedDict):
    """The price of a lot for a customer per unit by one ship via, with the whole explanation. If there is no price,
    `reason` says why; `components` are the components of the landed cost by name, `costs` the same with the figures
    behind them. Base price, adjustments and rounding are for readers who may see costs: for a customer who pays the
    landed cost, the base price is one."""

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
    costs: Annotated[list[CostFigure], ONLY_STAFF]
    adjustments: Annotated[list[PriceAdjustment], ONLY_STAFF]
    not_applied: Annotated[list[UnusedAdjustment], ONLY_STAFF]
    rounding: Annotated[PriceRounding | None, ONLY_STAFF]
    margin: Annotated[PriceMargin | None, ONLY_STAFF]
    explanation: list[PriceStep]


class LotPrice(PriceByWay):
    """The price of a lot for a customer; `twin` is the price by the other ship via that was asked for with it."""

    twin: NotRequired[PriceByWay]


class LotPrices(Page):
    """A page of lots with their prices for a customer."""

    items: list[LotPrice]
