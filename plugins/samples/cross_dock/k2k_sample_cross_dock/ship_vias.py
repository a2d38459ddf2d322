"""A ship via: the flight is paid, the truck to the buyer's warehouse is not, and nobody of the buyer's scans."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.costs import DUTIES, FREIGHT, HANDLING, UNIT_COST
from k2k_core.domain.items import K2K
from k2k_core.domain.parties import CHOICE, Customer, ShipTo
from k2k_core.hooks import PluginContext, ShipViaHandler, hookimpl, only

CODE = "cross_dock"


def allows(customer: Customer, inventory_type: str) -> bool:
    """Customers who are served over the dock, or may choose."""
    return customer.ship_via in (CODE, CHOICE)


@hookimpl
def ship_via_handlers(context: PluginContext) -> Iterable[ShipViaHandler]:
    """One ship via, for a company that names its dock."""
    dock, street, city = (context.settings[name] for name in ("dock", "street", "city"))
    if not dock:
        return []

    def ship_to(customer: Customer) -> ShipTo:
        return ShipTo(name=f"{dock} for {customer.name}", street=street, city=city)

    return [
        ShipViaHandler(
            code=CODE,
            title="Via cross-dock",
            cost_components=frozenset((UNIT_COST, FREIGHT, HANDLING, DUTIES)),
            allows=allows,
            ship_to=ship_to,
            receives_itself=True,
            inventory_types=only(K2K),
        )
    ]
