"""Bundled plugin: the rules that hold a lot back, on the vendor's side and on the buyer's (domain section 3)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import K2K, STORED_TYPES
from k2k_core.domain.sharing import BUYER, VENDOR
from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, hookimpl, only
from k2k_sharing_rules import buyer_dates, buyer_offer, buyer_stock, ship_day, vendor_age, vendor_partner, vendor_stock

manifest = Manifest(name="k2k_sharing_rules", title="Rules of sharing and visibility", owner="K2K")


AGE = ("arrival_date", "local_after")
"""What an age limit of a vendor reads of a lot."""


@hookimpl
def eligibility_rules(context: PluginContext) -> Iterable[EligibilityRule]:
    """Every rule of both sides, in reading order."""
    return (*_vendor_side(), *_buyer_side())


def _vendor_side() -> Iterable[EligibilityRule]:
    """The rules that hold a vendor's lot back from a buyer company."""
    return (
        EligibilityRule("not_open_market", vendor_stock.not_open_market, side=VENDOR, reads=()),
        EligibilityRule("not_in_boxes", vendor_stock.not_in_boxes, side=VENDOR, reads=()),
        EligibilityRule("no_price", vendor_partner.no_price, side=VENDOR, reads=("has_price",)),
        EligibilityRule("on_hold", vendor_stock.on_hold, side=VENDOR, reads=("on_hold",)),
        EligibilityRule("too_old", vendor_age.too_old, side=VENDOR, reads=AGE),
        EligibilityRule("too_young", vendor_age.too_young, side=VENDOR, reads=("arrival_date",)),
        EligibilityRule("local_after", vendor_age.local_after, side=VENDOR, reads=AGE),
        EligibilityRule(ship_day.ARRIVES_LATER, ship_day.vendors_arrives_later, side=VENDOR, reads=("arrival_date",)),
        EligibilityRule(ship_day.TOO_OLD_ON_SHIP_DATE, ship_day.vendors_too_old, side=VENDOR, reads=AGE),
        EligibilityRule("no_box_dimensions", vendor_stock.no_box_dimensions, side=VENDOR, reads=("has_dimensions",)),
        EligibilityRule("mixed_box", vendor_stock.mixed_box, side=VENDOR, reads=("solid",)),
        EligibilityRule(
            "location_not_connected", vendor_stock.location_not_connected, side=VENDOR, reads=("location_connected",)
        ),
        EligibilityRule("no_exchange_rate", vendor_partner.no_exchange_rate, side=VENDOR, reads=()),
        EligibilityRule("not_connected", vendor_partner.not_connected, side=VENDOR, reads=()),
        EligibilityRule("sold_out", vendor_stock.sold_out, side=VENDOR, reads=("in_stock",)),
    )


def _buyer_side() -> Iterable[EligibilityRule]:
    """The rules that hide a line from a customer of the buyer company."""
    offers = only(K2K)
    own = only(*STORED_TYPES)  # a vendor's lot is covered by the vendor's rule, which names the setting
    return (
        EligibilityRule("not_mapped", buyer_offer.not_mapped, offers, BUYER, ("mapped",)),
        EligibilityRule("not_confirmed", buyer_offer.not_confirmed, offers, BUYER, ("confirmed",)),
        EligibilityRule("on_hold", buyer_stock.on_hold, own, BUYER, ("on_hold",)),
        EligibilityRule("sold_out", buyer_stock.sold_out, own, BUYER, ("in_stock",)),
        EligibilityRule(ship_day.ARRIVES_LATER, ship_day.own_arrives_later, own, BUYER, ("arrival_date",)),
        EligibilityRule(ship_day.TOO_OLD_ON_SHIP_DATE, ship_day.own_too_old, own, BUYER, ("arrival_date", "sell_fast")),
        EligibilityRule("buyer_age_limits", buyer_stock.buyer_age_limits, side=BUYER, reads=("arrival_date",)),
        EligibilityRule("ship_via_not_allowed", buyer_dates.ship_via_not_allowed, side=BUYER, reads=()),
        *(EligibilityRule(code, buyer_dates.planned(code), side=BUYER, reads=()) for code in buyer_dates.PLANNED),
    )
