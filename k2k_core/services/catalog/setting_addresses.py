"""Where the values are set that a price is made of: the subject and the field, as `last_change` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.answers.prices import SettingAddress
from k2k_core.domain.costs import DUTIES, FREIGHT, HANDLING, INBOUND_TRUCK, UNIT_COST
from k2k_core.domain.items import K2K, Lot
from k2k_core.domain.parties import Customer

_SETTINGS = "settings"
_OF_LOT = ("web_price", "price_a", "price_b", "price_b_manual", "unit_price", "purchase_order_price")
_OF_CUSTOMER = ("landed_cost_as_price", "price_b_markup", "sell_fast_markup", "ecommerce_markup")
_LISTS = ("price_list", "master_price_list")
_COMPONENTS = {
    FREIGHT: "freight_per_fbe",
    HANDLING: "handling_per_fbe",
    DUTIES: "duties",
    INBOUND_TRUCK: "cube_rate",
}
ROUNDING: SettingAddress = {"subject": _SETTINGS, "field": "rounding"}


class Addresses:
    """The addresses for one lot and one customer."""

    def __init__(self, lot: Lot, customer: Customer, locations: Mapping[str, Any], location: str | None) -> None:
        self._lot, self._customer = lot, customer
        place = locations.get(location or customer.location or "")
        self._place = place if place is not None and place.k2k_gpm is not None else None

    def of_step(self, step: str, facts: Mapping[str, Any]) -> SettingAddress | None:
        """Where the value of a step, or of an adjustment, is set; None for a plugin's own."""
        if step in _OF_LOT:
            return _at(f"lots/{self._lot.ref}", step)
        if step == "va_price":
            return _at(f"{'offers' if self._lot.inventory_type == K2K else 'lots'}/{self._lot.ref}", step)
        if step in _OF_CUSTOMER:
            return _at(f"customers/{self._customer.code}", step)
        if step == "fob":
            return _at(f"customers/{self._customer.code}", "show_fob_price")
        if step in _LISTS:
            return _at(f"price_lists/{facts['list']}", "seasons") if facts.get("list") else None
        return self._of_company(step)

    def _of_company(self, step: str) -> SettingAddress | None:
        if step == "k2k_gpm" and self._place is not None:
            return _at(f"locations/{self._place.code}", step)
        names = {"k2k_gpm": "k2k_gpm", "company_gpm": "gpm", "price_reminder": "price_reminder"}
        return _at(_SETTINGS, names[step]) if step in names else None

    def of_component(self, component: str, facts: Mapping[str, Any]) -> SettingAddress | None:
        """Where the figure behind a component of the landed cost is set; None for what the vendor sets."""
        if self._lot.received is not None and "awb" not in facts:
            return None
        if component == UNIT_COST:
            return None if self._lot.inventory_type == K2K else _at(f"lots/{self._lot.ref}", "unit_cost")
        if "awb" in facts:
            return _at(f"awbs/{facts['awb']}", component)
        return _at(_SETTINGS, _COMPONENTS[component]) if component in _COMPONENTS else None


def _at(subject: str, field: str) -> SettingAddress:
    return {"subject": subject, "field": field}
