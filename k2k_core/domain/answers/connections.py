"""Two companies and what they know of each other: their connection, offers and names of codes (domain section 2)."""

from typing import NotRequired, TypedDict

from .field_types import Code, Json, Moment, Money


class ConnectionStep(TypedDict):
    """Which company brought a connection to a state, and when."""

    state: str
    by: Code
    at: Moment


class Connection(TypedDict):
    """A connection with its state, its terms and who moved it when, oldest first."""

    vendor: Code
    buyer: Code
    version: int
    state: str
    hide_vendor: bool
    bill_to_final_customer: bool
    share_future_sales: bool
    history: list[ConnectionStep]


class OpenRequirement(TypedDict):
    """What is still open before a connection can become active. `owner` is `BC` or `VC`; `facts` are those of
    the `detail`; a warning holds nothing back."""

    owner: str
    requirement: str
    company: Code
    detail: str
    facts: Json
    warning: bool


class Offer(TypedDict):
    """A vendor's lot as one buyer sees it, with the price that the buyer typed for it."""

    lot: Code
    version: int
    mapped_product: Code | None
    confirmed: bool
    va_price: Money | None
    available: int
    box_type: Code
    description: str


class CodeMapping(TypedDict):
    """What the buyer calls a `box_type` or `carrier` of a vendor from now on: `own`."""

    buyer: Code
    vendor: Code
    box_type: NotRequired[Code]
    carrier: NotRequired[str]
    own: str


class CodeNames(TypedDict):
    """What a buyer calls otherwise than a vendor, by the vendor's code."""

    buyer: Code
    vendor: Code
    box_types: dict[str, Code]
    carriers: dict[str, str]
