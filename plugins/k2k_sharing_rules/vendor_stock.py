"""Rules about a vendor's lot itself: type, boxes, hold, dimensions, location, stock (domain section 3)."""

from __future__ import annotations

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.messages import Message

OPEN_MARKET = frozenset((OPEN_MARKET_BOXES, OPEN_MARKET_UNITS))


def shared_as_future(request: EligibilityRequest) -> bool:
    """Whether the connection shares this lot as K2K future."""
    share = request.share
    return request.lot.inventory_type == FUTURE_SALES and share is not None and share.share_future_sales


def not_open_market(request: EligibilityRequest) -> Denial | None:
    """Only the open market is shared; with `share_future_sales` future lots too."""
    lot = request.lot
    if lot.inventory_type in OPEN_MARKET or shared_as_future(request):
        return None
    setting = "share_future_sales" if lot.inventory_type == FUTURE_SALES else "inventory_type"
    return Denial(
        "not_open_market",
        Message("{inventory_type} is not open market", inventory_type=lot.inventory_type),
        setting,
        vendor_of(request),
    )


def not_in_boxes(request: EligibilityRequest) -> Denial | None:
    """Loose units are not shared."""
    if request.lot.inventory_type != OPEN_MARKET_UNITS:
        return None
    return Denial(
        "not_in_boxes", Message("the lot is counted in units, not in boxes"), "inventory_type", vendor_of(request)
    )


def on_hold(request: EligibilityRequest) -> Denial | None:
    """A lot on hold is not shared."""
    if not request.lot.on_hold:
        return None
    return Denial("on_hold", Message("the lot is on hold"), "on_hold", vendor_of(request))


def no_box_dimensions(request: EligibilityRequest) -> Denial | None:
    """A box without dimensions has no freight and no volume on a truck."""
    lot = request.lot
    if lot.cubes is not None:
        return None
    reason = Message("no dimensions are known for box type {box_type}", box_type=lot.box_type)
    return Denial("no_box_dimensions", reason, "box_dimensions", vendor_of(request))


def mixed_box(request: EligibilityRequest) -> Denial | None:
    """Only solid boxes are shared."""
    if request.lot.solid:
        return None
    return Denial("mixed_box", Message("the box is mixed, not solid"), "solid", vendor_of(request))


def location_not_connected(request: EligibilityRequest) -> Denial | None:
    """A location that is not connected shares nothing."""
    if request.location_connected:
        return None
    reason = Message("location {location} is not connected", location=request.lot.location)
    return Denial("location_not_connected", reason, "connected", vendor_of(request))


def sold_out(request: EligibilityRequest) -> Denial | None:
    """Nothing is left to share."""
    if request.lot.available > 0:
        return None
    return Denial("sold_out", Message("no boxes are left"), "", vendor_of(request))


def vendor_of(request: EligibilityRequest) -> str:
    """The company whose setting holds the lot back."""
    return request.share.vendor.code if request.share is not None else ""
