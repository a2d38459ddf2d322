"""The states of carts, lines, boxes and documents (domain section 5)."""

from __future__ import annotations

IN_CART = "in_cart"
CHECKED_OUT = "checked_out"
STAGED = "staged"
RECEIVED = "received"
BILLED = "billed"
DROPPED = "dropped"
CANCELLED = "cancelled"
NEEDED = "needed"
LINE_STATES = (IN_CART, CHECKED_OUT, STAGED, RECEIVED, BILLED, DROPPED, CANCELLED, NEEDED)
OPEN_LINE_STATES = (IN_CART, CHECKED_OUT, STAGED, RECEIVED, BILLED, NEEDED)
RESERVING_LINE_STATES = (IN_CART, CHECKED_OUT)
"""Lines that hold boxes which no confirmed order was given yet."""
HOLDING_LINE_STATES = (IN_CART, CHECKED_OUT, STAGED, RECEIVED, BILLED)
"""Lines in these states reserve boxes."""

RELEASED = "released"
"""The state in which a prebook shows a line whose boxes are all released; the line itself keeps its state."""

LINE_COLORS = {IN_CART: "blue", **dict.fromkeys((CHECKED_OUT, STAGED, RECEIVED, BILLED), "green")}
"""How an order shows that a line is pending, or checked out and further (domain section 5); what ended, or has no boxes
yet, has no color."""

CART_OPEN = "open"
CART_EXPIRED = "expired"
CART_STATES = (CART_OPEN, CHECKED_OUT, CART_EXPIRED, CANCELLED)

PREBOOK = "prebook"
PURCHASE_ORDER = "purchase_order"
SALES_ORDER = "sales_order"
INVOICE_ORDER = "invoice_order"
INVOICE = "invoice"
DOCUMENT_KINDS = (PREBOOK, PURCHASE_ORDER, SALES_ORDER, INVOICE_ORDER, INVOICE)

DRAFT = "draft"
PENDING_APPROVAL = "pending_approval"
APPROVED = "approved"
PENDING = "pending"
CONFIRMED = "confirmed"
SHIPPED = "shipped"
VOIDED = "voided"
ISSUED = "issued"
DELIVERED = "delivered"

NOT_TRANSFERRED = "none"
TRANSFERRED = "transferred"
ACCEPTED = "accepted"
FILLED = "filled"
REJECTED = "rejected"
TRANSFER_STATES = (NOT_TRANSFERRED, TRANSFERRED, ACCEPTED, FILLED, CONFIRMED, REJECTED, CANCELLED)
"""The progress of a purchase order at its vendor, beside its status (domain section 6, "Procurement")."""

NUMBER_PREFIX = {PREBOOK: "B", PURCHASE_ORDER: "P", SALES_ORDER: "S", INVOICE_ORDER: "O", INVOICE: "I"}
FIRST_NUMBER = 1001


def document_number(kind: str, count: int, k2k: bool) -> str:
    """The number of a document; those of K2K sales orders end in `K`."""
    ending = "K" if k2k and kind == SALES_ORDER else ""
    return f"{NUMBER_PREFIX[kind]}-{FIRST_NUMBER + count}{ending}"


def awb_id(row_id: int) -> str:
    """The id of an AWB, accepted wherever its number is: `awb_17`. No number may have this form."""
    return f"{_AWB_ID}{row_id}"


def awb_row_id(name: str) -> int | None:
    """The row id in an AWB's id; None for a number."""
    digits = name.removeprefix(_AWB_ID)
    is_id = digits != name and digits.isascii() and digits.isdigit() and len(digits) < _LONGEST_ROW_ID
    return int(digits) if is_id else None


_AWB_ID, _LONGEST_ROW_ID = "awb_", 19


def unbilled_because(mode: str, *, credit_hold: bool) -> str:
    """Why received boxes were not billed as they came, in a mode of automatic billing: `credit_hold` of the customer,
    `auto_billing_off`, or `other_way`: they came in a way that this mode does not bill, or before it was chosen."""
    if credit_hold:
        return "credit_hold"
    return "auto_billing_off" if mode == "off" else "other_way"
