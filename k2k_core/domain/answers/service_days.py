"""The week of a company: its cut-offs, those of its carriers, and the days on which its customers are served."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, Code
from .pages import Page


class CarrierCutOff(TypedDict):
    """The cut-off of a carrier on a weekday, `"HHMM"` or `no_shipping`, None without one. `effective` is the one that
    counts for customers whom it serves on that day: the earlier of the company's and the carrier's."""

    carrier: Code
    carrier_name: str
    cut_off: str | None
    effective: str | None


class WeekdayCutOffs(TypedDict):
    """The cut-off of a company on a `weekday`, `mon` to `sun`, in its time zone: `"HHMM"`, `no_shipping` or None. It
    counts by itself for customers whom no carrier serves on that day."""

    weekday: str
    cut_off: str | None
    carriers: list[CarrierCutOff]


class ServiceDay(TypedDict):
    """A weekday of a customer. `served`: it is one of its days of service, or it has none and is served every day, by
    the `carrier` if one is named. `cut_off` is the effective one: until then an order counts for that day. `ships`:
    boxes leave for the customer on that day, which is served and not closed."""

    weekday: str
    served: bool
    carrier: Code | None
    cut_off: str | None
    ships: bool


class ServedCustomer(TypedDict):
    """A customer and its week. `company` is the company of the network that it is, `connection` the state of the
    connection with it. `min_age` and `max_age` are the age limits that count for it, in days, None without one; the
    `local_after` of a product may be lower."""

    customer: Annotated[Code, NO_CUSTOMER]
    customer_name: Annotated[str, NO_CUSTOMER]
    company: Annotated[Code | None, NO_CUSTOMER]
    connection: Annotated[str | None, NO_CUSTOMER]
    every_day: Annotated[bool, NO_CUSTOMER]
    days: Annotated[list[ServiceDay], NO_CUSTOMER]
    min_age: Annotated[int | None, NO_CUSTOMER]
    max_age: Annotated[int | None, NO_CUSTOMER]


class ServiceDays(Page):
    """The week of a company with a page of its customers. `ship_days_offset` is in calendar days, `min_age` and
    `max_age` in days; `ages_per_customer` is whether they also count for customers that are no companies of the
    network."""

    timezone: Annotated[str, NO_CUSTOMER]
    ship_days_offset: Annotated[int, NO_CUSTOMER]
    min_age: Annotated[int | None, NO_CUSTOMER]
    max_age: Annotated[int | None, NO_CUSTOMER]
    ages_per_customer: Annotated[bool, NO_CUSTOMER]
    week: Annotated[list[WeekdayCutOffs], NO_CUSTOMER]
    items: list[ServedCustomer]
