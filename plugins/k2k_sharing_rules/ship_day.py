"""Rules for the day on which boxes leave: they must have arrived, and must not be too old (domain section 3).

A vendor's boxes are judged by the vendor's rules on the vendor ship date, a company's own by its own on the ship date.
Without a day, as in sharing, these rules deny nothing.
"""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.freshness import AgeLimit, own_limit, vendor_limit
from k2k_core.domain.items import Lot
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.messages import Message

ARRIVES_LATER = "arrives_later"
TOO_OLD_ON_SHIP_DATE = "too_old_on_ship_date"


def vendors_arrives_later(request: EligibilityRequest) -> Denial | None:
    """The boxes reach the vendor after the day on which they would leave it."""
    share = request.share
    if share is None or share.leaves is None:
        return None
    return _arrives_later(request.lot, share.leaves, share.vendor.code)


def own_arrives_later(request: EligibilityRequest) -> Denial | None:
    """The company's own boxes arrive after the ship date."""
    sale = request.sale
    return None if sale is None else _arrives_later(request.lot, sale.ship_date, sale.buyer.code)


def vendors_too_old(request: EligibilityRequest) -> Denial | None:
    """On the day on which they would leave, the vendor's boxes are older than it shares."""
    share = request.share
    if share is None or share.leaves is None:
        return None
    return _too_old(request.lot, share.leaves, vendor_limit(share, request.lot), share.vendor.code)


def own_too_old(request: EligibilityRequest) -> Denial | None:
    """On the ship date the company's own boxes are older than this customer accepts."""
    sale = request.sale
    if sale is None:
        return None
    return _too_old(request.lot, sale.ship_date, own_limit(sale.customer, request.lot), sale.buyer.code)


def _arrives_later(lot: Lot, leaves: dt.date, owner: str) -> Denial | None:
    if lot.arrival_date <= leaves:
        return None
    reason = Message(
        "the boxes arrive on {arrival_date}, and would have to leave on {leaves}",
        arrival_date=lot.arrival_date,
        leaves=leaves,
    )
    return Denial(ARRIVES_LATER, reason, "arrival_date", owner)


def _too_old(lot: Lot, leaves: dt.date, limit: AgeLimit | None, owner: str) -> Denial | None:
    aging = (leaves - lot.arrival_date).days
    if limit is None or aging <= limit.days:
        return None
    reason = Message(
        "aging {aging} on {leaves} is over the maximum of {days} ({setting})",
        aging=aging,
        leaves=leaves,
        days=limit.days,
        setting=limit.setting,
    )
    return Denial(TOO_OLD_ON_SHIP_DATE, reason, limit.setting, owner)
