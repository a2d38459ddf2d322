"""Mistakes about what waits for somebody."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    item = k2k.work("BLOOM")[0]
    use(item["what"])  # error: TypedDict "WorkItem" has no key "what"
    use(item["count"] + "1")  # error: Unsupported operand types for +
    use(item["due_at"] + "Z")  # error: Unsupported left operand type for +
    use(item["facts"]["boxes"], item["action"] + 1)  # error: Unsupported operand types for +
    use(k2k.work("BLOOM")["items"])  # error: No overload variant of "__getitem__" of "list"
    k2k.work(7)  # error: Argument 1 to "work" of "Queries" has incompatible type


def mistakes_about_margins(k2k: K2K) -> None:
    use(k2k.margin_by_week("BLOOM")[0]["margins"])  # error: TypedDict "WeekMargin" has no key "margins"
    use(k2k.partners("BLOOM")["items"][0]["code"])  # error: TypedDict "Partner" has no key "code"
