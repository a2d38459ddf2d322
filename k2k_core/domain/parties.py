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

CUSTOMER_TYPES = ("A", "B")
"""Which prices a customer gets: those that are typed on lots, or those of price lists first (pricing section 4)."""

WAREHOUSE, CHOICE = "warehouse", "choice"
"""Values of a customer's `ship_via`: the default, and the one that leaves the choice to each order. Every other value
is the code of a ship via that a plugin contributes."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A percentage or an amount, of either sign. 0 counts as set; an unset markup is absent.

    * `kind`: `percent` or `amount`.
    * `value`: the percentage, or the amount in the company's currency.
    """

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
    """A location of a company.

    * `code`: its code.
    * `name`: its name for people.
    * `k2k_gpm`: its K2K GPM, which takes precedence over the company's; None when unset.
    * `connected`: whether it shares anything.
    """

    code: str
    name: str
    k2k_gpm: int | None = None
    connected: bool = True


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its set-up.

    * `id`: its id in this database.
    * `code`: its code in the network.
    * `name`: its name for people.
    * `currency`: the code of its currency.
    * `timezone`: the name of its time zone.
    * `locale`: the code of its language.
    * `settings`: its settings (settings.md), each as an attribute; percentages and amounts are micros.
    * `locations`: code to location.
    * `change_seq`: rises with every change of its set-up.
    * `hierarchies`: its own rows of hierarchies and adjustments; empty for none.
    * `plugin_settings`: empty; a plugin reads its settings from the hook's context.
    * `plugin_record`: the plugins that it relies on, with their versions and contributions.
    * `quarantines`: contributions that are in quarantine for it.
    """

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
    """A delivery address, such as that of boxes that ship via grower.

    * `name`: who receives.
    * `street`: street and number.
    * `city`: the city.
    * `state`: the state or province.
    * `postal_code`: the postal code.
    * `country`: the country.
    * `phone`: a telephone number.
    """

    name: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AdditionalCharge:
    """A charge line of an order.

    * `name`: its name on the invoice.
    * `kind`: `percent` (of the subtotal), `per_order` or `per_box`.
    * `value`: the percentage, or the amount in the company's currency.
    """

    name: str
    kind: str
    value: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of a company.

    * `id`: its id in this database.
    * `code`: its code, which is the mark code on labels.
    * `name`: its name for people.
    * `type`: `A` or `B`, which chooses the hierarchy.
    * `email`: where mails about its orders go.
    * `landed_cost_as_price`: whether it buys at the landed cost.
    * `ecommerce_markup`: on prices of the shop; None when unset.
    * `price_b_markup`: on price B; None when unset.
    * `sell_fast_markup`: on lots that are marked to be sold fast; None when unset.
    * `price_lists`: the codes of its price lists.
    * `ship_via`: the code of a ship via, or `choice` where each order chooses.
    * `show_fob_price`: whether its prices are FOB.
    * `charge_fuel_surcharge`: whether it pays the fuel surcharge.
    * `outbound_cube_rate`: what a cube to it costs; None when unset.
    * `min_age`: the least aging of what it sees; None for the company's.
    * `max_age`: the greatest; None for the company's.
    * `days_of_service`: weekday (`mon` to `sun`) to the code of the carrier that serves it then; empty for every day.
    * `salesperson_email`: who is told about its orders.
    * `ship_to`: where its boxes go.
    * `location`: the code of the location that it buys from; None for none.
    * `credit_hold`: whether nothing is billed to it.
    * `additional_charges`: the charge lines of its orders.
    * `send_invoice_to`: more addresses for invoices.
    * `send_checkout_notification_to`: more addresses for orders.
    * `company`: the code of the connected buyer company when it is one; else None.
    * `show_vendor`: whether it sees vendors; None for the company's setting.
    * `locale`: the code of its language; None for the company's.
    * `archived`: whether it is out of use.
    """

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
    """The name of a day's weekday, `mon` to `sun`, by which `days_of_service` go.

    * `day`: the day.
    """
    return WEEKDAYS[day.weekday()]
