"""The context of every use case: the store, the settings' layers, the plugins, the caches, the clock, the actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from k2k_core.domain.languages import FALLBACK, language
from k2k_core.domain.roles import HOST, Actor
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store

if TYPE_CHECKING:
    from k2k_core.services.company_snapshot import SnapshotCache
    from k2k_core.settings.delivery_settings import DeliverySettings
from k2k_core.services.ports import DatabaseCopy, Plugins, SettingsLayers

MAX_LOTS = 2_000
"""How many lots of sales are cached, for all customers together: about 10 KB each."""


class Precondition(NamedTuple):
    """What must hold when a command is carried out: `require` is called in its transaction, before its work, and raises
    if it does not hold; `request` is part of the request that belongs to the command's key."""

    require: Callable[[Session], None]
    request: Mapping[str, int]


@dataclass(frozen=True)
class ServiceContext:
    """Passed to every use case. `clock` returns the current time, aware, in UTC. `delivery_settings` reads how this
    installation sends mail and webhooks; it is called when something is sent, so that a wrong mail server stops no
    order. `language` is the language of errors and reasons."""

    store: Store
    settings: SettingsLayers
    plugins: Plugins
    snapshots: SnapshotCache
    catalogs: BoundedCache[Any, Any]
    clock: Callable[[], dt.datetime]
    delivery_settings: Callable[[], DeliverySettings]
    actor: Actor = field(default=HOST)
    precondition: Precondition | None = None
    """What a command asks for before it is done (`services.idempotency`)."""
    language: str = FALLBACK
    lots: BoundedCache[Any, Any] = field(default_factory=lambda: BoundedCache(MAX_LOTS))
    """What is known of lots in sales (`services.catalog.cached_lots`)."""
    running_jobs: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    """How far each job is that this process runs, and of how many parts (`services.jobs.heartbeat`)."""
    copy: DatabaseCopy | None = None
    """The copy of the database that catalogs are read from, if there is one."""

    def reading_of(self, company: str | None) -> AbstractContextManager[Session]:
        """A reading unit of work for a company, or with None for the whole network, whose reader may see all of it."""
        return self.store.whole_network.reading() if company is None else self.store.reading()

    def on_behalf_of(self, actor: Actor) -> ServiceContext:
        """The same context for another actor, in their language. The scopes of this one, if it has any, go on
        narrowing what is done."""
        actor = actor.narrowed(self.actor)
        spoken = self.language if actor.locale is None else language(actor.locale).code
        return replace(self, actor=actor, language=spoken)

    def in_language(self, locale: str) -> ServiceContext:
        """The same context with errors and reasons in the language of a locale."""
        return replace(self, language=language(locale).code)
