"""The transfer of a purchase order to its vendor, and what the vendor reads of it (domain section 6)."""

from typing import Annotated, TypedDict

from .documents import DocumentCharge, DocumentLine
from .field_types import COMPANY, NO_CUSTOMER, SELLERS, Code, Day, Moment, Money
from .pages import Page


class Transferred(TypedDict):
    """A purchase order that was sent, and the number of the prebook that it made at the vendor."""

    purchase_order: Code
    vendor_document: Code


class BuyerRequest(TypedDict):
    """A purchase order of a buyer, as its vendor reads it: `document` is the number of the vendor's own prebook, and
    once that was accepted of its sales order. `state` is how far the transfer is: `transferred`, `accepted`, `filled`,
    `confirmed`, `rejected` or `cancelled`.

    `boxes` are asked for, `filled` of them have lots; lines are of a `known` product of the vendor, or of an `unknown`
    one. `expires_at` is when the first of its waiting lines ends; an `overdue` one should have left by now.
    """

    document: Annotated[Code, NO_CUSTOMER]
    purchase_order: Annotated[Code, NO_CUSTOMER]
    version: Annotated[int, COMPANY]
    state: Annotated[str, NO_CUSTOMER]
    status: Annotated[str, NO_CUSTOMER]
    buyer: Annotated[Code, NO_CUSTOMER]
    buyer_name: Annotated[str, NO_CUSTOMER]
    ship_date: Annotated[Day | None, NO_CUSTOMER]
    vendor_ship_date: Annotated[Day | None, NO_CUSTOMER]
    ship_via: Annotated[str, NO_CUSTOMER]
    carrier: Annotated[str, COMPANY]
    boxes: Annotated[int, COMPANY]
    filled: Annotated[int, COMPANY]
    known: Annotated[int, COMPANY]
    unknown: Annotated[int, COMPANY]
    expires_at: Annotated[Moment | None, COMPANY]
    overdue: Annotated[bool, NO_CUSTOMER]
    reason: Annotated[str | None, COMPANY]


class BuyerRequests(Page):
    """A page of the purchase orders that buyers have sent to a vendor."""

    items: list[BuyerRequest]


class SuitableLot(TypedDict):
    """A lot of the vendor that can fill a line: the boxes that are `available`, the vendor's `price` for the buyer per
    unit, and how many boxes of it are `proposed`, first in, first out over all lines."""

    lot: Annotated[Code, COMPANY]
    box_type: Annotated[Code, COMPANY]
    units_per_box: Annotated[int, COMPANY]
    unit_type: Annotated[str, COMPANY]
    arrival_date: Annotated[Day, COMPANY]
    available: Annotated[int, COMPANY]
    price: Annotated[Money | None, SELLERS]
    proposed: Annotated[int, COMPANY]


class RequestedLine(DocumentLine):
    """A line of such an order, with the vendor's lots that can fill it while it waits."""

    lots: Annotated[list[SuitableLot], COMPANY]


class BuyerRequestLines(BuyerRequest):
    """One such order with its lines, as they stand on the vendor's document."""

    currency: Annotated[Code, SELLERS]
    total: Annotated[Money | None, SELLERS]
    lines: list[RequestedLine]
    charges: Annotated[list[DocumentCharge], SELLERS]
