"""Purchase orders on their way to a vendor (domain section 6)."""

from typing import TypedDict

from .field_types import Code


class Transferred(TypedDict):
    """A purchase order that was sent, and the number of the prebook that appeared at the vendor."""

    purchase_order: Code
    vendor_document: Code
