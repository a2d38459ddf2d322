"""Via warehouse: the boxes go to the buyer company, which pays every component of the landed cost (pricing section
3)."""

from __future__ import annotations

from k2k_core.domain.costs import COMPONENTS
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.hooks import ShipViaHandler

CODE = "warehouse"


def allows(customer: Customer, inventory_type: str) -> bool:
    """Every inventory type, for customers with this ship via or the choice."""
    return customer.ship_via in (CODE, "choice")


def ship_to(customer: Customer) -> ShipTo | None:
    """The buyer company itself."""
    return None


warehouse = ShipViaHandler(
    code=CODE,
    title="Via warehouse",
    cost_components=frozenset(COMPONENTS),
    allows=allows,
    ship_to=ship_to,
)
