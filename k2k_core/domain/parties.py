"""Companies, their customers and their vendors, as pricing, sharing and ordering see them (domain section 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from k2k_core.domain.connection_states import ACTIVE
from k2k_core.domain.money import HUNDRED, ONE, Exact
from k2k_core.domain.settings import CompanySettings

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_SHIPPING = "no_shipping"

WAREHOUSE, CHOICE = "warehouse", "choice"
"""Values of a customer's `ship_via`: the default, and the one that leaves the choice to each order. Every other value
is the code of a ship via that a plugin contributes."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A percentage or an amount, of either sign, in micros. 0 counts as set; an unset markup is absent."""

    kind: str
    value: int

    def apply(self, price: Exact) -> Exact:
        """`p × (1 + m/100)` or `p + m` (pricing section 6)."""
        if self.kind == "percent":
            return price * (ONE + Exact.micros(self.value) / HUNDRED)
        return price + Exact.micros(self.value)

    def __str__(self) -> str:
        number = Exact.micros(self.value)
        sign = "+" if self.value >= 0 else ""
        return f"{sign}{number} %" if self.kind == "percent" else f"{sign}{number}"


@dataclass(frozen=True, slots=True)
class Location:
    """A location of a company. One that is not connected shares nothing; its `k2k_gpm` (micros) takes precedence over
    the company's."""

    code: str
    name: str
    k2k_gpm: int | None = None
    connected: bool = True


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its settings and locations, its own price hierarchies and plugin settings, if any, the record of
    the plugins that it relies on, and their contributions that are in quarantine."""

    id: int
    code: str
    name: str
    currency: str
    timezone: str
    locale: str
    settings: CompanySettings
    locations: Mapping[str, Location] = field(default_factory=dict)
    change_seq: int = 0
    hierarchies: Mapping[str, object] = field(default_factory=dict)
    plugin_settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    plugin_record: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    quarantines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def today(self, now: dt.datetime) -> dt.date:
        """The calendar day in the company's own time zone."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class ShipTo:
    """The delivery address of boxes that ship via grower."""

    name: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AdditionalCharge:
    """A charge line of an order: `kind` is percent (of the subtotal), per_order or per_box; `value` in micros."""

    name: str
    kind: str
    value: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of a company. `company` names the connected buyer company when the customer is one."""

    id: int
    code: str
    name: str
    type: str
    email: str = ""
    landed_cost_as_price: bool = False
    ecommerce_markup: Markup | None = None
    price_b_markup: Markup | None = None
    sell_fast_markup: Markup | None = None
    price_lists: tuple[str, ...] = ()
    ship_via: str = WAREHOUSE
    show_fob_price: bool = False
    charge_fuel_surcharge: bool = False
    outbound_cube_rate: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    days_of_service: Mapping[str, str] = field(default_factory=dict)
    salesperson_email: str = ""
    ship_to: ShipTo = ShipTo()
    location: str | None = None
    credit_hold: bool = False
    additional_charges: tuple[AdditionalCharge, ...] = ()
    send_invoice_to: tuple[str, ...] = ()
    send_checkout_notification_to: tuple[str, ...] = ()
    company: str | None = None
    show_vendor: bool | None = None
    locale: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor of a company. `company` names the connected vendor company; `exchange_rate` in micros."""

    id: int
    code: str
    name: str
    company: str | None = None
    currency: str = ""
    exchange_rate: int | None = None
    port: str | None = None
    transit_days: int = 0


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier with its cut-offs per weekday: `"HHMM"` in the company's time zone, or `no_shipping`."""

    code: str
    name: str
    cut_offs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """VC → BC. Only an active one shares anything."""

    id: int
    vendor: str
    buyer: str
    state: str
    hide_vendor: bool = False
    bill_to_final_customer: bool = False
    share_future_sales: bool = False

    @property
    def active(self) -> bool:
        return self.state == ACTIVE


def weekday(day: dt.date) -> str:
    """`mon` to `sun`."""
    return WEEKDAYS[day.weekday()]
