"""What hides lots from a customer, cached and updated lot by lot, as the catalog is (`catalog_cache`): for reports,
which would otherwise judge every lot again."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from copy import deepcopy
from functools import partial
from typing import NamedTuple

from k2k_core.domain.answers.sharing import VisibleLot
from k2k_core.domain.local_time import FOREVER
from k2k_core.domain.visibility_report import Counted, counted
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.catalog_version import CatalogVersion, LotTraits, affected
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.catalog.visibility import VisibilityQuery, judged
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import split_ref
from k2k_core.services.sharing.shared_inventory import ALL_LOTS, LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import lot_rows


class VerdictKey(NamedTuple):
    """Whose verdicts: of a company's lots and offers for a sale, as a reader of a side may know them."""

    company_id: int
    asked: VisibilityQuery
    reader: str


class CachedVerdicts:
    """What hides each lot, for one `VerdictKey`. Its reader holds its lock."""

    def __init__(self, key: VerdictKey) -> None:
        self.lock = threading.Lock()
        self._key = key
        self._verdicts: dict[str, VisibleLot | None] = {}
        """By the buyer's name of a lot; None of a visible one."""
        self._report: Counted | None = None
        self._traits = LotTraits()
        self._version: CatalogVersion | None = None
        self._since = self._until = FOREVER

    @property
    def lots(self) -> int:
        """How many lots were judged."""
        return len(self._verdicts)

    @property
    def hidden(self) -> Iterable[VisibleLot]:
        """The verdicts of the hidden lots."""
        return [one for one in self._verdicts.values() if one is not None]

    def report(self) -> Counted:
        """How many lots are hidden, by rule."""
        if self._report is None:
            hidden = list(self.hidden)
            found = counted(hidden)
            self._report = found._replace(passing=len(self._verdicts) - len(hidden))
        return self._report

    def bring_up_to_date(self, context: ServiceContext, session: Session, buyer: CompanySnapshot) -> None:
        """Update them to the snapshot of this unit of work. Raises `StaleSnapshot` if they are newer than that."""
        version, before = CatalogVersion(context, session, buyer), self._version
        if before is None or not self._is_current(version, before, session):
            self._rebuild(context, session, buyer, version)
            return
        version.read_awbs(session, self._traits.on_awbs)
        changed = affected(session, before, version, self._traits)
        if changed is None:
            self._rebuild(context, session, buyer, version)
        elif changed.refs:
            self._version = None  # until it is complete
            for ref in changed.refs:
                self._verdicts.pop(ref, None)
            self._judge(context, session, buyer, LotSelection(None, changed.rows, version.linked))
            self._traits.note(changed.rows)
            self._verdicts = dict(sorted(self._verdicts.items(), key=partial(_place, version)))
            self._remember(session, version)
        elif version.lot_seqs != before.lot_seqs:
            self._version = version

    def _is_current(self, version: CatalogVersion, before: CatalogVersion, session: Session) -> bool:
        if session.now < self._since or not version.covers(before):
            raise StaleSnapshot
        return session.now < self._until and version.has_setup_of(before)

    def _rebuild(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, version: CatalogVersion
    ) -> None:
        """Judge every lot."""
        self._version, self._verdicts, self._traits, self._until = None, {}, LotTraits(), FOREVER
        rows = lot_rows(session, version.companies)
        self._judge(context, session, buyer, ALL_LOTS._replace(rows=rows, linked=version.linked))
        self._traits.note(rows)
        version.read_awbs(session, self._traits.on_awbs)
        self._remember(session, version)

    def _judge(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, selection: LotSelection
    ) -> None:
        found = judged(context, session, buyer, self._key.asked, self._key.reader, selection) if selection.rows else {}
        self._verdicts.update((ref, None if one["visible"] else one) for ref, one in found.items())

    def _remember(self, session: Session, version: CatalogVersion) -> None:
        """They are valid from now until the first of them changes with time, unless a plugin failed meanwhile."""
        self._report = None
        self._since = session.now
        self._until = min(self._until, session.moment.holds_until)
        if version.plugins_healthy:
            self._version = version


def _place(version: CatalogVersion, verdict: tuple[str, object]) -> tuple[int, str]:
    """Where a lot stands: the company's own first, then those of its vendors, the oldest connection first."""
    vendor, code = split_ref(verdict[0])
    order = [company.code for _, company in version.linked]
    return 0 if vendor is None else 1 + order.index(vendor), code


def cached_verdicts(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, asked: VisibilityQuery, reader: str
) -> tuple[Counted, list[VisibleLot]]:
    """The report about a company's lots and the verdicts of the hidden ones. Raises `StaleSnapshot`."""
    key = VerdictKey(buyer.id, asked, reader)
    cache: BoundedCache[VerdictKey, CachedVerdicts] = context.catalogs
    cached = cache.setdefault(key, lambda: CachedVerdicts(key))
    with cached.lock:
        cached.bring_up_to_date(context, session, buyer)
        found, hidden = cached.report(), list(cached.hidden)
    cache.trim()
    return found._replace(by_reason=deepcopy(found.by_reason)), hidden
