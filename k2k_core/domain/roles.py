"""Who may do what (domain section 7, the table of actions and roles)."""

from __future__ import annotations

from dataclasses import dataclass

from k2k_core.errors import NotAllowed

ADMIN = "admin"
SETUP = "setup"
SALES_MANAGER = "sales_manager"
PROCUREMENT = "procurement"
WAREHOUSE = "warehouse"
ROLES = (ADMIN, SETUP, SALES_MANAGER, PROCUREMENT, WAREHOUSE)

PEOPLE = "people"
COMPANY_SETUP = "setup"
PRICES = "prices"
ORDERS = "orders"
PURCHASING = "purchasing"
BOXES = "boxes"
READING = "reading"

ALLOWED = {
    PEOPLE: frozenset({ADMIN}),
    COMPANY_SETUP: frozenset({ADMIN, SETUP}),
    PRICES: frozenset({ADMIN, SETUP, SALES_MANAGER}),
    ORDERS: frozenset({ADMIN, SALES_MANAGER}),
    PURCHASING: frozenset({ADMIN, SALES_MANAGER, PROCUREMENT}),
    BOXES: frozenset({ADMIN, SALES_MANAGER, PROCUREMENT, WAREHOUSE}),
    READING: frozenset(ROLES),
}
"""Action → the roles that include it. `people` is users and notification addresses; `setup` connections, all other
settings, hierarchies and plugins; `prices` prices, markups, lists, GPMs and costs; `orders` orders, confirmation and
void; `purchasing` purchase orders, mapping, staging and arrival dates; `boxes` scanning and labels."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: a person of one company, a network operator (no company), or the host ERP itself.

    A final customer of a company is its `customer`, and has no roles: it asks for itself only.
    """

    email: str
    company: str | None
    roles: frozenset[str] = frozenset()
    host: bool = False
    customer: str | None = None

    @property
    def operator(self) -> bool:
        return self.company is None and not self.host

    def require(self, action: str, company: str, customer: str | None = None) -> None:
        """Raise `NotAllowed` unless this actor may do `action` for `company`.

        `customer` is whom it is done for, where a customer may do it for itself.
        """
        if self.host:
            return
        if self.customer is not None:
            if (company, customer) != (self.company, self.customer):
                raise NotAllowed("A customer asks and orders for itself only.", action=action)
            return
        if self.operator:
            if action in (PEOPLE, COMPANY_SETUP, READING):
                return
            raise NotAllowed(f"An operator of the network does not do the work of {company}.", action=action)
        if company != self.company:
            raise NotAllowed("You do not work for this company.", action=action)
        if not self.roles & ALLOWED[action]:
            needed = ", ".join(sorted(ALLOWED[action]))
            raise NotAllowed(f"{self.email} has no role for this; one of these is needed: {needed}.", action=action)


HOST = Actor("host", None, host=True)
"""The program that embeds the core: it has checked its own people."""
