"""Air waybills, one row for each pair of companies and number, or for a company's own supply."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from k2k_core.domain.orders import SALES_ORDER
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Awb, AwbCost, Company, Document, Lot

Row = dict[str, Any]
_TYPED = ("arrival_date", "freight", "handling")


def joined(session: Session, vendor_id: int, buyer_id: int, number: str, ship_date: dt.date, ship_via: str) -> int:
    """The AWB of that number between two companies, opened when it is the first order on it; its id.

    What the buyer has typed of the number holds for whoever else ships under it.
    """
    pair = {"vendor_id": vendor_id, "buyer_id": buyer_id, "number": number}
    known = {name: value for name, value in _typed(session, buyer_id, number).items() if value is not None}
    fresh: Any = Awb.insert(**pair, ship_date=ship_date, ship_via=ship_via, **known)
    session.change(fresh.on_conflict_ignore(), touches=[buyer_id] if known else None)
    mine = (Awb.vendor_id == vendor_id) & (Awb.buyer_id == buyer_id) & (Awb.number == number)
    return int(session.value(Awb.select(Awb.id).where(mine)))


def _typed(session: Session, buyer_id: int, number: str) -> Row:
    """What a buyer has typed of an AWB number so far."""
    columns = (Awb.arrival_date, Awb.freight, Awb.handling)
    found = session.dicts(Awb.select(*columns).where((Awb.buyer_id == buyer_id) & (Awb.number == number)))
    return {name: next((row[name] for row in found if row[name] is not None), None) for name in _TYPED}


def sent_or_got(session: Session, company_id: int, number: str, side: str = "both") -> list[Row]:
    """Every AWB of that number that a company sends (`side` vendor), gets (buyer), or either."""
    mine: Any = {
        "vendor": Awb.vendor_id == company_id,
        "buyer": Awb.buyer_id == company_id,
        "both": (Awb.vendor_id == company_id) | (Awb.buyer_id == company_id),
    }[side]
    return session.dicts(Awb.select().where(mine & (Awb.number == number)).order_by(Awb.id))


def own_supply(session: Session, company_id: int, number: str) -> list[Row]:
    """The AWB of a number that only stands on lots of the company's own supply: it gets its row now, once."""
    session.lock(Company, [company_id])
    on_lots = (Lot.company_id == company_id) & (Lot.awb == number)
    found = sent_or_got(session, company_id, number, "buyer")
    if found or session.value(Lot.select(Lot.id).where(on_lots)) is None:
        return found
    session.insert(Awb, vendor_id=None, buyer_id=company_id, number=number)
    return sent_or_got(session, company_id, number, "buyer")


def record_costs(session: Session, rows: Collection[Row], changes: Mapping[str, Any]) -> None:
    """Type what is known of AWBs; a new arrival date is that of the lots that came on them too. Both move prices."""
    buyers = sorted({row["buyer_id"] for row in rows})
    ids = [row["id"] for row in rows]
    session.lock(Awb, ids)
    session.change(Awb.update(**changes).where(Awb.id.in_(ids)), touches=buyers)
    if changes.get("arrival_date") is not None:
        numbers = sorted({row["number"] for row in rows})
        came = Lot.company_id.in_(buyers) & Lot.awb.in_(numbers)
        session.lock(Lot, [row[0] for row in session.rows(Lot.select(Lot.id).where(came))])
        session.change(Lot.update(arrival_date=changes["arrival_date"]).where(came), touches=buyers)


def note_costs(session: Session, company_id: int, number: str, row: Mapping[str, Any], person: str) -> None:
    """Keep what an AWB really costs a company after somebody typed it."""
    amounts = {"freight": row["freight"], "handling": row["handling"]}
    session.insert(AwbCost, company_id=company_id, number=number, **amounts, person=person, at=session.now)


def costs_typed(session: Session, company_id: int, numbers: Collection[str]) -> dict[str, list[Row]]:
    """Every typing of the real costs of some AWBs of a company, by number, oldest first."""
    mine = (AwbCost.company_id == company_id) & AwbCost.number.in_(list(numbers))
    found: dict[str, list[Row]] = defaultdict(list)
    for row in session.dicts(AwbCost.select().where(mine).order_by(AwbCost.id)):
        found[row["number"]].append(row)
    return found


def mark_shipped(session: Session, ids: Collection[int]) -> None:
    """These AWBs have left the vendor, if they had not before."""
    session.change(Awb.update(shipped_at=session.now).where(Awb.id.in_(list(ids)) & Awb.shipped_at.is_null()))


def ways(session: Session, vendor_id: int, awbs: Collection[int]) -> set[tuple[int, str]]:
    """Every buyer and way to travel of the vendor's orders on some AWBs."""
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


def by_id(session: Session, awb_id: int) -> Row:
    """One AWB."""
    return session.dicts(Awb.select().where(Awb.id == awb_id))[0]
