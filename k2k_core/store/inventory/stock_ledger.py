"""The only module that changes quantities (architecture section 3, "no oversell").

Every change of `lot.available` and `lot.allocated` is a conditional relative UPDATE and a ledger row that explains it;
the guard triggers refuse anything else. A stock movement is no change of facts: it never moves a company's change
sequence, or every sale would make every other buyer compute the prices again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import JOIN, Case, fn

from k2k_core.domain.orders import BILLED, RECEIVED, RELEASED
from k2k_core.errors import Conflict, InsufficientStock, InvalidQuantity, NotFound
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.offer_changes import OFFERED, note
from k2k_core.store.tables import Lot, LotLedger

# PostgreSQL: one statement, one round trip. The lot is locked *before* the number is read, so the ledger row states
# what the number really is after everybody who came first (under READ COMMITTED a plain read may be outdated by the
# time of the UPDATE). Locking costs nothing extra: the UPDATE needs the same lock. NO KEY, because order lines that
# point at the lot need not wait for it.
_MOVE_ON_POSTGRESQL = """
WITH held AS (
    SELECT id, company_id, available, allocated FROM lot
    WHERE id = ? AND company_id = ? FOR NO KEY UPDATE
), entry AS (
    INSERT INTO lot_ledger
        (lot_id, company_id, delta, available_after, allocated_delta, allocated_after, reason, line_id, at)
    SELECT id, company_id, ?::integer, available + ?::integer, ?::integer, allocated + ?::integer, ?::text, ?::bigint,
        ?::bigint FROM held
    WHERE available + ?::integer >= 0 AND allocated + ?::integer >= 0
    RETURNING id, lot_id
)
UPDATE lot SET available = lot.available + ?::integer, allocated = lot.allocated + ?::integer,
    boxes = lot.boxes + ?::integer, ledger_id = entry.id
FROM entry WHERE lot.id = entry.lot_id AND lot.available + ?::integer >= 0
RETURNING lot.available, lot.code, lot.inventory_type, (SELECT code FROM company WHERE company.id = lot.company_id)
"""

# SQLite: the unit of work is the only writer from its first statement on, so nothing can come between the two.
_ENTER_ON_SQLITE = """
INSERT INTO lot_ledger
    (lot_id, company_id, delta, available_after, allocated_delta, allocated_after, reason, line_id, at)
SELECT id, company_id, ?, available + ?, ?, allocated + ?, ?, ?, ? FROM lot
WHERE id = ? AND company_id = ? AND available + ? >= 0 AND allocated + ? >= 0
"""
_MOVE_ON_SQLITE = """
UPDATE lot SET available = available + ?, allocated = allocated + ?, boxes = boxes + ?, ledger_id = ?
WHERE id = ? AND company_id = ? AND available + ? >= 0
RETURNING available, code, inventory_type, (SELECT company.code FROM company WHERE company.id = company_id)
"""


def take(session: Session, company_id: int, lot_id: int, boxes: int, reason: str, line_id: int | None = None) -> int:
    """Take `boxes` from a lot and answer how many are left; InsufficientStock changes nothing.

    Whoever takes from several lots in one unit of work locks them first: `session.lock(Lot, lot_ids)`.
    """
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, -boxes, 0, reason, line_id))


def give_back(
    session: Session, company_id: int, lot_id: int, boxes: int, reason: str, line_id: int | None = None
) -> int:
    """Return `boxes` to a lot and answer how many are available now."""
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, boxes, 0, reason, line_id))


def adjust(session: Session, company_id: int, lot_id: int, delta: int, reason: str, line_id: int | None = None) -> int:
    """Change how many boxes a lot has, by `delta`, and answer how many are available now.

    `boxes` and `available` move together; boxes that somebody holds cannot be edited away (InsufficientStock). How many
    boxes there are is a fact (an AWB's costs are spread over them), unlike how many are left: the sequence moves.
    """
    session.touched.add((company_id, Lot.sequence))
    if delta == 0:
        raise InvalidQuantity("An edit of 0 boxes changes nothing.")
    return _move(session, _Movement(company_id, lot_id, delta, delta, reason, line_id))


def receive(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int, allocated: int) -> int:
    """Boxes of an order line come into a lot of its buyer, `allocated` of them to the line: these are nobody else's
    (domain section 6). Answers how many are available now."""
    _require_whole_boxes(boxes)
    session.touched.add((company_id, Lot.sequence))
    return _move(session, _Movement(company_id, lot_id, boxes - allocated, boxes, RECEIVED, line_id, allocated))


def free(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int) -> int:
    """Boxes that are allocated to a line are free stock from now on. Answers how many are available now."""
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, boxes, 0, RELEASED, line_id, -boxes))


def bill(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int) -> None:
    """Boxes that are allocated to a line go onto its customer's invoice: they leave the lot, which had them."""
    _require_whole_boxes(boxes)
    _move(session, _Movement(company_id, lot_id, 0, 0, BILLED, line_id, -boxes))


class WriteOff(NamedTuple):
    """So many sold boxes that leave a lot for good, and why; `allocated` of them were allocated to their order line."""

    boxes: int
    reason: str
    allocated: int = 0


def write_off(session: Session, company_id: int, lot_id: int, line_id: int, lost: WriteOff) -> None:
    """Sold boxes leave a lot for good without being available again: the lot has fewer boxes, and as many left."""
    _require_whole_boxes(lost.boxes)
    session.touched.add((company_id, Lot.sequence))
    _move(session, _Movement(company_id, lot_id, 0, -lost.boxes, lost.reason, line_id, -lost.allocated))


def open_lot(session: Session, company_id: int, lot_id: int, boxes: int, reason: str = "opened") -> None:
    """Give a lot that was just added (with `available` 0) its first boxes."""
    open_lots(session, company_id, {lot_id: boxes}, reason)


def open_lots(session: Session, company_id: int, boxes: Mapping[int, int], reason: str = "opened") -> None:
    """Give lots that were just added their first boxes, by lot id, in a handful of statements whatever their number."""
    opened = {lot_id: count for lot_id, count in sorted(boxes.items()) if count}
    for count in opened.values():
        _require_whole_boxes(count)
    entries = [
        {
            "lot_id": lot_id,
            "company_id": company_id,
            "delta": count,
            "available_after": count,
            "reason": reason,
            "line_id": None,
            "at": session.now,
        }
        for lot_id, count in opened.items()
    ]
    session.lock(Lot, opened)
    session.insert_many(LotLedger, entries)
    moved = sum(_adopt_first_entries(session, company_id, chunk) for chunk in in_chunks(list(opened)))
    if moved != len(opened):
        raise NotFound("Some of the lots to open are not there, or have been opened before.")


class LedgerFault(NamedTuple):
    """A lot whose numbers its ledger does not explain."""

    company_id: int
    lot_id: int
    code: str
    available: int
    ledger_sum: int
    allocated: int
    allocated_sum: int
    ledger_id: int
    last_ledger_id: int


def ledger_faults(session: Session) -> list[LedgerFault]:
    """Every lot of every company whose `available`, `allocated` or `ledger_id` is not what its ledger says, in one
    query.

    The sum of the movements, the number after the last one and the number on the lot are three ways to the same value.
    """
    total, last = fn.COALESCE(fn.SUM(LotLedger.delta), 0), fn.COALESCE(fn.MAX(LotLedger.id), 0)
    allocated = fn.COALESCE(fn.SUM(LotLedger.allocated_delta), 0)
    wrong = (total != Lot.available) | (last != Lot.ledger_id) | (_last(LotLedger.available_after) != Lot.available)
    wrong |= (allocated != Lot.allocated) | (_last(LotLedger.allocated_after) != Lot.allocated)
    query = (
        Lot.select(
            Lot.company_id, Lot.id, Lot.code, Lot.available, total, Lot.allocated, allocated, Lot.ledger_id, last
        )
        .join(LotLedger, JOIN.LEFT_OUTER, on=LotLedger.lot_id == Lot.id)
        .group_by(Lot.id)
        .having(wrong)
        .order_by(Lot.id)
    )
    return [LedgerFault(*row) for row in session.rows(query)]


def _last(number: Any) -> Any:
    """A number of the ledger row that a lot names."""
    return fn.COALESCE(fn.MAX(Case(None, [(LotLedger.id == Lot.ledger_id, number)])), 0)


class _Movement(NamedTuple):
    company_id: int
    lot_id: int
    delta: int
    boxes_delta: int
    reason: str
    line_id: int | None
    allocated_delta: int = 0


class _MovedLot(NamedTuple):
    """A lot after a movement, with its company's code."""

    available: int
    code: str
    inventory_type: str
    company: str


def _move(session: Session, movement: _Movement) -> int:
    move = _move_on_sqlite if session.engine == "sqlite" else _move_on_postgresql
    moved = move(session, movement, LotLedger.at.db_value(session.now))
    if moved is None:
        raise _refusal(session, movement)
    available, code, inventory_type, company = moved
    if inventory_type in OFFERED and movement.delta:
        note(session, movement.company_id, company, {code: available})
    return available


def _move_on_postgresql(session: Session, movement: _Movement, at: int | None) -> _MovedLot | None:
    company_id, lot_id, delta, boxes_delta, reason, line_id, allocated = movement
    entry = (delta, delta, allocated, allocated, reason, line_id, at, delta, allocated)
    parameters = (lot_id, company_id, *entry, delta, allocated, boxes_delta, delta)
    return _moved(session.run(_MOVE_ON_POSTGRESQL, parameters).fetchall())


def _move_on_sqlite(session: Session, movement: _Movement, at: int | None) -> _MovedLot | None:
    company_id, lot_id, delta, boxes_delta, reason, line_id, allocated = movement
    numbers = (delta, delta, allocated, allocated)
    entry = session.run(_ENTER_ON_SQLITE, (*numbers, reason, line_id, at, lot_id, company_id, delta, allocated))
    if entry.rowcount != 1:
        return None
    changes = (delta, allocated, boxes_delta, entry.lastrowid, lot_id, company_id, delta)
    return _moved(session.run(_MOVE_ON_SQLITE, changes).fetchall())


def _moved(rows: list[tuple[Any, ...]]) -> _MovedLot | None:
    return _MovedLot(*rows[0]) if rows else None


def _refusal(session: Session, movement: _Movement) -> Conflict | InsufficientStock | NotFound:
    its_lot = (Lot.company_id == movement.company_id) & (Lot.id == movement.lot_id)
    found = session.first(Lot.select(Lot.code, Lot.available, Lot.allocated).where(its_lot))
    if found is None:
        return NotFound("There is no such lot.")
    code, available, allocated = found
    if allocated + movement.allocated_delta < 0:
        return Conflict(f"Lot {code} has {allocated} allocated boxes, {-movement.allocated_delta} were asked for.")
    asked = -movement.delta
    return InsufficientStock(
        f"Lot {code} has {available} boxes available, {asked} were asked for.",
        lot=code,
        asked=asked,
        available=available,
    )


def _adopt_first_entries(session: Session, company_id: int, lot_ids: list[int]) -> int:
    places = ", ".join("?" * len(lot_ids))
    statement = f"""
    UPDATE lot SET available = entry.available_after, ledger_id = entry.id
    FROM lot_ledger AS entry
    WHERE entry.lot_id = lot.id AND lot.company_id = ? AND lot.ledger_id = 0 AND lot.id IN ({places})
    """
    return int(session.run(statement, (company_id, *lot_ids)).rowcount)


def _require_whole_boxes(boxes: int) -> None:
    if not isinstance(boxes, int) or isinstance(boxes, bool) or boxes < 1:
        raise InvalidQuantity(f"{boxes!r} is not a whole number of boxes of at least 1.", boxes=str(boxes))
