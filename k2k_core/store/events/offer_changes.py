"""Collects, within a unit of work, a company's changed lots for one `offer.changed` event, with the boxes left of each.

One event for each company and unit of work, in the company's own feed: what a change costs its vendor does not depend
on the number of buyers, who read it through their connections (`store.events.feeds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import Subject, add_event
from k2k_core.store.tables import Lot

CHANGED = "offer.changed"
FACTS = "company_facts"
"""The subject of an event about all the lots, or the set-up, of a company: its version rises with every change of
them, and not with sales."""

OFFERED = (OPEN_MARKET_BOXES, FUTURE_SALES)
"""Inventory types of lots that can be offers."""

_LOT: Any = Lot
_AT_ONCE = 10_000


class Left(NamedTuple):
    """The number of available boxes of a lot, and of its last movement."""

    available: int
    movement: int


def note(session: Session, company_id: int, vendor: str, left: Mapping[str, Left], edited: bool = False) -> None:
    """Record that lots of a company changed; `left` is what is left of each now, by its code. With `edited` more than
    the number of boxes was changed: the buyers who see them may have changed too."""
    changed = {f"{vendor}/{code}": lot for code, lot in left.items()}
    if not changed:
        return
    data = _noted(session, company_id, vendor)
    for name in Left._fields:
        data[name] = {**data[name], **{lot: getattr(numbers, name) for lot, numbers in changed.items()}}
    data["lots"] = list(data["available"])
    if edited:
        data["edited"] = list(dict.fromkeys([*data.get("edited", ()), *changed]))


def note_all(session: Session, company_id: int, vendor: str) -> None:
    """Record that the prices or the visibility of all of a company's lots may have changed."""
    add_event(session, CHANGED, {"vendor": vendor}, [company_id], Subject(FACTS, company_id, vendor))


def still_offered(session: Session, company_id: int, codes: Sequence[str]) -> dict[str, Left]:
    """Those of a company's lots that can be offers, in the given order, with what is left of each."""
    found: dict[str, Left] = {}
    for start in range(0, len(codes), _AT_ONCE):
        chunk = list(codes[start : start + _AT_ONCE])
        wanted = (_LOT.company_id == company_id) & _LOT.code.in_(chunk) & _LOT.inventory_type.in_(list(OFFERED))
        columns = (_LOT.code, _LOT.available, _LOT.ledger_id)
        found |= {code: Left(*rest) for code, *rest in session.rows(_LOT.select(*columns).where(wanted))}
    return {code: found[code] for code in codes if code in found}


def _noted(session: Session, company_id: int, vendor: str) -> dict[str, Any]:
    """The data of this unit's event about the company's lots; it is written at the end, with the numbers at that
    time."""
    for event in session.happened:
        if event.type == CHANGED and event.companies == [company_id] and "available" in event.data:
            noted: dict[str, Any] = event.data
            return noted
    data = {"vendor": vendor, "available": {}, "movement": {}}
    add_event(session, CHANGED, data, [company_id], Subject(FACTS, company_id, vendor))
    found: dict[str, Any] = session.happened[-1].data
    return found
