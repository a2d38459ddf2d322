"""The page of what the bundled plugins contribute: inventory types, steps, adjustments, reason codes, formats, ship
vias and settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from reference_fields import BUNDLED, OFFERS
from reference_text import NOTICE, paragraph

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.hooks import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.manifests import settings_fields

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"

TYPES = {
    "open_market_boxes": "boxes that are on hand",
    "open_market_units": "loose units on hand, counted in `boxes`",
    "future_sales": "boxes that are bought and have not arrived",
    "vendor_availability": "boxes that farms offer",
    "k2k": "a connected vendor's boxes, as the buyer sees them",
}
"""What each inventory type is."""


def contributions_page() -> Iterator[str]:
    """Every inventory type, and every contribution and setting of the bundled plugins."""
    yield from ("# What the bundled plugins contribute", "", NOTICE, "")
    yield from ("```sh", "k2k plugins", "```", "")
    yield from paragraph(
        "The names that hierarchies, reasons, orders and labels are made of: what a plugin of yours stands beside. No "
        "other may have the same name for the same inventory type ([when two plugins bring the same "
        "thing](plugins.md))."
    )
    yield from (
        "",
        "## Inventory types",
        "",
        "| inventory type | what it is | hierarchy and adjustments |",
        "|---|---|---|",
    )
    for name in INVENTORY_TYPES:
        yield f"| `{name}` | {TYPES[name]} | {_orders(name)} |"
    yield from ("", "## Steps", "", *_table(PriceResolver, ("formula",)))
    yield from ("", "## Adjustments", "", *_table(PriceAdjustment, ("formula",)))
    yield from ("", "## Reason codes", "", *_table(EligibilityRule, ("side", "reads")))
    yield from ("", "## Label formats", "", *_table(LabelRenderer, ("media type", "sheet")))
    ways = ("title", "cost components", "receives itself", "uses transit", "adjusts fob")
    yield from ("", "## Ship vias", "", *_table(ShipViaHandler, ways))
    yield from (
        "",
        "## Settings of plugins",
        "",
        "| plugin | setting | type | default | meaning |",
        "|---|---|---|---|---|",
    )
    for plugin in BUNDLED:
        for one in settings_fields(plugin.manifest):
            default = f"`{one.default!r}`" if one.default or one.default == 0 else "empty"
            meaning = one.meaning or f"see [its help](../plugins/{plugin.name}/README.md)"
            yield f"| `{plugin.name}` | `{one.name}` | {one.type} | {default} | {meaning} |"


def _orders(inventory_type: str) -> str:
    """The steps of its plainest hierarchy, and its adjustments."""
    shipped = tomllib.loads(files("k2k_config").joinpath("hierarchies.toml").read_text("utf-8"))
    rows: Sequence[dict[str, Any]] = [one for one in shipped["hierarchy"] if one["inventory_type"] == inventory_type]
    changes = [one for one in shipped["adjustments"] if one["inventory_type"] == inventory_type]
    shown = dict.fromkeys(", ".join(f"`{step}`" for step in row["steps"]) for row in rows)
    after = ", ".join(f"`{step}`" for step in changes[0]["steps"])
    return f"{'; or '.join(shown)}. Then {after}"


def _table(kind: type, facts: Sequence[str]) -> Iterator[str]:
    yield f"| name | plugin | inventory types | {' | '.join(facts)} | meaning |"
    yield "|---" * (len(facts) + 4) + "|"
    for offer in OFFERS:
        if isinstance(offer.contribution, kind):
            types = ", ".join(f"`{name}`" for name in INVENTORY_TYPES if name in offer.types) or "all"
            own = " | ".join(_fact(offer, fact) for fact in facts)
            yield f"| `{offer.name}` | [`{offer.plugin.name}`]({_help(offer)}) | {types} | {own} | {_meaning(offer)} |"


def _fact(offer: LoadedContribution, fact: str) -> str:
    value = getattr(offer.contribution, fact.replace(" ", "_"))
    if fact in ("formula", "sheet"):
        return "no" if value is None else "yes"
    if isinstance(value, (frozenset, tuple)):
        return ", ".join(f"`{one}`" for one in sorted(value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "anything" if value is None else str(value)


def _help(offer: LoadedContribution) -> str:
    return f"../plugins/{offer.plugin.name}/README.md"


def _meaning(offer: LoadedContribution) -> str:
    """The first paragraph below its heading in the help of its plugin."""
    text = (PLUGINS / offer.plugin.name / "README.md").read_text("utf-8")
    found = re.search(rf"^## [^\n]*`{re.escape(offer.name)}`[^\n]*\n\n(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()).replace("|", "\\|") if found else ""
