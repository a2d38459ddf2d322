"""The menu: every page of the console, in its group, with the roles that change it and that look at it.

A page that is not registered is not shown; a page that a role neither changes nor looks at is not in its menu, and its
address answers 403.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, request, url_for

from k2k_console.translations import later
from k2k_core.domain.roles import (
    ADMIN,
    PROCUREMENT,
    ROLES,
    SALES_MANAGER,
    SALESPERSON,
    SETUP,
    WAREHOUSE,
    Actor,
)
from k2k_core.errors import NotAllowed

OPERATOR = "operator"
EVERYBODY = (*ROLES, OPERATOR)
SELLS, BUYS = "sells", "buys"
PRICING = (ADMIN, SETUP, SALES_MANAGER)
MANAGERS = (ADMIN, SALES_MANAGER)
SET_UP = (ADMIN, SETUP, OPERATOR)
INSIDE = (SALES_MANAGER, SALESPERSON, PROCUREMENT, WAREHOUSE)


@dataclass(frozen=True)
class Item:
    """A page in the menu. `name` is its endpoint, `key` the letter that goes to it after G; `side` says which half of
    the trade it belongs to; `counts` are the kinds of waiting work that it shows. A page that another one leads to is
    not in the menu: `within` names that one."""

    name: str
    label: str
    icon: str
    change: tuple[str, ...]
    look: tuple[str, ...] = ()
    key: str = ""
    side: str = ""
    counts: tuple[str, ...] = ()
    within: str = ""


MENU: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("", (Item("home", later("Overview"), "layout-dashboard", EVERYBODY),)),
    (
        later("Sell"),
        (
            Item(
                "orders",
                later("Orders"),
                "file-text",
                MANAGERS,
                (SETUP, SALESPERSON),
                key="o",
                side=SELLS,
                counts=("to_confirm", "overdue", "missing"),
            ),
            Item(
                "requests",
                later("Requests from buyers"),
                "arrows-exchange",
                MANAGERS,
                (SETUP, SALESPERSON),
                side=SELLS,
                counts=("to_accept", "to_fill"),
            ),
            Item(
                "awbs",
                later("AWBs and labels"),
                "plane-departure",
                (*MANAGERS, PROCUREMENT, WAREHOUSE),
                (SETUP, SALESPERSON),
            ),
            Item(
                "catalog",
                later("Catalog as a customer"),
                "eye",
                (*MANAGERS, SALESPERSON),
                (SETUP,),
                key="c",
                side=BUYS,
            ),
            Item(
                "hidden_lots",
                later("Hidden lots"),
                "eye-off",
                (*MANAGERS, SALESPERSON),
                (SETUP,),
                side=BUYS,
                within="catalog",
            ),
            Item(
                "carts",
                later("Carts and prebooks"),
                "shopping-cart",
                (*MANAGERS, SALESPERSON, PROCUREMENT),
                (SETUP,),
                side=BUYS,
                counts=("carts", "to_approve"),
            ),
            Item(
                "prebook",
                later("New prebook"),
                "shopping-cart",
                (*MANAGERS, SALESPERSON, PROCUREMENT),
                side=BUYS,
                within="carts",
            ),
            Item("invoices", later("Invoices"), "receipt", MANAGERS, (SETUP, SALESPERSON, PROCUREMENT)),
        ),
    ),
    (
        later("Buy"),
        (
            Item("offers", later("Offers"), "arrows-exchange", (*MANAGERS, PROCUREMENT), (SETUP,), key="f", side=BUYS),
            Item(
                "purchase_orders",
                later("Purchase orders"),
                "file-text",
                (*MANAGERS, PROCUREMENT),
                (SETUP,),
                side=BUYS,
                counts=("overdue_at_vendors",),
            ),
            Item(
                "staging",
                later("Staging area"),
                "building-warehouse",
                (*MANAGERS, PROCUREMENT),
                (SETUP, WAREHOUSE),
                key="s",
                side=BUYS,
                counts=("to_receive",),
            ),
            Item("scan", later("Scan"), "scan", (*MANAGERS, PROCUREMENT, WAREHOUSE), side=BUYS),
        ),
    ),
    (
        later("Stock"),
        (
            Item("inventory", later("Inventory"), "packages", PRICING, (SALESPERSON, PROCUREMENT, WAREHOUSE)),
            Item("seen_by_buyers", later("What buyers see"), "eye", PRICING, (SALESPERSON,), side=SELLS),
            Item("available_items", later("Available items"), "tag", PRICING, (SALESPERSON, PROCUREMENT, WAREHOUSE)),
        ),
    ),
    (
        later("Prices"),
        (
            Item("gpms", later("Margins"), "percentage", PRICING, key="m"),
            Item("markups", later("Customers’ markups"), "tags", PRICING),
            Item("price_lists", later("Price lists"), "list-check", PRICING),
            Item("costs", later("Costs"), "coin", PRICING),
            Item("drafts", later("What-if drafts"), "adjustments", PRICING),
        ),
    ),
    (
        later("Partners"),
        (
            Item(
                "connections",
                later("Connections"),
                "plug-connected",
                (ADMIN, SETUP),
                (SALES_MANAGER, PROCUREMENT, OPERATOR),
                counts=("to_accept_connections", "not_ready"),
            ),
            Item("customers", later("Customers"), "users", PRICING, (SALESPERSON, PROCUREMENT, OPERATOR)),
            Item(
                "vendors",
                later("Vendors"),
                "building-store",
                PRICING,
                (SALESPERSON, PROCUREMENT, OPERATOR),
                side=BUYS,
            ),
        ),
    ),
    (
        later("Set-up"),
        (
            Item("companies", later("Company"), "settings", SET_UP, (SALES_MANAGER,)),
            Item("products", later("Products and boxes"), "box", SET_UP, (SALES_MANAGER,)),
            Item("ship_days", later("Days and cut-offs"), "calendar", SET_UP, (SALES_MANAGER,)),
            Item("price_steps", later("Order of prices"), "list-check", (ADMIN, SETUP), (SALES_MANAGER,)),
            Item("plugins", later("Plugins"), "puzzle", SET_UP, (SALES_MANAGER,), counts=("quarantine",)),
            Item("webhooks", later("Webhooks"), "bolt", SET_UP, counts=("dead_deliveries",)),
            Item("api_keys", later("Keys of programs"), "lock", (ADMIN,)),
            Item("people", later("People"), "user", (ADMIN, OPERATOR)),
            Item("notifications", later("Notifications"), "bell", (ADMIN, OPERATOR)),
            Item("audit", later("Audit"), "history", (ADMIN, SETUP), (*INSIDE, OPERATOR)),
        ),
    ),
    (
        later("Network"),
        (
            Item("network", later("Companies"), "world", (OPERATOR,)),
            Item("network_connections", later("Connections"), "plug-connected", (OPERATOR,)),
            Item("network_health", later("Health"), "chart-bar", (OPERATOR,)),
            Item("network_deliveries", later("Deliveries"), "bolt", (OPERATOR,)),
            Item("network_plugins", later("Plugins"), "puzzle", (OPERATOR,)),
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """A line of the menu as a page shows it."""

    item: Item
    address: str
    current: bool


def items() -> Iterator[Item]:
    """Every page of the menu."""
    for _, group in MENU:
        yield from group


ITEMS = {one.name: one for one in items()}
"""Every page of the menu, by its endpoint."""


def item(name: str) -> Item | None:
    """The page of the menu with this endpoint."""
    return ITEMS.get(name)


def refuse(actor: Actor, name: str, *, changing: bool = False) -> None:
    """Raise `NotAllowed` with the roles that open a page, or that change what it shows."""
    page = item(name)
    open_to = (*page.change, *(() if changing else page.look)) if page is not None else ROLES
    needed = sorted({*open_to} - {OPERATOR})
    raise NotAllowed(
        "{email} has no role for this; one of these is needed: {needed}.", email=actor.email, needed=", ".join(needed)
    )


def may_change(actor: Actor, item: Item) -> bool:
    """Whether a role of a person includes changing what a page shows."""
    return _any(actor, item.change)


def may_look(actor: Actor, item: Item) -> bool:
    """Whether a role of a person includes looking at a page."""
    return may_change(actor, item) or _any(actor, item.look)


def _any(actor: Actor, roles: tuple[str, ...]) -> bool:
    return OPERATOR in roles if actor.operator else bool(actor.roles.intersection(roles))


def menu_of(actor: Actor, sides: frozenset[str]) -> list[tuple[str, list[Entry]]]:
    """The groups of the menu with the pages that a person may open; `sides` are the halves of the trade that their
    company is in. Groups of which nothing is left are left out."""
    shown = request.blueprint or request.endpoint or ""
    present = frozenset(one for one in (shown, ITEMS[shown].within if shown in ITEMS else "") if one)
    groups = []
    for label, group in MENU:
        entries = [entry for item in group if (entry := _entry(actor, item, sides, present))]
        if entries:
            groups.append((label, entries))
    return groups


def _entry(actor: Actor, item: Item, sides: frozenset[str], present: frozenset[str]) -> Entry | None:
    if item.within or (item.side and sides and item.side not in sides) or not may_look(actor, item):
        return None
    address = address_of(item.name)
    return Entry(item, address, item.name in present) if address else None


def address_of(name: str) -> str:
    """The address of a page, or nothing when it is not registered."""
    for endpoint in (f"{name}.index_view", name):
        if endpoint in current_app.view_functions:
            return url_for(endpoint)
    return ""
