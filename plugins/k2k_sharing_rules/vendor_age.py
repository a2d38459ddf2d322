"""Age limits of a vendor's lot for sharing (domain section 3).

Sharing is judged by the vendor's today; the ship date has rules of its own. The limits are inclusive: a limit of 10
shares aging 10 and not 11. Only `local_after` is exclusive: at 6, aging 6 stays local. It overrides the company's
maximum age, but neither that of the customer record nor the 10.
"""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.freshness import max_age
from k2k_core.domain.sharing import Denial, EligibilityRequest, ShareTerms
from k2k_core.messages import Message
from k2k_sharing_rules.vendor_stock import shared_as_future, vendor_of


def too_old(request: EligibilityRequest) -> Denial | None:
    """Aging beyond the vendor's maximum age, and beyond 10 in any case."""
    share = request.share
    if share is None:
        return None
    limit, setting = max_age(share, request.lot)
    if request.aging <= limit:
        return None
    reason = Message(
        "aging {aging} is over the maximum of {limit} ({setting})", aging=request.aging, limit=limit, setting=setting
    )
    return Denial("too_old", reason, setting, share.vendor.code, caused_on=_day_of_aging(request, share, limit + 1))


def too_young(request: EligibilityRequest) -> Denial | None:
    """Aging below the vendor's minimum age, 0 without one. It does not hold for K2K future."""
    share = request.share
    if share is None or shared_as_future(request):
        return None
    limit, setting = _min_age(share)
    if request.aging >= limit:
        return None
    reason = Message(
        "aging {aging} is under the minimum of {limit} ({setting})", aging=request.aging, limit=limit, setting=setting
    )
    return Denial("too_young", reason, setting, share.vendor.code, cured_on=_day_of_aging(request, share, limit))


def local_after(request: EligibilityRequest) -> Denial | None:
    """From this aging on the product stays local."""
    share, limit = request.share, request.lot.product.local_after
    if share is None or limit is None or request.aging < limit:
        return None
    reason = Message(
        "aging {aging} has reached the {limit} {limit:day|days} after which {product} stays local",
        aging=request.aging,
        limit=limit,
        product=request.lot.product.code,
    )
    caused_on = _day_of_aging(request, share, limit)
    return Denial("local_after", reason, "local_after", vendor_of(request), caused_on=caused_on)


def _min_age(share: ShareTerms) -> tuple[int, str]:
    """The limit and its setting: the customer record's, else the company's, else 0."""
    customer, company = share.customer, share.vendor.settings.min_age
    if customer is not None and customer.min_age is not None:
        return customer.min_age, Message("min_age of customer {customer}", customer=customer.code)
    return (company, "min_age") if company is not None else (0, "arrival_date")


def _day_of_aging(request: EligibilityRequest, share: ShareTerms, aging: int) -> dt.date:
    """The day on which the lot has this aging."""
    return share.today + dt.timedelta(days=aging - request.aging)
