"""What every use case needs at hand, and nothing else: the store, the settings' layers, the plugins, who is acting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from k2k_core.domain.roles import HOST, Actor
from k2k_core.domain.settings import CompanySettings
from k2k_core.store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from k2k_core.domain.parties import Company
    from k2k_core.runtime.registry import Registry
    from k2k_core.runtime.report import PluginReport
    from k2k_core.services.facts import FactsCache
    from k2k_core.services.shelves import Shelves
    from k2k_core.settings.sending import Sending


class Plugins(Protocol):
    """The plugins of an installation: one immutable registry per company."""

    def registry(self, company: Company) -> Registry:
        """The registry of a company, by its own hierarchies and plugin settings."""

    def stopped_by(self, company: Company, plugin: str, settings: Mapping[str, object]) -> dict[str, str]:
        """What would stop plugins of a company, by name, if one of them had these settings there."""

    def report(self) -> list[PluginReport]:
        """How each plugin is doing, over all companies that were served so far."""


class SettingsLayers(Protocol):
    """Turns what a company has set into complete settings (defaults < configuration < company < environment)."""

    def company(self, code: str, own: Mapping[str, object]) -> CompanySettings:
        """The settings in force for a company that has itself set `own`."""


@dataclass(frozen=True)
class Office:
    """Passed to every use case. `clock` answers the present moment, aware, in UTC; `sending` how this installation
    sends, read when somebody sends, so that a wrong mail server stops nobody from selling."""

    store: Store
    settings: SettingsLayers
    plugins: Plugins
    facts: FactsCache
    shelves: Shelves
    clock: Callable[[], dt.datetime]
    sending: Callable[[], Sending]
    actor: Actor = field(default=HOST)

    def on_behalf_of(self, actor: Actor) -> Office:
        """The same office, acting for somebody."""
        return replace(self, actor=actor)
