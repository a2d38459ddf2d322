"""The connection between two companies: its states, open requirements, offers and code mappings (domain section 2)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import COMPANY, NO_CUSTOMER, ONLY_STAFF, SELLERS, Code, Json, Moment, Money, Number
from .findings import SetupFinding
from .inventory import OutcomeCounts
from .pages import Page


class Checked(TypedDict):
    """A write of the set-up, with the new findings of the checks; of a dry run, those that there would be."""

    findings: list[SetupFinding]
    dry_run: NotRequired[bool]


class ConnectionStep(TypedDict):
    """Which company changed the state of a connection, and when."""

    state: str
    by: Code
    at: Moment


class Connection(TypedDict):
    """A connection with its state, its terms and its history: which company changed the state when, oldest first."""

    vendor: Code
    buyer: Code
    version: int
    state: str
    hide_vendor: bool
    bill_to_final_customer: bool
    share_future_sales: bool
    history: list[ConnectionStep]


class TermsChanged(Connection, Checked):
    """A connection after a change of its terms."""


class OpenRequirement(TypedDict):
    """A requirement that is not met yet, before a connection can become active. `owner` is `BC` or `VC`; `facts` are
    those of the `detail`; a warning prevents nothing."""

    owner: str
    requirement: str
    company: Code
    detail: str
    facts: Json
    warning: bool


class Offer(TypedDict):
    """A vendor's lot as one buyer sees it, with the price that the buyer entered for it."""

    lot: Code
    version: int
    mapped_product: Code | None
    confirmed: bool
    va_price: Money | None
    available: int
    box_type: Code
    description: str


class OfferMapped(Offer, Checked):
    """An offer after a change."""


class MappedRow(TypedDict):
    """The outcome of a row of `map`, counted from 0: `changed` or `unchanged` with the `version` of the offer, or
    `refused` with the `error`."""

    row: int
    lot: str
    outcome: str
    version: NotRequired[int]
    error: NotRequired[Json]


class OffersMapped(Checked):
    """The outcome of each row, in order."""

    results: list[MappedRow]
    counts: OutcomeCounts


class SuggestedProduct(TypedDict):
    """A product of the buyer that an unmapped lot may belong to. `how`: `exact` where both descriptions have the same
    words, else by the `words` that they share; `score` is the percentage of shared words."""

    product: Annotated[Code, NO_CUSTOMER]
    how: Annotated[str, NO_CUSTOMER]
    score: Annotated[int, NO_CUSTOMER]


class OfferPrice(TypedDict):
    """What an offer costs and sells at per unit by a ship via, for a customer of whom nothing is set: `price` is the
    one in force, made by `step`; `computed` would be without a typed price."""

    ship_via: Annotated[Code, NO_CUSTOMER]
    landed_cost: Annotated[Number | None, ONLY_STAFF]
    price: Annotated[Money | None, SELLERS]
    step: Annotated[str | None, SELLERS]
    computed: Annotated[Money | None, SELLERS]


class ListedOffer(TypedDict):
    """An offer in a list: a lot that its vendor shares with the buyer. `state` is `unmapped`, `unconfirmed` or
    `sellable`; `mapped_by_itself` while nobody has stored the mapping. `cost` is the vendor's price per unit in the
    buyer's currency, `aging` in days is there if the vendor shows it; `va_price` is the price that a person typed,
    beside the `prices` by ship via."""

    lot: Annotated[Code, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]
    vendor: Annotated[Code, NO_CUSTOMER]
    vendor_name: Annotated[str, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    mapped_product: Annotated[Code | None, NO_CUSTOMER]
    mapped_by_itself: Annotated[bool, NO_CUSTOMER]
    suggestion: SuggestedProduct | None
    confirmed: Annotated[bool, NO_CUSTOMER]
    sellable: Annotated[bool, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    va_price: Annotated[Money | None, SELLERS]
    cost: Annotated[Number | None, ONLY_STAFF]
    prices: list[OfferPrice]
    available: Annotated[int, NO_CUSTOMER]
    future: Annotated[bool, NO_CUSTOMER]
    aging: Annotated[int | None, COMPANY]
    box_type: Annotated[Code, NO_CUSTOMER]
    units_per_box: Annotated[int, NO_CUSTOMER]
    unit_type: Annotated[str, NO_CUSTOMER]
    stems_per_bunch: Annotated[int | None, NO_CUSTOMER]


class Offers(Page):
    """A page of a buyer's offers."""

    items: list[ListedOffer]


class CodeMapping(TypedDict):
    """The buyer's own code (`own`) for a `box_type` or `carrier` of a vendor, after the change."""

    buyer: Code
    vendor: Code
    box_type: NotRequired[Code]
    carrier: NotRequired[str]
    own: str


class CodeMapped(CodeMapping, Checked):
    """A mapping of a code after a change."""


class CodeNames(TypedDict):
    """The buyer's own codes where they differ from the vendor's, by the vendor's code."""

    buyer: Code
    vendor: Code
    box_types: dict[str, Code]
    carriers: dict[str, str]
