"""Confirmation, AWBs, staging, scans and labels: boxes from the vendor's confirmation to the receipt (domain section
6)."""

from typing import Annotated, NotRequired, TypedDict

from .documents import LandedCost
from .field_types import COMPANY, NO_CUSTOMER, ONLY_STAFF, Code, Day, Json, Moment, Money, Number
from .inventory import MovedLot
from .pages import Page


class DroppedLine(TypedDict):
    """A line that was dropped when the vendor confirmed the order."""

    line: str
    lot: Code
    boxes: int


class Confirmation(TypedDict):
    """A confirmed order: its boxes on an AWB, and the lines that were dropped, with the lots that these `moved`. `awb`
    is None if all were."""

    awb: str | None
    awb_id: Code | None
    box_codes: list[Code]
    dropped: list[DroppedLine]
    moved: list[MovedLot]


class ConfirmedRow(TypedDict):
    """The outcome of a row of `confirm`, counted from 0: `confirmed` with the `confirmation`, or `refused` with the
    `error`."""

    row: int
    sales_order: str
    outcome: str
    confirmation: NotRequired[Confirmation]
    error: NotRequired[Json]


class ConfirmedCounts(TypedDict):
    """The number of rows by outcome."""

    confirmed: int
    refused: int


class OrdersConfirmed(TypedDict):
    """The outcome of each row, in order."""

    results: list[ConfirmedRow]
    counts: ConfirmedCounts


class TypedCosts(TypedDict):
    """Real costs of an AWB as they were entered; None keeps the estimate."""

    freight: Number | None
    handling: Number | None
    by: str
    at: Moment


class CostShares(TypedDict):
    """The share of some boxes in the real costs of their AWB: by full-box equivalents, so that all shares add up to the
    amount. None for an amount that is not entered."""

    freight: Money | None
    handling: Money | None


class LineLandedCost(LandedCost):
    """The landed cost of some boxes of a `line` on an AWB, with their share of its real amounts."""

    line: str
    shares: CostShares


class InStockShare(TypedDict):
    """Boxes of a `lot` of the company's own supply that came on an AWB and are not sold, with their share of its
    costs."""

    lot: Code
    boxes: int
    shares: CostShares


class LeftLot(TypedDict):
    """A lot that boxes have left as their AWB was shipped: the number of these boxes, the lot's last movement, and what
    is on hand then."""

    lot: Code
    boxes: int
    movement: int
    on_hand: int


class Awb(TypedDict):
    """An AWB as one of its companies sees it; costs are None for everybody but its buyer. The AWB of a company's own
    supply has no `vendor`. Its `id` can be given instead of its number, which other AWBs may have too. `lots` are those
    that boxes leave, in the answer of `ship`."""

    id: Code
    number: str
    version: int
    vendor: Code | None
    vendor_name: str | None
    buyer: Code
    buyer_name: str
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
    lots: NotRequired[list[LeftLot]]


class StagedBox(TypedDict):
    """A box in the buyer's staging area."""

    box_code: Code
    awb: str
    awb_id: Code
    lot: Code
    state: str
    line: str
    mark_code: Code | None


class ListedAwb(TypedDict):
    """An AWB in a list: `boxes` that were given to its orders, their full-box equivalents (`fbe`), and `staged` ones
    that have not been received. Costs are the buyer's alone."""

    id: Annotated[Code, NO_CUSTOMER]
    number: Annotated[str, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]
    vendor: Annotated[Code | None, NO_CUSTOMER]
    vendor_name: Annotated[str | None, NO_CUSTOMER]
    buyer: Annotated[Code, NO_CUSTOMER]
    buyer_name: Annotated[str, NO_CUSTOMER]
    ship_date: Annotated[Day | None, NO_CUSTOMER]
    ship_via: Annotated[str, NO_CUSTOMER]
    arrival_date: Annotated[Day | None, NO_CUSTOMER]
    freight: Annotated[Number | None, ONLY_STAFF]
    handling: Annotated[Number | None, ONLY_STAFF]
    shipped: Annotated[bool, NO_CUSTOMER]
    shipped_at: Annotated[Moment | None, NO_CUSTOMER]
    boxes: Annotated[int, NO_CUSTOMER]
    fbe: Annotated[Number, NO_CUSTOMER]
    staged: Annotated[int, NO_CUSTOMER]


class Awbs(Page):
    """A page of a company's AWBs."""

    items: list[ListedAwb]


class ListedStagedBox(TypedDict):
    """A box in the buyer's staging area, in a list."""

    box_code: Annotated[Code, NO_CUSTOMER]
    awb: Annotated[str, NO_CUSTOMER]
    awb_id: Annotated[Code, NO_CUSTOMER]
    arrival_date: Annotated[Day | None, NO_CUSTOMER]
    shipped: Annotated[bool, NO_CUSTOMER]
    vendor: Annotated[Code, NO_CUSTOMER]
    lot: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    line: Annotated[str, NO_CUSTOMER]
    mark_code: Annotated[Code | None, NO_CUSTOMER]


class StagedBoxes(Page):
    """A page of the boxes in the staging area."""

    items: list[ListedStagedBox]


class ListedBox(TypedDict):
    """A box that a company has, buys or sells. `order` is the company's own document of the last line that the box was
    given to: prebook, invoice order, purchase order or, of the vendor, sales order; `partner` is the other company of
    it. `printed` counts its labels, `missing` is why its buyer reports that it never came."""

    box_code: Annotated[Code, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    lot: Annotated[Code | None, NO_CUSTOMER]
    description: Annotated[str | None, NO_CUSTOMER]
    line: Annotated[str | None, NO_CUSTOMER]
    order: Annotated[Code | None, NO_CUSTOMER]
    partner: Annotated[Code | None, NO_CUSTOMER]
    awb: Annotated[str | None, NO_CUSTOMER]
    awb_id: Annotated[Code | None, NO_CUSTOMER]
    mark_code: Annotated[Code | None, COMPANY]
    printed: Annotated[int, NO_CUSTOMER]
    missing: Annotated[str | None, COMPANY]


class Boxes(Page):
    """A page of a company's boxes."""

    items: list[ListedBox]


class BoxOutcome(TypedDict):
    """The outcome for a box code: of a scan `received`, `billed`, `already_received`, `unknown`, `not_yours` or
    `cancelled`; of a report `missing` or `not_staged`; of a declined report the state of the box before it, or
    `not_missing`."""

    box_code: Annotated[str, NO_CUSTOMER]
    outcome: Annotated[str, NO_CUSTOMER]


class AwbProgress(TypedDict):
    """How far the boxes of an AWB have come: how many were `expected` and `scanned`, how many are still `waiting`, how
    many are `reported` missing, and the codes of the first of those that have not come."""

    awb: Annotated[str, NO_CUSTOMER]
    awb_id: Annotated[Code, NO_CUSTOMER]
    expected: Annotated[int, NO_CUSTOMER]
    scanned: Annotated[int, NO_CUSTOMER]
    waiting: Annotated[int, NO_CUSTOMER]
    reported: Annotated[int, NO_CUSTOMER]
    not_come: Annotated[list[Code], NO_CUSTOMER]


class ScannedBox(BoxOutcome):
    """The outcome of a scan, with what the box is. A code that is unknown, or on no order of the company, has only its
    outcome.

    `order` is the company's prebook or purchase order, `invoice` the customer's; `own_lot` is the company's lot that
    the box lies in, `moved` what the scan has moved of it. `received_by` scanned a box that was received before, at
    `received_at`. `progress` is that of its AWB after the whole scan.
    """

    line: NotRequired[Annotated[str, COMPANY]]
    lot: NotRequired[Annotated[Code, COMPANY]]
    vendor: NotRequired[Annotated[Code, COMPANY]]
    product: NotRequired[Annotated[Code | None, COMPANY]]
    description: NotRequired[Annotated[str, COMPANY]]
    order: NotRequired[Annotated[Code | None, COMPANY]]
    customer: NotRequired[Annotated[Code | None, COMPANY]]
    customer_name: NotRequired[Annotated[str | None, COMPANY]]
    mark_code: NotRequired[Annotated[Code | None, COMPANY]]
    invoice: NotRequired[Annotated[Code | None, COMPANY]]
    own_lot: NotRequired[Annotated[Code | None, COMPANY]]
    moved: NotRequired[Annotated[MovedLot | None, COMPANY]]
    received_at: NotRequired[Annotated[Moment | None, COMPANY]]
    received_by: NotRequired[Annotated[str | None, COMPANY]]
    progress: NotRequired[Annotated[AwbProgress | None, COMPANY]]


class ListedScan(TypedDict):
    """A code that a person scanned, or received by hand (`how`: `confirm`), and its outcome then."""

    id: Annotated[int, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]
    person: Annotated[str, COMPANY]
    how: Annotated[str, NO_CUSTOMER]
    box_code: Annotated[str, NO_CUSTOMER]
    outcome: Annotated[str, NO_CUSTOMER]
    line: Annotated[str | None, NO_CUSTOMER]
    description: Annotated[str | None, NO_CUSTOMER]
    customer: Annotated[Code | None, COMPANY]
    customer_name: Annotated[str | None, COMPANY]
    invoice: Annotated[Code | None, COMPANY]
    awb: Annotated[str | None, NO_CUSTOMER]
    awb_id: Annotated[Code | None, NO_CUSTOMER]


class Scans(Page):
    """A page of scans."""

    items: list[ListedScan]


class WaitingGoods(TypedDict):
    """The boxes of one kind of goods for one customer that wait on an AWB."""

    description: Annotated[str, NO_CUSTOMER]
    customer: Annotated[Code | None, COMPANY]
    customer_name: Annotated[str | None, COMPANY]
    boxes: Annotated[int, NO_CUSTOMER]


class StagedAwb(AwbProgress):
    """An AWB with boxes in the staging area. It is `expected_on` the arrival date that somebody typed, else the first
    day on which its boxes are for a customer."""

    vendor: Annotated[Code | None, NO_CUSTOMER]
    vendor_name: Annotated[str | None, NO_CUSTOMER]
    ship_date: Annotated[Day | None, NO_CUSTOMER]
    ship_via: Annotated[str, NO_CUSTOMER]
    shipped: Annotated[bool, NO_CUSTOMER]
    shipped_at: Annotated[Moment | None, NO_CUSTOMER]
    arrival_date: Annotated[Day | None, NO_CUSTOMER]
    expected_on: Annotated[Day | None, NO_CUSTOMER]
    goods: Annotated[list[WaitingGoods], NO_CUSTOMER]


class StagedAwbs(Page):
    """A page of the AWBs with boxes in the staging area."""

    items: list[StagedAwb]


class UnbilledLine(TypedDict):
    """A received line of a prebook that nobody has billed: its `boxes` that were not released, and the `reason` why
    they were not billed as they came (`credit_hold`, `auto_billing_off` or `other_way`)."""

    line: Annotated[str, NO_CUSTOMER]
    prebook: Annotated[Code, NO_CUSTOMER]
    customer: Annotated[Code, COMPANY]
    customer_name: Annotated[str, COMPANY]
    description: Annotated[str, NO_CUSTOMER]
    boxes: Annotated[int, NO_CUSTOMER]
    reason: Annotated[str, COMPANY]


class UnbilledLines(Page):
    """A page of the received lines that nobody has billed."""

    items: list[UnbilledLine]


class LabelError(TypedDict):
    """Why a label could not be drawn, and what to do."""

    code: str
    title: str
    message: str
    hint: str
    facts: NotRequired[Json]


class PrintedLabel(TypedDict):
    """The text of a box label; `size` is the size of its file in bytes. A label that failed has an `error`."""

    box_code: Code
    media_type: str | None
    size: int
    text: str
    error: NotRequired[LabelError]
