"""A third-party sample plugin: a third ship via, through a forwarder's cross dock."""

from __future__ import annotations

from collections.abc import Iterable

from marshmallow import Schema, fields

from k2k_core.domain.costs import DUTIES, FREIGHT, HANDLING, UNIT_COST
from k2k_core.domain.items import K2K
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.hooks import Manifest, PluginContext, ShipViaHandler, hookimpl, only

CODE = "cross_dock"


class Settings(Schema):
    """`dock`, `street`, `city`: where the vendor's boxes go. Without a dock there is no such way for the company."""

    dock = fields.String()
    street = fields.String()
    city = fields.String()


manifest = Manifest(
    name="k2k_sample_cross_dock",
    title="Ship via cross-dock",
    owner="Sample Flowers <plugins@flowers.example>",
    settings_schema=Settings,
    defaults={"dock": "", "street": "", "city": ""},
)


def allows(customer: Customer, inventory_type: str) -> bool:
    """Customers who are served over the dock, or may choose."""
    return customer.ship_via in (CODE, "choice")


@hookimpl
def ship_via_handlers(context: PluginContext) -> Iterable[ShipViaHandler]:
    """One way. The flight is paid, the truck to the buyer's warehouse is not; nobody of the buyer's scans."""
    dock, street, city = (str(context.settings[name]) for name in ("dock", "street", "city"))
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
