"""Stock: availability, quantities and movements of lots, and uploads of availability."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import NO_CUSTOMER, Code, Json, Moment
from .findings import SetupFinding
from .pages import Page


class LotAvailability(TypedDict):
    """How many boxes of a lot can still be bought."""

    lot: Code
    available: int


class LotQuantity(TypedDict):
    """The quantities of a lot (domain section 1). No box is counted in two of `available`, `reserved` (in a cart, or
    waiting for the confirmation), `staged` (confirmed, not shipped) and `allocated` (received for a prebook and not
    billed).

    `on_hand` is what a person counts: these four without `short`, boxes that are promised and not there. `shipped` have
    left, `sold` are reserved, staged or shipped, `boxes` are all that ever came. `movement` is the number of the lot's
    last movement: give it as `as_of` when you state a quantity that your books have at this movement.
    """

    lot: Annotated[Code, NO_CUSTOMER]
    movement: Annotated[int, NO_CUSTOMER]
    on_hand: Annotated[int, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]
    reserved: Annotated[int, NO_CUSTOMER]
    staged: Annotated[int, NO_CUSTOMER]
    allocated: Annotated[int, NO_CUSTOMER]
    short: Annotated[int, NO_CUSTOMER]
    shipped: Annotated[int, NO_CUSTOMER]
    sold: Annotated[int, NO_CUSTOMER]
    boxes: Annotated[int, NO_CUSTOMER]
    counted_at: Annotated[Moment | None, NO_CUSTOMER]


class LotQuantities(Page):
    """A page of the quantities of a company's lots."""

    items: Annotated[list[LotQuantity], NO_CUSTOMER]


class MovedQuantity(LotQuantity):
    """The quantities of a lot after a statement or an adjustment; `outcome` is `changed`, or `unchanged` if it had been
    done before or made no difference."""

    outcome: Annotated[str, NO_CUSTOMER]


class StatedRow(TypedDict):
    """The outcome of a row: `changed`, `unchanged`, or `refused` with the `error`; a refused row changes nothing."""

    row: int
    code: str
    outcome: str
    movement: NotRequired[int]
    on_hand: NotRequired[int]
    available: NotRequired[int]
    short: NotRequired[int]
    error: NotRequired[Json]


class OutcomeCounts(TypedDict):
    """The number of rows by outcome."""

    changed: int
    unchanged: int
    refused: int


class StatedRows(TypedDict):
    """The outcome of each row, in order."""

    results: list[StatedRow]
    counts: OutcomeCounts


class MovedLot(TypedDict):
    """A lot that a command has moved, with its last `movement` and its numbers after it; of a vendor's lot
    (`VENDOR/LOT`) its buyer sees what is `available`."""

    lot: Annotated[Code, NO_CUSTOMER]
    movement: Annotated[int, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]
    on_hand: NotRequired[Annotated[int, NO_CUSTOMER]]
    short: NotRequired[Annotated[int, NO_CUSTOMER]]


class Movement(TypedDict):
    """A movement of a lot: the change of each number and the number after it. `stated`: the quantity was stated.
    `reference` is the caller's reference."""

    movement: Annotated[int, NO_CUSTOMER]
    lot: Annotated[Code, NO_CUSTOMER]
    reason: Annotated[str, NO_CUSTOMER]
    stated: Annotated[bool, NO_CUSTOMER]
    on_hand_change: Annotated[int, NO_CUSTOMER]
    on_hand: Annotated[int, NO_CUSTOMER]
    available_change: Annotated[int, NO_CUSTOMER]
    available: Annotated[int, NO_CUSTOMER]
    allocated_change: Annotated[int, NO_CUSTOMER]
    allocated: Annotated[int, NO_CUSTOMER]
    short_change: Annotated[int, NO_CUSTOMER]
    short: Annotated[int, NO_CUSTOMER]
    line: Annotated[str | None, NO_CUSTOMER]
    reference: Annotated[str | None, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]


class Movements(Page):
    """A page of movements."""

    items: Annotated[list[Movement], NO_CUSTOMER]


class LotBoxes(TypedDict):
    """The boxes of a lot, and how many of them can be bought."""

    boxes: int
    available: int


class UploadedLot(TypedDict):
    """A lot of an upload; `before` is None for a new one. `movement` is its last one, if the upload has moved it."""

    lot: Code
    before: LotBoxes | None
    after: LotBoxes
    movement: NotRequired[int]


class UploadCounts(TypedDict):
    """The number of lots that an upload adds and changes."""

    added: int
    changed: int


class FileFault(TypedDict):
    """A fault in a row of a file. Rows are numbered as in a spreadsheet. `nearest` is the existing code that is most
    like an unknown one of a price list."""

    row: int
    column: str
    message: str
    nearest: NotRequired[Code]


class AvailabilityUpload(TypedDict):
    """An upload of vendor availability. A dry run (`written` is false) names every fault; a real one has none. No
    check depends on lots: there are no `findings`."""

    company: Code
    mode: str
    dry_run: bool
    written: bool
    rows: int
    counts: UploadCounts
    lots: list[UploadedLot]
    faults: list[FileFault]
    findings: list[SetupFinding]
