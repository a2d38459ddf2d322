"""Rules that hide a line from a buyer company's customer because of its stock or age (domain section 3)."""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.sharing import Denial, EligibilityRequest, SaleTerms
from k2k_core.messages import Message


def on_hold(request: EligibilityRequest) -> Denial | None:
    """A lot of the company's own on hold is not sold."""
    if not request.lot.on_hold:
        return None
    return Denial("on_hold", Message("the lot is on hold"), "on_hold", _buyer(request))


def sold_out(request: EligibilityRequest) -> Denial | None:
    """Nothing is left to sell of the company's own lot."""
    if request.lot.available > 0:
        return None
    return Denial("sold_out", Message("no boxes are left"), "", _buyer(request))


def buyer_age_limits(request: EligibilityRequest) -> Denial | None:
    """The customer's own age limits, else the company's; only with `apply_aging_restrictions_per_customer`."""
    sale = request.sale
    if sale is None or not sale.buyer.settings.apply_aging_restrictions_per_customer:
        return None
    youngest, oldest = _limit(sale, "min_age"), _limit(sale, "max_age")
    if youngest is not None and request.aging < youngest[0]:
        return _outside(
            request,
            sale,
            Message("under the minimum of {youngest}", youngest=youngest[0]),
            youngest[1],
            cured_at=youngest[0],
        )
    if oldest is not None and request.aging > oldest[0]:
        return _outside(
            request, sale, Message("over the maximum of {oldest}", oldest=oldest[0]), oldest[1], caused_at=oldest[0] + 1
        )
    return None


def _limit(sale: SaleTerms, name: str) -> tuple[int, str] | None:
    """A limit and its setting; None without one."""
    own: int | None = getattr(sale.customer, name)
    if own is not None:
        return own, Message("{name} of customer {customer}", name=name, customer=sale.customer.code)
    company: int | None = getattr(sale.buyer.settings, name)
    return None if company is None else (company, name)


def _outside(
    request: EligibilityRequest,
    sale: SaleTerms,
    words: str,
    setting: str,
    cured_at: int | None = None,
    caused_at: int | None = None,
) -> Denial:
    """The denial, with the days on which the lot reaches the limits."""

    def day(aging: int | None) -> dt.date | None:
        return None if aging is None else sale.today + dt.timedelta(days=aging - request.aging)

    reason = Message("aging {aging} is {words} ({setting})", aging=request.aging, words=words, setting=setting)
    return Denial("buyer_age_limits", reason, setting, sale.buyer.code, day(cured_at), day(caused_at))


def _buyer(request: EligibilityRequest) -> str:
    return request.sale.buyer.code if request.sale is not None else ""
