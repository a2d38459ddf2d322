"""What the fields of records, the settings and the collections are called on the screen: the audit stores the names
that the facade has for them."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_console.translations import later

FIELDS: Mapping[str, str] = {
    "active": later("Active"),
    "additional_charges": later("Additional charges"),
    "apply_aging_restrictions_per_customer": later("Aging limits per customer"),
    "approval_minutes": later("Minutes to approve"),
    "approval_minutes_future": later("Minutes to approve future sales"),
    "arrival_date": later("Arrival date"),
    "auto_billing": later("Automatic billing"),
    "auto_map_products": later("Maps products by itself"),
    "autoconfirm": later("Confirms offers by itself"),
    "awb": later("AWB"),
    "box_codes": later("Box codes"),
    "box_type": later("Box type"),
    "box_dimensions": later("Box dimensions"),
    "boxes": later("Boxes"),
    "cart_minutes": later("Minutes of a cart"),
    "category": later("Category"),
    "charge_fuel_surcharge": later("Charges the fuel surcharge"),
    "classify_k2k_as_open_market": later("K2K boxes as open market"),
    "code": later("Code"),
    "color": later("Color"),
    "company": later("Company"),
    "connected": later("Connected"),
    "connection": later("Connection"),
    "credit_hold": later("Credit hold"),
    "cube_rate": later("Cube rate"),
    "currency": later("Currency"),
    "cut_offs": later("Cut-offs"),
    "days_of_service": later("Days of service"),
    "description": later("Description"),
    "duties": later("Duties"),
    "ecommerce_enabled": later("E-commerce"),
    "ecommerce_markup": later("E-commerce markup"),
    "email": later("E-mail address"),
    "everyone": later("For every customer"),
    "exchange_rate": later("Exchange rate"),
    "fbe": later("FBE"),
    "freight_per_fbe": later("Freight per FBE"),
    "freshness_on_ship_date": later("Freshness on the ship date"),
    "fuel_surcharges": later("Fuel surcharges"),
    "future_price_override_days": later("Days of a future price"),
    "gpm": later("GPM"),
    "grade": later("Grade"),
    "grouping": later("Grouping of lots"),
    "handling_per_fbe": later("Handling per FBE"),
    "height": later("Height"),
    "hide_on_hand": later("Hides what is on hand"),
    "inbound_truck_freight": later("Freight of the inbound truck"),
    "inventory_type": later("Inventory type"),
    "invoice_paper": later("Paper of invoices"),
    "k2k_cancel_notification_to": later("K2K cancellations are told to"),
    "k2k_checkout_notification_to": later("K2K check-outs are told to"),
    "k2k_gpm": later("K2K GPM"),
    "k2k_price_is_landed_cost": later("K2K price is the landed cost"),
    "landed_cost_as_price": later("Landed cost as price"),
    "last_price": later("Typed price"),
    "length": later("Length"),
    "local_after": later("Local after"),
    "locale": later("Language"),
    "location": later("Place"),
    "margin_floor": later("Margin floor"),
    "master": later("Master list"),
    "max_age": later("Greatest aging"),
    "max_order_days_in_advance": later("Orders ahead"),
    "min_age": later("Least aging"),
    "multicurrency": later("Several currencies"),
    "name": later("Name"),
    "on_hold": later("On hold"),
    "outbound_cube_rate": later("Cube rate of outbound freight"),
    "overdue_days": later("Days until overdue orders end"),
    "plugin_call_milliseconds": later("Time of a plugin for a call"),
    "port": later("Port"),
    "price_a": later("Price A"),
    "price_b": later("Price B"),
    "price_b_manual": later("Typed price B"),
    "price_b_markup": later("Price B markup"),
    "price_lists": later("Price lists"),
    "price_lists_for_k2k": later("Price lists for K2K lots"),
    "price_reminder": later("Price reminder"),
    "price_reminder_max_age": later("Greatest age of a reminded price"),
    "prices": later("Prices"),
    "product": later("Product"),
    "purchase_order_price": later("Price of the purchase order"),
    "remark": later("Remark"),
    "roles": later("Roles"),
    "rounding": later("Rounding"),
    "rows": later("Rows"),
    "salesperson_email": later("Salesperson"),
    "seasons": later("Seasons"),
    "sell_fast": later("Sell fast"),
    "counts": later("Counted"),
    "sha256": later("Digest of the file"),
    "sell_fast_markup": later("Sell fast markup"),
    "send_checkout_notification_to": later("Check-outs are told to"),
    "send_invoice_to": later("Invoices are sent to"),
    "separate_po_per_purchase": later("A purchase order for each purchase"),
    "ship_days_offset": later("Ship-days offset"),
    "ship_to": later("Ship to"),
    "ship_via": later("Ship via"),
    "show_fob_price": later("Shows the FOB price"),
    "show_future_inventory": later("Shows future inventory"),
    "show_vendor": later("Shows the vendor"),
    "solid": later("Solid box"),
    "stems_per_bunch": later("Stems per bunch"),
    "sync_invoices": later("Invoices are sent to the partner"),
    "timezone": later("Time zone"),
    "transfer_real_aging_to": later("Real aging is passed on to"),
    "transit_days": later("Transit days"),
    "type": later("Type"),
    "unit_cost": later("Cost"),
    "unit_price": later("Price"),
    "unit_type": later("Unit"),
    "units_per_box": later("Units per box"),
    "va_price": later("Typed price of vendor availability"),
    "variety": later("Variety"),
    "vendor": later("Vendor"),
    "vendor_in_group": later("Vendor in groups"),
    "web_price": later("Web price"),
    "width": later("Width"),
}
"""Field of a record, or setting → what it is called."""

RECORDS: Mapping[str, str] = {
    "customer": later("customer %(code)s"),
    "vendor": later("vendor %(code)s"),
    "location": later("place %(code)s"),
    "lot": later("lot %(code)s"),
    "product": later("product %(code)s"),
    "box_type": later("box type %(code)s"),
    "category": later("category %(code)s"),
    "carrier": later("carrier %(code)s"),
    "price_list": later("price list %(code)s"),
    "box_dimension": later("dimensions of box type %(code)s"),
    "user": later("person %(code)s"),
}
"""Kind of record → one of it by its code, within a sentence."""

COLLECTIONS: Mapping[str, str] = {
    "locations": later("places"),
    "users": later("people"),
    "categories": later("categories"),
    "products": later("products"),
    "box_types": later("box types"),
    "box_dimensions": later("box dimensions"),
    "customers": later("customers"),
    "vendors": later("vendors"),
    "carriers": later("carriers"),
    "price_lists": later("price lists"),
    "lots": later("lots"),
}
"""Collection → what its records are called, within a sentence."""


def field_name(name: str) -> str:
    """What a field or a setting is called; one of a plugin as it calls it itself."""
    return str(FIELDS.get(name, name))


def record_name(kind: str, code: str) -> str:
    """A record within a sentence, such as "customer C-100"; of a kind that has no word its code alone."""
    singular = {"categories": "category", "box_types": "box_type"}.get(kind, kind.removesuffix("s"))
    return str(RECORDS[singular]) % {"code": code} if singular in RECORDS else code


def collection_name(collection: str) -> str:
    """What the records of a collection are called within a sentence."""
    return str(COLLECTIONS.get(collection, collection))
