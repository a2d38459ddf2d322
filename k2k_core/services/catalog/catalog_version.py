"""The version of a buyer company's catalogs: everything that they depend on, in one unit of work; and which lots to
recompute between two versions.

Everything that a catalog is computed from is listed here, or asked of the unit's `moment` (`domain.local_time`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from k2k_core.domain.items import FUTURE_SALES
from k2k_core.services.company_snapshot import CompanySnapshot, vendors_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import refs_for
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.awb_costs import NO_AWBS, RealAwbCosts, awb_costs
from k2k_core.store.inventory.lot_changes import MAX_RELATED, RelatedLots, changed_lots, horizon, related_rows
from k2k_core.store.inventory.lots import AWB, COMPANY, ID, PRODUCT, TYPE, LotRow

K = TypeVar("K")
V = TypeVar("V")


class LotTraits:
    """Which companies have lots whose prices depend on more than their own row: future ones, and those of an AWB."""

    def __init__(self) -> None:
        self.future: set[int] = set()
        self.on_awbs: set[int] = set()

    def note(self, rows: Iterable[LotRow]) -> None:
        """Include these lots."""
        for row in rows:
            if row[TYPE] == FUTURE_SALES:
                self.future.add(row[COMPANY])
            if row[AWB]:
                self.on_awbs.add(row[COMPANY])


class CatalogVersion:
    """The state of a buyer company, of the vendors that share with it, and of their lots, in one unit of work."""

    def __init__(self, context: ServiceContext, session: Session, buyer: CompanySnapshot) -> None:
        known = vendors_of(session, context.snapshots, buyer)
        self.linked = [(connection, vendor) for connection, vendor in known if connection.active]
        everybody = [buyer, *(vendor for _, vendor in self.linked)]
        registries = [context.plugins.registry(one.company) for one in everybody]
        self.companies = [one.id for one in everybody]
        self.setup = (
            [connection for connection, _ in known],
            {one.id: one.company.change_seq for one in everybody},
            registries,
        )
        """What everything in a catalog depends on."""
        self.lot_seqs = {one.id: one.lot_seq for one in everybody}
        self.horizon = horizon(session, self.companies)
        self.decisions, self.earlier = buyer.offer_decisions(session), buyer.earlier_mappings(session)
        self.awbs: dict[int, RealAwbCosts] = {}
        self.read_changes: dict[int, int] = {}
        """Marks of lots that were read because they changed: on PostgreSQL they may be read again."""
        self.ref = refs_for(buyer, everybody)
        """The buyer's name of a lot."""
        self._registry = registries[0]
        self._plugins_version = self._registry.version

    @property
    def plugins_healthy(self) -> bool:
        """Whether no plugin has failed or left quarantine since."""
        return self._registry.version == self._plugins_version

    def covers(self, other: CatalogVersion) -> bool:
        """Whether this one includes every change that the other one includes."""
        mine, theirs = self.setup[1], other.setup[1]
        return (
            all(mine.get(one, seq) >= seq for one, seq in theirs.items())
            and all(self.lot_seqs.get(one, seq) >= seq for one, seq in other.lot_seqs.items())
            and (mine.keys() != theirs.keys() or self.horizon.covers(other.horizon))
        )

    def has_setup_of(self, other: CatalogVersion) -> bool:
        """Whether the other one has the same set-up, connections and states of plugins."""
        return self.setup == other.setup and self._plugins_version == other._plugins_version

    def has_vendors_of(self, other: CatalogVersion) -> bool:
        """The same apart from the set-up of the buyer itself."""
        buyer, mine, theirs = self.companies[0], self.setup, other.setup
        return (
            mine[0] == theirs[0]
            and {**mine[1], buyer: 0} == {**theirs[1], buyer: 0}
            and mine[2] == theirs[2]
            and self._plugins_version == other._plugins_version
        )

    def has_lots_of(self, other: CatalogVersion) -> bool:
        """Whether no lot, offer or AWB has changed since the other one."""
        return (
            self.horizon == other.horizon
            and self.lot_seqs == other.lot_seqs
            and self.decisions is other.decisions
            and self.earlier is other.earlier
            and self.awbs == other.awbs
        )

    def read_awbs(self, session: Session, companies: Iterable[int]) -> None:
        """Read the real costs of the AWBs of some companies."""
        asked = set(companies)
        self.awbs = dict(awb_costs(session, asked)) if asked else {}


class Affected(NamedTuple):
    """Lots to recompute: their rows, and the refs of these and of lots that no longer exist."""

    refs: list[str]
    rows: list[LotRow]


def affected(session: Session, before: CatalogVersion, version: CatalogVersion, traits: LotTraits) -> Affected | None:
    """What to recompute between two versions of the same set-up; None if that is nearly everything."""
    marked = changed_lots(session, version.companies, before.horizon, version.horizon)
    changed = [one for one in marked if before.read_changes.get(one.row[ID]) != one.mark]
    version.read_changes = {one.row[ID]: one.mark for one in marked}
    related = _related(before, version, traits, [one.row for one in changed])
    if sum(map(len, related)) > MAX_RELATED:
        return None
    rows = {one.row[ID]: one.row for one in changed if not one.archived}
    if any(related):
        rows.update((row[ID], row) for row in related_rows(session, version.companies, related))
    gone = [version.ref(one.row) for one in changed]
    return Affected([*gone, *map(version.ref, rows.values())], list(rows.values()))


def _related(
    before: CatalogVersion, version: CatalogVersion, traits: LotTraits, changed: Collection[LotRow]
) -> RelatedLots:
    """Lots that change with something else: a decision of the buyer, the costs of an AWB, stock on hand."""
    on_awbs = {
        (company_id, number)
        for company_id in before.awbs.keys() | version.awbs.keys()
        for number in _moved(before.awbs.get(company_id, NO_AWBS), version.awbs.get(company_id, NO_AWBS))
    }
    edited = {company_id for company_id, seq in version.lot_seqs.items() if before.lot_seqs[company_id] != seq}
    costly = {company_id for company_id, _ in on_awbs}
    return RelatedLots(
        ids=_differing(before.decisions, version.decisions),
        products=_differing(before.earlier, version.earlier),
        on_awbs=on_awbs,
        future_of=traits.future & (edited | costly),
        future_products={row[PRODUCT] for row in changed if row[COMPANY] in traits.future - edited - costly},
    )


def _moved(before: RealAwbCosts, now: RealAwbCosts) -> set[str]:
    """Numbers of AWBs whose costs changed, or that were added or removed."""
    costs = {number for number, _ in _differing(before.costs, now.costs)}
    return costs | _differing(before.candidates, now.candidates)


def _differing(before: Mapping[K, V], now: Mapping[K, V]) -> set[K]:
    """Keys whose values are not the same in both."""
    if before is now:
        return set()
    return {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
