"""Every setting of a company: its group, meaning, kind, and which action its change is (domain section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.answers.field_types import NO_CUSTOMER, ONLY_STAFF
from k2k_core.domain.roles import COMPANY_SETUP, PEOPLE, PRICES
from k2k_core.errors import Fault, Invalid
from k2k_core.messages import Message
from k2k_core.settings import setting_types as types
from k2k_core.settings.setting_types import Kind


@dataclass(frozen=True)
class Setting:
    """One setting. `action` is what a person needs a role for to change it (`domain.roles.ALLOWED`)."""

    name: str
    group: str
    meaning: str
    kind: Kind
    action: str = COMPANY_SETUP


def readers_of(setting: Setting) -> frozenset[str]:
    """The readers of a setting: margins and costs are for whoever may see costs."""
    return frozenset((ONLY_STAFF if setting.action == PRICES else NO_CUSTOMER).names)


_COSTS = "costs"
PRICING = "pricing"
_SHOP = "ecommerce"
_BUYER = "k2k_as_buyer"
_VENDOR = "k2k_as_vendor"

GROUPS: Mapping[str, str] = {
    PRICING: "Pricing",
    _COSTS: "Costs",
    _SHOP: "E-commerce",
    _BUYER: "K2K as a buyer",
    _VENDOR: "K2K as a vendor",
    "k2k_as_both": "K2K as a buyer and as a vendor",
    "plugins": "Plugins",
}
"""Group → its title."""

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "gpm",
        PRICING,
        "The margin on the landed cost of the company's own stock, and of K2K lines where no K2K GPM is set.",
        types.MARGIN,
        PRICES,
    ),
    Setting(
        "k2k_gpm",
        PRICING,
        "The margin on the landed cost of K2K lines. A location's own takes precedence. Without any GPM: no price.",
        types.MARGIN,
        PRICES,
    ),
    Setting(
        "margin_floor",
        PRICING,
        "The least margin that a price should leave over the landed cost. Checks and what-if name what leaves less.",
        types.MARGIN,
        PRICES,
    ),
    Setting("price_lists_for_k2k", PRICING, "Price lists are used before the K2K steps.", types.SWITCH, PRICES),
    Setting(
        "k2k_price_is_landed_cost",
        PRICING,
        "K2K lines are sold at their landed cost, without a margin.",
        types.SWITCH,
        PRICES,
    ),
    Setting(
        "price_reminder",
        PRICING,
        "Future lots take the last price that somebody typed for the same product and pack.",
        types.SWITCH,
        PRICES,
    ),
    Setting(
        "price_reminder_max_age",
        PRICING,
        "A typed price counts while the lot it was typed on arrived fewer days ago than this. Unset: at any age.",
        types.whole("days"),
        PRICES,
    ),
    Setting(
        "future_price_override_days",
        PRICING,
        "Future lots that ship within so many days of today take the on-hand price, not the price reminder.",
        types.whole("days"),
        PRICES,
    ),
    Setting(
        "rounding",
        PRICING,
        "How a computed unit price is rounded to the currency's decimals.",
        types.choice("up", "half_up"),
        PRICES,
    ),
    Setting(
        "freight_per_fbe",
        _COSTS,
        "The estimated freight of a full box. The real freight of an AWB takes its place.",
        types.amount("FBE"),
        PRICES,
    ),
    Setting(
        "handling_per_fbe",
        _COSTS,
        "The estimated handling of a full box. The real handling of an AWB takes its place.",
        types.amount("FBE"),
        PRICES,
    ),
    Setting(
        "inbound_truck_freight",
        _COSTS,
        "The truck from the port is part of the landed cost. K2K needs it on, with a cube rate.",
        types.SWITCH,
        PRICES,
    ),
    Setting(
        "cube_rate", _COSTS, "The price of the truck for a cube (1,728 cubic inches).", types.amount("cube"), PRICES
    ),
    Setting(
        "duties",
        _COSTS,
        "Import duties by category and port, for lots received on or after `from`.",
        types.DUTIES,
        PRICES,
    ),
    Setting(
        "fuel_surcharges",
        _COSTS,
        "The fuel surcharge of a box by box type and port. Without a row it is 0.",
        types.FUEL_SURCHARGES,
        PRICES,
    ),
    Setting(
        "multicurrency",
        _COSTS,
        "Vendors' prices are converted with the rate of their vendor record. Off: the number passes unchanged.",
        types.SWITCH,
    ),
    Setting(
        "ecommerce_enabled",
        _SHOP,
        "The company sells through e-commerce. A vendor needs it on to be connected.",
        types.SWITCH,
    ),
    Setting(
        "min_age",
        _SHOP,
        "Lots that are younger are not shared. Negative: shared so many days before they arrive. Unset: 0.",
        types.whole("days since arrival", -3650, 36_500),
    ),
    Setting(
        "max_age",
        _SHOP,
        "Lots that are older are not shared, 10 days at the most. Unset: 10.",
        types.whole("days since arrival", 0, 36_500),
    ),
    Setting(
        "max_order_days_in_advance",
        _SHOP,
        "How far ahead of today a ship date may be. Unset: the planner lists 60 days, and later ones are taken.",
        types.whole("days", 0, 3650),
    ),
    Setting(
        "cut_offs",
        _SHOP,
        "From this minute on, orders count for the next day. `no_shipping`: no order day, no ship day.",
        types.CUT_OFFS,
    ),
    Setting(
        "cart_minutes",
        _SHOP,
        "How long a cart holds its boxes, counted from its first line.",
        types.whole("minutes", 1, 525600),
    ),
    Setting(
        "approval_minutes",
        _SHOP,
        "How long boxes are held for an order of the company that waits for its approval.",
        types.whole("minutes", 1, 525600),
    ),
    Setting(
        "approval_minutes_future",
        _SHOP,
        "The same for boxes of future sales and of vendor availability.",
        types.whole("minutes", 1, 525600),
    ),
    Setting(
        "overdue_days",
        _SHOP,
        "How many days after its vendor ship date an order of the company that the vendor has not confirmed ends.",
        types.whole("days", 0, 3650),
    ),
    Setting(
        "show_vendor",
        _SHOP,
        "The catalog shows the vendor. A customer's own setting takes precedence, and `hide_vendor` over both.",
        types.SWITCH,
    ),
    Setting(
        "grouping",
        _SHOP,
        "Which lots are one line of the catalog: alike at one price, or alike within an inventory type.",
        types.choice("merged", "by_inventory_type"),
    ),
    Setting(
        "vendor_in_group",
        _SHOP,
        "Whether lots of different vendors are different lines: always, or only where the vendor is shown.",
        types.choice("when_shown", "always"),
    ),
    Setting(
        "freshness_on_ship_date",
        _SHOP,
        "Vendor's lots are shown for ship dates on which they are no older than may be shared.",
        types.SWITCH,
    ),
    Setting("show_future_inventory", _SHOP, "The catalog shows future lots.", types.SWITCH),
    Setting("hide_on_hand", _SHOP, "The catalog hides the stock on hand.", types.SWITCH),
    Setting(
        "apply_aging_restrictions_per_customer",
        _BUYER,
        "The age limits of the company and of its customers also hold for K2K lots.",
        types.SWITCH,
    ),
    Setting(
        "auto_map_products",
        _BUYER,
        "Vendors' products are mapped automatically, and added with their category if nothing matches.",
        types.SWITCH,
    ),
    Setting("autoconfirm", _BUYER, "Mapped lots of vendors can be sold without somebody's confirmation.", types.SWITCH),
    Setting(
        "auto_billing",
        _BUYER,
        "Which boxes are billed to their customer automatically: scanned ones, ones confirmed by hand, or both.",
        types.choice("off", "scan", "confirm", "both"),
    ),
    Setting(
        "separate_po_per_purchase",
        _BUYER,
        "Every purchase has a purchase order of its own. Off: purchases join the open one of the same vendor and day.",
        types.SWITCH,
    ),
    Setting(
        "classify_k2k_as_open_market", _BUYER, "K2K sales have the sales type open market. Off: prebook.", types.SWITCH
    ),
    Setting(
        "k2k_checkout_notification_to",
        _BUYER,
        "Who is notified of every check-out and approval of K2K lines.",
        types.ADDRESSES,
        PEOPLE,
    ),
    Setting(
        "k2k_cancel_notification_to",
        _BUYER,
        "Who is notified of every K2K line that the vendor voids.",
        types.ADDRESSES,
        PEOPLE,
    ),
    Setting(
        "ship_days_offset",
        _VENDOR,
        "Calendar days from the order day to the first day on which the vendor ships.",
        types.whole("days", 0, 3650),
    ),
    Setting(
        "transfer_real_aging_to",
        _VENDOR,
        "The buyers who see the true aging of the company's lots. Others see none.",
        types.COMPANIES,
    ),
    Setting("send_invoice_to", _VENDOR, "Who is notified of invoices and of dropped lines.", types.ADDRESSES, PEOPLE),
    Setting(
        "send_checkout_notification_to",
        _VENDOR,
        "Who is notified of check-outs and of dropped lines.",
        types.ADDRESSES,
        PEOPLE,
    ),
    Setting("invoice_paper", "k2k_as_both", "The paper that invoices are printed on.", types.choice("letter", "a4")),
    Setting(
        "sync_invoices",
        "k2k_as_both",
        "The vendor's invoice becomes the buyer's vendor invoice. It needs to be on at both companies.",
        types.SWITCH,
    ),
    Setting(
        "plugin_call_milliseconds",
        "plugins",
        "How long a plugin that does not come with K2K may take for a batch: three in a row that take longer put it in "
        "quarantine.",
        types.whole("milliseconds", 1, 2000),
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def read_own(given: object) -> tuple[dict[str, Any], list[Fault]]:
    """What a company sets itself, checked, in the form in which it is stored; null takes a setting back.

    Answers the settings and every fault, with paths such as `duties[0].percent`.
    """
    if not isinstance(given, Mapping):
        return {}, [{"path": "", "message": Message("must be a mapping of names to values")}]
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in given.items():
        setting = BY_NAME.get(name)
        if setting is None:
            faults.append({"path": str(name), "message": Message("is not known here")})
        elif value is None:
            found[name] = None
        else:
            try:
                found[name] = setting.kind.show(setting.kind.read(value))
            except Invalid as error:
                faults += types.within(name, error)
    return found, faults
