"""Between which days the boxes of a lot may leave: once they are there, and while they are fresh (domain section 3)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from k2k_core.domain.items import Lot
from k2k_core.domain.parties import Customer
from k2k_core.domain.sharing import OLDEST_SHARED, ShareTerms
from k2k_core.messages import Message

NETWORK_LIMIT = "the network's own limit"


class AgeLimit(NamedTuple):
    """The greatest aging that passes, in days, and whose setting it is."""

    days: int
    setting: str


class LeavingDays(NamedTuple):
    """The first and the last day on which boxes may leave; None where no limit ends it."""

    first: dt.date
    last: dt.date | None


def max_age(share: ShareTerms, lot: Lot) -> AgeLimit:
    """How old a vendor's lot may be to be shared, `local_after` apart: what the customer record says, else the company,
    and never more than 10. A `local_after` of the product takes the company's place (domain section 3)."""
    customer, company = share.customer, share.vendor.settings.max_age
    if customer is not None and customer.max_age is not None:
        limit = AgeLimit(customer.max_age, Message("max_age of customer {customer}", customer=customer.code))
    elif company is not None and lot.product.local_after is None:
        limit = AgeLimit(company, "max_age")
    else:
        return AgeLimit(OLDEST_SHARED, NETWORK_LIMIT)
    return limit if limit.days <= OLDEST_SHARED else AgeLimit(OLDEST_SHARED, NETWORK_LIMIT)


def vendor_limit(share: ShareTerms, lot: Lot) -> AgeLimit | None:
    """How old a vendor's lot may be on the day on which it leaves: as old as it may be to be shared. None where the
    vendor's `freshness_on_ship_date` is off."""
    if not share.vendor.settings.freshness_on_ship_date:
        return None
    limit, local_after = max_age(share, lot), lot.product.local_after
    if local_after is None or local_after > limit.days:
        return limit
    return AgeLimit(local_after - 1, "local_after")


def own_limit(customer: Customer, lot: Lot) -> AgeLimit | None:
    """How old a company's own stock may be on the day on which it leaves: only what the customer record says counts,
    and not for lots that are to sell fast."""
    if customer.max_age is None or lot.sell_fast:
        return None
    return AgeLimit(customer.max_age, Message("max_age of customer {customer}", customer=customer.code))


def leaving_days(lot: Lot, limit: AgeLimit | None) -> LeavingDays:
    """The days on which the boxes are there and pass the limit."""
    return LeavingDays(lot.arrival_date, None if limit is None else lot.arrival_date + dt.timedelta(days=limit.days))
