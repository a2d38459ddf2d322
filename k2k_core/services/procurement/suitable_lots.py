"""Which of a vendor's lots can fill a line of a buyer's order (domain section 6, "Procurement")."""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.items import OPEN_MARKET_BOXES, Lot
from k2k_core.domain.sharing import Denial
from k2k_core.services.inventory.vendor_codes import Names
from k2k_core.services.ordering.ship_day_checks import ABOUT_THE_DAY
from k2k_core.services.sharing.shared_inventory import SharedInventory
from k2k_core.store.orders.rows import LineRow


def suits(lot: Lot, line: LineRow, names: Names) -> bool:
    """Whether a lot matches a line: properties that the order does not specify may differ. `names` are the buyer's
    codes for the vendor's box types."""
    return can_be_named(lot, line, names) and line["units_per_box"] in (0, lot.units_per_box)


def can_be_named(lot: Lot, line: LineRow, names: Names) -> bool:
    """The same for a lot that a person names for the line: it may have another pack than was ordered."""
    valid = lot.inventory_type == OPEN_MARKET_BOXES and lot.solid and not lot.on_hold and lot.available > 0
    same = line["box_type"] in ("", names.get(lot.box_type, lot.box_type))
    return valid and same and sold_by_the_same(lot, line)


def sold_by_the_same(lot: Lot, line: LineRow) -> bool:
    """Whether a lot is counted in what a customer's price is agreed for, stems or bunches of so many; without such a
    price the order does not specify it."""
    if line["price"] is None:
        return True
    bunches = lot.unit_type == "bunch"
    return lot.unit_type == line["unit_type"] and (not bunches or lot.stems_per_bunch == line["stems_per_bunch"])


def refused_on(partner: SharedInventory, leaves: dt.date) -> dict[str, list[Denial]]:
    """The lots of a vendor that are not there on the day on which they would leave, or too old by then, by code, with
    the vendor's rules that refuse them (domain section 3)."""
    refused: dict[str, list[Denial]] = {}
    for lot, denials in zip(partner.lots, partner.denials(leaves), strict=True):
        about_the_day = [denial for denial in denials if denial.code in ABOUT_THE_DAY]
        if about_the_day:
            refused[lot.ref] = about_the_day
    return refused


def day_of_leaving(vendor_ship_date: dt.date | None, today: dt.date) -> dt.date:
    """The day on which an order leaves its vendor: one that is overdue leaves today."""
    return max(vendor_ship_date or today, today)
