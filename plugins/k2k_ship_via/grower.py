"""Via grower: the vendor ships to the buyer's customer, whose price has the unit cost and the margin only.

See pricing sections 3 and 6, domain sections 4-6.
"""

from __future__ import annotations

import dataclasses

from k2k_core.domain.costs import UNIT_COST
from k2k_core.domain.items import K2K, VENDOR_AVAILABILITY
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.hooks import ShipViaHandler

CODE = "grower"
ALLOWED = frozenset((VENDOR_AVAILABILITY, K2K))


def allows(customer: Customer, inventory_type: str) -> bool:
    """Stock that the buyer does not hold itself, for customers with this ship via or the choice."""
    return inventory_type in ALLOWED and customer.ship_via in (CODE, "choice")


def ship_to(customer: Customer) -> ShipTo:
    """The customer's address, with the customer's name unless another is given."""
    address = customer.ship_to
    return address if address.name else dataclasses.replace(address, name=customer.name)


grower = ShipViaHandler(
    code=CODE,
    title="Via grower",
    cost_components=frozenset((UNIT_COST,)),
    allows=allows,
    ship_to=ship_to,
    receives_itself=True,
    uses_transit=False,
    adjusts_fob=False,
)
