"""The state of each plugin: for `k2k plugins`, the console and `/health`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from k2k_core.clock import moment_text
from k2k_core.domain.answers.administration import ContributionHealth, PluginHealth, QuarantineHealth
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.plugin_states import BROKEN, INCOMPATIBLE, MISSING, OK, QUARANTINED, SLOW
from k2k_core.messages import Message, as_message
from k2k_core.runtime.call_statistics import milliseconds
from k2k_core.runtime.contribution_loading import LoadedContribution
from k2k_core.runtime.plugin import Broken, Plugin, SettingField
from k2k_core.runtime.plugin_records import Failing
from k2k_core.runtime.quarantines import Quarantine
from k2k_core.runtime.registry import Registry


@dataclass(frozen=True, slots=True)
class ContributionReport:
    """One contribution, over all companies. `quarantined_for` names the companies for which it is in quarantine, and
    `quarantined_since` the first moment of that; the counts are those `since` a moment."""

    contribution: str
    inventory_types: tuple[str, ...]
    calls: int
    failures: int
    seconds: float
    quarantined_for: tuple[str, ...] = ()
    last_problem: str = ""
    since: dt.datetime | None = None
    quarantined_since: dt.datetime | None = None
    slowest: float = 0.0
    over_budget: int = 0
    slow_for: tuple[str, ...] = ()
    quarantines: tuple[tuple[str, Quarantine], ...] = ()
    """Each with its company."""

    def as_dict(self) -> ContributionHealth:
        """The report for programs, JSON-friendly."""
        return {
            "contribution": self.contribution,
            "inventory_types": list(self.inventory_types),
            "calls": self.calls,
            "failures": self.failures,
            "seconds": self.seconds,
            "quarantined_for": list(self.quarantined_for),
            "last_problem": self.last_problem,
            "since": iso_text(self.since),
            "quarantined_since": iso_text(self.quarantined_since),
            "milliseconds": self.milliseconds,
            "slowest_milliseconds": milliseconds(self.slowest),
            "over_budget": self.over_budget,
            "quarantines": [_quarantine(company, one) for company, one in self.quarantines],
        }

    @property
    def milliseconds(self) -> int:
        """What a call takes on average."""
        return milliseconds(self.seconds / self.calls) if self.calls else 0


def _quarantine(company: str, one: Quarantine) -> QuarantineHealth:
    return {
        "company": company,
        "since": moment_text(one.since),
        "problem": one.problem,
        "calls": one.calls,
        "failures": one.failures,
        "process": one.process,
    }


@dataclass(frozen=True, slots=True)
class PluginReport:
    """One plugin. `problem` and `next_step` are empty if nothing is wrong; `broken_for` is empty if it is broken for
    every company, or for none."""

    name: str
    title: str
    version: str
    owner: str
    distribution: str
    state: str
    contributions: tuple[ContributionReport, ...]
    calls: int
    failures: int
    seconds: float
    code: str = ""
    problem: str = ""
    next_step: str = ""
    broken_for: tuple[str, ...] = ()
    fields: tuple[SettingField, ...] = ()

    def as_dict(self) -> PluginHealth:
        """The report for programs, JSON-friendly."""
        return {
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "owner": self.owner,
            "distribution": self.distribution,
            "state": self.state,
            "contributions": [one.as_dict() for one in self.contributions],
            "calls": self.calls,
            "failures": self.failures,
            "seconds": self.seconds,
            "code": self.code,
            "problem": self.problem,
            "next_step": self.next_step,
            "broken_for": list(self.broken_for),
        }


def report(plugins: Iterable[Plugin | Broken], registries: Iterable[Registry] = ()) -> list[PluginReport]:
    """One report per plugin that `discover` found, in its order, summed over the companies of the registries; after
    them those that companies rely on and that are not installed."""
    companies, found = list(registries), list(plugins)
    reports = [_broken(one) if isinstance(one, Broken) else _plugin(one, companies) for one in found]
    missing = {one.plugin: one for registry in companies for one in registry.failing if one.code == "plugin_missing"}
    return [*reports, *(_missing(one, companies) for _, one in sorted(missing.items()))]


def _relying(plugin: str, registries: Iterable[Registry]) -> list[tuple[str, Failing]]:
    """The companies that rely on a plugin which fails here, each with its failure."""
    return [(one.company, failing) for one in registries for failing in one.failing if failing.plugin == plugin]


def _missing(one: Failing, registries: Sequence[Registry]) -> PluginReport:
    relying = tuple(company for company, _ in _relying(one.plugin, registries))
    return PluginReport(
        one.plugin, one.plugin, one.version, "", "", MISSING, (), 0, 0, 0, one.code, one.problem, one.next_step, relying
    )


def _broken(plugin: Broken) -> PluginReport:
    return PluginReport(
        plugin.name, "", plugin.version, plugin.owner, plugin.distribution, BROKEN, (), 0, 0, 0,
        plugin.code, plugin.problem, plugin.next_step,
    )  # fmt: skip


def _plugin(plugin: Plugin, registries: Sequence[Registry]) -> PluginReport:
    faults = [(one.company, broken) for one in registries for broken in one.set_aside if broken.name == plugin.name]
    contributions = _contributions(plugin, registries)
    code, problem, next_step = "", "", ""
    state, concerned = OK, tuple(company for company, _ in faults)
    if faults:
        state, first = BROKEN, faults[0][1]
        code, problem, next_step = first.code, first.problem, first.next_step
    elif relying := _relying(plugin.name, registries):
        state, failure = INCOMPATIBLE, relying[0][1]
        code, problem, next_step = failure.code, failure.problem, failure.next_step
        concerned = tuple(company for company, _ in relying)
    elif quarantined := [one for one in contributions if one.quarantined_for]:
        state, code = QUARANTINED, "quarantined"
        problem = Message(
            "{contribution} is in quarantine: {problem}",
            contribution=quarantined[0].contribution,
            problem=quarantined[0].last_problem,
        )
        next_step = Message("once its owner has fixed it, lift the quarantine")
    elif slow := [one for one in contributions if one.slow_for]:
        state, code = SLOW, "slow"
        problem = Message(
            "{contribution} takes {milliseconds} ms for a call, at most {slowest} ms",
            contribution=slow[0].contribution,
            milliseconds=slow[0].milliseconds,
            slowest=milliseconds(slow[0].slowest),
        )
        next_step = Message("tell its owner; `plugin_call_milliseconds` is what a company allows it")
    title = as_message(plugin.manifest.title)
    return PluginReport(
        plugin.name, title, plugin.version, plugin.owner, plugin.distribution, state, contributions,
        sum(one.calls for one in contributions),
        sum(one.failures for one in contributions),
        sum(one.seconds for one in contributions),
        code, problem, next_step, concerned, plugin.fields,
    )  # fmt: skip


def _contributions(plugin: Plugin, registries: Sequence[Registry]) -> tuple[ContributionReport, ...]:
    offers: dict[str, list[tuple[Registry, LoadedContribution]]] = {}
    for registry in registries:
        for offer in registry.offers:
            if offer.plugin.name == plugin.name:
                offers.setdefault(offer.label, []).append((registry, offer))
    return tuple(_contribution(label, found) for label, found in offers.items())


def _contribution(label: str, found: Sequence[tuple[Registry, LoadedContribution]]) -> ContributionReport:
    counts = [registry.statistics_of(offer) for registry, offer in found]
    states = [(registry.company, registry.quarantine_of(offer)) for registry, offer in found]
    quarantines = tuple((company, one) for company, one in states if one is not None)
    problems = (*(statistics.last_problem for statistics in counts), *(one.problem for _, one in quarantines))
    return ContributionReport(
        label,
        tuple(sorted(found[0][1].types)),
        sum(statistics.calls for statistics in counts),
        sum(statistics.failures for statistics in counts),
        sum(statistics.seconds for statistics in counts),
        tuple(company for company, _ in quarantines),
        next((problem for problem in problems if problem), ""),
        min(statistics.since for statistics in counts),
        min((one.since for _, one in quarantines), default=None),
        max(statistics.slowest for statistics in counts),
        sum(statistics.over_budget for statistics in counts),
        tuple(registry.company for registry, offer in found if registry.slow(offer)),
        quarantines,
    )
