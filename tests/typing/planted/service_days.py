"""Mistakes about the week of a company."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    found = k2k.service_days("ANDES")
    use(found["days"])  # error: TypedDict "ServiceDays" has no key "days"
    use(found["week"]["mon"])  # error: No overload variant of "__getitem__" of "list"
    use(found["week"][0]["cut_off"] + "h")  # error: Unsupported left operand type for +
    use(found["week"][0]["carriers"][0]["name"])  # error: TypedDict "CarrierCutOff" has no key "name"
    use(found["items"][0]["days"][0]["serves"])  # error: TypedDict "ServiceDay" has no key "serves"
    use(found["ship_days_offset"] + "1")  # error: Unsupported operand types for +
    k2k.service_days(7)  # error: Argument 1 to "service_days" of "Dates" has incompatible type
