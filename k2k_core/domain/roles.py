"""Roles: who may do what (domain section 7), in one table of actions and roles.

A service checks an action (`Actor.require`); `ACTIONS` alone says which roles include it. `METHODS` says which action
each method of the facade needs; tests compare the services and the documentation with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from k2k_core.errors import NotAllowed, ScopeMissing

ADMIN = "admin"
SETUP = "setup"
SALES_MANAGER = "sales_manager"
SALESPERSON = "salesperson"
PROCUREMENT = "procurement"
WAREHOUSE = "warehouse"
ROLES = (ADMIN, SETUP, SALES_MANAGER, SALESPERSON, PROCUREMENT, WAREHOUSE)

PEOPLE = "people"
COMPANY_SETUP = "setup"
PRICES = "prices"
CUSTOMER_TYPE = "customer_type"
STOCK = "stock"
ORDERS = "orders"
PREBOOKS = "prebooks"
CONFIRMING = "confirming"
APPROVING = "approving"
PURCHASING = "purchasing"
BOXES = "boxes"
SHOP = "shop"
SEEING_COSTS = "seeing_costs"
SEEING_PRICES = "seeing_prices"
READING = "reading"


READING_SCOPE, COSTS_SCOPE, STOCK_SCOPE, SHOP_SCOPE, HUB_SCOPE = "reading", "costs", "stock", "shop", "hub"
PRICES_SCOPE, ORDERS_SCOPE, CONFIRMING_SCOPE, PURCHASING_SCOPE = "prices", "orders", "confirming", "purchasing"
BOXES_SCOPE, SETUP_SCOPE, PEOPLE_SCOPE = "boxes", "setup", "people"


class Action(NamedTuple):
    """Something that a person needs a role for: what it covers, the roles that include it, and the scope that it needs
    of a key."""

    name: str
    covers: str
    roles: frozenset[str]
    scope: str


_MANAGERS = frozenset((ADMIN, SALES_MANAGER))
_PRICING = frozenset((ADMIN, SETUP, SALES_MANAGER))
_BUYING = frozenset((ADMIN, SALES_MANAGER, PROCUREMENT))
_SELLING = frozenset((ADMIN, SALES_MANAGER, SALESPERSON))

ACTIONS = (
    Action(PEOPLE, "users and notification addresses", frozenset((ADMIN,)), PEOPLE_SCOPE),
    Action(
        COMPANY_SETUP, "connections, all other settings, hierarchies, plugins", frozenset((ADMIN, SETUP)), SETUP_SCOPE
    ),
    Action(PRICES, "prices, markups, price lists, GPMs and costs", _PRICING, PRICES_SCOPE),
    Action(CUSTOMER_TYPE, "a customer's type", _PRICING, PRICES_SCOPE),
    Action(STOCK, "lots, quantities, hold", _PRICING, STOCK_SCOPE),
    Action(ORDERS, "orders, check-out, cancelling, billing", _SELLING, ORDERS_SCOPE),
    Action(PREBOOKS, "prebooks: making, cancelling and billing them", _SELLING | {PROCUREMENT}, ORDERS_SCOPE),
    Action(
        CONFIRMING,
        "accepting, filling, rejecting and confirming orders, shipping, void, release, credit, "
        "sending invoices again, answering `missing`",
        _MANAGERS,
        CONFIRMING_SCOPE,
    ),
    Action(APPROVING, "approving prebooks and purchase orders", _BUYING, PURCHASING_SCOPE),
    Action(PURCHASING, "purchase orders, mapping, staging area, arrival dates", _BUYING, PURCHASING_SCOPE),
    Action(BOXES, "scanning, labels, attachments, `missing`", _BUYING | {WAREHOUSE}, BOXES_SCOPE),
    Action(SHOP, "tokens of customers for a shop", _MANAGERS, SHOP_SCOPE),
    Action(SEEING_COSTS, "seeing costs, landed cost, GPM, vendors' prices, what-if", _PRICING | _BUYING, COSTS_SCOPE),
    Action(SEEING_PRICES, "seeing prices and which step made them", _PRICING | _BUYING | _SELLING, READING_SCOPE),
    Action(READING, "seeing everything that is no money", frozenset(ROLES), READING_SCOPE),
)
"""The table. Whoever has none of the roles of `SEEING_PRICES` sees no money at all."""

ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType({action.name: action.roles for action in ACTIONS})
"""Action → the roles that include it."""

OPERATING = frozenset((PEOPLE, COMPANY_SETUP, READING))
"""The actions that an operator of the network may do at any company."""


SCOPE_OF: Mapping[str, str] = MappingProxyType({action.name: action.scope for action in ACTIONS})
"""Action → the scope that it needs of a key."""


class Method(NamedTuple):
    """A method of the facade and the action that it needs; `part` says which use of it, if that decides."""

    name: str
    action: str
    part: str = ""


def _each(action: str, *names: str) -> tuple[Method, ...]:
    return tuple(Method(name, action) for name in names)


METHODS = (
    *_each(PEOPLE, "users", "add_user", "set_roles", "set_active"),
    *_each(PEOPLE, "api_keys", "add_api_key", "rotate_api_key", "revoke_api_key"),
    *_each(SHOP, "customer_token"),
    *_each(COMPANY_SETUP, "propose", "accept", "suspend", "resume", "end", "change_terms", "remind"),
    *_each(COMPANY_SETUP, "set_hierarchies", "insert_step", "remove_step"),
    *_each(
        COMPANY_SETUP,
        "set_plugin",
        "try_plugin",
        "company_plugins",
        "accept_plugin",
        "lift_quarantine",
        "endpoints",
        "add_endpoint",
        "change_endpoint",
    ),
    *_each(COMPANY_SETUP, "rotate_secret", "try_endpoint", "deliveries", "replay"),
    *_each(PRICES, "apply_draft", "drop_draft", "export_price_lists", "import_price_lists"),
    *_each(PRICES, "suggest_prices"),
    *_each(STOCK, "import_availability", "state_quantity", "adjust"),
    *_each(ORDERS, "add", "checkout", "deliver"),
    *_each(PREBOOKS, "prebook", "bill"),
    Method("cancel", ORDERS, "a cart, or a line of one"),
    Method("cancel", PREBOOKS, "a line of a prebook that was typed"),
    Method("cancel", PURCHASING, "a line of a purchase order that no customer waits for"),
    *_each(CONFIRMING, "accept_order", "fill", "reject", "confirm", "set_reference", "ship", "void", "release"),
    *_each(CONFIRMING, "credit", "decline_missing", "send_invoice"),
    *_each(APPROVING, "approve"),
    *_each(PURCHASING, "purchase_order", "transfer", "receive", "map_box_type", "map_carrier"),
    *_each(PURCHASING, "add_product_from"),
    Method("map", PURCHASING, "product, confirmed"),
    Method("map", PRICES, "va_price"),
    Method("awb", READING, "to look at it"),
    Method("awb", PURCHASING, "arrival_date"),
    Method("awb", PRICES, "freight, handling"),
    *_each(BOXES, "scan", "scans", "missing", "labels", "label_files", "label_sheet", "attach"),
    *_each(SEEING_COSTS, "what_if", "check_prices", "margin_by_week"),
    *_each(SEEING_PRICES, "invoice_file"),
    *_each(
        READING,
        "price",
        "catalog",
        "share",
        "shared_with",
        "available_items",
        "held_back",
        "visible",
        "hidden",
        "ship_dates",
        "service_days",
        "availability",
    ),
    *_each(
        READING, "records", "record", "export_rows", "price_rows", "last_change", "company", "settings", "connections"
    ),
    *_each(READING, "hierarchies"),
    *_each(COMPANY_SETUP, "audit"),
    *_each(SEEING_COSTS, "drafts", "draft_moves", "export_draft_moves"),
    *_each(READING, "quantities", "movements", "boxes", "box", "carts", "line", "offers", "offer"),
    *_each(
        READING,
        "readiness",
        "preview",
        "check_dates",
        "check_names",
        "code_names",
        "staging",
        "awbs",
        "orders",
        "show",
        "links",
        "events",
    ),
    *_each(READING, "notifications", "subscribe"),
    Method("submit", SEEING_COSTS, "what_if, export_draft_moves"),
    Method("submit", PRICES, "import_price_lists, export_price_lists"),
    Method("submit", STOCK, "import_availability"),
    Method("submit", BOXES, "label_sheet"),
    Method("submit", CONFIRMING, "confirm"),
    Method("submit", READING, "import_rows, each"),
    *_each(READING, "staged_awbs", "partners", "requests", "request"),
    Method("unbilled", PREBOOKS),
    *_each(READING, "timeline", "who_is_told", "watch"),
    *_each(READING, "search", "work", "job", "jobs", "job_result", "cancel_job"),
)
"""Every method for the people of a company, except `set`, `set_all`, `put` and the imports of rows: there each setting,
field and collection has its own action. A job is seen and cancelled by whoever may submit its kind. Other methods are
the host's own."""

OWN = (
    *("change_password", "sessions", "end_sessions", "preferences", "set_preferences"),
    *("views", "save_view", "drop_view"),
)
"""The methods for what is each user's own."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of one company, a network operator (no company), or the host ERP itself.

    A final customer has its `customer` code and no roles: it acts for itself only. `locale` is the person's language;
    None for the language of whoever passes the answers on. `scopes` narrow what the roles include, and never widen it;
    None for all of it. The host has none. `key` is the public id of the key that this one came with.
    """

    email: str
    company: str | None
    roles: frozenset[str] = frozenset()
    host: bool = False
    customer: str | None = None
    locale: str | None = field(default=None, compare=False)
    scopes: frozenset[str] | None = None
    key: str | None = field(default=None, compare=False)

    @property
    def operator(self) -> bool:
        return self.company is None and not self.host

    def has(self, action: str) -> bool:
        """Whether a role of this person includes the action, and a scope if there are any."""
        return not self.roles.isdisjoint(ALLOWED[action]) and self.in_scope(SCOPE_OF[action])

    def in_scope(self, *scopes: str) -> bool:
        """Whether one of these scopes is there, or nothing narrows what this actor may do."""
        return self.scopes is None or not self.scopes.isdisjoint(scopes)

    def narrowed(self, by: Actor) -> Actor:
        """This actor as somebody who came with the key of another one acts for it: with no other scopes. Raises
        `ScopeMissing` for the host, which has all."""
        if by.scopes is None:
            return self
        if self.host:
            raise ScopeMissing("A key acts for nobody but itself.", action=READING, scope=HUB_SCOPE)
        scopes = by.scopes if self.scopes is None else by.scopes & self.scopes
        return replace(self, scopes=scopes, key=self.key or by.key)

    def require(self, action: str, company: str, customer: str | None = None) -> None:
        """Raise `NotAllowed` unless this actor may do `action` for `company`.

        `customer` is whom it is done for, where a customer may do it for itself.
        """
        if self.host:
            return
        self._require_part(action, company, customer)
        scope = SHOP_SCOPE if self.customer is not None else HUB_SCOPE if self.operator else SCOPE_OF[action]
        if not self.in_scope(scope):
            raise ScopeMissing("{email} lacks the scope {scope}.", email=self.email, scope=scope, action=action)

    def _require_part(self, action: str, company: str, customer: str | None) -> None:
        """Raise `NotAllowed` unless this actor has a part in which `action` is theirs, whatever the scopes."""
        if self.customer is not None:
            if (company, customer) != (self.company, self.customer):
                raise NotAllowed("A customer acts for itself only.", action=action)
        elif self.operator:
            if action not in OPERATING:
                raise NotAllowed(
                    "An operator of the network does not do the work of {company}.", company=company, action=action
                )
        elif company != self.company:
            raise NotAllowed("You do not work for this company.", action=action)
        elif self.roles.isdisjoint(ALLOWED[action]):
            needed = ", ".join(sorted(ALLOWED[action]))
            raise NotAllowed(
                "{email} has no role for this; one of these is needed: {needed}.",
                email=self.email,
                needed=needed,
                action=action,
            )


HOST = Actor("host", None, host=True)
"""The program that embeds the core: it has checked its own users."""
