"""Protocols for what the services need of plugins and settings; `bootstrap` passes the implementations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from k2k_core.domain.settings import CompanySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from k2k_core.domain.parties import Company
    from k2k_core.runtime.call_statistics import ContributionStatistics
    from k2k_core.runtime.hierarchy import Hierarchies
    from k2k_core.runtime.registry import Registry
    from k2k_core.runtime.report import PluginReport


class Plugins(Protocol):
    """The plugins of an installation: one immutable registry per company."""

    def registry(self, company: Company) -> Registry:
        """The registry of a company, by its own hierarchies and plugin settings."""

    def orders(self, own: Mapping[str, object]) -> Hierarchies:
        """The orders of price steps of a company that has set these itself. Raises `Invalid` with every fault."""

    def stopped_by(self, company: Company, plugin: str, settings: Mapping[str, object]) -> dict[str, str]:
        """The plugins of a company that these settings of `plugin` would break, by name, with the problem of each."""

    def secret_settings(self, plugin: str) -> frozenset[str]:
        """The settings that a plugin declares as secret; none for one that is not installed."""

    def recorded(self, code: str, settings: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, Any]]:
        """What the record would say of each plugin here for a company with these settings of plugins."""

    def of_new_company(self, code: str) -> dict[str, dict[str, Any]]:
        """The record of a company that is added: bundled plugins, and others with rules, which judge its lots from the
        first day on."""

    def bundled_record(self, record: Mapping[str, Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
        """A company's record with the bundled plugins as they are installed here."""

    def unstored_quarantines(self) -> list[ContributionStatistics]:
        """The contributions whose quarantine began in this process and is not stored yet."""

    def served(self) -> list[str]:
        """The companies that were served so far."""

    def report_of(self, company: Company) -> list[PluginReport]:
        """The state of each plugin for one company, with its call statistics in this process."""

    def report(self) -> list[PluginReport]:
        """The call statistics of each plugin, over all companies that were served so far."""


T = TypeVar("T")


class DatabaseCopy(Protocol):
    """A copy of the database, which may be behind it."""

    def read(self, context: Any, work: Callable[[Any], T]) -> T:
        """What `work` reads with a context: that of the copy, or this one where the copy cannot answer."""

    def close(self) -> None:
        """Close its connections."""


class SettingsLayers(Protocol):
    """Turns what a company has set into complete settings (defaults < configuration < company < environment)."""

    def company(self, code: str, own: Mapping[str, object]) -> CompanySettings:
        """The settings in force for a company whose own settings are `own`."""

    def source(self, name: str, own: Mapping[str, object]) -> str:
        """The layer that a setting's value comes from: environment, company, or installation."""
