"""Schemas of locations, people, customers, vendors, carriers and connections (domain section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from k2k_core.domain import parsing
from k2k_core.domain.connection_states import PROPOSED, STATES
from k2k_core.domain.parties import CUSTOMER_TYPES, WAREHOUSE
from k2k_core.domain.roles import ROLES
from k2k_core.messages import Message
from k2k_core.schemas import fields as of
from k2k_core.schemas.record import Record

CHARGES = ("percent", "per_order", "per_box")


class Named(Record):
    """A record with a code, whose name is its code by default."""

    code = of.code(required=True)
    name = of.words()

    @post_load
    def _name_is_the_code(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if "name" in data and not data["name"] and "code" in data:
            data["name"] = data["code"]
        return data


class LocationSchema(Named):
    """A location of a company."""

    k2k_gpm = of.margin()
    connected = of.switch(default=True)


class UserSchema(Record):
    """A person of a company."""

    email = of.email(required=True)
    name = of.words()
    roles = of.Several(of.choice(*ROLES, required=True))
    locale = of.language()

    @post_load
    def _name_is_the_address(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if "name" in data and not data["name"] and "email" in data:
            data["name"] = data["email"]
        return data


class ShipToSchema(Record):
    """A delivery address; an empty name is the customer's."""

    name = of.words("")
    street = of.words("")
    city = of.words("")
    state = of.words("")
    postal_code = of.words("")
    country = of.words("")
    phone = of.words("")

    @post_load
    def _without_what_is_empty(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value}


class ChargeSchema(Record):
    """A charge line of an order: a name and one of percent, per_order and per_box."""

    name = of.words(required=True)
    percent = of.Read(lambda value: parsing.amount(value, signed=True), parsing.number_text)
    per_order = of.Read(lambda value: parsing.amount(value, signed=True), parsing.number_text)
    per_box = of.Read(lambda value: parsing.amount(value, signed=True), parsing.number_text)

    @validates_schema
    def _one_kind(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if sum(data.get(kind) is not None for kind in CHARGES) != 1:
            raise ValidationError(Message("needs exactly one of {charges}", charges=CHARGES))

    @post_load
    def _without_the_others(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class CustomerSchema(Named):
    """A customer of a company."""

    email = of.email()
    type = of.choice(*CUSTOMER_TYPES, required=True)
    landed_cost_as_price = of.switch()
    ecommerce_markup = of.markup()
    price_b_markup = of.markup()
    sell_fast_markup = of.markup()
    price_lists = of.Several(of.code(required=True))
    ship_via = of.Read(parsing.code, default=WAREHOUSE)
    show_fob_price = of.switch()
    charge_fuel_surcharge = of.switch()
    outbound_cube_rate = of.amount()
    min_age = of.whole(-3650, parsing.MOST_DAYS)
    max_age = of.whole(0, parsing.MOST_DAYS)
    days_of_service = of.Week(parsing.text)
    salesperson_email = of.email()
    ship_to = of.One(ShipToSchema)
    location = of.code()
    credit_hold = of.switch()
    additional_charges = of.Rows(ChargeSchema)
    send_invoice_to = of.Several(of.email(required=True))
    send_checkout_notification_to = of.Several(of.email(required=True))
    company = of.code()
    show_vendor = of.Read(parsing.switch)
    locale = of.own_language()


class VendorSchema(Named):
    """A vendor of a company. Transit days that are not given count as 0, and readiness reports them."""

    company = of.code()
    currency = of.Read(parsing.currency)
    exchange_rate = of.positive()
    port = of.words()
    transit_days = of.whole(0, parsing.MOST_DAYS)


class CarrierSchema(Named):
    """A carrier with its cut-offs."""

    cut_offs = of.Week(parsing.cut_off)


class ConnectionSchema(Record):
    """A connection, vendor → buyer; its state is stored as given."""

    vendor = of.code(required=True)
    buyer = of.code(required=True)
    state = of.choice(*STATES, default=PROPOSED)
    hide_vendor = of.switch()
    bill_to_final_customer = of.switch()
    share_future_sales = of.switch()
