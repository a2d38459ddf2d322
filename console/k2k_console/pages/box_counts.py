"""Numbers of boxes as they are typed."""

from __future__ import annotations

from k2k_console.translations import text
from k2k_core.errors import InvalidQuantity


def boxes_typed(number: str) -> int:
    """A number of whole boxes. Raises `InvalidQuantity`."""
    try:
        return int(number)
    except ValueError:
        raise InvalidQuantity(text("%(given)s is no number of boxes.", given=number)) from None
