"""Dry runs of changes: the code that makes a change runs in a transaction that is always rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from k2k_core.services.company_snapshot import CompanySnapshot, SnapshotCache
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing import price_lists
from k2k_core.store.database.company_points import Point
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import parties

T = TypeVar("T")


class Draft(NamedTuple, Generic[T]):
    """The answer that the change would have, and the company after it."""

    answer: T
    company: CompanySnapshot


class _Rollback(Exception):
    """Raised to roll back the transaction of a draft."""


def drafted(context: ServiceContext, company: str, work: Callable[[Session], T]) -> Draft[T]:
    """Do `work`, read the company completely in its new state, and roll everything back. Checks at the end of a
    transaction run too."""

    def draft(session: Session) -> Draft[T]:
        now = context.snapshots.get(session, company)
        answer = work(session)
        session.settle()
        then = parties.companies(session, [now.id], context.settings.company)[now.id]
        return Draft(answer, _read_completely(session, CompanySnapshot(then, now.lot_seq, draft=True)))

    return rolled_back(context, draft, settled=True)


def rolled_back(context: ServiceContext, work: Callable[[Session], T], *, settled: bool = False) -> T:
    """Do `work` in a transaction that is rolled back; returns its answer. What the end of a transaction verifies is
    verified too, by `work` itself if it is `settled`."""
    found: list[T] = []

    def tried(session: Session) -> None:
        found.append(work(session))
        if not settled:
            session.settle()
        raise _Rollback

    with suppress(_Rollback):
        context.store.transact(tried)
    return found[-1]


class DraftSnapshots(SnapshotCache):
    """The snapshots of companies within one transaction that is rolled back, and so of companies that it adds."""

    def __init__(self, context: ServiceContext) -> None:
        super().__init__(context.settings)
        self._drafts: dict[int, CompanySnapshot] = {}

    def at_points(self, session: Session, points: Iterable[Point]) -> dict[int, CompanySnapshot]:
        """The snapshots of companies, each read once."""
        wanted = {company_id: lot_seq for company_id, _, _, lot_seq in points}
        session.reach(wanted)
        missing = [company_id for company_id in wanted if company_id not in self._drafts]
        for company_id, company in parties.companies(session, missing, self._settings.company).items():
            self._drafts[company_id] = CompanySnapshot(company, wanted[company_id], draft=True)
        return {company_id: self._drafts[company_id] for company_id in wanted}


def _read_completely(session: Session, company: CompanySnapshot) -> CompanySnapshot:
    """A snapshot with every part read, so that none has to be read after the rollback."""
    for read in (
        company.customers,
        company.vendors,
        company.carriers,
        company.products,
        company.box_types,
        company.dimensions,
        company.locations_by_id,
        company.category_codes,
    ):
        read(session)
    price_lists.lists(session, company)
    return company
