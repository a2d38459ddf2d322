"""Documents as one company may see them: headers, lines, frozen explanations, and landed costs of their boxes."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import (
    BUSINESS,
    COMPANY,
    EVERYBODY,
    NO_CUSTOMER,
    ONLY_STAFF,
    PRICED,
    SELLERS,
    Code,
    Day,
    Moment,
    Money,
    Number,
)
from .inventory import MovedLot
from .pages import Page
from .prices import PriceStep


class ShipTo(TypedDict, total=False):
    """The delivery address."""

    name: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str


class CostComponent(TypedDict):
    """One component of a landed cost per unit: the estimate, the current amount, and the amount that was counted."""

    component: str
    estimated: Number | None
    real: Number | None
    counted: Number | None
    difference: Number | None


class LandedCost(TypedDict):
    """The landed cost per unit of some boxes of a line: the current one of boxes that are not billed, or the one with
    which boxes were billed, with the reason of a difference and its amount over all units (`amount`)."""

    awb: str
    boxes: int
    units: int
    billed: bool
    landed_cost: Number | None
    estimated: Number | None
    actual: Number | None
    difference: Number | None
    amount: Money | None
    components: list[CostComponent]
    reason: str | None
    typed_by: str | None
    typed_at: Moment | None


class Link(TypedDict):
    """A web address that the company attached to a document (`document`, `kind`) or to a box (`box_code`)."""

    document: Code | None
    kind: str | None
    box_code: Code | None
    title: str | None
    url: str
    by: str
    at: Moment


class DocumentLine(TypedDict):
    """A line of a document, with this company's price per unit and total.

    A line of an order also has its `color` and its frozen `explanation`; `landed_costs` are for the buyer, and so is
    `released`, the number of its `boxes` that the customer gave up. A credit line of an invoice has its `amount`, below
    zero, and its `reason`; its boxes are below zero too.
    """

    line: Annotated[str, BUSINESS]
    lot: Annotated[Code | None, COMPANY]
    product: Annotated[Code | None, COMPANY]
    description: Annotated[str, BUSINESS]
    box_type: Annotated[Code | None, BUSINESS]
    units_per_box: Annotated[int | None, BUSINESS]
    unit_type: Annotated[str, BUSINESS]
    mark_code: Annotated[Code | None, COMPANY]
    box_codes: Annotated[list[Code], COMPANY]
    boxes: Annotated[int, BUSINESS]
    released: NotRequired[Annotated[int, BUSINESS]]
    units: Annotated[int, BUSINESS]
    price: Annotated[Money | None, PRICED]
    total: Annotated[Money | None, PRICED]
    state: Annotated[str, BUSINESS]
    landed_costs: list[LandedCost] | None
    color: NotRequired[Annotated[str | None, BUSINESS]]
    explanation: NotRequired[Annotated[list[PriceStep] | None, SELLERS]]
    amount: NotRequired[Annotated[Money, PRICED]]
    reason: NotRequired[Annotated[str, SELLERS]]


class OrderLine(DocumentLine):
    """An order line alone, as one of its companies may see it, with the numbers of that company's documents.

    `price` and `total` are those of the first of them; `cost` is what the buyer pays its vendor per unit, beside its
    customer's price. `expires_at` is when a line ends that waits for somebody.
    """

    prebook: Annotated[Code | None, COMPANY]
    invoice_order: Annotated[Code | None, COMPANY]
    purchase_order: Annotated[Code | None, COMPANY]
    sales_order: Annotated[Code | None, COMPANY]
    cart: Annotated[Code | None, COMPANY]
    version: Annotated[int, COMPANY]
    expires_at: Annotated[Moment | None, COMPANY]
    vendor: Annotated[Code | None, COMPANY]
    buyer: Annotated[Code | None, COMPANY]
    customer: Annotated[Code | None, COMPANY]
    ship_date: Annotated[Day | None, COMPANY]
    vendor_ship_date: Annotated[Day | None, COMPANY]
    ship_via: Annotated[str, COMPANY]
    carrier: Annotated[str, COMPANY]
    awb: Annotated[str | None, COMPANY]
    awb_id: Annotated[Code | None, COMPANY]
    cost: NotRequired[Annotated[Money | None, ONLY_STAFF]]


class DocumentCharge(TypedDict):
    """A charge in addition to the goods."""

    name: str
    amount: Money


class DocumentHeader(TypedDict):
    """The fields of a document itself: prebook, purchase order, sales order, invoice order or invoice (`kind`).

    `expires_at` is when the first of its waiting lines ends; an `overdue` one should have left by now, and its vendor
    has not confirmed it. Its `version` rises with every change.
    """

    number: Annotated[Code, EVERYBODY]
    kind: Annotated[str, EVERYBODY]
    version: Annotated[int, BUSINESS]
    status: Annotated[str, EVERYBODY]
    k2k: Annotated[bool, NO_CUSTOMER]
    vendor: Annotated[Code | None, NO_CUSTOMER]
    buyer: Annotated[Code | None, NO_CUSTOMER]
    customer: Annotated[Code | None, BUSINESS]
    ship_date: Annotated[Day | None, EVERYBODY]
    vendor_ship_date: Annotated[Day | None, NO_CUSTOMER]
    ship_via: Annotated[str, EVERYBODY]
    ship_to: Annotated[ShipTo, BUSINESS]
    carrier: Annotated[str, BUSINESS]
    sales_type: Annotated[str, COMPANY]
    transfer: Annotated[str, NO_CUSTOMER]
    expires_at: Annotated[Moment | None, BUSINESS]
    overdue: Annotated[bool, NO_CUSTOMER]
    sales_order: Annotated[Code | None, COMPANY]
    prebook: Annotated[Code | None, COMPANY]
    awb: Annotated[str | None, COMPANY]
    reference_number: Annotated[str | None, COMPANY]
    reason: Annotated[str | None, COMPANY]
    currency: Annotated[str, PRICED]
    total: Annotated[Money, PRICED]


class InvoiceSent(TypedDict):
    """An invoice whose mail was sent again, and the addresses that it went to."""

    invoice: Code
    to: list[str]


class Document(DocumentHeader):
    """A document with its lines. One that is shown alone has the `links` that the company attached to it, and one that
    a command answers the lots that it has `moved`."""

    lines: list[DocumentLine]
    charges: Annotated[list[DocumentCharge], PRICED]
    links: NotRequired[Annotated[list[Link], COMPANY]]
    moved: NotRequired[Annotated[list[MovedLot], COMPANY]]


class ListedDocument(DocumentHeader):
    """A document in a list: the names of its companies and its customer, the number of `boxes` of its open lines, how
    many lines are in each state, and the mark codes of its lines. `lines` and `charges` are included on request."""

    created_at: Annotated[Moment, EVERYBODY]
    vendor_name: Annotated[str | None, NO_CUSTOMER]
    buyer_name: Annotated[str | None, NO_CUSTOMER]
    customer_name: Annotated[str | None, BUSINESS]
    boxes: Annotated[int, BUSINESS]
    line_counts: Annotated[dict[str, int], BUSINESS]
    mark_codes: Annotated[list[Code], COMPANY]
    lines: NotRequired[list[DocumentLine]]
    charges: NotRequired[Annotated[list[DocumentCharge], PRICED]]


class DocumentTotals(TypedDict):
    """The sums over all documents of one kind in one currency that a list has on all its pages: their number, their
    boxes, and the amount of their `goods`. `charges` are those of invoices, None for orders, whose charges are computed
    when one is read. `bought` ones are about what the company buys: purchase orders, and invoices of vendors."""

    kind: Annotated[str, EVERYBODY]
    bought: Annotated[bool, EVERYBODY]
    documents: Annotated[int, EVERYBODY]
    boxes: Annotated[int, BUSINESS]
    currency: Annotated[str, PRICED]
    goods: Annotated[Money, PRICED]
    charges: Annotated[Money | None, PRICED]


class Documents(Page):
    """A page of a company's documents, with the `totals` of all pages where they were asked for."""

    items: list[ListedDocument]
    totals: NotRequired[list[DocumentTotals]]
