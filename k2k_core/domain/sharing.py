"""What an eligibility rule is asked, and what it answers (domain section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from k2k_core.domain.items import Lot
from k2k_core.domain.parties import Company, Customer

VENDOR = "vendor"
BUYER = "buyer"
SIDES = (VENDOR, BUYER)
RULE_FAILED = "rule_failed"

OLDEST_SHARED = 10
"""Aging beyond which no lot is shared, whatever a company sets."""


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """From a vendor to one buyer: `customer` is the vendor's customer record of the buyer, `today` the vendor's day."""

    vendor: Company
    buyer: Company
    customer: Customer | None
    today: dt.date
    connected: bool
    share_future_sales: bool = False
    rate_missing: bool = False


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """From a buyer company to its own customer: `today` is the buyer's day.

    `date_denials` are the planner's refusals for this ship date; `via_allowed` is the ship-via handler's answer.
    """

    buyer: Company
    customer: Customer
    ship_via: str
    ship_date: dt.date
    today: dt.date
    via_allowed: bool = True
    via_reason: str = ""
    date_denials: Mapping[str, Denial] = field(default_factory=dict)


class OfferState(NamedTuple):
    """One vendor lot as one buyer sees it: to which of its products it is mapped, and whether that is confirmed."""

    mapped_product: str | None = None
    confirmed: bool = False
    va_price: int | None = None


class EligibilityRequest(NamedTuple):
    """One lot under one rule. Vendor-side rules read `share` and `price` (micros, the vendor's price for the buyer);
    buyer-side rules read `sale` and, for a K2K line, `offer`. `location_connected` belongs to the lot's location."""

    lot: Lot
    aging: int
    share: ShareTerms | None = None
    sale: SaleTerms | None = None
    offer: OfferState | None = None
    price: int | None = None
    location_connected: bool = True


class Denial(NamedTuple):
    """Why a lot is kept back: the rule's code, words, whose setting it is, and the dates when time alone matters.

    `cured_on` is the first date on which this denial is gone by itself, `caused_on` the date on which time brought it.
    """

    code: str
    reason: str = ""
    setting: str = ""
    owner: str = ""
    cured_on: dt.date | None = None
    caused_on: dt.date | None = None
