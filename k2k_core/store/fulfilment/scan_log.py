"""The log of scanned codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.parsing import printable
from k2k_core.store import tables
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session

LONGEST_CODE = 200
_SCAN: Any = tables.ScanEntry


class Scanned(NamedTuple):
    """A scanned code and its outcome."""

    box_code: str
    outcome: str
    line_id: int | None
    invoice: str | None


class FirstScan(NamedTuple):
    """Who received a box, and when."""

    person: str
    at: dt.datetime


def add(session: Session, company_id: int, person: str, how: str, scanned: Sequence[Scanned]) -> None:
    """Log codes in the order in which they were scanned; of what a scanner read only what can be printed."""
    who = {"company_id": company_id, "person": person, "how": how, "at": session.now}
    rows = [{**who, **one._asdict(), "box_code": printable(one.box_code, LONGEST_CODE)} for one in scanned]
    session.insert_many(_SCAN, rows)


def received(
    session: Session, company_id: int, codes: Collection[str], outcomes: Sequence[str]
) -> dict[str, FirstScan]:
    """By code the last scan of a box of a company that had one of these outcomes."""
    found: dict[str, FirstScan] = {}
    for chunk in in_chunks(sorted(set(codes))):
        mine = (_SCAN.company_id == company_id) & _SCAN.box_code.in_(chunk) & _SCAN.outcome.in_(list(outcomes))
        rows = session.rows(_SCAN.select(_SCAN.box_code, _SCAN.person, _SCAN.at).where(mine).order_by(_SCAN.id))
        found.update({code: FirstScan(person, at) for code, person, at in rows})
    return found
