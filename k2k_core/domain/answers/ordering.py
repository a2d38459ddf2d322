"""Placed orders: their documents and lines (domain section 5)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import BUSINESS, COMPANY, NO_CUSTOMER, PRICED, SELLERS, Code, Day, Moment, Money
from .pages import Page


class PlacedLine(TypedDict):
    """A line that was written, with its boxes reserved; the price is per unit. `available` boxes are left of its lot,
    whose last `movement` this was. `row` is the place of the wanted line among those that were asked for, from 0:
    one of the catalog may come from several lots."""

    line: Annotated[str, BUSINESS]
    lot: Annotated[Code, COMPANY]
    boxes: Annotated[int, BUSINESS]
    price: Annotated[Money | None, PRICED]
    purchase_order: Annotated[Code | None, COMPANY]
    sales_order: Annotated[Code | None, COMPANY]
    available: Annotated[int, COMPANY]
    movement: Annotated[int, COMPANY]
    row: Annotated[int, COMPANY]


class PlacedOrder(TypedDict):
    """The lines that were written, with the first document of each kind: own stock and vendors' boxes may be in one
    order. A salesperson's prebook has no cart."""

    cart: Annotated[Code | None, BUSINESS]
    expires_at: Annotated[Moment | None, BUSINESS]
    prebook: Annotated[Code | None, BUSINESS]
    invoice_order: Annotated[Code | None, BUSINESS]
    purchase_order: Annotated[Code | None, COMPANY]
    sales_order: Annotated[Code | None, COMPANY]
    lines: list[PlacedLine]


class ListedCartLine(TypedDict):
    """A line of a cart; the price is per unit."""

    line: Annotated[str, COMPANY]
    lot: Annotated[Code | None, COMPANY]
    description: Annotated[str, COMPANY]
    box_type: Annotated[Code | None, COMPANY]
    boxes: Annotated[int, COMPANY]
    units_per_box: Annotated[int, COMPANY]
    unit_type: Annotated[str, COMPANY]
    price: Annotated[Money | None, SELLERS]
    state: Annotated[str, COMPANY]


class ListedCart(TypedDict):
    """A cart of a customer: `open`, `checked_out`, `expired` or `cancelled`. `boxes` are those of its open lines,
    `documents` the prebooks and orders of own stock that its lines are on; `lines` are included on request."""

    cart: Annotated[Code, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    customer: Annotated[Code, NO_CUSTOMER]
    customer_name: Annotated[str, NO_CUSTOMER]
    ship_date: Annotated[Day, NO_CUSTOMER]
    ship_via: Annotated[str, NO_CUSTOMER]
    location: Annotated[Code | None, NO_CUSTOMER]
    carrier: Annotated[str, NO_CUSTOMER]
    opened_at: Annotated[Moment, NO_CUSTOMER]
    expires_at: Annotated[Moment, NO_CUSTOMER]
    boxes: Annotated[int, NO_CUSTOMER]
    line_counts: Annotated[dict[str, int], NO_CUSTOMER]
    documents: Annotated[list[Code], NO_CUSTOMER]
    lines: NotRequired[Annotated[list[ListedCartLine], COMPANY]]


class Carts(Page):
    """A page of a company's carts."""

    items: list[ListedCart]
