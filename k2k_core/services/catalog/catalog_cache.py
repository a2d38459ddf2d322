"""The catalog cache: the catalogs of each company, made from its lots in columns, which are updated lot by lot.

What is cached is valid for one `CatalogVersion`: everything that it was computed from. Each reader first updates it to
the snapshot of its own session: if the set-up changed, or time ended an answer, everything is computed again; if lots
or offers changed, only those lots. A reader whose snapshot is older than what is cached gets `StaleSnapshot`, and reads
the network again, or computes its catalog for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.cached_catalog import MAX_SEARCHES, CachedCatalog
from k2k_core.services.catalog.catalog_keys import SORTS, AnyCatalog, CatalogKey, Wanted
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session

if TYPE_CHECKING:
    from k2k_core.services.catalog.columns.company_columns import CompanyColumns

__all__ = [
    "MAX_SEARCHES",
    "SORTS",
    "CachedCatalog",
    "CatalogCache",
    "CatalogKey",
    "StaleSnapshot",
    "Wanted",
    "new_catalog_cache",
    "read_cached",
    "read_catalog",
    "read_catalog_in",
    "read_fresh",
]

T = TypeVar("T")
MAX_CATALOGS = 512
MAX_LOTS = 2_000_000
"""The most lots in all cached catalogs together: about 25 bytes each, beside the columns that they are made from. The
catalog that was used last stays in any case."""

MAX_LOTS_IN_COLUMNS = 500_000
"""The most lots in the columns of all companies together: about 1.5 KB each. Those that were used last stay."""

TRIES = 8


class CatalogCache(BoundedCache[Any, Any]):
    """The catalogs of an installation that were used last, by company and key, and the `columns` of their companies.
    Threads share them."""

    def __init__(self, max_catalogs: int, max_lots: int) -> None:
        super().__init__(max_catalogs, max_lots, lambda catalog: catalog.lots)
        self.columns: BoundedCache[int, CompanyColumns] = BoundedCache(
            max_catalogs, MAX_LOTS_IN_COLUMNS, lambda columns: columns.lots
        )


def new_catalog_cache(max_catalogs: int = MAX_CATALOGS, max_lots: int = MAX_LOTS) -> CatalogCache:
    """An empty cache for so many catalogs, with so many lots in all of them together."""
    return CatalogCache(max_catalogs, max_lots)


def read_catalog(context: ServiceContext, buyer: str, key: CatalogKey, read: Callable[[AnyCatalog], T]) -> T:
    """What `read` returns of the current catalog of a key."""
    for _ in range(TRIES):
        with suppress(StaleSnapshot), context.store.reading() as session:
            return read_cached(context, session, context.snapshots.get(session, buyer), key, read)
    with context.store.reading() as session:
        return read_fresh(context, session, context.snapshots.get(session, buyer), key, read)


def read_catalog_in(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[AnyCatalog], T],
) -> T:
    """What `read` returns of the catalog of a key, in the snapshot of this unit of work. Raises `StaleSnapshot`: a new
    unit of work is sooner there than a whole catalog is computed."""
    if session.writable:  # what it reads may be rolled back
        return read_fresh(context, session, buyer, key, read)
    return read_cached(context, session, buyer, key, read)


def read_cached(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[AnyCatalog], T],
) -> T:
    """What `read` returns of the cached catalog, updated to the snapshot of this unit of work. Raises
    `StaleSnapshot`."""
    day = key.ship_date or session.moment.day_in(buyer.company.timezone)
    catalogs = cast(CatalogCache, context.catalogs)
    key = key._replace(ship_date=day)
    try:
        found = _read_in_columns(context, session, buyer, key, read)
    except NotInColumns:
        found = _read_by_lot(context, session, buyer, key, read)
    catalogs.trim()
    catalogs.columns.trim()
    return found


def _read_in_columns(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[AnyCatalog], T],
) -> T:
    """What `read` returns of the catalog that is made from the company's columns. Raises `NotInColumns`."""
    # They need numpy, which takes 0.1 s to import.
    from k2k_core.services.catalog.columns.column_catalog import ColumnCatalog
    from k2k_core.services.catalog.columns.company_columns import CompanyColumns

    customer = buyer.customer(session, key.customer)
    catalogs = cast(CatalogCache, context.catalogs)
    columns = catalogs.columns.setdefault(buyer.id, CompanyColumns)
    with columns.lock:
        version = columns.bring_up_to_date(context, session, buyer)
        cached = catalogs.setdefault((buyer.id, key), lambda: ColumnCatalog(key, columns))
        if not cached.is_of(columns):
            cached = ColumnCatalog(key, columns)
            catalogs.put((buyer.id, key), cached)
        cached.bring_up_to_date(context, session, buyer, customer, version)
        return read(cached)


def _read_by_lot(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[AnyCatalog], T],
) -> T:
    """What `read` returns of the catalog that is computed lot by lot."""
    customer = buyer.customer(session, key.customer)
    catalogs = cast(CatalogCache, context.catalogs)
    cached: CachedCatalog = catalogs.setdefault((buyer.id, key, "by lot"), lambda: CachedCatalog(key))
    with cached.lock:
        cached.bring_up_to_date(context, session, buyer, customer)
        return read(cached)


def read_fresh(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[AnyCatalog], T],
) -> T:
    """What `read` returns of a catalog that is computed for this call, lot by lot, and not cached."""
    cached = CachedCatalog(key)
    cached.bring_up_to_date(context, session, buyer, buyer.customer(session, key.customer))
    return read(cached)
