"""What is sold: products, box types and lots (domain section 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.domain.money import Exact

OPEN_MARKET_BOXES = "open_market_boxes"
OPEN_MARKET_UNITS = "open_market_units"
FUTURE_SALES = "future_sales"
VENDOR_AVAILABILITY = "vendor_availability"
K2K = "k2k"
STORED_TYPES = (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS, FUTURE_SALES, VENDOR_AVAILABILITY)
INVENTORY_TYPES = (*STORED_TYPES, K2K)

STANDARD_BOXES = {"FB": 1_000_000, "HB": 500_000, "QB": 250_000, "EB": 125_000}
"""The box types that every company has: code → full-box equivalent in micros."""

CUBIC_INCHES_PER_CUBE = 1728


class Product(NamedTuple):
    """A product of one company.

    * `code`: its code there; of an offer the buyer's.
    * `description`: its name for people.
    * `category`: the code of its category.
    * `variety`: such as `Freedom`; None for none.
    * `color`: such as `red`; None for none.
    * `grade`: such as `60cm`; None for none.
    * `local_after`: from this aging on it is not shared; the product's, else its category's, else None.
    * `archived`: whether it is out of use.
    """

    code: str
    description: str
    category: str
    variety: str | None = None
    color: str | None = None
    grade: str | None = None
    local_after: int | None = None
    archived: bool = False


def free_code(code: str, description: str, taken: Mapping[str, str]) -> str:
    """The code of a vendor's product among a buyer's products; `taken` are the buyer's codes with their descriptions.

    It is the vendor's code, unless the buyer uses that for something else: then the first free `CODE-2`, `CODE-3`, …
    """
    candidate, number = code, 1
    while candidate in taken and taken[candidate] != description:
        number += 1
        candidate = f"{code[:36]}-{number}"
    return candidate


class LastPrice(NamedTuple):
    """The last price that a person entered for a lot.

    * `price`: the price of a unit.
    * `typed_on`: when it was entered.
    * `arrival_date`: when that lot arrived.
    * `sequence`: orders the prices that were entered on one day; None for an imported one, which is the earliest.
    """

    price: int
    typed_on: dt.date
    arrival_date: dt.date
    sequence: int | None = None

    def is_later_than(self, other: LastPrice) -> bool:
        """Whether it was entered later; of one day an imported price counts as the earliest."""
        return self._when > other._when

    @property
    def _when(self) -> tuple[dt.date, int]:
        return self.typed_on, -1 if self.sequence is None else self.sequence


class ReceivedCosts(NamedTuple):
    """The cost per unit of boxes received from a vendor, which does not change (domain section 6).

    * `landed_cost`: the landed cost with which they were received.
    * `components`: its parts by name.
    * `fbe`: the full-box equivalent of a box, by which it bears the real costs of its AWB.
    """

    landed_cost: int
    components: Mapping[str, int]
    fbe: int


class Lot(NamedTuple):
    """A line of a company's inventory, or an offer of a vendor's.

    For an offer the type is `k2k`, product and port are the buyer's mapping and vendor record, and the vendor's own
    prices are absent.

    * `ref`: the code of the lot; of an offer `VENDOR/LOT`.
    * `inventory_type`: its inventory type, as the company that asks sees it.
    * `product`: its product.
    * `box_type`: the code of its box type.
    * `fbe`: the full-box equivalent of a box.
    * `cubes`: the volume of a box; None if no dimensions are known.
    * `boxes`: how many there were.
    * `available`: how many can still be sold.
    * `units_per_box`: how many units a box holds.
    * `unit_type`: `stem` or `bunch`.
    * `stems_per_bunch`: None where it is not known.
    * `arrival_date`: when it arrived, or will arrive.
    * `vendor`: whom it is from: a farm, or the buyer's code for a connected vendor.
    * `location`: the code of its location; None for none.
    * `unit_cost`: what a unit cost; None when unknown.
    * `awb`: the number of its AWB; None for none.
    * `port`: the port from which it flies; None when unknown.
    * `on_hold`: whether it is held back from sale.
    * `solid`: whether a box holds one product.
    * `sell_fast`: whether somebody marked it to be sold fast.
    * `web_price`: typed for the shop; None for none.
    * `price_a`: typed for customers of type A; None for none.
    * `price_b`: for customers of type B; None for none.
    * `price_b_manual`: the same, set by hand; None for none.
    * `unit_price`: typed for loose units; None for none.
    * `va_price`: typed for vendor availability, or on an offer; None for none.
    * `purchase_order_price`: typed on the purchase order of future boxes; None for none.
    * `last_price`: what somebody typed last; None for nothing.
    * `id`: its id in this database.
    * `future`: whether it is bought and has not arrived.
    * `awb_id`: the id of its AWB; None for none.
    * `received`: the costs of boxes that came from a connected vendor; None for others.
    """

    ref: str
    inventory_type: str
    product: Product
    box_type: str
    fbe: int
    cubes: Exact | None
    boxes: int
    available: int
    units_per_box: int
    unit_type: str
    stems_per_bunch: int | None
    arrival_date: dt.date
    vendor: str | None = None
    location: str | None = None
    unit_cost: int | None = None
    awb: str | None = None
    port: str | None = None
    on_hold: bool = False
    solid: bool = True
    sell_fast: bool = False
    web_price: int | None = None
    price_a: int | None = None
    price_b: int | None = None
    price_b_manual: int | None = None
    unit_price: int | None = None
    va_price: int | None = None
    purchase_order_price: int | None = None
    last_price: LastPrice | None = None
    id: int = 0
    future: bool = False
    awb_id: int | None = None
    received: ReceivedCosts | None = None

    @property
    def pack(self) -> tuple[str, str, int, int | None]:
        """The pack, which makes two boxes of a product the same: box type, unit type, units per box, stems per
        bunch."""
        return self.box_type, self.unit_type, self.units_per_box, self.stems_per_bunch


def cubes(length: int, width: int, height: int) -> Exact:
    """The volume of a box in cubes: inches (micros) multiplied, by 1728 (pricing section 3)."""
    return Exact(length * width * height, 10**18 * CUBIC_INCHES_PER_CUBE).reduced()


def aging(today: dt.date, arrival_date: dt.date) -> int:
    """Days since arrival in the time zone of the stock's owner; negative while in transit."""
    return (today - arrival_date).days
