"""Rules that hide a line for a ship via or a ship date (domain sections 3 and 4).

The planner computes its refusals beforehand; each of its codes is a rule of its own here, so that it is reported like
any other denial.
"""

from __future__ import annotations

from collections.abc import Callable

from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.messages import Message

PLANNED = (
    "before_earliest_ship_date",
    "vendor_no_service",
    "customer_no_service",
    "beyond_max_days",
    "cut_off_passed",
)


def ship_via_not_allowed(request: EligibilityRequest) -> Denial | None:
    """The customer, or the ship via itself, does not allow this inventory type."""
    sale = request.sale
    if sale is None or sale.via_allowed:
        return None
    default = Message(
        "customer {customer} cannot have {inventory_type} via {ship_via}",
        customer=sale.customer.code,
        inventory_type=request.lot.inventory_type,
        ship_via=sale.ship_via,
    )
    setting = Message("ship_via of customer {customer}", customer=sale.customer.code)
    return Denial("ship_via_not_allowed", sale.via_reason or default, setting, sale.buyer.code)


def planned(code: str) -> Callable[[EligibilityRequest], Denial | None]:
    """The rule that passes one of the planner's refusals on."""

    def check(request: EligibilityRequest) -> Denial | None:
        return None if request.sale is None else request.sale.date_denials.get(code)

    check.__name__ = code
    check.__doc__ = f"The planner's refusal `{code}` of this ship date, if it has one."
    return check
