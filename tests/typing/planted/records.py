"""Type errors about records as they are read back."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    page = k2k.records("BLOOM", "customers")
    use(page["rows"])  # error: TypedDict "Records" has no key "rows"
    use(page["items"][0] + 1)  # error: Unsupported operand types for +
    rows = k2k.price_rows("BLOOM")
    use(rows["rows"])  # error: TypedDict "ListedPrices" has no key "rows"
    use(rows["items"][0]["lot"])  # error: TypedDict "ListedPrice" has no key "lot"
    use(rows["items"][0]["price"] + 1)  # error: Unsupported operand types for +
    use(rows["items"][0]["code"])  # error: TypedDict "ListedPrice" has no key "code"
