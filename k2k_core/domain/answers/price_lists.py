"""Imports of price lists (pricing section 5)."""

from typing import Literal, NotRequired, TypedDict

from .field_types import Code, Day, Number, Percent
from .findings import SetupFinding
from .inventory import FileFault


class ListState(TypedDict):
    """The properties of a price list."""

    name: str
    type: str
    master: bool
    active: bool
    everyone: bool


class SeasonDays(TypedDict):
    """The first and the last day of a season."""

    start: Day
    end: Day


class RowPrices(TypedDict):
    """The price of a row, and its cost where it has one, per unit."""

    price: Number
    cost: Number | None


class ListChanged(TypedDict):
    """A price list that an import adds or changes. `change` is `added` or `changed`; `row` is the row of the file."""

    what: Literal["list"]
    change: str
    row: int
    list: Code
    before: ListState | None
    after: ListState


class SeasonChanged(TypedDict):
    """A season that is added, or gets other days."""

    what: Literal["season"]
    change: str
    row: int
    list: Code
    season: str
    before: SeasonDays | None
    after: SeasonDays


class RowChanged(TypedDict):
    """A price that is added, changed, or removed: then `after` and `row` are None, because the file has no such row."""

    what: Literal["row"]
    change: str
    row: int | None
    list: Code
    season: str
    product: Code
    box_type: Code | None
    vendor: Code | None
    before: RowPrices | None
    after: RowPrices | None


class RowMargin(TypedDict):
    """What the price of a row of the file leaves over the greatest landed cost, via warehouse, of the lots on sale that
    it is for; None where no such cost is known, the margin also for a price of 0."""

    row: int
    landed_cost: Number | None
    margin_percent: Percent | None


PriceListChange = ListChanged | SeasonChanged | RowChanged


class ChangeCounts(TypedDict):
    """The number of added, changed and removed ones; of rows also the number of unchanged ones."""

    added: int
    changed: int
    removed: int
    unchanged: NotRequired[int]


class PriceListCounts(TypedDict):
    """The number of price lists, seasons and rows that an import changes."""

    lists: ChangeCounts
    seasons: ChangeCounts
    rows: ChangeCounts


class PriceListImport(TypedDict):
    """An import of price lists. A dry run (`written` is false) lists every change and every fault; a real import lists
    the first 1,000 changes and counts the others. `left_out` are the rows with a fault that were left out where
    that was asked for. `findings` are the new ones of the price checks, and prices that fall to less than half; of a
    dry run, those that there would be. A dry run also has the `margins` of the prices that it adds or changes, for who
    sees costs."""

    company: Code
    mode: str
    format: str
    dry_run: bool
    written: bool
    rows: int
    counts: PriceListCounts
    changes: list[PriceListChange]
    changes_left_out: int
    left_out: int
    faults: list[FileFault]
    findings: list[SetupFinding]
    margins: NotRequired[list[RowMargin]]
