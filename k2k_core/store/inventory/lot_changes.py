"""Which changes of lots a snapshot sees, and which lots changed between two snapshots.

Triggers set a mark on a lot with every change of its row, whoever makes it. On SQLite the marks of a company count its
changes: writers come one after the other, so a snapshot sees all marks up to the highest. On PostgreSQL a mark is the
number of the transaction that wrote the row. Transactions do not end in the order of their numbers, so a snapshot sees
all below the oldest one that was still running, and some of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import ModelSelect, RawQuery, fn

from k2k_core.domain.items import FUTURE_SALES
from k2k_core.store import tables
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COLUMNS, LotRow

_LOT: Any = tables.Lot
_COMPANY: Any = tables.Company


@dataclass(frozen=True, slots=True)
class SqliteHorizon:
    """What a snapshot of SQLite sees: the highest mark of each company."""

    highest: Mapping[int, int]

    def covers(self, other: Horizon) -> bool:
        """Whether this snapshot sees everything that the other one sees."""
        return isinstance(other, SqliteHorizon) and all(
            self.highest.get(company_id, -1) >= mark for company_id, mark in other.highest.items()
        )


@dataclass(frozen=True, slots=True)
class PostgresqlHorizon:
    """What a snapshot of PostgreSQL sees: transactions below `end`, without those that were `running`."""

    oldest: int
    end: int
    running: frozenset[int]

    def covers(self, other: Horizon) -> bool:
        """Whether this snapshot sees everything that the other one sees."""
        if not isinstance(other, PostgresqlHorizon) or self.end < other.end:
            return False
        return {number for number in self.running if number < other.end} <= other.running


Horizon = SqliteHorizon | PostgresqlHorizon


class Changed(NamedTuple):
    """A lot that changed: its row as `lot_rows` reads it, the mark of its last change, and whether it was removed."""

    row: LotRow
    mark: int
    archived: bool


def horizon(session: Session, companies: Collection[int]) -> Horizon:
    """Which changes of some companies' lots this unit of work sees."""
    if session.engine == "sqlite":
        return SqliteHorizon({company_id: mark or 0 for company_id, mark in _HIGHEST.rows(session, list(companies))})
    ((text,),) = session.rows(_SNAPSHOT)
    oldest, end, running = text.split(":")
    return PostgresqlHorizon(int(oldest), int(end), frozenset(map(int, running.split(","))) if running else frozenset())


def changed_lots(session: Session, companies: Sequence[int], since: Horizon, seen: Horizon) -> list[Changed]:
    """Every lot of these companies that changed since `since`, a snapshot that this one, `seen`, covers.

    On PostgreSQL some may have been visible in that snapshot already: then their marks are the same.
    """
    if isinstance(since, SqliteHorizon):
        pairs = [value for company_id in companies for value in (company_id, since.highest.get(company_id, -1))]
        rows = _COUNTED.rows(session, pairs)
    else:
        assert isinstance(seen, PostgresqlHorizon), "both are of the same database"
        # Rows of a restored database bear numbers that are still to come in this one: they have not changed.
        rows = _WRITTEN.rows(session, list(companies), [since.oldest], [seen.end])
    return [Changed(row[:-2], row[-2], bool(row[-1])) for row in rows]


def _highest(companies: list[int]) -> ModelSelect[Any]:
    highest = _LOT.select(fn.MAX(_LOT.mark)).where(_LOT.company_id == _COMPANY.id)
    found: ModelSelect[Any] = _COMPANY.select(_COMPANY.id, highest).where(_COMPANY.id.in_(companies))
    return found


def _counted(pairs: list[int]) -> ModelSelect[Any]:
    after = [
        (_LOT.company_id == company_id) & (_LOT.mark > mark)
        for company_id, mark in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return _marked().where(any_of(after))


def _written(companies: list[int], oldest: list[int], end: list[int]) -> ModelSelect[Any]:
    return _marked().where(_LOT.company_id.in_(companies) & (_LOT.mark >= oldest[0]) & (_LOT.mark < end[0]))


def _marked() -> ModelSelect[Any]:
    found: ModelSelect[Any] = _LOT.select(*COLUMNS, _LOT.mark, _LOT.archived)
    return found


_HIGHEST, _COUNTED, _WRITTEN = Prepared(_highest), Prepared(_counted), Prepared(_written)
_SNAPSHOT = RawQuery("SELECT pg_current_snapshot()::text")


class RelatedLots(NamedTuple):
    """Lots whose price or place may have changed together with something else."""

    ids: Collection[int] = ()
    products: Collection[int] = ()
    on_awbs: Collection[tuple[int, str]] = ()
    """Company and AWB number."""

    future_of: Collection[int] = ()
    """Companies, all of whose future lots are meant."""

    future_products: Collection[int] = ()
    """Products, all of whose future lots are meant."""


MAX_RELATED = 10_000
"""Most values in one query for related lots: with more, reading all lots is faster."""


def related_rows(session: Session, companies: Collection[int], related: RelatedLots) -> list[LotRow]:
    """The rows of these lots, as far as they belong to these companies and exist."""
    future = _LOT.inventory_type == FUTURE_SALES
    meant = [
        _LOT.id.in_(list(related.ids)) if related.ids else None,
        _LOT.product_id.in_(list(related.products)) if related.products else None,
        (_LOT.company_id.in_(list(related.future_of)) & future) if related.future_of else None,
        (_LOT.product_id.in_(list(related.future_products)) & future) if related.future_products else None,
        *((_LOT.company_id == company_id) & _LOT.awb.in_(numbers) for company_id, numbers in _numbers(related).items()),
    ]
    asked = [one for one in meant if one is not None]  # an empty list among them would keep indexes out of it
    if not asked:
        return []
    theirs = _LOT.company_id.in_(list(companies)) & ~_LOT.archived
    return session.rows(_LOT.select(*COLUMNS).where(theirs & any_of(asked)))


def _numbers(related: RelatedLots) -> dict[int, list[str]]:
    """The numbers of its AWBs, by company."""
    found: dict[int, list[str]] = defaultdict(list)
    for company_id, number in related.on_awbs:
        found[company_id].append(number)
    return found
