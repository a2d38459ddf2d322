"""The words for the rules that hide lots: what is the matter when one fails, and what it says of a lot that passes."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_console.frame import field_of
from k2k_console.record_names import field_name
from k2k_console.search_targets import customer_page
from k2k_console.translations import later

FAILS: Mapping[str, str] = {
    "not_open_market": later("Not open market"),
    "not_in_boxes": later("Counted in units"),
    "no_price": later("No price of the vendor"),
    "on_hold": later("On hold"),
    "too_old": later("Too old"),
    "too_young": later("Still on its way"),
    "local_after": later("Stays local"),
    "arrives_later": later("Arrives later"),
    "too_old_on_ship_date": later("Too old on the ship date"),
    "no_box_dimensions": later("No box dimensions"),
    "mixed_box": later("Mixed box"),
    "location_not_connected": later("Place not connected"),
    "no_exchange_rate": later("No exchange rate"),
    "not_connected": later("Not connected"),
    "sold_out": later("Sold out"),
    "not_mapped": later("No product assigned"),
    "not_confirmed": later("Not confirmed"),
    "buyer_age_limits": later("Outside the customer’s age limits"),
    "ship_via_not_allowed": later("Ship via not allowed"),
    "vendor_no_service": later("The vendor does not ship that day"),
    "before_earliest_ship_date": later("Ship date too early"),
    "cut_off_passed": later("Cut-off has passed"),
    "customer_no_service": later("Customer not served that day"),
    "beyond_max_days": later("Ship date too far ahead"),
    "rule_failed": later("A rule failed"),
}
"""Rule → what is the matter."""

_VENDORS: Mapping[str, str] = {
    "not_open_market": later("open market"),
    "not_in_boxes": later("in boxes"),
    "no_price": later("has a price"),
    "on_hold": later("not on hold"),
    "too_old": later("not too old"),
    "too_young": later("not too young"),
    "local_after": later("not kept local"),
    "no_box_dimensions": later("box dimensions"),
    "mixed_box": later("solid box"),
    "location_not_connected": later("place connected"),
    "no_exchange_rate": later("exchange rate"),
    "not_connected": later("connection active"),
    "sold_out": later("boxes left"),
}
_BUYERS: Mapping[str, str] = {
    "not_mapped": later("product assigned"),
    "not_confirmed": later("confirmed"),
    "buyer_age_limits": later("within the customer’s age limits"),
    "ship_via_not_allowed": later("ship via allowed"),
    "vendor_no_service": later("the vendor ships that day"),
    "before_earliest_ship_date": later("not too early"),
    "cut_off_passed": later("before the cut-off"),
    "customer_no_service": later("customer served that day"),
    "beyond_max_days": later("not too far ahead"),
    "arrives_later": later("there in time"),
    "too_old_on_ship_date": later("fresh on the ship date"),
}
_OWN_STOCK = ("on_hold", "sold_out")
_NOT_OF_OWN_STOCK = ("not_mapped", "not_confirmed", "vendor_no_service")

SETTINGS: Mapping[str, tuple[str, str]] = {
    "not_mapped": ("offers", "product"),
    "not_confirmed": ("offers", "product"),
    "on_hold": ("inventory", "on_hold"),
    "sold_out": ("inventory", ""),
    "mixed_box": ("inventory", ""),
    "not_in_boxes": ("inventory", ""),
    "not_open_market": ("connections", ""),
    "not_connected": ("connections", ""),
    "location_not_connected": ("companies", ""),
    "no_exchange_rate": ("vendors", "exchange_rate"),
    "no_price": ("price_lists", ""),
    "no_box_dimensions": ("products", ""),
    "buyer_age_limits": ("customers", "max_age"),
    "ship_via_not_allowed": ("customers", "ship_via"),
    "customer_no_service": ("ship_days", ""),
    "vendor_no_service": ("ship_days", ""),
    "cut_off_passed": ("ship_days", "cut_offs"),
    "before_earliest_ship_date": ("ship_days", "ship_days_offset"),
    "beyond_max_days": ("ship_days", "max_order_days_in_advance"),
    "too_old": ("companies", "max_age"),
    "too_young": ("companies", "min_age"),
    "local_after": ("companies", "local_after"),
}
"""The page of the menu on which a rule's setting stands, and the field there."""

OF_LOTS = ("offers", "inventory")
"""Pages on which a lot has a row of its own."""


def failing(code: str) -> str:
    """What is the matter; a plugin's rule goes by its code."""
    return str(FAILS.get(code, code))


def passing(reasons: list[str], *, own: bool, shared_only: bool = False) -> list[str]:
    """What a lot passes that fails for `reasons`: the rules of its vendor, and of its buyer unless it is only about
    what is shared; of own stock the buyer's alone."""
    vendors = {code: words for code, words in _VENDORS.items() if not own or code in _OWN_STOCK}
    buyers = {code: words for code, words in _BUYERS.items() if not own or code not in _NOT_OF_OWN_STOCK}
    asked = vendors if shared_only else {**vendors, **buyers}
    return [str(words) for code, words in asked.items() if code not in reasons]


def setting_words(setting: str) -> str:
    """What a rule's setting is called: the facade begins with its name, and goes on with the record that has it."""
    name, *of_record = setting.split(" ", 1)
    return " ".join([field_name(name), *of_record])


def setting_field(code: str, lot: str, company: str, customer: str = "") -> str:
    """The address of the field by which a rule lets a lot through, on the page of the customer where it is one of
    theirs; empty where there is none for the reader."""
    page, field = SETTINGS.get(code, ("", ""))
    if page == "customers" and customer:
        record = customer_page(company, customer)
        return record and f"{record}#{field}"
    return field_of(page, field, code_of(lot) if page in OF_LOTS else "") if page else ""


def code_of(lot: str) -> str:
    """The code of a lot, without its company's."""
    return lot.rpartition("/")[2]
