"""The settings of a company, typed (domain section 7). Their defaults are data, in the configuration package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """`percent` (micros) of the unit cost for a category from a port, for what is received from a date on."""

    category: str
    port: str
    percent: int
    since: dt.date


@dataclass(frozen=True, slots=True)
class FuelSurcharge:
    """`amount` (micros) per box of a type from a port."""

    box_type: str
    port: str
    amount: int


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """Every setting of domain section 7. Amounts and percentages are micros; unset is None or empty."""

    gpm: int | None
    k2k_gpm: int | None
    margin_floor: int | None
    price_lists_for_k2k: bool
    k2k_price_is_landed_cost: bool
    price_reminder: bool
    price_reminder_max_age: int | None
    future_price_override_days: int | None
    rounding: str

    freight_per_fbe: int
    handling_per_fbe: int
    inbound_truck_freight: bool
    cube_rate: int | None
    duties: tuple[Duty, ...]
    fuel_surcharges: tuple[FuelSurcharge, ...]
    multicurrency: bool

    ecommerce_enabled: bool
    min_age: int | None
    max_age: int | None
    max_order_days_in_advance: int | None
    cut_offs: Mapping[str, str]
    cart_minutes: int
    approval_minutes: int
    approval_minutes_future: int
    overdue_days: int
    show_vendor: bool
    grouping: str
    vendor_in_group: str
    freshness_on_ship_date: bool
    show_future_inventory: bool
    hide_on_hand: bool

    apply_aging_restrictions_per_customer: bool
    auto_map_products: bool
    autoconfirm: bool
    auto_billing: str
    separate_po_per_purchase: bool
    classify_k2k_as_open_market: bool
    sync_invoices: bool
    invoice_paper: str
    k2k_checkout_notification_to: tuple[str, ...]
    k2k_cancel_notification_to: tuple[str, ...]

    ship_days_offset: int
    transfer_real_aging_to: tuple[str, ...]
    send_invoice_to: tuple[str, ...]
    send_checkout_notification_to: tuple[str, ...]

    plugin_call_milliseconds: int
