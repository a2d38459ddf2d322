"""The connection between two companies: its states, open requirements, offers and code mappings (domain section 2)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import COMPANY, NO_CUSTOMER, ONLY_STAFF, SELLERS, Code, Json, Moment, Money, Number
from .findings import Checked
from .inventory import OutcomeCounts
from .pages import Page
from .sharing import DenialDetail


class ConnectionStep(TypedDict):
    """Which company changed the state of a connection, and when; `person` who of the reader's own company did, None for
    the other company's people and for what happened by itself."""

    state: str
    by: Code
    at: Moment
    person: str | None


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


class FieldPlace(TypedDict):
    """Where something is set: a `setting`, or a `field` of a record by its `collection` and `code`; without a code of a
    new record, or of any that it is about. Terms of a connection are fields of `connections`, its code `ANDES:BLOOM`;
    mappings are fields of `offers`."""

    setting: str | None
    collection: str | None
    code: str | None
    field: str | None


class OpenRequirement(TypedDict):
    """A requirement before a connection can become active, which is `met` or not. `owner` is `BC` or `VC`; `facts` are
    those of the `detail`; a warning prevents nothing. `place` is the setting or field of the company that meets it."""

    owner: str
    requirement: str
    company: Code
    detail: str
    facts: Json
    warning: bool
    met: bool
    place: FieldPlace


class Reminded(TypedDict):
    """A reminder that was sent to the people of `company` who have one of the `roles`."""

    vendor: Code
    buyer: Code
    requirement: str
    company: Code
    roles: list[str]
    at: Moment


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


class ProductAdded(Checked):
    """A product that was added like that of an offer, with its `version`, and the version of the offer, which is mapped
    to it."""

    lot: Code
    product: Code
    description: str
    category: Code
    version: int
    offer_version: int


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
    beside the `prices` by ship via. `pack_known` says whether the buyer has the `box_type`, or has mapped it to one of
    its own."""

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
    pack_known: Annotated[bool, NO_CUSTOMER]
    units_per_box: Annotated[int, NO_CUSTOMER]
    unit_type: Annotated[str, NO_CUSTOMER]
    stems_per_bunch: Annotated[int | None, NO_CUSTOMER]


class Offers(Page):
    """A page of a buyer's offers."""

    items: list[ListedOffer]


class PreviewedLot(TypedDict):
    """A lot of a vendor as a buyer would see it once their connection is active. `vendor_price` is the vendor's, per
    unit. For the buyer: its `unit_cost` and `landed_cost` in its own currency, and the `price` that it would sell at,
    or `why_no_price`; the vendor does not see these. Each is there for those who may see it. Of what the vendor holds
    back its buyer has the reasons alone."""

    lot: Annotated[Code, NO_CUSTOMER]
    description: NotRequired[Annotated[str, NO_CUSTOMER]]
    box_type: NotRequired[Annotated[Code, NO_CUSTOMER]]
    units_per_box: NotRequired[Annotated[int, NO_CUSTOMER]]
    unit_type: NotRequired[Annotated[str, NO_CUSTOMER]]
    available: NotRequired[Annotated[int, NO_CUSTOMER]]
    shared: Annotated[bool, NO_CUSTOMER]
    reasons: Annotated[list[str], NO_CUSTOMER]
    details: Annotated[list[DenialDetail], NO_CUSTOMER]
    vendor_price: NotRequired[Annotated[Money | None, SELLERS]]
    unit_cost: NotRequired[Annotated[Number | None, ONLY_STAFF]]
    landed_cost: NotRequired[Annotated[Number | None, ONLY_STAFF]]
    price: NotRequired[Annotated[Money | None, SELLERS]]
    why_no_price: NotRequired[Annotated[str | None, SELLERS]]


class ConnectionPreview(Page):
    """A page of what a connection would share, hold back and cost. `currency` is the vendor's; `rate` is the one that
    the prices are converted with, None where there is none or for whoever may not see it. `shared` and `held_back`
    count all lots, with `count`."""

    vendor: Annotated[Code, NO_CUSTOMER]
    buyer: Annotated[Code, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    currency: Annotated[str, NO_CUSTOMER]
    buyer_currency: Annotated[str, NO_CUSTOMER]
    rate: Annotated[Number | None, NO_CUSTOMER]
    shared: NotRequired[Annotated[int, NO_CUSTOMER]]
    held_back: NotRequired[Annotated[int, NO_CUSTOMER]]
    items: list[PreviewedLot]


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
