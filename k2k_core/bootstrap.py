"""Wires the parts together: store, settings, plugins and caches become a `ServiceContext`. Nothing else does."""

from __future__ import annotations

import gc
import os
import threading
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from k2k_core.clock import Clock, utc_now
from k2k_core.domain.parties import Company
from k2k_core.domain.sound_clock import sound_clock
from k2k_core.errors import NotConfigured
from k2k_core.required_packages import require_packages
from k2k_core.runtime import (
    Broken,
    CallStatistics,
    CompanyPlugins,
    ContributionStatistics,
    Hierarchies,
    Plugin,
    PluginReport,
    Registry,
    discover,
    load,
    load_recorded,
    read_hierarchies,
    report,
)
from k2k_core.services.catalog.catalog_cache import new_catalog_cache
from k2k_core.services.catalog.read_copy import ReadCopy
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.services.context import ServiceContext
from k2k_core.settings.delivery_settings import DeliverySettings, in_production, read_delivery_settings
from k2k_core.settings.layers import Layers
from k2k_core.settings.secret_strength import guessable
from k2k_core.store.database.postgresql_address import in_schema
from k2k_core.store.database.sqlite import sqlite_path
from k2k_core.store.encryption import VARIABLE, Encryption, read_encryption
from k2k_core.store.engine import Store

READ_DATABASE = "K2K_READ_DATABASE"
"""The variable that names a copy of the database from which catalogs are read."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""New objects after which the garbage collector runs again; Python's default is 700."""


def collect_cycles_less_often() -> None:
    """Run Python's cyclic garbage collector less often in this process; for programs such as `k2k serve`.

    A catalog is hundreds of thousands of small values without a single reference cycle, and scanning them again and
    again takes a third of the time that pricing them takes. A library does not decide this for its host: a host ERP
    calls this itself, once it has started.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


class InstalledPlugins:
    """The plugins of this installation: discovered once, one registry for each company, rebuilt when the company's
    set-up changes."""

    def __init__(
        self,
        found: Iterable[Plugin | Broken],
        hierarchies: Mapping[str, object],
        overrides: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.found = list(found)
        self._default = hierarchies
        self._overrides = overrides
        self.statistics = CallStatistics()
        self._secret = {
            one.name: frozenset(field.name for field in one.fields if field.secret)
            for one in self.found
            if isinstance(one, Plugin)
        }
        self._registries: dict[str, tuple[object, Registry]] = {}
        self._lock = threading.Lock()

    def registry(self, company: Company) -> Registry:
        """The registry of a company. Its own hierarchy rows stand before the default ones."""
        self.statistics.hand_over(company.code, company.change_seq)
        key = (
            company.hierarchies,
            company.plugin_settings,
            company.plugin_record,
            company.quarantines,
            company.settings.plugin_call_milliseconds,
        )
        cached = self._registries.get(company.code)
        if cached is not None and cached[0] == key:
            return cached[1]
        with self._lock:
            orders = self.orders(company.hierarchies)
            budget = company.settings.plugin_call_milliseconds / 1000
            own = CompanyPlugins(
                company.code, company.plugin_settings, company.plugin_record, budget, company.quarantines
            )
            made = load_recorded(self.found, own, orders, self._overrides, self.statistics)
            self._registries[company.code] = (key, made)
        return made

    def orders(self, own: Mapping[str, object]) -> Hierarchies:
        """The orders of price steps of a company that has set these itself. Raises `Invalid` with every fault."""
        return read_hierarchies(self._default, own)

    def stopped_by(self, company: Company, plugin: str, settings: Mapping[str, object]) -> dict[str, str]:
        """The plugins of a company that these settings of `plugin` would break, by name, with the problem of each."""
        orders = self.orders(company.hierarchies)
        own = {**company.plugin_settings, plugin: settings}
        tried = load(self.found, company.code, own, orders, self._overrides, statistics=CallStatistics())
        already = {broken.name for broken in self.registry(company).set_aside if broken.name != plugin}
        return {broken.name: broken.problem for broken in tried.set_aside if broken.name not in already}

    def secret_settings(self, plugin: str) -> frozenset[str]:
        """The settings that a plugin declares as secret; none for one that is not installed."""
        return self._secret.get(plugin, frozenset())

    def recorded(self, code: str, settings: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, Any]]:
        """What the record would say of each plugin here for a company with these settings of plugins."""
        orders = self.orders({})
        tried = load(self.found, code, settings, orders, self._overrides, statistics=CallStatistics())
        return tried.recorded()

    def of_new_company(self, code: str) -> dict[str, dict[str, Any]]:
        """The record of a company that is added: bundled plugins, and others with rules, which judge its lots from the
        first day on."""
        others = any(isinstance(one, Plugin) and not one.bundled for one in self.found)
        known = self.recorded(code, {}) if others else self._bundled
        return {
            name: entry
            for name, entry in known.items()
            if entry["bundled"] or any(kind == "rule" for kind, *_ in entry["contributions"])
        }

    def bundled_record(self, record: Mapping[str, Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
        """A company's record with the bundled plugins as they are installed here."""
        others = {name: entry for name, entry in record.items() if not entry["bundled"]}
        return {**self._bundled, **others}

    @cached_property
    def _bundled(self) -> dict[str, dict[str, Any]]:
        return {name: entry for name, entry in self.recorded("", {}).items() if entry["bundled"]}

    def unstored_quarantines(self) -> list[ContributionStatistics]:
        """The contributions whose quarantine began in this process and is not stored yet."""
        return self.statistics.unstored()

    def served(self) -> list[str]:
        """The companies that were served so far."""
        return list(self._registries)

    def report_of(self, company: Company) -> list[PluginReport]:
        """The state of each plugin for one company."""
        return report(self.found, [self.registry(company)])

    def report(self) -> list[PluginReport]:
        """The state of each plugin, over all companies that were served so far."""
        return report(self.found, [registry for _, registry in self._registries.values()])


def open_context(
    url: str,
    *,
    clock: Clock = utc_now,
    config: Path | None = None,
    plugins: Iterable[tuple[str, ModuleType | str]] = (),
    environ: Mapping[str, str] | None = None,
    schema: str | None = None,
) -> ServiceContext:
    """Wire everything together for one database.

    `schema` is that of the network on PostgreSQL, where the address does not say it; `config` is the installation's
    configuration file, by default the one that `K2K_CONFIG` names; `plugins` are modules to load beside the
    installed ones. Tables are created and migrated by `Store.migrate` only. Raises `NotConfigured` for a `K2K_ENV`
    that is none, `MissingPackages`.
    """
    require_packages()
    environ, clock = os.environ if environ is None else environ, sound_clock(clock)
    layers = Layers(config, environ)
    orders = tomllib.loads(files("k2k_config").joinpath("hierarchies.toml").read_text("utf-8"))
    url = url if schema is None else in_schema(url, schema)
    installed = InstalledPlugins(discover(plugins), orders, layers.overrides)
    delivery_settings = partial(_delivery_settings, url, environ)
    encryption, copy_url = _encryption(environ), environ.get(READ_DATABASE)
    copy = Store(copy_url, clock=clock, encryption=encryption) if copy_url else None
    return ServiceContext(
        Store(url, clock=clock, encryption=encryption),
        layers,
        installed,
        SnapshotCache(layers),
        new_catalog_cache(),
        clock,
        delivery_settings,
        copy=None if copy is None else ReadCopy(copy, layers),
    )


def _encryption(environ: Mapping[str, str]) -> Encryption:
    """The keys for secrets, which production requires and which are no text of the documentation there."""
    production = in_production(environ)
    if production and any(guessable(key) for key in environ.get(VARIABLE, "").replace(",", " ").split()):
        raise NotConfigured("{variable} can be guessed: `k2k secrets key` makes a key.", variable=VARIABLE)
    return read_encryption(environ, required=production)


def _delivery_settings(url: str, environ: Mapping[str, str]) -> DeliverySettings:
    """The delivery settings of this installation. Where none are set, mails are written beside a database file."""
    settings = read_delivery_settings(environ)
    path = sqlite_path(url) if url.startswith("sqlite://") else None
    return replace(settings, folder=path.parent / "mail") if path and settings.folder is None else settings
