"""Which lots a buyer and its customers see, and what holds the others back (domain section 3)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import NO_CUSTOMER, Code, Day, Json
from .pages import Page


class DenialDetail(TypedDict):
    """A rule that holds a lot back; `facts` are those of its `reason`. Of the other side's rule only `code`, `side` and
    a general reason are present."""

    code: Annotated[str, NO_CUSTOMER]
    side: Annotated[str, NO_CUSTOMER]
    reason: Annotated[str, NO_CUSTOMER]
    facts: NotRequired[Annotated[Json, NO_CUSTOMER]]
    setting: NotRequired[Annotated[str, NO_CUSTOMER]]
    owner: NotRequired[Annotated[str, NO_CUSTOMER]]
    cured_on: NotRequired[Annotated[Day | None, NO_CUSTOMER]]
    caused_on: NotRequired[Annotated[Day | None, NO_CUSTOMER]]


class SharedLot(TypedDict):
    """Whether a lot of a vendor is shared with a buyer; `reasons` are the sorted codes of every failing rule."""

    lot: Annotated[Code, NO_CUSTOMER]
    shared: Annotated[bool, NO_CUSTOMER]
    reasons: Annotated[list[str], NO_CUSTOMER]
    details: Annotated[list[DenialDetail], NO_CUSTOMER]


class BuyerOfLot(TypedDict):
    """Whether a lot of a vendor is shared with one of its buyers, with every failing rule."""

    buyer: Annotated[Code, NO_CUSTOMER]
    buyer_name: Annotated[str, NO_CUSTOMER]
    shared: Annotated[bool, NO_CUSTOMER]
    reasons: Annotated[list[str], NO_CUSTOMER]
    details: Annotated[list[DenialDetail], NO_CUSTOMER]


class LotByBuyer(TypedDict):
    """A lot of a vendor and its buyers, those with an active connection: `seen` of them are shared the lot."""

    lot: Annotated[Code, NO_CUSTOMER]
    product: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    inventory_type: Annotated[str, NO_CUSTOMER]
    box_type: Annotated[Code, NO_CUSTOMER]
    units_per_box: Annotated[int, NO_CUSTOMER]
    unit_type: Annotated[str, NO_CUSTOMER]
    arrival_date: Annotated[Day, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]
    seen: Annotated[int, NO_CUSTOMER]
    buyers: Annotated[list[BuyerOfLot], NO_CUSTOMER]


class LotsByBuyer(Page):
    """A page of the lots of a vendor with its buyers."""

    items: list[LotByBuyer]


OrderableShipDates = TypedDict(
    "OrderableShipDates",
    {"from": Annotated[Day | None, NO_CUSTOMER], "until": Annotated[Day | None, NO_CUSTOMER]},
)
OrderableShipDates.__doc__ = "The first and the last ship date that can be ordered; None if there is none, or no limit."


class VisibleLot(TypedDict):
    """Whether a customer sees a lot for a ship date. `visible_on` is the day from which time alone shows it,
    `hidden_on` the day from which time hides it, by the rules `hidden_by`; `aging` is in days. `ship_dates` are those
    for which its boxes are there, fresh, and can be shipped."""

    lot: Annotated[Code, NO_CUSTOMER]
    visible: Annotated[bool, NO_CUSTOMER]
    aging: Annotated[int | None, NO_CUSTOMER]
    reasons: Annotated[list[str], NO_CUSTOMER]
    visible_on: Annotated[Day | None, NO_CUSTOMER]
    hidden_on: Annotated[Day | None, NO_CUSTOMER]
    hidden_by: Annotated[list[str], NO_CUSTOMER]
    ship_dates: Annotated[OrderableShipDates, NO_CUSTOMER]
    details: Annotated[list[DenialDetail], NO_CUSTOMER]


class SharedLots(Page):
    """A page of the lots of a vendor."""

    items: list[SharedLot]


class VisibleLots(Page):
    """A page of the lots that a company could sell to a customer."""

    items: list[VisibleLot]


class RuleAddress(TypedDict):
    """Where the value is set that makes a rule hide a lot: `subject` and `field` as `last_change` takes them, of the
    company that owns the setting."""

    subject: Annotated[str, NO_CUSTOMER]
    field: Annotated[str, NO_CUSTOMER]


class HiddenDetail(TypedDict):
    """A rule that hides a lot: `since` when and until when (`ends`) time alone makes it, and the `address` of the value
    behind it. Of the other side's rule only `code`, `side` and a general reason are present."""

    code: Annotated[str, NO_CUSTOMER]
    side: Annotated[str, NO_CUSTOMER]
    reason: Annotated[str, NO_CUSTOMER]
    facts: NotRequired[Annotated[Json, NO_CUSTOMER]]
    setting: NotRequired[Annotated[str, NO_CUSTOMER]]
    owner: NotRequired[Annotated[str, NO_CUSTOMER]]
    since: NotRequired[Annotated[Day | None, NO_CUSTOMER]]
    ends: NotRequired[Annotated[Day | None, NO_CUSTOMER]]
    address: NotRequired[Annotated[RuleAddress | None, NO_CUSTOMER]]


class SeenLot(TypedDict):
    """A lot that the customer sees."""

    lot: Annotated[Code, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]


class HiddenLot(TypedDict):
    """A lot that a customer does not see for a ship date, with every rule that hides it, those that it passes
    (`rules_passed`: of the other side's none), and the first lots of the same product that are `seen`. What a lot is
    that its vendor holds back is for the vendor alone, but for the `remark` that the vendor wrote for buyers."""

    lot: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str | None, NO_CUSTOMER]
    available: Annotated[int | None, NO_CUSTOMER]
    reasons: Annotated[list[str], NO_CUSTOMER]
    details: Annotated[list[HiddenDetail], NO_CUSTOMER]
    visible_on: Annotated[Day | None, NO_CUSTOMER]
    ship_dates: Annotated[OrderableShipDates, NO_CUSTOMER]
    rules_passed: Annotated[list[str], NO_CUSTOMER]
    remark: Annotated[str | None, NO_CUSTOMER]
    seen: Annotated[list[SeenLot], NO_CUSTOMER]


class HiddenLots(Page):
    """A page of the lots that a customer does not see."""

    items: list[HiddenLot]


class DenialCount(TypedDict):
    """One rule over all lots: how many it holds back (`count`), how many of them only this rule holds back (`alone`),
    and some examples. For a rule of the other side its details are None. `ship_dates` are present for rules about the
    day on which boxes leave: the first and the last one for which any of these lots can be ordered."""

    code: Annotated[str, NO_CUSTOMER]
    side: Annotated[str, NO_CUSTOMER]
    count: Annotated[int, NO_CUSTOMER]
    alone: Annotated[int, NO_CUSTOMER]
    owner: Annotated[str | None, NO_CUSTOMER]
    setting: Annotated[str | None, NO_CUSTOMER]
    reason: Annotated[str, NO_CUSTOMER]
    examples: Annotated[list[Code], NO_CUSTOMER]
    cured_on: Annotated[Day | None, NO_CUSTOMER]
    ship_dates: Annotated[OrderableShipDates | None, NO_CUSTOMER]


class HiddenBySide(TypedDict):
    """How many lots the rules of each side hide: one that both hide counts for both."""

    buyer: Annotated[int, NO_CUSTOMER]
    vendor: Annotated[int, NO_CUSTOMER]


class HiddenReport(TypedDict):
    """How many lots a customer sees, and how many each rule and the rules of each side hide. `visible_on` is the first
    day on which time alone shows a hidden one."""

    visible: Annotated[int, NO_CUSTOMER]
    hidden: Annotated[int, NO_CUSTOMER]
    by_side: HiddenBySide
    by_reason: Annotated[list[DenialCount], NO_CUSTOMER]
    visible_on: Annotated[Day | None, NO_CUSTOMER]


class HeldBackReport(TypedDict):
    """How many lots of a vendor a buyer sees, and how many each rule holds back."""

    shared: Annotated[int, NO_CUSTOMER]
    held_back: Annotated[int, NO_CUSTOMER]
    by_reason: Annotated[list[DenialCount], NO_CUSTOMER]
