"""A ceiling on the prices of the shop, per product and carrier."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from k2k_core.hooks import Manifest
from k2k_sample_price_ceiling.prices import price_resolvers

__all__ = ["Settings", "manifest", "price_resolvers"]


class Ceiling(Schema):
    """The most that a unit of a product costs in the shop; of one carrier's customers, or of all."""

    product = fields.String(required=True, validate=validate.Length(min=1))
    carrier = fields.String(load_default="")
    most = fields.Decimal(required=True, allow_nan=False, validate=validate.Range(min=0, min_inclusive=False))


class Settings(Schema):
    """What an admin sets for each company; README.md says what each setting does."""

    ceilings = fields.List(fields.Nested(Ceiling))


manifest = Manifest(
    name="k2k_sample_price_ceiling",
    title="A ceiling on prices of the shop",
    owner="Sample Flowers <plugins@flowers.example>",
    api_version=1,
    settings_schema=Settings,
    defaults={"ceilings": []},
)
