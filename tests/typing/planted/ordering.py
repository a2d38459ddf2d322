"""Type errors about placing orders."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    order = k2k.add("BLOOM", "C-100", lot="ANDES/L1")
    use(order["basket"])  # error: TypedDict "PlacedOrder" has no key "basket"
    use(order["lines"][0]["price"] * 250 + 1)  # error: Unsupported operand types for
    use(order["lines"][0]["total"])  # error: TypedDict "PlacedLine" has no key "total"
    use(order["expires_at"].timestamp())  # error: has no attribute "timestamp"
    use(k2k.prebook("BLOOM", "C-100", [])["number"])  # error: TypedDict "PlacedOrder" has no key "number"
    use(k2k.checkout("BLOOM", cart=1001))  # error: Argument "cart" to "checkout"
    use(k2k.cancel("BLOOM", cart="1")["cart"])  # error: TypedDict "Document" has no key "cart"
    use(k2k.carts("BLOOM")["items"][0]["number"])  # error: TypedDict "ListedCart" has no key "number"
    use(k2k.line("BLOOM", "1")["number"])  # error: TypedDict "OrderLine" has no key "number"
