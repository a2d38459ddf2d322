"""Who may see which field of an answer (pricing section 8): declared per field, closed by default.

A company's own staff see their company's answers whole: what is another company's never gets into them. A final
customer sees prices and what it buys, and nothing from which a cost or a margin could be computed. An operator of the
network sees how things went, not what they cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.roles import Actor

STAFF = "staff"
FINAL_CUSTOMER = "final_customer"
OPERATOR = "operator"
READERS = (STAFF, FINAL_CUSTOMER, OPERATOR)

_EVERYBODY = frozenset(READERS)
_NO_CUSTOMER = frozenset((STAFF, OPERATOR))
_BUSINESS = frozenset((STAFF, FINAL_CUSTOMER))
_STAFF = frozenset((STAFF,))

Rule = frozenset[str] | Mapping[str, Any]
"""Who sees a field; for a mapping or a list of mappings, the rule of each of its fields."""

PRICE: Mapping[str, Rule] = {
    "lot": _NO_CUSTOMER,
    "price": _BUSINESS,
    "currency": _EVERYBODY,
    "call_icon": _EVERYBODY,
    "reason": _NO_CUSTOMER,
    "step": _NO_CUSTOMER,
    "base_price": _STAFF,
    "landed_cost": _STAFF,
    "components": _STAFF,
    "adjustments": _STAFF,
    "not_applied": _STAFF,
    "explanation": {
        "step": _NO_CUSTOMER,
        "plugin": _NO_CUSTOMER,
        "outcome": _NO_CUSTOMER,
        "value": _STAFF,
        "reason": _STAFF,
    },
}
"""A row of `price`."""

CATALOG: Mapping[str, Rule] = {
    "total": _EVERYBODY,
    "lines": {
        "line": _EVERYBODY,
        "description": _EVERYBODY,
        "price": _BUSINESS,
        "currency": _EVERYBODY,
        "call_icon": _EVERYBODY,
        "available": _EVERYBODY,
        "box_type": _EVERYBODY,
        "units_per_box": _EVERYBODY,
        "unit_type": _EVERYBODY,
        "stems_per_bunch": _EVERYBODY,
        "lots": _NO_CUSTOMER,
        "aging": _STAFF,
        "inventory_types": _NO_CUSTOMER,
        "vendor": _EVERYBODY,
    },
}
"""An answer of `catalog`. The vendor is already absent where the shop or the connection hides it; the `aging` of a lot
is null where its vendor does not let the buyer see it."""

CART: Mapping[str, Rule] = {
    "cart": _BUSINESS,
    "expires_at": _BUSINESS,
    "prebook": _BUSINESS,
    "invoice_order": _BUSINESS,
    "purchase_order": _STAFF,
    "sales_order": _STAFF,
    "lines": {
        "line": _BUSINESS,
        "boxes": _BUSINESS,
        "price": _BUSINESS,
        "lot": _STAFF,
        "purchase_order": _STAFF,
        "sales_order": _STAFF,
    },
}
"""An answer of `add`. Numbers of the orders between the two companies are theirs."""

DOCUMENT_FOR_OPERATOR = frozenset(
    ("number", "kind", "status", "k2k", "vendor", "buyer", "ship_date", "vendor_ship_date", "ship_via", "transfer")
)
"""What an operator sees of a document: how far it is."""


def reader_of(actor: Actor) -> str:
    """Whose eyes an answer is for. The host ERP reads for its own staff."""
    if actor.customer is not None:
        return FINAL_CUSTOMER
    return OPERATOR if actor.operator else STAFF


def disclosed(answer: Any, rules: Mapping[str, Rule], reader: str) -> Any:
    """The answer without the fields that are not for this reader; a field without a rule is for nobody."""
    if isinstance(answer, list):
        return [disclosed(one, rules, reader) for one in answer]
    shown: dict[str, Any] = {}
    for name, value in answer.items():
        rule = rules.get(name, frozenset())
        if isinstance(rule, Mapping):
            inside = {} if value is None else disclosed(value, rule, reader)
            if any(inside):
                shown[name] = inside
        elif reader in rule:
            shown[name] = value
    return shown
