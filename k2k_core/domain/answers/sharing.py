"""Which lots a buyer and its customers see, and what holds the others back (domain section 3)."""

from typing import NotRequired, TypedDict

from .field_types import Code, Day, Json


class DenialDetail(TypedDict):
    """A rule that holds a lot back; `facts` are those of its `reason`. Of the other side's rule only `code`, `side` and
    a general reason are present."""

    code: str
    side: str
    reason: str
    facts: NotRequired[Json]
    setting: NotRequired[str]
    owner: NotRequired[str]
    cured_on: NotRequired[Day | None]
    caused_on: NotRequired[Day | None]


class SharedLot(TypedDict):
    """Whether a lot of a vendor is shared with a buyer; `reasons` are the sorted codes of every failing rule."""

    lot: Code
    shared: bool
    reasons: list[str]
    details: list[DenialDetail]


OrderableShipDates = TypedDict("OrderableShipDates", {"from": Day | None, "until": Day | None})
"""The first and the last ship date that can be ordered; None if there is none, or no limit."""


class VisibleLot(TypedDict):
    """Whether a customer sees a lot for a ship date. `visible_on` is the day from which time alone shows it,
    `hidden_on` the day from which time hides it, by the rules `hidden_by`; `aging` is in days. `ship_dates` are those
    for which its boxes are there, fresh, and can be shipped."""

    lot: Code
    visible: bool
    aging: int | None
    reasons: list[str]
    visible_on: Day | None
    hidden_on: Day | None
    hidden_by: list[str]
    ship_dates: OrderableShipDates
    details: list[DenialDetail]


class DenialCount(TypedDict):
    """One rule over all lots: how many it holds back (`count`), how many of them only this rule holds back (`alone`),
    and some examples. For a rule of the other side its details are None. `ship_dates` are present for rules about the
    day on which boxes leave: the first and the last one for which any of these lots can be ordered."""

    code: str
    side: str
    count: int
    alone: int
    owner: str | None
    setting: str | None
    reason: str
    examples: list[Code]
    cured_on: Day | None
    ship_dates: OrderableShipDates | None


class HiddenReport(TypedDict):
    """How many lots a customer sees, and how many each rule hides. `visible_on` is the first day on which time alone
    shows a hidden one."""

    visible: int
    hidden: int
    by_reason: list[DenialCount]
    visible_on: Day | None


class HeldBackReport(TypedDict):
    """How many lots of a vendor a buyer sees, and how many each rule holds back."""

    shared: int
    held_back: int
    by_reason: list[DenialCount]
