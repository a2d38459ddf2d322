"""Checks the arguments of a step when it runs: then references have their values.

A file may write `no` and `off` for false, and a code that looks like a number for a text; anything else of the wrong
type is refused with its name, before any service is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from k2k_core.domain import parsing
from k2k_core.errors import Fault, Invalid, joined_faults

TEXTS = frozenset(
    (
        *("company", "customer", "vendor", "buyer", "by", "lot", "line", "product", "location", "cart", "awb"),
        *(
            "sales_order",
            "purchase_order",
            "prebook",
            "invoice_order",
            "document",
            "reference_number",
            "ship_via",
            "search",
            "sort",
            "channel",
        ),
        *("reason", "confirm", "format", "event", "partner", "session", "but", "view", "draft", "kind"),
    )
)
LISTS = frozenset(("lots", "box_codes"))
SWITCHES = frozenset(
    (
        *("confirmed", "drop_pending", "late", "atomic", "dry_run", "restore", "everybody", "with_met"),
        *("count", "totals", "every_step", "explained", "store", "watching"),
    )
)
NEVER_NULL = frozenset(("company", "buyer", "lot", "awb"))
"""What a verb of which null is a value cannot do without."""


def checked(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the facade takes them. Raises `Invalid` with every argument of the wrong type."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in arguments.items():
        try:
            found[name] = _read(name, value)
        except Invalid as error:
            faults.append({"path": name, "message": error.message})
    if faults:
        raise Invalid(joined_faults(faults), faults)
    return found


def _read(name: str, value: Any) -> Any:
    if value is None and name not in NEVER_NULL:
        return None
    reader = next((read for names, read in _READERS if name in names), None)
    return value if reader is None else reader(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise Invalid("{value!r} is not a text", value=value)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Invalid("{value!r} is not a list", value=value)
    return [_text(each) for each in value]


_READERS: tuple[tuple[frozenset[str], Callable[[Any], Any]], ...] = (
    (TEXTS, _text),
    (LISTS, _texts),
    (SWITCHES, parsing.switch),
)
