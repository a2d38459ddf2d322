"""Changes of what is set up, and drafts of such changes."""

from typing import Any, NotRequired, TypedDict

from .field_types import Code, Json, Moment, Money, Percent
from .findings import SetupFinding


class Company(TypedDict):
    """A company as it was added."""

    code: Code
    name: str
    currency: str
    timezone: str
    locale: str


class RowOutcome(TypedDict):
    """What became of a row, counted from 0: `created`, `changed`, `unchanged` or `refused`. One that was refused has
    its `error` (`code, message, hint, facts`), another the `version` of the record by it, and one that was changed the
    entry of the audit."""

    row: int
    code: Code | None
    outcome: str
    version: NotRequired[int]
    error: NotRequired[Json]
    audit: NotRequired[int]
    undoable: NotRequired[bool]


class OutcomeCounts(TypedDict):
    """How many rows had each outcome."""

    created: int
    changed: int
    unchanged: int
    refused: int


class RecordsPut(TypedDict):
    """How many records of a collection were added or replaced, and what became of each row. `findings` are what the
    checks find since; of a dry run, what they would find."""

    collection: str
    records: int
    results: list[RowOutcome]
    counts: OutcomeCounts
    findings: NotRequired[list[SetupFinding]]
    dry_run: NotRequired[bool]


class RecordArchived(TypedDict):
    """A record that was archived, or restored, and its version since."""

    collection: str
    code: Code
    archived: bool
    version: int


class Changed(TypedDict):
    """What a change has changed, as it is now: `settings`, or `values` of the record that is named, which are at
    `version` by it. `findings` are what the checks find since. `audit` is the entry that `undo` takes, if it is
    `undoable`."""

    settings: NotRequired[Json]
    company: NotRequired[Code]
    customer: NotRequired[Code]
    lot: NotRequired[Code]
    vendor: NotRequired[Code]
    location: NotRequired[Code]
    product: NotRequired[Code]
    box_type: NotRequired[Code]
    category: NotRequired[Code]
    values: NotRequired[Json]
    version: int
    audit: NotRequired[int]
    undoable: NotRequired[bool]
    dry_run: NotRequired[bool]
    findings: NotRequired[list[SetupFinding]]


class FieldChange(TypedDict):
    """The last change of a field, from what to what, by whom and when. `audit` is the entry that `undo` takes, if it is
    `undoable`; it may have changed other fields too."""

    audit: int
    field: str
    before: Any
    after: Any
    who: str
    when: Moment
    undoable: bool


class Hierarchies(TypedDict):
    """A company's own order of price steps, as in `hierarchies.toml`."""

    company: Code
    hierarchies: Json


class HierarchiesChanged(Hierarchies):
    """The same after a change, with what price checks find since; of a dry run, what they would find."""

    findings: list[SetupFinding]
    dry_run: NotRequired[bool]


class PriceMove(TypedDict):
    """What a draft does to the price of a lot for a customer, per unit; None where there is no price."""

    customer: Code
    lot: Code
    before: Money | None
    after: Money | None
    change_percent: Percent | None
    margin_percent: Percent | None


class PricesCompared(TypedDict):
    """What changes would do to every price of every customer. `under_margin_floor` is None without a floor; `largest`,
    `lost` and `under` are the first examples of each kind."""

    customers: int
    lines: int
    moved: int
    up: int
    down: int
    gained_price: int
    lost_price: int
    under_margin_floor: int | None
    largest: list[PriceMove]
    lost: list[PriceMove]
    under: list[PriceMove]
    findings: list[SetupFinding]


class WhatIf(PricesCompared):
    """The same for a `draft`, to be applied or dropped."""

    company: Code
    draft: Code


class DraftApplied(TypedDict):
    """A draft whose changes were made, each as its command answers it."""

    draft: Code
    state: str
    changes: list[Changed | RecordsPut | Hierarchies]


class DraftDropped(TypedDict):
    """A draft that was deleted."""

    draft: Code
    state: str
