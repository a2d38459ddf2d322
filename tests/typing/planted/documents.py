"""Type errors about documents."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    document = k2k.show("BLOOM", "B-1001")
    use(document["totl"])  # error: TypedDict "Document" has no key "totl"
    use(document["total"] - 1)  # error: Unsupported operand types for -
    use(document["lines"][0]["lott"])  # error: TypedDict "DocumentLine" has no key "lott"
    use(document["lines"][0]["units"] * document["lines"][0]["price"])  # error: Unsupported operand types for *
    use(document["charges"][0]["price"])  # error: TypedDict "DocumentCharge" has no key "price"
    use(document["ship_to"]["zip"])  # error: TypedDict "ShipTo" has no key "zip"
    use(document["ship_date"].weekday())  # error: has no attribute "weekday"
    use(k2k.links("BLOOM", document="B-1001")[0]["address"])  # error: TypedDict "Link" has no key "address"
    use([one["numbr"] for one in k2k.orders("BLOOM")])  # error: TypedDict "Document" has no key "numbr"
    page = k2k.orders("BLOOM", limit=10)
    use(page["items"][0]["explanation"])  # error: TypedDict "ListedDocument" has no key "explanation"
    use(page["items"][0]["line_counts"]["staged"] + "1")  # error: Unsupported operand types for +
