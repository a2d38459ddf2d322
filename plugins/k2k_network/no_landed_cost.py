"""The reasons why an offer has no landed cost."""

from __future__ import annotations

from k2k_core.domain.pricing import NoValue, PriceRequest

NO_VENDOR_PRICE = NoValue("the vendor has no price for this buyer")
NO_DIMENSIONS = NoValue("no landed cost: inbound truck freight is on and no box dimensions are known")
NO_CUBE_RATE = NoValue("no landed cost: inbound truck freight is on and no cube rate is set")
NO_LANDED_COST = NoValue("no landed cost is known")


def no_landed_cost(request: PriceRequest) -> NoValue:
    """The first fact that the landed cost of this offer lacks."""
    settings = request.terms.company.settings
    if request.unit_cost is None:
        return NO_VENDOR_PRICE
    if settings.inbound_truck_freight and request.lot.cubes is None:
        return NO_DIMENSIONS
    if settings.inbound_truck_freight and settings.cube_rate is None:
        return NO_CUBE_RATE
    return NO_LANDED_COST


def why_no_landed_cost(request: PriceRequest, found: NoValue | None) -> NoValue:
    """The reason of a step that starts from the landed cost: its own, else what the cost lacks."""
    return no_landed_cost(request) if found is None else found
