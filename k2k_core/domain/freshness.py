"""The days between which the boxes of a lot may leave: after arrival, and while they are fresh (domain section 3)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from k2k_core.domain.items import Lot
from k2k_core.domain.parties import Customer
from k2k_core.domain.settings import CompanySettings
from k2k_core.domain.sharing import OLDEST_SHARED, ShareTerms
from k2k_core.messages import Message

NETWORK_LIMIT = Message("the network's own limit")


class AgeLimit(NamedTuple):
    """The greatest permitted aging, in days, and the setting that it comes from."""

    days: int
    setting: str


class LeavingDays(NamedTuple):
    """The first and the last day on which boxes may leave; None for no limit."""

    first: dt.date
    last: dt.date | None


def max_age(share: ShareTerms, lot: Lot) -> AgeLimit:
    """How old a vendor's lot may be to be shared, before `local_after`: the limit of the customer record, else the
    company's, and never more than 10. A `local_after` of the product replaces the company's limit (domain section
    3)."""
    customer, company = share.customer, share.vendor.settings.max_age
    if customer is not None and customer.max_age is not None:
        limit = AgeLimit(customer.max_age, Message("max_age of customer {customer}", customer=customer.code))
    elif company is not None and lot.product.local_after is None:
        limit = AgeLimit(company, "max_age")
    else:
        return AgeLimit(OLDEST_SHARED, NETWORK_LIMIT)
    return limit if limit.days <= OLDEST_SHARED else AgeLimit(OLDEST_SHARED, NETWORK_LIMIT)


def vendor_limit(share: ShareTerms, lot: Lot) -> AgeLimit | None:
    """How old a vendor's lot may be on the day on which it leaves: as old as it may be to be shared. None if the
    vendor's `freshness_on_ship_date` is off."""
    if not share.vendor.settings.freshness_on_ship_date:
        return None
    limit, local_after = max_age(share, lot), lot.product.local_after
    if local_after is None or local_after > limit.days:
        return limit
    return AgeLimit(local_after - 1, "local_after")


def own_limit(customer: Customer, lot: Lot) -> AgeLimit | None:
    """How old a company's own stock may be on the day on which it leaves: the limit of the customer record only, and
    none for lots marked `sell_fast`."""
    if customer.max_age is None or lot.sell_fast:
        return None
    return AgeLimit(customer.max_age, Message("max_age of customer {customer}", customer=customer.code))


def shared_ages(youngest: int | None, oldest: int | None, settings: CompanySettings) -> tuple[int, int]:
    """The least and the greatest aging, in days, of boxes that are shared with a company whose customer record has
    these limits: its own, else the company's, and never more than 10 (domain section 3). A `local_after` of a product
    is apart."""
    least = settings.min_age if youngest is None else youngest
    most = settings.max_age if oldest is None else oldest
    return least or 0, OLDEST_SHARED if most is None else min(most, OLDEST_SHARED)


def sold_ages(youngest: int | None, oldest: int | None, settings: CompanySettings) -> tuple[int | None, int | None]:
    """The same for a customer that is no company of the network; None without a limit. The company's limits count with
    `apply_aging_restrictions_per_customer`, where the customer has none; otherwise only its own maximum counts."""
    if not settings.apply_aging_restrictions_per_customer:
        return None, oldest
    return (
        settings.min_age if youngest is None else youngest,
        settings.max_age if oldest is None else oldest,
    )


def leaving_days(lot: Lot, limit: AgeLimit | None) -> LeavingDays:
    """The days on which the boxes have arrived and are within the limit."""
    return LeavingDays(lot.arrival_date, None if limit is None else lot.arrival_date + dt.timedelta(days=limit.days))
