"""Type errors about findings."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    finding = k2k.check_prices("BLOOM")[0]
    use(finding["sevrity"])  # error: TypedDict "SetupFinding" has no key "sevrity"
    use(finding["code"] + 1)  # error: Unsupported operand types for +
    use(finding["place"].keys())  # error: "str" has no attribute "keys"
    use(finding["what"])  # error: TypedDict "SetupFinding" has no key "what"
    use(k2k.check_dates("BLOOM")["problem"])  # error: No overload variant of "__getitem__" of "list"
    use(k2k.check_dates("BLOOM")[0].problem)  # error: "SetupFinding" has no attribute "problem"
