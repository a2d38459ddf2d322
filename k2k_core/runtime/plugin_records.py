"""The record of the plugins that a company relies on, compared with the plugins of this process (architecture
section 2, fail closed).

A plugin on record that is missing here, broken, or of another compatible mark has failing contributions here: its rules
hold lots back and its steps give no price. Without a record of what it contributes, a plugin whose settings the company
has may have had a rule for everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.hooks import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.messages import Message
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.plugin import Broken, Plugin

KINDS: Mapping[type, str] = {
    PriceResolver: "step",
    PriceAdjustment: "adjustment",
    EligibilityRule: "rule",
    LabelRenderer: "label_format",
    ShipViaHandler: "ship_via",
}
"""The word of a record for each kind of contribution."""

ANYTHING = "anything"
"""The kind of a contribution that is not known: it stands for a rule on both sides."""


class Contributed(NamedTuple):
    """A contribution on record; `side` of a rule only, no `types` for every inventory type."""

    kind: str
    name: str
    side: str = ""
    types: tuple[str, ...] = ()

    def is_of(self, kind: type) -> bool:
        """Whether it is a contribution of that kind."""
        return self.kind == KINDS[kind]

    def serves(self, kind: type, name: str, inventory_type: str | None) -> bool:
        """Whether it is the contribution of that kind and name for an inventory type."""
        return (self.kind, self.name) == (KINDS[kind], name) and self._is_for(inventory_type)

    def judges(self, side: str, inventory_type: str) -> bool:
        """Whether it is a rule of that side for an inventory type, or may be one."""
        if self.kind == ANYTHING:
            return True
        return (self.kind, self.side) == (KINDS[EligibilityRule], side) and self._is_for(inventory_type)

    def _is_for(self, inventory_type: str | None) -> bool:
        return not self.types or inventory_type is None or inventory_type in self.types


UNKNOWN = Contributed(ANYTHING, "")


WITHDRAWN = frozenset(("plugin_broken", "plugin_missing", "plugin_incompatible"))
"""The codes of failures in which nothing of the plugin is used; `contribution_missing` leaves the rest of it."""


class Failing(NamedTuple):
    """A plugin that a company relies on and that cannot be relied on here: the problem, what to do next, and the
    contributions that fail."""

    plugin: str
    version: str
    code: str
    problem: str
    next_step: str
    contributions: tuple[Contributed, ...]


Record = Mapping[str, Mapping[str, Any]]
"""By plugin: `version`, compatible `mark`, `bundled`, and `contributions` as lists."""


def as_recorded(plugin: Plugin, offers: Iterable[LoadedContribution]) -> dict[str, Any]:
    """The entry of a plugin with these contributions, JSON-friendly."""
    contributions = [[one.kind, one.name, one.side, list(one.types)] for one in map(_contributed, offers)]
    return {
        "version": plugin.version,
        "mark": plugin.mark,
        "bundled": plugin.bundled,
        "contributions": contributions,
    }


def _contributed(offer: LoadedContribution) -> Contributed:
    side = offer.contribution.side if isinstance(offer.contribution, EligibilityRule) else ""
    return Contributed(KINDS[type(offer.contribution)], offer.name, side, tuple(sorted(offer.types)))


def failing_plugins(
    found: Sequence[Plugin | Broken],
    offers: Sequence[LoadedContribution],
    set_aside: Sequence[Broken],
    record: Record,
    settings: Iterable[str],
) -> list[Failing]:
    """The plugins that a company relies on, by its record or its settings, and that fail in this process."""
    usable = {plugin.name: plugin for plugin in found if isinstance(plugin, Plugin)}
    broken = {plugin.name: plugin for plugin in [*set_aside, *found] if isinstance(plugin, Broken)}
    broken = {name: one for name, one in broken.items() if name not in usable or one in set_aside}
    failing: list[Failing] = []
    for name in sorted({*record, *settings}):
        entry = record.get(name)
        known = _contributions(entry)
        version = "" if entry is None else str(entry["version"])
        if name in broken:
            failing.append(Failing(name, version, "plugin_broken", *_broken(broken[name]), known))
        elif name not in usable:
            failing.append(Failing(name, version, "plugin_missing", *_missing(name), known))
        elif entry is not None and entry["mark"] != usable[name].mark:
            failing.append(Failing(name, version, "plugin_incompatible", *_incompatible(usable[name], entry), known))
        elif entry is not None and (gone := _gone(known, name, offers)):
            failing.append(Failing(name, version, "contribution_missing", *_contributes_less(usable[name], gone), gone))
    return failing


def _contributions(entry: Mapping[str, Any] | None) -> tuple[Contributed, ...]:
    if entry is None:
        return (UNKNOWN,)
    return tuple(Contributed(kind, name, side, tuple(types)) for kind, name, side, types in entry["contributions"])


def _gone(known: Iterable[Contributed], plugin: str, offers: Iterable[LoadedContribution]) -> tuple[Contributed, ...]:
    here = {_contributed(offer) for offer in offers if offer.plugin.name == plugin}
    return tuple(one for one in known if one not in here)


def _broken(plugin: Broken) -> tuple[str, str]:
    problem = Message("plugin {plugin} is broken here: {problem}", plugin=plugin.name, problem=plugin.problem)
    return problem, plugin.next_step


def _missing(plugin: str) -> tuple[str, str]:
    return (
        Message("plugin {plugin} is not installed here", plugin=plugin),
        Message("install it, or empty its settings if the company no longer relies on it"),
    )


def _incompatible(plugin: Plugin, entry: Mapping[str, Any]) -> tuple[str, str]:
    problem = Message(
        "plugin {plugin} {version} is not compatible with {recorded}, which is on record",
        plugin=plugin.name,
        version=plugin.version or plugin.mark,
        recorded=entry["version"] or entry["mark"],
    )
    return problem, acceptance(plugin)


def _contributes_less(plugin: Plugin, gone: Sequence[Contributed]) -> tuple[str, str]:
    problem = Message(
        "plugin {plugin} no longer contributes {contributions}, which is on record",
        plugin=plugin.name,
        contributions=[one.name for one in gone],
    )
    return problem, acceptance(plugin)


def acceptance(plugin: Plugin) -> str:
    """The command that puts this version on record."""
    return "k2k migrate" if plugin.bundled else f"k2k plugin accept {plugin.name}"
