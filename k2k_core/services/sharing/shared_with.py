"""Use case: which of a vendor's buyers see which of its lots, page by page, and which rules hold the others back
(domain section 3, `shared_with`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.sharing import BuyerOfLot, LotByBuyer, LotsByBuyer
from k2k_core.domain.items import Lot
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BOTH, VENDOR, Denial
from k2k_core.services.company_snapshot import CompanySnapshot, buyers_of, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, page
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.sharing.lot_pages import lot_row, marks_of, named_lots
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory
from k2k_core.services.sharing.sharing import detail, side_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import ID, MARK, LotRow
from k2k_core.store.lists.lots import SORTS, lots_of

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
    seen_by = None if query.seen_by is None else parsing.argument("seen_by", parsing.choice, query.seen_by, SEEN_BY)
    with context.store.reading() as session:
        company = context.snapshots.get(session, vendor)
        matrix = _Matrix(context, session, company, query.buyer)

        def fitting(rows: Sequence[LotRow]) -> list[bool]:
            return [_fits(denials, seen_by, query.rule) for denials in matrix.held_back(rows)]

        def known(rows: Sequence[tuple[Any, ...]]) -> list[bool | None]:
            found = matrix.known(rows)
            return [None if denials is None else _fits(denials, seen_by, query.rule) for denials in found]

        listed = PagedList(
            "shared_with",
            lots_of([company.id], company.id, SORTS),
            LotByBuyer,
            lambda rows: [dict(one) for one in matrix.computed(list(map(lot_row, rows)))],
            {"lot": named_lots},
            sieve=fitting if seen_by or query.rule else None,
            marks=marks_of(session, known),
            about=f"{vendor}/{query}",
        )
        return cast(LotsByBuyer, page(context, session, company.id, listed, request))


def _fits(held_back: Sequence[Sequence[Denial]], seen_by: str | None, rule: str | None) -> bool:
    """Whether a lot that is held back so from each buyer is one of those that are asked for."""
    seen = all(held_back) if seen_by == NOBODY else seen_by is None or any(held_back) == (seen_by == SOMEBODY)
    return seen and (rule is None or any(rule == denial.code for denials in held_back for denial in denials))


class _Matrix:
    """What each of the buyers is shared of the lots of a page. A lot is judged once."""

    def __init__(self, context: ServiceContext, session: Session, vendor: CompanySnapshot, buyer: str | None) -> None:
        self._context, self._session, self._vendor = context, session, vendor
        linked = [(one, company) for one, company in buyers_of(session, context.snapshots, vendor) if one.active]
        self._linked = [(one, company) for one, company in linked if buyer in (None, company.code)]
        read_together(session, [vendor, *(company for _, company in self._linked)])
        self._awbs = AwbCostReader(session)
        self._side = VENDOR if context.actor.company == vendor.code else BOTH
        self._known: dict[int, Sequence[Sequence[Denial]]] = {}
        self._marks: dict[int, int] = {}

    def computed(self, rows: Sequence[LotRow]) -> list[LotByBuyer]:
        """The answers for the rows of a page."""
        lots, buyers = OwnLots(self._session, self._vendor).lots(rows), [company for _, company in self._linked]
        return [
            _answer(lot, [self._buyer(buyer, one) for buyer, one in zip(buyers, denials, strict=True)])
            for lot, denials in zip(lots, self.held_back(rows), strict=True)
        ]

    def held_back(self, rows: Sequence[LotRow]) -> list[Sequence[Sequence[Denial]]]:
        """For each lot what holds it back from each of the buyers, in the order of these."""
        missing = [row for row in rows if row[ID] not in self._known]
        if missing:
            self._judge(missing)
        return [self._known[row[ID]] for row in rows]

    def known(self, rows: Sequence[tuple[Any, ...]]) -> list[Sequence[Sequence[Denial]] | None]:
        """The same for rows of `MARKED`: of lots that have not changed since it was asked before, None of others."""
        self._marks = {row[ID]: row[MARK] for row in rows}
        found = [pair.known_denials(list(self._marks.items())) for pair in self._pairs(())]
        by_lot: Iterable[Any] = zip(*found, strict=True) if found else [()] * len(rows)
        return [None if None in denials else denials for denials in by_lot]

    def _judge(self, rows: Sequence[LotRow]) -> None:
        pairs = self._pairs(rows)
        by_lot = zip(*(pair.denials() for pair in pairs), strict=True) if pairs else repeat(())
        self._known.update(zip((row[ID] for row in rows), by_lot, strict=bool(pairs)))
        for pair in pairs:
            pair.note_marks(self._marks)

    def _pairs(self, rows: Sequence[LotRow]) -> list[SharedInventory]:
        return [
            SharedInventory(
                self._context, self._session, CompanyPair(self._vendor, company, connection), rows, self._awbs
            )
            for connection, company in self._linked
        ]

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
