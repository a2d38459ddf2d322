"""Type errors about prices."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    price = k2k.price("BLOOM", "C-100")[0]
    use(price["prise"])  # error: TypedDict "LotPrice" has no key "prise"
    use(price["price"] + 1)  # error: Unsupported operand types for +
    use(price["explanation"][0]["plug"])  # error: TypedDict "PriceStep" has no key "plug"
    made = price["adjustments"][0]
    use(made["before"] - made["after"])  # error: Unsupported left operand type for -
    use(price["components"]["freight"] / 2)  # error: Unsupported operand types for /
    use(price["not_applied"][0]["result"])  # error: TypedDict "UnusedAdjustment" has no key "result"
    use(price.lot)  # error: "LotPrice" has no attribute "lot"
    use(k2k.price("BLOOM", 100))  # error: No overload variant of "price"
    use(k2k.price("BLOOM", "C-100", limit=9)["items"][0]["cost"])  # error: has no key "cost"


def mistakes_about_costs(k2k: K2K) -> None:
    price = k2k.price("BLOOM", "C-100")[0]
    use(price["costs"][0]["figure"])  # error: TypedDict "CostFigure" has no key "figure"
    use(price["twin"]["twin"])  # error: TypedDict "PriceByWay" has no key "twin"
