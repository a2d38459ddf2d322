"""The transfer of a purchase order to its vendor (domain section 6)."""

from typing import TypedDict

from .field_types import Code


class Transferred(TypedDict):
    """A purchase order that was sent, and the number of the prebook that it made at the vendor."""

    purchase_order: Code
    vendor_document: Code
