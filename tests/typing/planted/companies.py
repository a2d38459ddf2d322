"""Type errors about companies and their records as they are read back."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    use(k2k.companies()["items"][0]["time_zone"])  # error: TypedDict "ListedCompany" has no key "time_zone"
    use(k2k.settings("BLOOM")["gpm"]["mine"])  # error: TypedDict "SettingInForce" has no key "mine"
    use(k2k.hierarchies("BLOOM")["hierarchy"][0]["stages"])  # error: TypedDict "StepOrder" has no key "stages"
    connection = k2k.connections("BLOOM")["items"][0]
    use(connection["terms"])  # error: TypedDict "ListedConnection" has no key "terms"
    use(connection["version"] + "1")  # error: Unsupported operand types for +
    use(k2k.drafts("BLOOM")["items"][0]["number"])  # error: TypedDict "ListedDraft" has no key "number"
    use(k2k.audit("BLOOM")["items"][0]["who"])  # error: TypedDict "AuditEntry" has no key "who"
