"""Boxes between the vendor's confirmation and the buyer's hands (domain section 6)."""

from typing import NotRequired, TypedDict

from .documents import LandedCost
from .field_types import Code, Day, Json, Moment, Money, Number


class DroppedLine(TypedDict):
    """A line that the vendor confirmed an order without."""

    line: str
    lot: Code
    boxes: int


class Confirmation(TypedDict):
    """A confirmed order: its boxes on an AWB, and the lines that were dropped. `awb` is None when all were."""

    awb: str | None
    awb_id: Code | None
    box_codes: list[Code]
    dropped: list[DroppedLine]


class TypedCosts(TypedDict):
    """Real costs of an AWB as somebody typed them; None keeps the estimate."""

    freight: Number | None
    handling: Number | None
    by: str
    at: Moment


class CostShares(TypedDict):
    """What some boxes bear of the real amounts of their AWB: by full-box equivalents, and all the shares of an amount
    add up to it. None of an amount that is not typed."""

    freight: Money | None
    handling: Money | None


class LineLandedCost(LandedCost):
    """The landed cost of some boxes of a `line` on an AWB, with their share of its real amounts."""

    line: str
    shares: CostShares


class InStockShare(TypedDict):
    """Boxes of a `lot` of the company's own supply that came on an AWB and are sold to nobody, with their share."""

    lot: Code
    boxes: int
    shares: CostShares


class Awb(TypedDict):
    """An AWB as one of its companies sees it; costs are None for everybody but its buyer. The AWB of a company's own
    supply has no `vendor`. Its `id` stands wherever its number does, which others may have too."""

    id: Code
    number: str
    version: int
    vendor: Code | None
    buyer: Code
    ship_date: Day | None
    ship_via: str
    arrival_date: Day | None
    freight: Number | None
    handling: Number | None
    shipped: bool
    shipped_at: Moment | None
    orders: list[Code]
    box_codes: list[Code]
    costs_typed: list[TypedCosts] | None
    landed_costs: list[LineLandedCost] | None
    in_stock: list[InStockShare] | None


class StagedBox(TypedDict):
    """A box in the buyer's staging area."""

    box_code: Code
    awb: str
    awb_id: Code
    lot: Code
    state: str
    line: str
    mark_code: Code | None


class BoxOutcome(TypedDict):
    """What became of a box code: `received`, `billed`, `already_received`, `unknown`, `not_yours`, `cancelled`; when
    it is reported missing, `missing` or `not_staged`; when that is declined, the state in which it stands again, or
    `not_missing`."""

    box_code: str
    outcome: str


class LabelError(TypedDict):
    """Why a label could not be drawn, and what to do."""

    code: str
    message: str
    hint: str
    facts: NotRequired[Json]


class PrintedLabel(TypedDict):
    """What the label of a box says; `size` is that of its file in bytes. One that failed has an `error`."""

    box_code: Code
    media_type: str | None
    size: int
    text: str
    error: NotRequired[LabelError]
