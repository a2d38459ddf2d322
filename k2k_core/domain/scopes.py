"""Scopes: what a key or a token may do of all that its company may do.

`roles.ACTIONS` says which scope each action needs; a method needs one of the scopes of its actions, and each part of it
its own. A method that is in no table is for whoever runs the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from k2k_core.domain import roles
from k2k_core.domain.roles import METHODS, OWN, SCOPE_OF, Actor
from k2k_core.errors import ScopeMissing


class Scope(NamedTuple):
    """A scope and what it grants."""

    name: str
    grants: str


SCOPES = (
    Scope(roles.READING_SCOPE, "reading everything but costs, landed costs, GPMs and what they are made of"),
    Scope(roles.COSTS_SCOPE, "reading these too, what-if, price checks"),
    Scope(roles.STOCK_SCOPE, "lots without their prices, quantities, hold"),
    Scope(roles.SHOP_SCOPE, "tokens of customers, and what a customer does with one"),
    Scope(roles.PRICES_SCOPE, "prices, markups, price lists, GPMs and costs, a customer's type"),
    Scope(roles.ORDERS_SCOPE, "orders, prebooks, check-out, cancelling, billing"),
    Scope(roles.CONFIRMING_SCOPE, "accepting, filling, rejecting and confirming, shipping, void, release, credit"),
    Scope(roles.PURCHASING_SCOPE, "purchase orders, approving, mapping, staging area, arrival dates"),
    Scope(roles.BOXES_SCOPE, "scanning, labels, attachments, `missing`"),
    Scope(roles.SETUP_SCOPE, "connections, all other settings, hierarchies, plugins, webhooks, the audit"),
    Scope(roles.PEOPLE_SCOPE, "users, notification addresses, keys"),
    Scope(roles.HUB_SCOPE, "for operators of the network: companies, health, jobs, set-up and people of any company"),
)
NAMES = tuple(one.name for one in SCOPES)

PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "read_only": (roles.READING_SCOPE,),
        "price": (roles.READING_SCOPE, roles.COSTS_SCOPE, roles.PRICES_SCOPE),
        "vendor_erp": (
            *(roles.READING_SCOPE, roles.COSTS_SCOPE, roles.STOCK_SCOPE, roles.PRICES_SCOPE),
            *(roles.CONFIRMING_SCOPE, roles.BOXES_SCOPE),
        ),
        "buyer_erp": (
            *(roles.READING_SCOPE, roles.COSTS_SCOPE, roles.ORDERS_SCOPE),
            *(roles.PURCHASING_SCOPE, roles.BOXES_SCOPE),
        ),
        "warehouse": (roles.READING_SCOPE, roles.BOXES_SCOPE),
        "web_shop": (roles.READING_SCOPE, roles.SHOP_SCOPE),
    }
)
"""Sets of scopes by what a key is for."""

BY_FIELD = ("set", "set_all", "put", "import_rows", "faulty_rows", "archive", "undo")
"""Methods of which each setting, field or collection needs a scope of its own."""

EVERYBODY = ("in_language", "on_behalf_of", "open", "close", "authenticate")
"""Methods that do nothing in the network."""


def _of_methods() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one in METHODS:
        found[one.name] = found.get(one.name, frozenset()) | {SCOPE_OF[one.action]}
    writing = frozenset(
        (roles.SETUP_SCOPE, roles.PEOPLE_SCOPE, roles.PRICES_SCOPE, roles.STOCK_SCOPE, roles.PURCHASING_SCOPE)
    )
    found |= dict.fromkeys(BY_FIELD, writing)
    found |= dict.fromkeys(OWN, frozenset((roles.PEOPLE_SCOPE,)))
    return found | {"plugins": frozenset((roles.READING_SCOPE,))} | dict.fromkeys(EVERYBODY, frozenset())


METHOD_SCOPES: Mapping[str, frozenset[str]] = MappingProxyType(_of_methods())
"""Method of the facade → the scopes of which a key needs one; none for what everybody may call."""


def scopes_of(method: str) -> frozenset[str]:
    """The scopes of which a key needs one for a method."""
    return METHOD_SCOPES.get(method, frozenset((roles.HUB_SCOPE,)))


def require_scope(actor: Actor, method: str) -> None:
    """Raise `ScopeMissing` for a method that is outside of the scopes of an actor, if it has any: a customer's token is
    for a shop, an operator's key for the hub."""
    if actor.scopes is None:
        return
    needed = scopes_of(method)
    if needed and actor.customer is not None:
        needed = frozenset((roles.SHOP_SCOPE,))
    elif needed and actor.operator:
        needed = frozenset((roles.HUB_SCOPE,))
    if needed and not actor.in_scope(*needed):
        raise ScopeMissing(
            "{email} lacks a scope for {method}: {scopes}.",
            email=actor.email,
            method=method,
            scopes=sorted(needed),
            scope=min(needed),
        )
