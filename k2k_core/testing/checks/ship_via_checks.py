"""Checks of ship vias."""

from __future__ import annotations

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.parties import Customer
from k2k_core.hooks import ShipViaHandler
from k2k_core.runtime.answer_checks import checked_flag, checked_ship_to
from k2k_core.runtime.isolation import isolated
from k2k_core.testing.checks.base import Call, ContractChecks
from k2k_core.testing.sample_requests import customer_inventory_pairs, customers_of


class ShipViaChecks(ContractChecks):
    """Part of the contract."""

    def test_its_ways_to_travel_answer_every_customer(self) -> None:
        """Also one whose ship via is another plugin's, and one of whom little is known."""
        for offer, handler in self._of_kind(ShipViaHandler):
            for customer, inventory_type in [*customer_inventory_pairs(), *_strangers()]:
                if not handler.inventory_types or inventory_type in handler.inventory_types:
                    who = isolated(customer)
                    self._asked(Call(offer, handler.allows, (who, inventory_type)), checked_flag)
                    self._asked(Call(offer, handler.ship_to, (who,)), checked_ship_to)

    def test_its_ways_to_travel_are_open_to_somebody(self) -> None:
        """To a customer whose ship via it is, or who may choose, for one of its inventory types at least; one of whom
        little is known, or one of whom everything is."""
        for offer, handler in self._of_kind(ShipViaHandler):
            own = [(customer, kind) for customer in customers_of(handler.code) for kind in INVENTORY_TYPES]
            asked = [
                (isolated(customer), kind)
                for customer, kind in [*customer_inventory_pairs(), *own]
                if not handler.inventory_types or kind in handler.inventory_types
            ]
            if not any(handler.allows(customer, kind) for customer, kind in asked):
                mend = (
                    f"Allow it to customers with the ship via {handler.code} or `choice`, or return [] from the hook "
                    "(asked with customers without a location and with the location MIA)"
                )
                raise self._fault(offer, f"{offer.words} refuses every customer", mend)


def _strangers() -> list[tuple[Customer, str]]:
    """Customers as a host may send them: a ship via of another plugin, a code and a name of letters that are rare."""
    bare = Customer(id=0, code="Ñ-{0}", name="", type="A", ship_via="by_balloon")
    return [(bare, "k2k"), (bare, "open_market_boxes"), (bare, "future_sales")]
