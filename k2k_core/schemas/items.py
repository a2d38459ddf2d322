"""Schemas of products, boxes, price lists and lots (domain section 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from k2k_core.domain.items import OPEN_MARKET_UNITS, STANDARD_BOXES, STORED_TYPES
from k2k_core.domain.money import MICRO
from k2k_core.messages import Message
from k2k_core.schemas import fields as of
from k2k_core.schemas.parties import Named
from k2k_core.schemas.record import Record

LIST_TYPES = ("all", "open_market", "prebook", "season")


class CategorySchema(Named):
    """A category of products."""

    local_after = of.whole()


class ProductSchema(Record):
    """A product of a company."""

    code = of.code(required=True)
    description = of.words(required=True)
    category = of.code(required=True)
    variety = of.words()
    color = of.words()
    grade = of.words()
    local_after = of.whole()


class BoxTypeSchema(Named):
    """A box type. Without an `fbe` it has that of the standard box type of this code, or 1."""

    fbe = of.positive()

    @post_load
    def _standard_fbe(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if "fbe" in data and data["fbe"] is None:
            data["fbe"] = STANDARD_BOXES.get(data.get("code", ""), MICRO)
        return data


class BoxDimensionsSchema(Record):
    """The dimensions in inches of a box type, or of one product in it."""

    box_type = of.code(required=True)
    product = of.code()
    length = of.positive(required=True)
    width = of.positive(required=True)
    height = of.positive(required=True)


class PriceRowSchema(Record):
    """A price of a season: product × optional box type × optional vendor."""

    product = of.code(required=True)
    box_type = of.code()
    vendor = of.code()
    price = of.amount(required=True)
    cost = of.amount()


class SeasonSchema(Record):
    """A season, both days inclusive; without a day it is open on that side."""

    name = of.words("")
    start = of.day(default=dt.date.min)
    end = of.day(default=dt.date.max)
    rows = of.Rows(PriceRowSchema)

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if data["start"] > data["end"]:
            raise ValidationError(Message("ends before it starts"), "end")


class PriceListSchema(Named):
    """A price list with its seasons."""

    type = of.choice(*LIST_TYPES, default="all")
    master = of.switch()
    everyone = of.switch()
    active = of.switch(default=True)
    seasons = of.Rows(SeasonSchema)


class LastPriceSchema(Record):
    """The last price that a person entered for a lot; without an arrival date, the lot's own applies."""

    price = of.amount(required=True)
    typed_on = of.counted_day(required=True)
    arrival_date = of.counted_day()


class LotSchema(Record):
    """A line of a company's inventory."""

    code = of.code(required=True)
    inventory_type = of.choice(*STORED_TYPES, required=True)
    product = of.code(required=True)
    vendor = of.code()
    location = of.code()
    box_type = of.code(required=True)
    boxes = of.whole(required=True)
    units_per_box = of.whole(1, required=True)
    unit_type = of.choice("stem", "bunch", required=True)
    stems_per_bunch = of.whole(1)
    unit_cost = of.amount()
    awb = of.words()
    port = of.words()
    arrival_date = of.counted_day(required=True)
    on_hold = of.switch()
    solid = of.switch(default=True)
    sell_fast = of.switch()
    remark = of.words()
    web_price = of.amount()
    price_a = of.amount()
    price_b = of.amount()
    price_b_manual = of.amount()
    unit_price = of.amount()
    va_price = of.amount()
    purchase_order_price = of.amount()
    last_price = of.One(LastPriceSchema, default=None)
    box_codes = of.Several(of.code(required=True))

    @validates_schema(skip_on_field_errors=True)
    def _as_many_codes_as_boxes(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        given = len(data.get("box_codes") or ())
        if given and data.get("inventory_type") == OPEN_MARKET_UNITS:
            raise ValidationError(Message("a lot of loose units has no boxes"), "box_codes")
        if given and "boxes" in data and given != data["boxes"]:
            raise ValidationError(
                Message("{given} {given:code|codes} for {boxes} {boxes:box|boxes}", given=given, boxes=data["boxes"]),
                "box_codes",
            )
