"""The registry of one company: all contributions of its plugins, checked and indexed by inventory type; immutable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.pricing import ECOMMERCE, Adjustment, Failed, Step
from k2k_core.domain.settings import CompanySettings
from k2k_core.errors import Invalid, NotFound, PluginProblem
from k2k_core.hooks import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.messages import Message
from k2k_core.runtime.call_statistics import CallStatistics, ContributionStatistics
from k2k_core.runtime.contribution_loading import LoadedContribution, collect
from k2k_core.runtime.duplicates import Overrides, Problem, choose, settle, unknown_overrides
from k2k_core.runtime.guard import Guard
from k2k_core.runtime.guarded_contributions import (
    Rule,
    by_guarded_formula,
    failing_rule,
    priced,
    rendered,
    ruled,
    shipped,
)
from k2k_core.runtime.hierarchy import Hierarchies, Insertion, Row
from k2k_core.runtime.plugin import Broken, Plugin
from k2k_core.runtime.plugin_records import WITHDRAWN, Failing, Record, as_recorded, failing_plugins
from k2k_core.runtime.quarantines import Quarantine, StoredQuarantines, stored_quarantine

GroupKey = tuple[type, str, str]


class CompanyPlugins(NamedTuple):
    """What the set-up of a company says of plugins: its own settings by plugin, the record of those that it relies on,
    the time that they may take, and the contributions that are in quarantine."""

    company: str
    settings: Mapping[str, Mapping[str, object]]
    record: Record = MappingProxyType({})
    budget: float | None = None
    """Seconds that a third party's contribution may take for a batch; None for the usual."""
    quarantines: StoredQuarantines = MappingProxyType({})


def load(
    plugins: Iterable[Plugin | Broken],
    company_code: str,
    plugin_settings: Mapping[str, Mapping[str, object]],
    hierarchies: Hierarchies,
    overrides: Overrides | None = None,
    *,
    statistics: CallStatistics | None = None,
) -> Registry:
    """The registry of a company without a record of the plugins that it relies on (see `load_recorded`)."""
    counts = statistics or CallStatistics()
    return load_recorded(plugins, CompanyPlugins(company_code, plugin_settings), hierarchies, overrides, counts)


def load_recorded(
    plugins: Iterable[Plugin | Broken],
    own: CompanyPlugins,
    hierarchies: Hierarchies,
    overrides: Overrides | None,
    statistics: CallStatistics,
) -> Registry:
    """The registry of one company. What it relies on and cannot rely on here fails.

    `overrides` choose a plugin if two contribute the same name. Pass the same `statistics` for every company and every
    reload: it has the counts and quarantines. Nothing that a plugin does makes this raise; what is wrong is in
    `broken`, `failing` and `problems`.
    """
    found = list(plugins)
    usable = sorted((one for one in found if isinstance(one, Plugin)), key=lambda one: (not one.bundled, one.name))
    offered, refused = collect(usable, own.company, own.settings, statistics.limits)
    accepted, set_aside = settle(offered, overrides or {})
    unusable = tuple(plugin for plugin in found if isinstance(plugin, Broken))
    broken = (*refused, *set_aside)
    failing = failing_plugins(found, accepted, broken, own.record, own.settings)
    collected = Collected(tuple(accepted), unusable, broken, tuple(failing), own)
    return Registry(own.company, collected, hierarchies, overrides or {}, statistics)


class Collected(NamedTuple):
    """The contributions of plugins to one company; the plugins that cannot be used at all, those broken for this
    company only, and those that the company relies on and that fail here."""

    offers: tuple[LoadedContribution, ...]
    unusable: tuple[Broken, ...]
    set_aside: tuple[Broken, ...]
    failing: tuple[Failing, ...] = ()
    own: CompanyPlugins = CompanyPlugins("", {})


NONE = Message("none")


class Registry:
    """The contributions of one company's plugins. Made by `load`; it does not change, apart from counts and
    quarantines.

    `broken` are the plugins that contribute nothing here, `set_aside` those of them that are broken for this company
    only, `failing` those that the company relies on and cannot rely on here; `problems` is what is wrong in the
    company's configuration. `present` are the contributions of a plugin of another mark too.
    """

    def __init__(
        self,
        company: str,
        collected: Collected,
        hierarchies: Hierarchies,
        overrides: Overrides,
        statistics: CallStatistics,
    ) -> None:
        self.company = company
        self.failing = collected.failing
        self._record = collected.own.record
        budget = collected.own.budget
        self._limits = statistics.limits if budget is None else replace(statistics.limits, budget=budget)
        self.present = collected.offers
        withdrawn = {one.plugin for one in self.failing if one.code in WITHDRAWN}
        self.offers = tuple(offer for offer in self.present if offer.plugin.name not in withdrawn)
        self.set_aside = collected.set_aside
        self.broken = (*collected.unusable, *collected.set_aside)
        self.hierarchies = hierarchies
        self._overrides = overrides
        self._statistics = statistics
        self._stored = {name: stored_quarantine(one) for name, one in collected.own.quarantines.items()}
        self._groups: dict[GroupKey, list[LoadedContribution]] = {}
        for offer in self.offers:
            self._groups.setdefault(_key(offer), []).append(offer)
        self._guards = {offer.label: self._guard(offer) for offer in self.offers}
        self._steps: dict[tuple[str, tuple[str, ...]], tuple[Step, ...]] = {}
        self._adjustments: dict[tuple[str, tuple[str, ...]], tuple[Adjustment, ...]] = {}
        self._rules: dict[tuple[str, str], tuple[Rule, ...]] = {}
        self.problems = (*unknown_overrides(self.offers, overrides), *self._missing_steps(), *self._lost_insertions())

    def price_steps(
        self,
        inventory_type: str,
        customer_type: str,
        ship_via: str,
        settings: CompanySettings,
        channel: str = ECOMMERCE,
    ) -> tuple[Step, ...]:
        """The steps of the company's hierarchy, guarded, in order (pricing section 4).

        A step that no plugin contributes fails in its place: a cheaper step must not win because one is missing.
        """
        lost = self.hierarchies.lost_for(inventory_type, customer_type, ship_via, channel)
        if lost is not None:
            return (_failing_step(lost.step, _no_place(lost)),)
        names = self.hierarchies.steps_for(inventory_type, customer_type, ship_via, settings, channel)
        if not names:
            return (_failing_step("hierarchy", _no_hierarchy(inventory_type, customer_type, ship_via, channel)),)
        key = (inventory_type, names)
        if key not in self._steps:
            self._steps[key] = tuple(self._step(name, inventory_type) for name in names)
        return self._steps[key]

    def adjustments(
        self,
        inventory_type: str,
        customer_type: str,
        ship_via: str,
        settings: CompanySettings,
        channel: str = ECOMMERCE,
    ) -> tuple[Adjustment, ...]:
        """The adjustments after the base price, guarded, in order (pricing section 6)."""
        lost = self.hierarchies.lost_for(inventory_type, customer_type, ship_via, channel, adjustments=True)
        if lost is not None:
            failed = Failed(_no_place(lost))
            return (Adjustment(lost.step, "", lambda _lines: failed),)
        names = self.hierarchies.adjustments_for(inventory_type, customer_type, ship_via, settings, channel)
        key = (inventory_type, names)
        if key not in self._adjustments:
            self._adjustments[key] = tuple(self._adjustment(name, inventory_type) for name in names)
        return self._adjustments[key]

    def known_steps(self, *, adjustments: bool = False) -> dict[str, frozenset[str]]:
        """The steps, or adjustments, that plugins contribute here or that the company has on record, each with the
        inventory types that it is for; empty for all."""
        kind = PriceAdjustment if adjustments else PriceResolver
        known = [(offer.name, offer.types) for offer in self.present if isinstance(offer.contribution, kind)]
        lost = (each for one in self.failing for each in one.contributions if each.is_of(kind))
        found: dict[str, frozenset[str]] = {}
        for name, types in (*known, *((each.name, frozenset(each.types)) for each in lost)):
            before = found.get(name, types)
            found[name] = before | types if before and types else frozenset()
        return found

    def steps_of_others(self) -> frozenset[str]:
        """The steps of plugins beside the bundled ones."""
        offers = (one for one in self.present if not one.plugin.bundled)
        return frozenset(one.name for one in offers if isinstance(one.contribution, PriceResolver))

    def plugins_of(self, row: Row, *, adjustments: bool = False) -> tuple[str | None, ...]:
        """The plugin of each step of a row of a hierarchy, or of the adjustments; None where none contributes it."""
        kind = PriceAdjustment if adjustments else PriceResolver
        found = (self._find(kind, name, row.inventory_type) for name in row.steps)
        return tuple(None if offer is None else offer.plugin.name for offer in found)

    def rules(self, side: str, inventory_type: str) -> tuple[Rule, ...]:
        """All rules of a side for an inventory type, guarded; every one of them must be called (domain section 3)."""
        key = (side, inventory_type)
        if key not in self._rules:
            names = [name for kind, where, name in self._groups if kind is EligibilityRule and where == side]
            found = (self._find(EligibilityRule, name, inventory_type, side) for name in names)
            failing = [
                failing_rule(lost.name, one.plugin, side, one.problem)
                for one in self.failing
                for lost in one.contributions
                if lost.judges(side, inventory_type)
            ]
            self._rules[key] = (*(self._rule(offer) for offer in found if offer is not None), *failing)
        return self._rules[key]

    def all_rules(self, side: str) -> Iterator[tuple[Rule, ...]]:
        """The rules of a side for each inventory type."""
        return (self.rules(side, inventory_type) for inventory_type in INVENTORY_TYPES)

    def renderer(self, format: str, inventory_type: str) -> LabelRenderer:
        """The renderer of a label format, guarded: its calls raise `PluginProblem`. Raises `NotFound`."""
        lost = self._lost(LabelRenderer, format, inventory_type)
        if lost is not None:
            raise PluginProblem(lost.problem)
        offer = self._find(LabelRenderer, format, inventory_type)
        if offer is None or not isinstance(offer.contribution, LabelRenderer):
            known = sorted({name for kind, _, name in self._groups if kind is LabelRenderer})
            words = Message(
                "no label format {format!r} for {inventory_type}: there are {known}",
                format=format,
                inventory_type=inventory_type,
                known=known or NONE,
            )
            raise NotFound(self._with_suspects(words))
        return rendered(offer.contribution, self._guards[offer.label])

    def ship_via(self, code: str) -> ShipViaHandler:
        """A ship via, guarded: `allows` is false when it fails, `ship_to` raises `PluginProblem`.

        Raises `Invalid`.
        """
        offer = self._find(ShipViaHandler, code)
        if offer is None or not isinstance(offer.contribution, ShipViaHandler):
            known = [handler.code for handler in self.ship_vias()]
            refused = Invalid("no ship via {ship_via!r}: there are {known}", ship_via=code, known=known or NONE)
            raise refused.at("ship_via")
        return shipped(offer.contribution, self._guards[offer.label])

    def ways(self) -> frozenset[str]:
        """The codes of every ship via, including those in quarantine."""
        return frozenset(name for kind, _, name in self._groups if kind is ShipViaHandler)

    def ship_vias(self) -> tuple[ShipViaHandler, ...]:
        """Every ship via, guarded, without those in quarantine."""
        found = (self._find(ShipViaHandler, name) for kind, _, name in self._groups if kind is ShipViaHandler)
        return tuple(
            shipped(offer.contribution, self._guards[offer.label])
            for offer in found
            if offer is not None
            and isinstance(offer.contribution, ShipViaHandler)
            and self.quarantine_of(offer) is None
        )

    def recorded(self) -> dict[str, dict[str, Any]]:
        """What the record says of each plugin that has contributions here, once the company relies on it."""
        plugins = {offer.plugin.name: offer.plugin for offer in self.present}
        return {
            name: as_recorded(plugin, [offer for offer in self.present if offer.plugin.name == name])
            for name, plugin in plugins.items()
        }

    def other_versions(self) -> list[tuple[Plugin, str]]:
        """The plugins that stand in for another version of the same mark, with the version on record."""
        plugins = {offer.plugin.name: offer.plugin for offer in self.offers}
        recorded = {name: str(self._record[name]["version"]) for name in plugins if name in self._record}
        return [(plugins[name], known) for name, known in recorded.items() if known != plugins[name].version]

    def quarantined(self) -> list[tuple[LoadedContribution, Quarantine]]:
        """The contributions that are in quarantine for the company."""
        found = ((offer, self.quarantine_of(offer)) for offer in self.offers)
        return [(offer, quarantine) for offer, quarantine in found if quarantine is not None]

    def quarantine_of(self, offer: LoadedContribution) -> Quarantine | None:
        """The quarantine of a contribution for the company, if it is in one."""
        return self._guards[offer.label].quarantine

    def unrecorded_rules(self) -> list[Plugin]:
        """The plugins beside the bundled ones that have rules here and are on no record."""
        rules = [offer for offer in self.offers if isinstance(offer.contribution, EligibilityRule)]
        plugins = {one.plugin.name: one.plugin for one in rules if not one.plugin.bundled}
        return [plugins[name] for name in sorted(set(plugins) - set(self._record))]

    @property
    def version(self) -> int:
        """Rises whenever a contribution of any company fails, is quarantined or released: what was computed at the same
        version is still valid."""
        return self._statistics.version

    def statistics_of(self, offer: LoadedContribution) -> ContributionStatistics:
        """The counts of one contribution for this company."""
        return self._statistics.statistics_of(self.company, offer.plugin.name, offer.label)

    def slow(self, offer: LoadedContribution) -> bool:
        """Whether a third party's contribution is slow: on average, or over its budget."""
        return not offer.plugin.bundled and self.statistics_of(offer).is_slow(self._limits.slow)

    def lift(self, contribution: str) -> bool:
        """End a quarantine of a contribution, named as in the report, that began in this process; false without one.
        Raises `NotFound`."""
        self.require(contribution)
        found = next((offer for offer in self.offers if offer.label == contribution), None)
        return found is not None and self.statistics_of(found).lift()

    def require(self, contribution: str) -> None:
        """Raise `NotFound` for a contribution that the company does not have and that is not in quarantine."""
        if contribution not in self._stored and all(offer.label != contribution for offer in self.offers):
            raise NotFound(
                "no contribution {contribution!r} for {company}", contribution=contribution, company=self.company
            )

    def _guard(self, offer: LoadedContribution) -> Guard:
        stored = self._stored.get(offer.label)
        return Guard(offer.words, self.statistics_of(offer), self._limits, trusted=offer.plugin.bundled, stored=stored)

    def _find(
        self, kind: type, name: str, inventory_type: str | None = None, side: str = ""
    ) -> LoadedContribution | None:
        return choose(self._groups.get((kind, side, name), ()), inventory_type, self._overrides)

    def _lost(self, kind: type, name: str, inventory_type: str) -> Failing | None:
        """The plugin that the company relies on for a contribution and that fails here."""
        for one in self.failing:
            if any(lost.serves(kind, name, inventory_type) for lost in one.contributions):
                return one
        return None

    def _step(self, name: str, inventory_type: str) -> Step:
        lost = self._lost(PriceResolver, name, inventory_type)
        if lost is not None:
            return _failing_step(name, lost.problem, lost.plugin)
        offer = self._find(PriceResolver, name, inventory_type)
        if offer is None or not isinstance(offer.contribution, PriceResolver):
            return _failing_step(name, self._missing(name, inventory_type))
        guard = self._guards[offer.label]
        call = priced(offer.contribution.resolve, guard)
        return Step(name, offer.plugin.name, call, by_guarded_formula(offer.contribution.formula, guard))

    def _adjustment(self, name: str, inventory_type: str) -> Adjustment:
        lost = self._lost(PriceAdjustment, name, inventory_type)
        offer = None if lost is not None else self._find(PriceAdjustment, name, inventory_type)
        if offer is None or not isinstance(offer.contribution, PriceAdjustment):
            failed = Failed(self._missing(name, inventory_type) if lost is None else lost.problem)
            return Adjustment(name, "" if lost is None else lost.plugin, lambda _lines: failed)
        guard = self._guards[offer.label]
        call = priced(offer.contribution.adjust, guard)
        return Adjustment(name, offer.plugin.name, call, by_guarded_formula(offer.contribution.formula, guard))

    def _rule(self, offer: LoadedContribution) -> Rule:
        assert isinstance(offer.contribution, EligibilityRule)
        return ruled(offer.contribution, offer.plugin.name, self._guards[offer.label])

    def _missing(self, name: str, inventory_type: str) -> str:
        return self._with_suspects(
            Message("no plugin offers {name} for {inventory_type}", name=name, inventory_type=inventory_type)
        )

    def _with_suspects(self, words: Message) -> Message:
        """With the broken plugins that may be the reason why something is missing."""
        suspects = sorted({plugin.name for plugin in self.broken})
        return Message("{words} (broken plugins: {suspects})", words=words, suspects=suspects) if suspects else words

    def _missing_steps(self) -> list[Problem]:
        """Every step that a hierarchy names and no plugin contributes, with its place."""
        return [
            Problem(f"{row.place}.steps[{number}]", self._missing(name, row.inventory_type), "k2k plugins")
            for kind, rows in ((PriceResolver, self.hierarchies.rows), (PriceAdjustment, self.hierarchies.adjustments))
            for row in rows
            for number, name in enumerate(row.steps)
            if self._find(kind, name, row.inventory_type) is None or self._lost(kind, name, row.inventory_type)
        ]

    def _lost_insertions(self) -> list[Problem]:
        """Every insertion of the company that no order has a place for any more."""
        return [Problem(one.place, _no_place(one), "k2k steps show") for one in self.hierarchies.lost]


def _no_place(one: Insertion) -> Message:
    return Message("{step} has no place: no order of its lines has {beside}", step=one.step, beside=one.beside)


def _key(offer: LoadedContribution) -> GroupKey:
    side = offer.contribution.side if isinstance(offer.contribution, EligibilityRule) else ""
    return type(offer.contribution), side, offer.name


def _no_hierarchy(inventory_type: str, customer_type: str, ship_via: str, channel: str) -> Message:
    facts = {"inventory_type": inventory_type, "customer_type": customer_type, "ship_via": ship_via}
    if channel == ECOMMERCE:
        return Message("no hierarchy for {inventory_type}, customer type {customer_type}, ship via {ship_via}", **facts)
    return Message(
        "no hierarchy for {inventory_type}, customer type {customer_type}, ship via {ship_via}, channel {channel}",
        channel=channel,
        **facts,
    )


def _failing_step(name: str, problem: str, plugin: str = "") -> Step:
    failed = Failed(problem)
    return Step(name, plugin, lambda _requests: failed)
