"""Type errors about search results."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    found = k2k.search("BLOOM", "rose")
    use(found["hits"])  # error: TypedDict "SearchHits" has no key "hits"
    use(found["more"] + "lot")  # error: No overload variant of "__add__" of "list"
    use(found["items"][0]["number"])  # error: TypedDict "SearchHit" has no key "number"
    use(found["items"]["code"])  # error: No overload variant of "__getitem__" of "list"
    use(found["items"][0]["match"] + 1)  # error: Unsupported operand types for +
    k2k.search("BLOOM", 7)  # error: Argument 2 to "search" of "Queries" has incompatible type
