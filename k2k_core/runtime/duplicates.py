"""Resolves duplicates: two plugins that contribute the same name.

None wins silently. Without an override in the configuration, the plugin that comes later (bundled ones come first, then
by name) is set aside as a whole, with an error that names both; so a third party's step never changes or disables a
bundled one. With an override both are loaded, and the name belongs to the chosen plugin (architecture section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from k2k_core.hooks import EligibilityRule, LabelRenderer, ShipViaHandler
from k2k_core.messages import Message
from k2k_core.runtime.contribution_loading import LoadedContribution, set_aside
from k2k_core.runtime.plugin import Broken, Plugin, Refused

Overrides = Mapping[str, Mapping[str, str]]
"""hook → name of a step, code or format → plugin: `{"price_resolvers": {"k2k_gpm": "acme_prices"}}`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a company's configuration that is no plugin's fault: the place, the problem, the next step."""

    place: str
    problem: str
    next_step: str


def settle(
    offered: Iterable[tuple[Plugin, list[LoadedContribution]]], overrides: Overrides
) -> tuple[list[LoadedContribution], list[Broken]]:
    """The contributions of the plugins that are used, in order; and the plugins that are set aside."""
    accepted: list[LoadedContribution] = []
    broken: list[Broken] = []
    for plugin, offers in offered:
        refused = _own_duplicate(offers) or _duplicate(accepted, offers, overrides)
        if refused is None:
            accepted += offers
        else:
            broken.append(set_aside(plugin, refused))
    return accepted, broken


def choose(
    rivals: Iterable[LoadedContribution], inventory_type: str | None, overrides: Overrides
) -> LoadedContribution | None:
    """Of all contributions with one name and kind, the one that serves an inventory type; None asks for no type.

    The chosen plugin's takes precedence, then one for exactly this type, then one for any; of two for any, a company's
    own before a bundled one, which is possible for labels only (see `overlap`). If an override names a plugin without
    such a contribution, none is used: the configuration asked for another price, and must not silently get the old one.
    """
    offers = list(rivals)
    chosen = override_of(offers[0].hook, offers[0].name, overrides) if offers else None
    if chosen is not None and all(offer.plugin.name != chosen for offer in offers):
        return None
    serving = [offer for offer in offers if inventory_type is None or not offer.types or inventory_type in offer.types]
    serving.sort(key=lambda offer: (offer.plugin.name != chosen, not offer.types, offer.plugin.bundled))
    return serving[0] if serving else None


def override_of(hook: str, name: str, overrides: Overrides) -> str | None:
    """The plugin that the configuration chooses for a name."""
    return overrides.get(hook, {}).get(name)


def unknown_overrides(accepted: Iterable[LoadedContribution], overrides: Overrides) -> list[Problem]:
    """Overrides that name a plugin without such a contribution. No plugin serves that name then."""
    offers = {(offer.hook, offer.name, offer.plugin.name) for offer in accepted}
    return [
        Problem(
            f"overrides.{hook}.{name}",
            Message(
                "plugin {plugin} is chosen for {name} and does not contribute it, so no plugin does",
                plugin=plugin,
                name=name,
            ),
            "k2k plugins",
        )
        for hook, names in overrides.items()
        for name, plugin in names.items()
        if (hook, name, plugin) not in offers
    ]


def overlap(one: LoadedContribution, other: LoadedContribution) -> bool:
    """Whether both contribute the same name for the same thing."""
    if one.hook != other.hook or one.name != other.name or type(one.contribution) is not type(other.contribution):
        return False
    if isinstance(one.contribution, ShipViaHandler):
        return True
    if isinstance(one.contribution, EligibilityRule) and isinstance(other.contribution, EligibilityRule):
        return one.contribution.side == other.contribution.side and _meet(one, other)
    if isinstance(one.contribution, LabelRenderer):
        if bool(one.types) != bool(other.types):
            return False  # one for exactly this inventory type goes before one for any: both are wanted
        if one.plugin.bundled != other.plugin.bundled:
            return False  # a design that a company has of its own goes before the standard one
    return _meet(one, other)


def _meet(one: LoadedContribution, other: LoadedContribution) -> bool:
    return not one.types or not other.types or not one.types.isdisjoint(other.types)


def _own_duplicate(offers: list[LoadedContribution]) -> Refused | None:
    for number, offer in enumerate(offers):
        if any(overlap(offer, earlier) for earlier in offers[:number]):
            return Refused(
                "duplicate",
                Message("it contributes {contribution} twice for the same inventory type", contribution=offer.words),
            )
    return None


def _duplicate(
    accepted: list[LoadedContribution], offers: list[LoadedContribution], overrides: Overrides
) -> Refused | None:
    for offer in offers:
        for first in accepted:
            if not overlap(offer, first):
                continue
            if override_of(offer.hook, offer.name, overrides) in (offer.plugin.name, first.plugin.name):
                continue
            return Refused(
                "duplicate",
                Message(
                    "{contribution} is already the {other}, which stays; to choose, set overrides.{hook}.{name} = "
                    '"{one_plugin}" or "{other_plugin}"',
                    contribution=offer.words,
                    other=first.words,
                    hook=offer.hook,
                    name=offer.name,
                    one_plugin=first.plugin.name,
                    other_plugin=offer.plugin.name,
                ),
            )
    return None
