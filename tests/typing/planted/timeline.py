"""Type errors about timelines, about who is told, and about watches."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    found = k2k.timeline("BLOOM", "B-1001")
    use(found["entries"])  # error: TypedDict "Timeline" has no key "entries"
    use(found["items"][0]["sentence"])  # error: TypedDict "TimelineEntry" has no key "sentence"
    use(found["linked"][0]["order"])  # error: TypedDict "LinkedDocument" has no key "order"
    told = k2k.who_is_told("BLOOM", "void", "B-1001")
    use(told["to"])  # error: No overload variant of "__getitem__" of "list"
    use(told[0]["address"])  # error: TypedDict "ToldRole" has no key "address"
    k2k.watch("BLOOM", 7)  # error: Argument 2 to "watch" of "Documents" has incompatible type
    use(k2k.watch("BLOOM", "B-1001")["on"])  # error: TypedDict "WatchedDocument" has no key "on"
