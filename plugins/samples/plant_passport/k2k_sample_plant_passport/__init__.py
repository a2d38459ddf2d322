"""Labels with a plant passport, for companies that are registered to issue them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from k2k_core.hooks import Manifest
from k2k_sample_plant_passport.labels import label_renderers

__all__ = ["Settings", "label_renderers", "manifest"]


class Settings(Schema):
    """What an admin sets for each company; README.md says what each setting does."""

    registration = fields.String(validate=validate.Regexp(r"([A-Z]{2}-[A-Z0-9-]{1,20})?$"))
    origin = fields.String(validate=validate.Regexp(r"([A-Z]{2})?$"))
    botanical_names = fields.Dict(fields.String(), fields.String(validate=validate.Length(min=1)))


manifest = Manifest(
    name="k2k_sample_plant_passport",
    title="Labels with a plant passport",
    owner="Sample Flowers <plugins@flowers.example>",
    api_version=1,
    settings_schema=Settings,
    defaults={"registration": "", "origin": "", "botanical_names": {}},
)
