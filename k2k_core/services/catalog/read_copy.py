"""A copy of the database that catalogs are read from, such as a standby of PostgreSQL (`K2K_READ_DATABASE`).

A page that is read from the copy is as old as what the copy has taken over. Nothing else is read from it: what is
ordered is planned and written in the database itself, at the prices and with the boxes of that moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from k2k_core.errors import K2KError, StoreUnavailable
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.catalog_cache import new_catalog_cache
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.services.context import MAX_LOTS, ServiceContext
from k2k_core.services.ports import SettingsLayers
from k2k_core.store.engine import Store
from k2k_core.store.secret_keys import CATALOG_LINES, secret

T = TypeVar("T")

PAUSE = 30.0
"""Seconds for which a copy that could not be used is left alone: each attempt may wait for a server that is gone."""

log = logging.getLogger("k2k.read_copy")


class ReadCopy:
    """The copy, with caches of its own: what is cached of it may be older than what is cached of the database."""

    def __init__(self, store: Store, settings: SettingsLayers) -> None:
        self._store = store
        self._snapshots, self._catalogs = SnapshotCache(settings), new_catalog_cache()
        self._lots: BoundedCache[object, object] = BoundedCache(MAX_LOTS)
        self._is_one = False
        self._left_alone_until = 0.0

    def read(self, context: ServiceContext, work: Callable[[ServiceContext], T]) -> T:
        """What `work` reads from the copy; from the database itself while the copy cannot be used, and where the copy
        refuses: it may not have yet what is asked for."""
        if time.monotonic() >= self._left_alone_until:
            try:
                if self._is_copy_of(context):
                    return work(self._in_copy(context))
            except StoreUnavailable as error:
                self._leave_alone(str(error))
            except K2KError:
                log.debug("refused by the copy, and asked of the database itself", exc_info=True)
        return work(context)

    def close(self) -> None:
        """Close its connections."""
        self._store.close()

    def _in_copy(self, context: ServiceContext) -> ServiceContext:
        return replace(
            context, store=self._store, snapshots=self._snapshots, catalogs=self._catalogs, lots=self._lots, copy=None
        )

    def _is_copy_of(self, context: ServiceContext) -> bool:
        """Whether it has the tables of this program and is of the same network: once it is, it stays so."""
        if not self._is_one:
            self._is_one = self._store.migrated() and _name(self._store) == _name(context.store)
            if not self._is_one:
                self._leave_alone("it has not the tables of this program, or is of another network")
        return self._is_one

    def _leave_alone(self, why: str) -> None:
        self._left_alone_until = time.monotonic() + PAUSE
        log.warning("catalogs are not read from the copy of the database for %d seconds: %s", PAUSE, why)


def _name(store: Store) -> bytes:
    """What only a network and its copies have."""
    with store.reading() as session:
        return secret(session, CATALOG_LINES)


def from_copy(context: ServiceContext, work: Callable[[ServiceContext], T]) -> T:
    """What `work` reads from the copy of the database, if there is one, else from the database itself."""
    return work(context) if context.copy is None else context.copy.read(context, work)
