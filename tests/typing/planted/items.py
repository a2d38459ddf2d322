"""Type errors about what a company has to sell."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    found = k2k.available_items("BLOOM")
    use(found["rows"])  # error: TypedDict "AvailableItems" has no key "rows"
    item = found["items"][0]
    use(item["va_price"])  # error: TypedDict "AvailableItem" has no key "va_price"
    use(item["available"] + "1")  # error: Unsupported operand types for +
    use(item["lot"] / 2)  # error: Unsupported operand types for /
    use(item["step"].upper())  # error: Item "None" of "str | None" has no attribute "upper"
    use(k2k.available_items("BLOOM", limit="2"))  # error: Argument "limit" to "available_items"
