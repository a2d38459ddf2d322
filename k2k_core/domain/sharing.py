"""The requests and answers of eligibility rules (domain section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from k2k_core.domain.items import Lot
from k2k_core.domain.parties import Company, Customer

VENDOR = "vendor"
BUYER = "buyer"
SIDES = (VENDOR, BUYER)
BOTH = "both"
"""What those who work for neither company, but for the network, read of a connection."""
RULE_FAILED = "rule_failed"

OLDEST_SHARED = 10
"""Aging beyond which no lot is shared, whatever a company sets."""


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """What a vendor shares with one buyer.

    * `vendor`: the vendor company.
    * `buyer`: the buyer company.
    * `customer`: the vendor's customer record of the buyer; None when there is none.
    * `today`: the vendor's day.
    * `connected`: whether there is an active connection.
    * `share_future_sales`: whether the connection shares future lots.
    * `rate_missing`: whether the buyer lacks an exchange rate that it needs.
    * `leaves`: the day on which the boxes would leave the vendor; None where sharing alone is asked.
    """

    vendor: Company
    buyer: Company
    customer: Customer | None
    today: dt.date
    connected: bool
    share_future_sales: bool = False
    rate_missing: bool = False
    leaves: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a buyer company sells to one of its customers.

    * `buyer`: the company that sells.
    * `customer`: its customer.
    * `ship_via`: the code of the ship via.
    * `ship_date`: the day on which the boxes are for the customer.
    * `today`: the buyer's day.
    * `via_allowed`: whether the ship via allows it.
    * `via_reason`: why not, in words.
    * `date_denials`: code to denial, of the planner for this ship date (domain section 4).
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
    """One vendor's lot as one buyer sees it.

    * `mapped_product`: the code of the buyer's product; None while it is not mapped.
    * `confirmed`: whether it is confirmed for sale.
    * `va_price`: the price that somebody typed, in micros; None for none.
    """

    mapped_product: str | None = None
    confirmed: bool = False
    va_price: int | None = None


class EligibilityRequest(NamedTuple):
    """One lot under one rule.

    * `lot`: the lot or offer.
    * `aging`: days since arrival, on the day of the company that owns the stock.
    * `share`: for rules of the vendor's side; None for the buyer's.
    * `sale`: for rules of the buyer's side; None for the vendor's.
    * `offer`: for rules of the buyer's side on a K2K lot; else None.
    * `price`: for rules of the vendor's side, the vendor's price for the buyer, in micros; None for none.
    * `location_connected`: whether the lot's location is connected.
    """

    lot: Lot
    aging: int
    share: ShareTerms | None = None
    sale: SaleTerms | None = None
    offer: OfferState | None = None
    price: int | None = None
    location_connected: bool = True


LOT_FACTS: Mapping[str, Callable[[Lot], object]] = {
    **{name: attrgetter(name) for name in Lot._fields},
    "has_dimensions": lambda lot: lot.cubes is not None,
    "in_stock": lambda lot: lot.available > 0,
    "local_after": lambda lot: lot.product.local_after,
}
"""What a rule may say that it reads of a lot."""

OFFER_FACTS: Mapping[str, Callable[[OfferState | None], object]] = {
    "mapped": lambda offer: offer is not None and offer.mapped_product is not None,
    "confirmed": lambda offer: offer is not None and offer.confirmed,
}
"""The same of the buyer's decision on an offer."""

PRICE_FACT, LOCATION_FACT = "has_price", "location_connected"

RULE_FACTS = (*LOT_FACTS, *OFFER_FACTS, PRICE_FACT, LOCATION_FACT)
"""Everything that a rule may say that it reads."""


def rule_fact(request: EligibilityRequest, name: str) -> object:
    """One of the `RULE_FACTS` of a request."""
    if name in OFFER_FACTS:
        return OFFER_FACTS[name](request.offer)
    if name == PRICE_FACT:
        return request.price is not None
    return request.location_connected if name == LOCATION_FACT else LOT_FACTS[name](request.lot)


class Denial(NamedTuple):
    """Why a lot is held back.

    * `code`: the rule's code.
    * `reason`: words for people.
    * `setting`: the setting behind it, such as `max_age`; empty for none.
    * `owner`: the code of the company whose setting it is.
    * `cured_on`: the first day on which time alone ends the denial; None when it does not.
    * `caused_on`: the day on which time alone brought it; None when it did not.
    """

    code: str
    reason: str = ""
    setting: str = ""
    owner: str = ""
    cured_on: dt.date | None = None
    caused_on: dt.date | None = None
