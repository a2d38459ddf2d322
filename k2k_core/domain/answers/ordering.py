"""Placed orders: their documents and lines (domain section 5)."""

from typing import Annotated, TypedDict

from .field_types import BUSINESS, COMPANY, PRICED, Code, Moment, Money


class PlacedLine(TypedDict):
    """A line that was written, with its boxes reserved; the price is per unit."""

    line: Annotated[str, BUSINESS]
    lot: Annotated[Code, COMPANY]
    boxes: Annotated[int, BUSINESS]
    price: Annotated[Money | None, PRICED]
    purchase_order: Annotated[Code | None, COMPANY]
    sales_order: Annotated[Code | None, COMPANY]


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
