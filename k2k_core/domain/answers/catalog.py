"""The catalog of a customer for a ship date, and its ship dates (domain sections 3 and 4, pricing section 9)."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import COMPANY, EVERYBODY, NO_CUSTOMER, PRICED, TERMS, Code, Day, Json, LocalMoment, Money


class CatalogRow(TypedDict):
    """One line of a catalog: lots of the same goods at the same price. `aging` belongs to `lots`, in days, None where
    the vendor does not show it; `price` is per unit. `source` numbers hidden vendors with the same goods, None if the
    vendor is shown or there is none."""

    line: Annotated[str, EVERYBODY]
    description: Annotated[str, EVERYBODY]
    price: Annotated[Money | None, PRICED]
    currency: Annotated[str, TERMS]
    call_icon: Annotated[bool, TERMS]
    available: Annotated[int, EVERYBODY]
    box_type: Annotated[Code, EVERYBODY]
    units_per_box: Annotated[int, EVERYBODY]
    unit_type: Annotated[str, EVERYBODY]
    stems_per_bunch: Annotated[int | None, EVERYBODY]
    lots: Annotated[list[Code], NO_CUSTOMER]
    aging: Annotated[list[int | None], COMPANY]
    inventory_types: Annotated[list[str], NO_CUSTOMER]
    vendor: Annotated[str | None, EVERYBODY]
    source: Annotated[int | None, EVERYBODY]


class PlannerReason(TypedDict):
    """One reason in the planner's chain, for programs: its code, such as `order_day`, and its facts."""

    code: str
    facts: Json


class FirstShipDateReason(TypedDict):
    """Why the first ship date is what it is: the company that ships then, `vendor` or the buyer itself, and the
    planner's chain of reasons, as sentences and for programs."""

    vendor: Code
    reasons: list[str]
    chain: list[PlannerReason]


class CatalogPage(TypedDict):
    """One page of a catalog; `total` counts the lines of all pages. The vendor is None if the shop or the connection
    hides it. A page that was asked for by `limit` or `cursor` has `next`, the cursor of the page after it, None on the
    last one. `count` is the same number as `total`, if it was asked for as in every list.

    `first_ship_date` is the first day for which boxes of a vendor can be ordered now, of own stock where there is none
    of a vendor; None if there is no day. It does not depend on the ship date of the catalog (domain section 4)."""

    total: Annotated[int, EVERYBODY]
    lines: list[CatalogRow]
    first_ship_date: Annotated[Day | None, EVERYBODY]
    first_ship_date_reason: Annotated[FirstShipDateReason | None, NO_CUSTOMER]
    next: NotRequired[Annotated[str | None, EVERYBODY]]
    count: NotRequired[Annotated[int, EVERYBODY]]


class MomentInBothZones(TypedDict):
    """One moment as the clocks of the shipper and of the receiver, the buyer company, show it."""

    shipper: LocalMoment
    receiver: LocalMoment


class ShipDates(TypedDict):
    """Every date on which a vendor's boxes can reach a customer, and the planner's chain of reasons (domain section 4).
    `order_day` and `earliest_vendor_ship` are None if no date is possible. `ordered_at` is the moment of the order for
    which the dates are, `cut_off_passed_at` the cut-off that has passed by then, None if none has, and `order_until`
    the cut-off of the order day, None if that day has none. A customer reads the dates alone, those of all vendors and
    of own stock together."""

    ordered_at: Annotated[MomentInBothZones, NO_CUSTOMER]
    cut_off_passed_at: Annotated[MomentInBothZones | None, NO_CUSTOMER]
    order_until: Annotated[MomentInBothZones | None, NO_CUSTOMER]
    order_day: Annotated[Day | None, NO_CUSTOMER]
    earliest_vendor_ship: Annotated[Day | None, NO_CUSTOMER]
    first: Annotated[Day | None, EVERYBODY]
    dates: Annotated[list[Day], EVERYBODY]
    reasons: Annotated[list[str], NO_CUSTOMER]
    chain: Annotated[list[PlannerReason], NO_CUSTOMER]
