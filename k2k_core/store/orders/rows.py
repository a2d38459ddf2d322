"""Types of the rows of the order tables, by column name. Amounts are micros."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, TypeVar

from k2k_core.domain.answers.documents import ShipTo
from k2k_core.domain.frozen_explanation import FrozenExplanation
from k2k_core.store.database.session import Session

Reference = Any
"""The id of another row, or None: the kind of a document, or the state of a line, decides which are there."""


class DocumentRow(TypedDict):
    """A document of one company."""

    id: int
    company_id: int
    kind: str
    number: str
    former_number: str
    status: str
    k2k: bool
    vendor_id: Reference
    buyer_id: Reference
    customer_id: Reference
    cart_id: Reference
    ship_date: dt.date | None
    vendor_ship_date: dt.date | None
    ship_via: str
    ship_to: ShipTo
    carrier: str
    sales_type: str
    transfer: str
    awb_id: Reference
    reference_number: str
    currency: str
    created_at: dt.datetime
    ends_at: dt.datetime | None
    reason: str
    charge_terms: dict[str, Any] | None
    parties: dict[str, Any] | None
    version: int
    search: str


class LineRow(TypedDict):
    """A line that belongs to the documents of both companies."""

    id: int
    buyer_id: int
    vendor_id: Reference
    lot_company_id: Reference
    lot_id: Reference
    cart_id: Reference
    prebook_id: Reference
    purchase_order_id: Reference
    sales_order_id: Reference
    invoice_order_id: Reference
    customer_id: Reference
    product_id: Reference
    vendor_product_id: Reference
    description: str
    inventory_type: str
    box_type: str
    boxes: int
    released: int
    units_per_box: int
    unit_type: str
    stems_per_bunch: int | None
    price: int | None
    cost: int | None
    landed_cost: int | None
    components: dict[str, int]
    charges: dict[str, int]
    state: str
    mark_code: str
    expires_at: dt.datetime | None
    notice_at: dt.datetime | None
    overdue_at: dt.datetime | None
    awb_id: Reference
    reason: str
    explanation: FrozenExplanation | None
    goods: str | None
    vendor_explanation: FrozenExplanation | None
    created_at: dt.datetime
    vendor_description: str | None
    vendor_box_type: str | None
    fbe: int | None
    dimensions: Any
    vendor_charges: dict[str, int] | None
    version: int


class InvoiceLineRow(TypedDict):
    """A line of an invoice; a charge has no order line, a credit its reason."""

    id: int
    company_id: int
    invoice_id: int
    line_id: Reference
    description: str
    boxes: int
    units: int
    price: int
    total: int
    reason: str


class AttachmentRow(TypedDict):
    """An address that was attached to a document, or to the box of that code."""

    id: int
    title: str
    url: str
    person: str
    at: dt.datetime
    number: str | None
    kind: str | None
    code: str | None


AnyRow = TypeVar("AnyRow", DocumentRow, LineRow)


def shown(session: Session, rows: list[AnyRow]) -> list[AnyRow]:
    """Rows of lines or documents that were read: an order touches two companies, and from now on the rows of both are
    shown."""
    for row in rows:
        session.reach(one for one in (row["vendor_id"], row["buyer_id"]) if one is not None)
    return rows


def columns_of(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Some columns of a row, to be copied into another one."""
    return {name: row[name] for name in names}
