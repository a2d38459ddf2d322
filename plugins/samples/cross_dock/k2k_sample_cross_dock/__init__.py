"""A third ship via, over a forwarder's cross dock."""

from __future__ import annotations

from marshmallow import Schema, fields

from k2k_core.hooks import Manifest
from k2k_sample_cross_dock.ship_vias import ship_via_handlers

__all__ = ["Settings", "manifest", "ship_via_handlers"]


class Settings(Schema):
    """What an admin sets for each company; README.md says what each setting does."""

    dock = fields.String()
    street = fields.String()
    city = fields.String()


manifest = Manifest(
    name="k2k_sample_cross_dock",
    title="Ship via cross-dock",
    owner="Sample Flowers <plugins@flowers.example>",
    api_version=1,
    settings_schema=Settings,
    defaults={"dock": "", "street": "", "city": ""},
)
