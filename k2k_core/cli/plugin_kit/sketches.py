"""What a new plugin contributes to each hook, and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Option(NamedTuple):
    """A setting of a new plugin: its field, its default, a value with which it does something, and what it does."""

    name: str
    field: str
    default: str
    sample: str
    help: str


class Sketch(NamedTuple):
    """What a new plugin contributes to a hook: its module, the name of the contribution, what it does, its settings."""

    module: str
    name: str
    help: str
    settings: Sequence[Option]


SKETCHES: Mapping[str, Sketch] = {
    "price_resolvers": Sketch(
        "prices",
        "{package}_price",
        "A step of the price hierarchy: the landed cost and `percent` more, for the customers of `customers`.",
        (
            Option(
                "customers", "fields.List(fields.String())", "[]", '["C-100"]', "codes of customers, none for nobody"
            ),
            Option(
                "percent",
                "fields.Integer(strict=True, validate=validate.Range(0, 100))",
                "5",
                "5",
                "added to the landed cost, 0 to 100",
            ),
        ),
    ),
    "eligibility_rules": Sketch(
        "rules",
        "{package}_category",
        "Holds back a vendor's lots of the categories of `held_back_categories`.",
        (
            Option(
                "held_back_categories",
                "fields.List(fields.String())",
                "[]",
                '["ROSES"]',
                "codes of categories, none to hold nothing back",
            ),
        ),
    ),
    "label_renderers": Sketch(
        "labels",
        "pdf",
        "Labels with the mark code as large as it fits, as `pdf`, `png` and `zpl`, where `own_labels` is on.",
        (Option("own_labels", "fields.Boolean()", "False", "True", "whether the company prints this design"),),
    ),
    "ship_via_handlers": Sketch(
        "ship_vias",
        "{package}_dock",
        "A ship via over the dock of a forwarder, which is named by `dock`.",
        (Option("dock", "fields.String()", '""', '"Miami Dock"', "the name of the dock, empty for no such ship via"),),
    ),
}
"""The hooks, with what a new plugin contributes to each."""
