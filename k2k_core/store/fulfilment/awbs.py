"""Air waybills, one row for each number between two companies, or for a company's own supply."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypedDict

from peewee import SQL

from k2k_core.domain.orders import SALES_ORDER, awb_row_id
from k2k_core.store.database.searching import with_search
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.awb_costs import OwnLot, candidates_of, own_lots
from k2k_core.store.orders.rows import Reference
from k2k_core.store.tables import Awb, AwbCost, Document, Lot

_AWB: Any = Awb
HAS_STAGED_LINES = _AWB.staged_lines > SQL("0")
"""The condition for AWBs with staged lines. It is written into the text of a statement: a parameter would not be known
to be what their indexes are of."""


class AwbRow(TypedDict):
    """An AWB; real costs in micros, None means the estimate."""

    id: int
    vendor_id: Reference
    buyer_id: int
    number: str
    ship_date: dt.date | None
    ship_via: str
    arrival_date: dt.date | None
    freight: int | None
    handling: int | None
    shipped_at: dt.datetime | None
    version: int
    search: str
    staged_lines: int


class AwbCostRow(TypedDict):
    """Real costs of an AWB as they were entered, in micros."""

    id: int
    company_id: int
    number: str
    awb_id: Reference
    freight: int | None
    handling: int | None
    person: str
    at: dt.datetime


def joined(
    session: Session, vendor_id: int, buyer_id: int, number: str, ship_date: dt.date | None, ship_via: str
) -> int:
    """The AWB with that number between two companies, opened for the first order on it; returns its id.

    If its real costs are entered already, each box has a smaller share of them from now on.
    """
    pair = {"vendor_id": vendor_id, "buyer_id": buyer_id, "number": number}
    fresh: Any = Awb.insert(**with_search(Awb, pair), ship_date=ship_date, ship_via=ship_via)
    costs_typed = _costs_typed(session, buyer_id, number)
    session.change(fresh.on_conflict_ignore(), touches=[buyer_id] if costs_typed else None)
    mine = (Awb.vendor_id == vendor_id) & (Awb.buyer_id == buyer_id) & (Awb.number == number)
    return int(session.value(Awb.select(Awb.id).where(mine)))


def _costs_typed(session: Session, buyer_id: int, number: str) -> bool:
    """Whether a buyer has entered real costs for that AWB number."""
    typed = Awb.freight.is_null(False) | Awb.handling.is_null(False)
    mine = (Awb.buyer_id == buyer_id) & (Awb.number == number) & typed
    return session.value(Awb.select(Awb.id).where(mine)) is not None


def leaves_on(session: Session, awb_id: int, day: dt.date) -> None:
    """Change the ship date of an AWB that has not left."""
    session.change(Awb.update(ship_date=day).where((Awb.id == awb_id) & Awb.shipped_at.is_null()))


def sent_or_got(session: Session, company_id: int, name: str, side: str = "both") -> list[AwbRow]:
    """Every AWB with a number, or the one with an id, that a company sends (`side` vendor), receives (buyer), or
    either."""
    mine: Any = {
        "vendor": Awb.vendor_id == company_id,
        "buyer": Awb.buyer_id == company_id,
        "both": _of_company(company_id),
    }[side]
    return session.dicts(Awb.select().where(mine & is_named(name)).order_by(Awb.id))


def is_named(name: str) -> Any:
    """The condition that an AWB has that number, or that id (`domain.orders.awb_id`)."""
    named = awb_row_id(name)
    return Awb.number == name if named is None else Awb.id == named


def awbs_named(company_id: int, name: str) -> Any:
    """The ids of the AWBs of that number, or that id, that a company sends or gets."""
    return _ids(company_id, is_named(name))


def awbs_with(company_id: int, word: str) -> Any:
    """The ids of the AWBs that a company sends or gets and that a folded word of a search finds."""
    awb: Any = Awb
    return _ids(company_id, awb.search.contains(word))


def _ids(company_id: int, condition: Any) -> Any:
    return Awb.select(Awb.id).where(_of_company(company_id) & condition)


def _of_company(company_id: int) -> Any:
    return (Awb.vendor_id == company_id) | (Awb.buyer_id == company_id)


def lacks_own_supply(session: Session, company_id: int, number: str) -> bool:
    """Whether lots of the company's own supply came on an AWB with that number that has no row yet, and on none that a
    vendor sends. One that is named by its id has its row."""
    lots = own_lots(session, [company_id], [number]) if awb_row_id(number) is None else []
    if not lots:
        return False
    candidates = candidates_of(session, [company_id], [number]).get(company_id, {}).get(number, {})
    return any(lot.awb_among(candidates) is None for lot in lots)


def open_own_supply(session: Session, company_id: int, number: str) -> None:
    """Add the missing row of an AWB of a company's own supply, once: of two concurrent calls the second finds the
    number taken."""
    if lacks_own_supply(session, company_id, number):
        mine = {"vendor_id": None, "buyer_id": company_id, "number": number}
        fresh: Any = Awb.insert(**with_search(Awb, mine))
        session.change(fresh.on_conflict_ignore())


def lots_of_own_supply(session: Session, company_id: int, row: AwbRow) -> list[OwnLot]:
    """The lots of a company's own supply that came on one AWB to it."""
    found = own_lots(session, [company_id], [row["number"]])
    if not found:
        return []
    candidates = candidates_of(session, [company_id], [row["number"]])[company_id][row["number"]]
    return [lot for lot in found if lot.awb_among(candidates) == row["id"]]


def record_costs(session: Session, row: AwbRow, changes: Mapping[str, Any]) -> None:
    """Record the arrival date or the real costs of an AWB. Both affect prices."""
    buyer_id = row["buyer_id"]
    session.lock(Awb, [row["id"]])
    session.change(Awb.update(**changes).where(Awb.id == row["id"]), touches=buyer_id)
    if "arrival_date" in changes:
        _arrived(session, row, changes["arrival_date"])


def _arrived(session: Session, row: AwbRow, day: dt.date | None) -> None:
    """Set the arrival date of what came on an AWB. Boxes that were scanned earlier keep their date (domain section
    6)."""
    buyer_id, own = row["buyer_id"], [lot.id for lot in lots_of_own_supply(session, row["buyer_id"], row)]
    received = (Lot.company_id == buyer_id) & (Lot.awb_id == row["id"]) & Lot.received_on.is_null(False)
    scanned: dict[int, dt.date] = dict(session.rows(Lot.select(Lot.id, Lot.received_on).where(received)))
    days = {lot_id: on if day is None else min(on, day) for lot_id, on in scanned.items()}
    days |= {} if day is None else dict.fromkeys(own, day)
    session.lock(Lot, days)
    for each in sorted(set(days.values())):
        ids = [lot_id for lot_id, arrival in days.items() if arrival == each]
        session.change(Lot.update(arrival_date=each).where(Lot.id.in_(ids)), touches=buyer_id)


def note_costs(session: Session, row: Mapping[str, Any], person: str) -> None:
    """Store the real costs of an AWB after a change, with the person."""
    amounts = {name: row[name] for name in ("number", "freight", "handling")}
    session.insert(AwbCost, company_id=row["buyer_id"], awb_id=row["id"], **amounts, person=person, at=session.now)


def costs_typed(session: Session, company_id: int, awb_ids: Collection[int]) -> dict[int, list[AwbCostRow]]:
    """Every change of the real costs of some AWBs of a company, by id, oldest first."""
    found: dict[int, list[AwbCostRow]] = defaultdict(list)
    if not awb_ids:
        return found
    mine = (AwbCost.company_id == company_id) & AwbCost.awb_id.in_(list(awb_ids))
    for row in session.dicts(AwbCost.select().where(mine).order_by(AwbCost.id)):
        found[row["awb_id"]].append(row)
    return found


def mark_shipped(session: Session, ids: Collection[int]) -> None:
    """Mark these AWBs as shipped, if they were not before."""
    session.change(Awb.update(shipped_at=session.now).where(Awb.id.in_(list(ids)) & Awb.shipped_at.is_null()))


def ways(session: Session, vendor_id: int, awbs: Collection[int]) -> set[tuple[int, str]]:
    """Every buyer and ship via of the vendor's orders on some AWBs."""
    on_it = (Document.company_id == vendor_id) & Document.awb_id.in_(list(awbs))
    return set(session.rows(Document.select(Document.buyer_id, Document.ship_via).where(on_it).distinct()))


def orders_on(session: Session, company_id: int, awb_id: int) -> list[str]:
    """The numbers of a company's sales orders on an AWB."""
    mine = (Document.awb_id == awb_id) & (Document.company_id == company_id) & (Document.kind == SALES_ORDER)
    return [row[0] for row in session.rows(Document.select(Document.number).where(mine).order_by(Document.id))]


def numbers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Numbers of AWBs by id."""
    wanted = list(ids)
    return dict(session.rows(Awb.select(Awb.id, Awb.number).where(Awb.id.in_(wanted)))) if wanted else {}


def held(session: Session, awb_id: int) -> AwbRow:
    """One AWB, locked until the end of the unit of work."""
    session.lock(Awb, [awb_id])
    return by_id(session, awb_id)


def by_id(session: Session, awb_id: int) -> AwbRow:
    """One AWB."""
    return by_ids(session, [awb_id])[awb_id]


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, AwbRow]:
    """Several AWBs by id."""
    wanted = sorted(set(ids))
    rows: list[AwbRow] = session.dicts(Awb.select().where(Awb.id.in_(wanted))) if wanted else []
    return {row["id"]: row for row in rows}
