"""The records of a company as `records` and `record` return them. They can be passed to `put` unchanged: with the
`version` that was read, `put` overwrites no later change."""

from typing import Annotated, Any, TypedDict

from .field_types import NO_CUSTOMER, ONLY_STAFF, SELLERS, Code, Day, Json, Number
from .pages import Page


class LocationRecord(TypedDict):
    """A location of a company."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    k2k_gpm: Annotated[Number | None, ONLY_STAFF]
    connected: Annotated[bool, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class UserRecord(TypedDict):
    """A person of a company."""

    email: Annotated[str, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    roles: Annotated[list[str], NO_CUSTOMER]
    locale: Annotated[str, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class CategoryRecord(TypedDict):
    """A category of products."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    local_after: Annotated[int | None, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class ProductRecord(TypedDict):
    """A product."""

    code: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    category: Annotated[Code, NO_CUSTOMER]
    variety: Annotated[str | None, NO_CUSTOMER]
    color: Annotated[str | None, NO_CUSTOMER]
    grade: Annotated[str | None, NO_CUSTOMER]
    local_after: Annotated[int | None, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class BoxTypeRecord(TypedDict):
    """A box type."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    fbe: Annotated[Number, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class BoxDimensionsRecord(TypedDict):
    """The dimensions in inches of a box type, or of one product in it."""

    box_type: Annotated[Code, NO_CUSTOMER]
    product: Annotated[Code | None, NO_CUSTOMER]
    length: Annotated[Number, NO_CUSTOMER]
    width: Annotated[Number, NO_CUSTOMER]
    height: Annotated[Number, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class CustomerRecord(TypedDict):
    """A customer. Markups are `{percent: n}` or `{amount: n}`."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    email: Annotated[str, NO_CUSTOMER]
    type: Annotated[str, NO_CUSTOMER]
    landed_cost_as_price: Annotated[bool, ONLY_STAFF]
    ecommerce_markup: Annotated[Json | None, ONLY_STAFF]
    price_b_markup: Annotated[Json | None, ONLY_STAFF]
    sell_fast_markup: Annotated[Json | None, ONLY_STAFF]
    price_lists: Annotated[list[Code], NO_CUSTOMER]
    ship_via: Annotated[str, NO_CUSTOMER]
    show_fob_price: Annotated[bool, NO_CUSTOMER]
    charge_fuel_surcharge: Annotated[bool, NO_CUSTOMER]
    outbound_cube_rate: Annotated[Number | None, SELLERS]
    min_age: Annotated[int | None, NO_CUSTOMER]
    max_age: Annotated[int | None, NO_CUSTOMER]
    days_of_service: Annotated[Json, NO_CUSTOMER]
    salesperson_email: Annotated[str, NO_CUSTOMER]
    ship_to: Annotated[Json, NO_CUSTOMER]
    location: Annotated[Code | None, NO_CUSTOMER]
    credit_hold: Annotated[bool, NO_CUSTOMER]
    additional_charges: Annotated[list[Json], SELLERS]
    send_invoice_to: Annotated[list[str], NO_CUSTOMER]
    send_checkout_notification_to: Annotated[list[str], NO_CUSTOMER]
    company: Annotated[Code | None, NO_CUSTOMER]
    show_vendor: Annotated[bool | None, NO_CUSTOMER]
    locale: Annotated[str | None, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class VendorRecord(TypedDict):
    """A vendor."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    company: Annotated[Code | None, NO_CUSTOMER]
    currency: Annotated[str, ONLY_STAFF]
    exchange_rate: Annotated[Number | None, ONLY_STAFF]
    port: Annotated[str | None, NO_CUSTOMER]
    transit_days: Annotated[int | None, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class CarrierRecord(TypedDict):
    """A carrier with its cut-offs by weekday."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    cut_offs: Annotated[Json, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


class PriceRecord(TypedDict):
    """A price of a season."""

    product: Annotated[Code, NO_CUSTOMER]
    box_type: Annotated[Code | None, NO_CUSTOMER]
    vendor: Annotated[Code | None, NO_CUSTOMER]
    price: Annotated[Number, SELLERS]
    cost: Annotated[Number | None, ONLY_STAFF]


class SeasonRecord(TypedDict):
    """A season of a price list, both days inclusive."""

    name: Annotated[str, NO_CUSTOMER]
    start: Annotated[Day, NO_CUSTOMER]
    end: Annotated[Day, NO_CUSTOMER]
    rows: list[PriceRecord]


class PriceListRecord(TypedDict):
    """A price list with its seasons and their rows."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    type: Annotated[str, NO_CUSTOMER]
    master: Annotated[bool, NO_CUSTOMER]
    everyone: Annotated[bool, NO_CUSTOMER]
    active: Annotated[bool, NO_CUSTOMER]
    seasons: list[SeasonRecord]
    version: Annotated[int, NO_CUSTOMER]


class LotRecord(TypedDict):
    """A lot. `remark` is what buyers read while the company's rules hold it back. `boxes` is how many ever came;
    `box_codes` are the codes of all of them, and None once one has left the lot."""

    code: Annotated[Code, NO_CUSTOMER]
    inventory_type: Annotated[str, NO_CUSTOMER]
    product: Annotated[Code, NO_CUSTOMER]
    vendor: Annotated[Code | None, NO_CUSTOMER]
    location: Annotated[Code | None, NO_CUSTOMER]
    box_type: Annotated[Code, NO_CUSTOMER]
    boxes: Annotated[int, NO_CUSTOMER]
    units_per_box: Annotated[int, NO_CUSTOMER]
    unit_type: Annotated[str, NO_CUSTOMER]
    stems_per_bunch: Annotated[int | None, NO_CUSTOMER]
    unit_cost: Annotated[Number | None, ONLY_STAFF]
    awb: Annotated[str | None, NO_CUSTOMER]
    port: Annotated[str | None, NO_CUSTOMER]
    arrival_date: Annotated[Day, NO_CUSTOMER]
    on_hold: Annotated[bool, NO_CUSTOMER]
    solid: Annotated[bool, NO_CUSTOMER]
    sell_fast: Annotated[bool, NO_CUSTOMER]
    remark: Annotated[str | None, NO_CUSTOMER]
    web_price: Annotated[Number | None, SELLERS]
    price_a: Annotated[Number | None, SELLERS]
    price_b: Annotated[Number | None, SELLERS]
    price_b_manual: Annotated[Number | None, SELLERS]
    unit_price: Annotated[Number | None, SELLERS]
    va_price: Annotated[Number | None, SELLERS]
    purchase_order_price: Annotated[Number | None, SELLERS]
    last_price: Annotated[Json | None, SELLERS]
    box_codes: Annotated[list[Code], NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]


Record = (
    LocationRecord
    | UserRecord
    | CategoryRecord
    | ProductRecord
    | BoxTypeRecord
    | BoxDimensionsRecord
    | CustomerRecord
    | VendorRecord
    | CarrierRecord
    | PriceListRecord
    | LotRecord
)
"""A record of any collection."""


class ListedPrice(TypedDict):
    """A row of a price list, with its list and season."""

    list: Annotated[Code, NO_CUSTOMER]
    season: Annotated[str, NO_CUSTOMER]
    start: Annotated[Day, NO_CUSTOMER]
    end: Annotated[Day, NO_CUSTOMER]
    product: Annotated[Code, NO_CUSTOMER]
    description: Annotated[str, NO_CUSTOMER]
    box_type: Annotated[Code | None, NO_CUSTOMER]
    vendor: Annotated[Code | None, NO_CUSTOMER]
    price: Annotated[Number, SELLERS]
    cost: Annotated[Number | None, ONLY_STAFF]


class ListedPrices(Page):
    """A page of the rows of a company's price lists."""

    items: list[ListedPrice]


class Records(Page):
    """A page of the records of a collection: each with the fields that `put` takes, or with those asked for, without
    the fields that are not for the reader."""

    items: Annotated[list[dict[str, Any]], NO_CUSTOMER]
