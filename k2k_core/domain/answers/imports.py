"""Imports of the records of a collection."""

from typing import NotRequired, TypedDict

from .field_types import Code, Json
from .findings import SetupFinding
from .setup import PutCounts


class CellFault(TypedDict):
    """A fault of a row in a column, or of the row as a whole (`""`). `nearest` is the existing code that is most like
    the unknown one."""

    column: str
    message: str
    nearest: NotRequired[Code]


class ImportedRow(TypedDict):
    """A row of an import. `row` is its number in the spreadsheet, whose header is row 1; rows that are passed count in
    the same way. `outcome` is `created`, `changed`, `unchanged` or `refused`. `before` and `after` are the fields that
    change; a created row has no `before`, and a refused one neither. `values` are the fields of the row as they were
    read, for `rows` of another call; only a dry run has them."""

    row: int
    code: Code | None
    outcome: str
    before: Json | None
    after: Json | None
    faults: list[CellFault]
    values: NotRequired[Json]
    version: NotRequired[int]
    archived: NotRequired[bool]
    movement: NotRequired[int]
    audit: NotRequired[int]
    undoable: NotRequired[bool]
    error: NotRequired[Json]


class RowsImported(TypedDict):
    """An import of records of a collection, with the outcome of each row. `records` is the number of rows that could be
    written. `findings` are the new ones of the checks, and large falls of prices; of a dry run, those that there would
    be."""

    company: Code
    collection: str
    dry_run: bool
    written: bool
    records: int
    counts: PutCounts
    rows: list[ImportedRow]
    findings: list[SetupFinding]
