"""Stock: what can still be bought, and uploads of availability."""

from typing import TypedDict

from .field_types import Code


class LotAvailability(TypedDict):
    """How many boxes of a lot can still be bought."""

    lot: Code
    available: int


class LotBoxes(TypedDict):
    """A lot's boxes, and how many of them can be bought."""

    boxes: int
    available: int


class UploadedLot(TypedDict):
    """A lot of an upload; `before` is None for a new one."""

    lot: Code
    before: LotBoxes | None
    after: LotBoxes


class UploadCounts(TypedDict):
    """How many lots an upload adds and changes."""

    added: int
    changed: int


class FileFault(TypedDict):
    """What is wrong in a row of a file. Rows are numbered as a spreadsheet numbers them."""

    row: int
    column: str
    message: str


class AvailabilityUpload(TypedDict):
    """An upload of vendor availability. A dry run (`written` is false) names every fault; a real one has none."""

    company: Code
    mode: str
    dry_run: bool
    written: bool
    rows: int
    counts: UploadCounts
    lots: list[UploadedLot]
    faults: list[FileFault]
