"""Use case: which of a vendor's buyers see which of its lots, page by page, and which rules hold the others back
(domain section 3, `shared_with`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.sharing import BuyerOfLot, LotByBuyer, LotsByBuyer
from k2k_core.domain.items import Lot
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BOTH, VENDOR, Denial
from k2k_core.services.company_snapshot import CompanySnapshot, buyers_of, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.lists.pages import PagedList, PageRequest, Rows, page
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.sharing.lot_pages import lot_row, named_lots
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory
from k2k_core.services.sharing.sharing import detail, side_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import ID, LotRow
from k2k_core.store.lists.lots import lots_of

EVERYBODY, SOMEBODY, NOBODY = "all", "some", "none"
SEEN_BY = (EVERYBODY, SOMEBODY, NOBODY)
"""By whom a lot is seen: by all the buyers, not by all, by none."""


@dataclass(frozen=True)
class SharedWithQuery:
    """Whom and which lots it is about: one `buyer`, lots that `seen_by` finds, or those that a rule holds back."""

    buyer: str | None = None
    seen_by: str | None = None
    rule: str | None = None


def shared_with(context: ServiceContext, vendor: str, query: SharedWithQuery, request: PageRequest) -> LotsByBuyer:
    """A page of the vendor's lots, by code, each with the buyers that have an active connection: with none if
    the `buyer` that is asked for has no such connection."""
    context.actor.require(READING, vendor)
    seen_by = None if query.seen_by is None else parsing.choice(query.seen_by, SEEN_BY)
    with context.store.reading() as session:
        company = context.snapshots.get(session, vendor)
        matrix = _Matrix(context, session, company, query.buyer)

        def fitting(rows: Rows) -> Rows:
            lots = matrix.computed(rows)
            return [row for row, lot in zip(rows, lots, strict=True) if _fits(lot, seen_by, query.rule)]

        listed = PagedList(
            "shared_with",
            lots_of([company.id], company.id),
            LotByBuyer,
            lambda rows: [dict(one) for one in matrix.computed(rows)],
            {"lot": named_lots},
            sieve=fitting if seen_by or query.rule else None,
            about=f"{vendor}/{query}",
        )
        return cast(LotsByBuyer, page(context, session, company.id, listed, request))


def _fits(lot: LotByBuyer, seen_by: str | None, rule: str | None) -> bool:
    everybody = lot["seen"] == len(lot["buyers"])
    by = {EVERYBODY: everybody, SOMEBODY: not everybody, NOBODY: lot["seen"] == 0, None: True}[seen_by]
    return by and (rule is None or any(rule in one["reasons"] for one in lot["buyers"]))


class _Matrix:
    """What each of the buyers is shared of the lots of a page. A lot is computed once."""

    def __init__(self, context: ServiceContext, session: Session, vendor: CompanySnapshot, buyer: str | None) -> None:
        self._context, self._session, self._vendor = context, session, vendor
        linked = [(one, company) for one, company in buyers_of(session, context.snapshots, vendor) if one.active]
        self._linked = [(one, company) for one, company in linked if buyer in (None, company.code)]
        read_together(session, [vendor, *(company for _, company in self._linked)])
        self._awbs = AwbCostReader(session)
        self._side = VENDOR if context.actor.company == vendor.code else BOTH
        self._known: dict[int, LotByBuyer] = {}

    def computed(self, rows: Rows) -> list[LotByBuyer]:
        """The answers for the rows of a page."""
        missing = [row for row in map(lot_row, rows) if row[ID] not in self._known]
        if missing:
            self._compute(missing)
        return [self._known[row["id"]] for row in rows]

    def _compute(self, rows: Sequence[LotRow]) -> None:
        pairs = [
            SharedInventory(
                self._context, self._session, CompanyPair(self._vendor, company, connection), rows, self._awbs
            )
            for connection, company in self._linked
        ]
        found = [pair.denials() for pair in pairs]
        for place, lot in enumerate(OwnLots(self._session, self._vendor).lots(rows)):
            buyers = [self._buyer(pair.buyer, each[place]) for pair, each in zip(pairs, found, strict=True)]
            self._known[lot.id] = _answer(lot, buyers)

    def _buyer(self, buyer: CompanySnapshot, denials: Sequence[Denial]) -> BuyerOfLot:
        sides = [side_of(one, self._vendor.code, buyer.code, VENDOR) for one in denials]
        return {
            "buyer": buyer.code,
            "buyer_name": buyer.company.name,
            "shared": not denials,
            "reasons": sorted({one.code for one in denials}),
            "details": [detail(one, side, self._side) for one, side in zip(denials, sides, strict=True)],
        }


def _answer(lot: Lot, buyers: list[BuyerOfLot]) -> LotByBuyer:
    return {
        "lot": lot.ref,
        "inventory_type": lot.inventory_type,
        "box_type": lot.box_type,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "available": lot.available,
        "product": lot.product.code,
        "description": lot.product.description,
        "arrival_date": lot.arrival_date.isoformat(),
        "seen": sum(one["shared"] for one in buyers),
        "buyers": buyers,
    }
