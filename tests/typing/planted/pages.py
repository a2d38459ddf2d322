"""Type errors about the pages of lists."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    page = k2k.audit("BLOOM", count=True)
    use(page["cursor"])  # error: TypedDict "AuditEntries" has no key "cursor"
    use(page["next"] + "1")  # error: Unsupported left operand type for +
    use(page["seq"] + "1")  # error: Unsupported operand types for +
    use(page["total"])  # error: TypedDict "AuditEntries" has no key "total"
    use(page["count"] + "1")  # error: Unsupported operand types for +
    k2k.audit("BLOOM", cursor=page["seq"])  # error: Argument "cursor" to "audit" of "Lists" has incompatible type
