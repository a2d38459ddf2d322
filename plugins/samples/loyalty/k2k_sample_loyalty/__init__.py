"""Prices for members of a loyalty club: the longer a customer is a member, the lower the margin."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from k2k_core.hooks import Manifest
from k2k_sample_loyalty.prices import price_resolvers

__all__ = ["Settings", "manifest", "price_resolvers"]


class Tier(Schema):
    """From so many whole years of membership on, this GPM."""

    years = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))
    gpm = fields.Decimal(required=True, allow_nan=False, validate=validate.Range(0, 100, max_inclusive=False))


class Settings(Schema):
    """What an admin sets for each company; README.md says what each setting does."""

    members = fields.Dict(fields.String(), fields.Date())
    tiers = fields.List(fields.Nested(Tier))


manifest = Manifest(
    name="k2k_sample_loyalty",
    title="Prices for members of a loyalty club",
    owner="Sample Flowers <plugins@flowers.example>",
    api_version=1,
    settings_schema=Settings,
    defaults={"members": {}, "tiers": [{"years": 0, "gpm": "24"}, {"years": 3, "gpm": "20"}]},
)
