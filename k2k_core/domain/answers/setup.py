"""Changes of master data and settings, and drafts of such changes."""

from typing import Any, NotRequired, TypedDict

from .field_types import Code, Json, Moment, Money, Percent
from .findings import Checked, CompanyFinding, SetupFinding
from .pages import Page


class Company(TypedDict):
    """A company that was added."""

    code: Code
    name: str
    currency: str
    timezone: str
    locale: str


class CompanyAdded(Company):
    """A company that was added, with the findings of the checks; of a dry run, with those that there would be."""

    findings: list[CompanyFinding]
    dry_run: NotRequired[bool]


class NetworkLoaded(TypedDict):
    """The codes of the companies that were added, the number of connections, and the findings about each company; of a
    dry run, those that there would be."""

    companies: list[Code]
    connections: int
    findings: list[CompanyFinding]
    dry_run: NotRequired[bool]


class RowOutcome(TypedDict):
    """The outcome of a row, counted from 0: `created`, `changed`, `unchanged` or `refused`. A refused one has its
    `error` (`code, message, hint, facts`), the others the new `version` of the record, and a changed one its audit
    entry. `archived`: the record is archived, and stays so until `archive` restores it. `movement` is the last one of a
    lot that the row has moved."""

    row: int
    code: Code | None
    outcome: str
    version: NotRequired[int]
    error: NotRequired[Json]
    archived: NotRequired[bool]
    movement: NotRequired[int]
    audit: NotRequired[int]
    undoable: NotRequired[bool]


class PutCounts(TypedDict):
    """The number of rows by outcome."""

    created: int
    changed: int
    unchanged: int
    refused: int


class RecordsPut(TypedDict):
    """The number of records of a collection that were added or replaced, and the outcome of each row. `findings` are
    the new findings of the checks; of a dry run, those that there would be."""

    collection: str
    records: int
    results: list[RowOutcome]
    counts: PutCounts
    findings: list[SetupFinding]
    dry_run: NotRequired[bool]


class RecordArchived(Checked):
    """A record that was archived or restored, and its new version."""

    collection: str
    code: Code
    archived: bool
    version: int


class Changed(TypedDict):
    """The values after a change: `settings`, or `values` of the named record, with its new `version`. `findings` are
    the new findings of the checks. `audit` is the entry that `undo` takes, if the change is `undoable`. `movement` is
    the last one of a lot that the change has moved."""

    settings: NotRequired[Json]
    company: NotRequired[Code]
    customer: NotRequired[Code]
    lot: NotRequired[Code]
    vendor: NotRequired[Code]
    location: NotRequired[Code]
    product: NotRequired[Code]
    box_type: NotRequired[Code]
    category: NotRequired[Code]
    carrier: NotRequired[Code]
    values: NotRequired[Json]
    version: int
    movement: NotRequired[int]
    audit: NotRequired[int]
    undoable: NotRequired[bool]
    dry_run: NotRequired[bool]
    findings: list[SetupFinding]


class SuggestedPrice(TypedDict):
    """The outcome for a lot: `suggested`, its price A `before` (none) and `after` per unit, with its new `version` and
    its audit entry; or `refused` with the `error`, whose `facts` have a `reason`: `has_price`, `no_landed_cost`,
    `no_gpm`, `not_open_market`, `not_positive`."""

    lot: Code
    outcome: str
    before: NotRequired[Money | None]
    after: NotRequired[Money]
    version: NotRequired[int]
    audit: NotRequired[int]
    undoable: NotRequired[bool]
    error: NotRequired[Json]


class SuggestionCounts(TypedDict):
    """The number of lots by outcome."""

    suggested: int
    refused: int


class PricesSuggested(Checked):
    """The outcome for each lot, in the order in which they were named first."""

    results: list[SuggestedPrice]
    counts: SuggestionCounts


class FieldChange(TypedDict):
    """The last change of a field: from which value to which, by whom and when. `audit` is the entry that `undo` takes,
    if the change is `undoable`; it may have changed other fields too."""

    audit: int
    field: str
    before: Any
    after: Any
    who: str
    when: Moment
    undoable: bool


class Hierarchies(TypedDict):
    """What a company has set of its orders of price steps, as in `hierarchies.toml`: whole orders, and steps that are
    inserted (`insert`)."""

    company: Code
    hierarchies: Json


class OrderedStep(TypedDict):
    """A step of an order, and the plugin that contributes it; None where none does: then no price is made. `inserted`
    is whether the company has inserted it."""

    step: Code
    plugin: str | None
    inserted: bool


class StepOrder(TypedDict):
    """One order of price steps or adjustments and its conditions; None, or no settings, is no condition. `settings` are
    switches of the company that must all be on; `own` is whether the company has set it."""

    inventory_type: str
    customer_type: str | None
    ship_via: str | None
    channel: str | None
    settings: list[str]
    steps: list[OrderedStep]
    own: bool


class HierarchiesInForce(TypedDict):
    """The orders of price steps (`hierarchy`) and of `adjustments` that count for a company: for a line the first whose
    conditions all hold. `own` is what the company has set, as `set_hierarchies` takes it: its orders stand first, and
    the steps that it inserts stand in all orders for their lines."""

    company: Code
    own: Json
    hierarchy: list[StepOrder]
    adjustments: list[StepOrder]


class HierarchiesChanged(Hierarchies, Checked):
    """The hierarchies after a change."""


class PriceMove(TypedDict):
    """What a draft does to the price of a lot for a customer, per unit; None for no price."""

    customer: Code
    lot: Code
    before: Money | None
    after: Money | None
    change_percent: Percent | None
    margin_percent: Percent | None


class PricesCompared(TypedDict):
    """What changes would do to every price of every customer. Each line is `moved` (up, down, or its price gained or
    lost), `unchanged`, or `without_price` before and after. `least_change` and `greatest_change` are of the prices that
    move, a fall below zero; None where none does. `margin_floor` is the floor that was asked for, else the company's;
    `under_margin_floor` are the lines under it, `moved_under_margin_floor` those of them that move, None without a
    floor. `largest`, `lost` and `under` are the first examples of each kind."""

    customers: int
    lines: int
    moved: int
    up: int
    down: int
    gained_price: int
    lost_price: int
    unchanged: int
    without_price: int
    least_change: Percent | None
    greatest_change: Percent | None
    margin_floor: Percent | None
    under_margin_floor: int | None
    moved_under_margin_floor: int | None
    largest: list[PriceMove]
    lost: list[PriceMove]
    under: list[PriceMove]
    findings: list[SetupFinding]


class PriceMoves(Page):
    """A page of the prices that a draft moves."""

    items: list[PriceMove]


class WhatIf(PricesCompared):
    """The same for a `draft`, which can be applied or dropped, where one was stored."""

    company: Code
    draft: NotRequired[Code]


class DraftApplied(Checked):
    """A draft whose changes were made, each with the answer of its command, and what they cause together."""

    draft: Code
    state: str
    changes: list[Changed | RecordsPut | HierarchiesChanged]


class DraftDropped(TypedDict):
    """A draft that was deleted."""

    draft: Code
    state: str
