"""The box rows of a lot: as many of them are free as its quantities say (domain section 1).

A box that is not shipped and was given to no confirmed order is free: it is available, or reserved for an order that
waits for its confirmation. Boxes that are short have no rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import SQL, fn

from k2k_core.domain.box_codes import GENERATED_CODE, new_box_code
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.orders import RESERVING_LINE_STATES
from k2k_core.errors import Conflict
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.records import Values

_BOX: Any = tables.Box
_CLAIM: Any = tables.BoxClaim
_LINE: Any = tables.OrderLine
_LOT: Any = tables.Lot


def match(session: Session, company_id: int, lot_id: int) -> None:
    """Bring the free boxes of a lot to their number: the last ones are withdrawn, or new ones are added, with generated
    codes. The caller locks the lot."""
    mine = (_LOT.company_id == company_id) & (_LOT.id == lot_id)
    found = session.first(_LOT.select(_LOT.inventory_type, _LOT.available, _LOT.short).where(mine))
    assert found is not None, "the lot was moved in this unit of work"
    inventory_type, available, short = found
    if inventory_type == OPEN_MARKET_UNITS:
        return
    reserving = (_LINE.lot_id == lot_id) & _LINE.state.in_(RESERVING_LINE_STATES)
    reserved = int(session.value(_LINE.select(fn.COALESCE(fn.SUM(_LINE.boxes), 0)).where(reserving)))
    wanted = max(0, available + reserved - short)
    there = int(session.value(_BOX.select(fn.COUNT(_BOX.id)).where(free(lot_id))))
    if there > wanted:
        _withdraw(session, lot_id, there - wanted)
    elif there < wanted:
        _add(session, company_id, lot_id, wanted - there)


def free(lot_id: int) -> Any:
    """The condition that a box is in a lot and was given to no confirmed order."""
    return (_BOX.lot_id == lot_id) & (_BOX.state == "in_stock") & _unclaimed()


def put(session: Session, company_id: int, lot_id: int, codes: Sequence[str]) -> None:
    """Add boxes with these codes to a lot: withdrawn ones come back, the others are new."""
    gone = (_BOX.lot_id == lot_id) & (_BOX.state == "withdrawn") & _BOX.code.in_(list(codes))
    back = {code for (code,) in session.rows(_BOX.select(_BOX.code).where(gone))}
    session.change(_BOX.update(state="in_stock").where(gone))
    first = last_position(session, lot_id) + 1
    new = [code for code in codes if code not in back]
    added = [box(lot_id, place, code) for place, code in enumerate(new, first)]
    session.insert_many(_BOX, [{"company_id": company_id, **one} for one in added])


def take(session: Session, lot_id: int, codes: Sequence[str]) -> None:
    """Withdraw the boxes with these codes from a lot; raises `Conflict` unless all of them are free in it."""
    if set_withdrawn(session, (_BOX.lot_id == lot_id) & _BOX.code.in_(list(codes))) != len(set(codes)):
        raise Conflict("Some of these boxes are not in this lot, or an order was given them: void them there.")


def _add(session: Session, company_id: int, lot_id: int, count: int) -> None:
    first = last_position(session, lot_id) + 1
    added = [box(lot_id, place, new_box_code(lot_id, place)) for place in range(first, first + count)]
    session.insert_many(_BOX, [{"company_id": company_id, **one} for one in added])


def _withdraw(session: Session, lot_id: int, count: int) -> None:
    """Withdraw the last free boxes from the lot: the first ones are allocated first."""
    found = session.rows(_BOX.select(_BOX.id).where(free(lot_id)).order_by(_BOX.position.desc()).limit(count))
    if len(found) != count or set_withdrawn(session, _BOX.id.in_([box_id for (box_id,) in found])) != count:
        raise Conflict("Boxes that are sold or staged cannot leave their lot.")


def set_withdrawn(session: Session, wanted: Any) -> int:
    """Withdraw those of some boxes that are free; returns how many these were."""
    leaving = wanted & (_BOX.state == "in_stock") & _unclaimed()
    return session.change(_BOX.update(state="withdrawn").where(leaving))


def _unclaimed() -> Any:
    # Not `NOT IN`, for which PostgreSQL reads every claim of the network.
    return ~fn.EXISTS(_CLAIM.select(SQL("1")).where((_CLAIM.box_id == _BOX.id) & _CLAIM.open))


def box(lot_id: int, position: int, code: str) -> Values:
    """A box of a lot as it is stored, without its company."""
    return {"lot_id": lot_id, "position": position, "code": code}


def last_position(session: Session, lot_id: int) -> int:
    """The highest position that was ever used in a lot: boxes that went on to a buyer keep their generated codes."""
    places = [place for (place,) in session.rows(_BOX.select(_BOX.position).where(_BOX.lot_id == lot_id))]
    ours = _BOX.code.startswith(f"K{lot_id:07d}-")
    codes = [code for (code,) in session.rows(_BOX.select(_BOX.code).where(ours))]
    places += [int(code.rpartition("-")[2]) for code in codes if GENERATED_CODE.fullmatch(code)]
    return max(places, default=0)
