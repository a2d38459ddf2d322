"""Placed orders: their documents and lines (domain section 5)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import BUSINESS, COMPANY, EVERYBODY, PRICED, Code, Day, Moment, Money
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

    line: Annotated[str, BUSINESS]
    lot: Annotated[Code | None, COMPANY]
    description: Annotated[str, BUSINESS]
    box_type: Annotated[Code | None, BUSINESS]
    boxes: Annotated[int, BUSINESS]
    units_per_box: Annotated[int, BUSINESS]
    unit_type: Annotated[str, BUSINESS]
    price: Annotated[Money | None, PRICED]
    state: Annotated[str, BUSINESS]


class ListedCart(TypedDict):
    """A cart of a customer: `open`, `checked_out`, `expired` or `cancelled`. `boxes` are those of its open lines,
    `documents` the prebooks and orders of own stock that its lines are on; `lines` are included on request."""

    cart: Annotated[Code, EVERYBODY]
    state: Annotated[str, EVERYBODY]
    customer: Annotated[Code, EVERYBODY]
    customer_name: Annotated[str, EVERYBODY]
    ship_date: Annotated[Day, EVERYBODY]
    ship_via: Annotated[str, EVERYBODY]
    location: Annotated[Code | None, EVERYBODY]
    carrier: Annotated[str, EVERYBODY]
    opened_at: Annotated[Moment, EVERYBODY]
    expires_at: Annotated[Moment, EVERYBODY]
    boxes: Annotated[int, EVERYBODY]
    line_counts: Annotated[dict[str, int], EVERYBODY]
    documents: Annotated[list[Code], EVERYBODY]
    lines: NotRequired[Annotated[list[ListedCartLine], BUSINESS]]


class Carts(Page):
    """A page of a company's carts."""

    items: list[ListedCart]
