"""The stock ledger, the only module that changes quantities (architecture section 3, "no oversell").

Every change of `lot.available`, `lot.allocated`, `lot.on_hand` and `lot.short` is a conditional relative UPDATE and a
ledger row that explains it; the guard triggers refuse anything else. A stock movement is no change of facts: it never
moves a company's change sequence, or every sale would make every other buyer recompute its prices.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, Case, fn

from k2k_core.domain.orders import BILLED, RECEIVED, RELEASED
from k2k_core.errors import Conflict, InsufficientStock, InvalidQuantity, NotFound
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import Subject, add_event
from k2k_core.store.events.offer_changes import OFFERED, Left, note
from k2k_core.store.tables import Lot, LotLedger

# What a movement makes of a lot: boxes that come back pay first what is short, and only where the movement may leave a
# lot short are more promised than there are.
# PostgreSQL: one statement, one round trip. The lot is locked *before* the number is read, so the ledger row states
# what the number really is after everybody who came first (under READ COMMITTED a plain read may be outdated by the
# time of the UPDATE). Locking costs nothing extra: the UPDATE needs the same lock. NO KEY, because order lines that
# point at the lot need not wait for it.
_MOVE_ON_POSTGRESQL = """
WITH held AS (
    SELECT id, company_id, available, allocated, on_hand, short, boxes FROM lot
    WHERE id = ? AND company_id = ? FOR NO KEY UPDATE
), entry AS (
    INSERT INTO lot_ledger
        (lot_id, company_id, delta, available_after, allocated_delta, allocated_after, on_hand_delta, on_hand_after,
        short_delta, short_after, stated, reason, line_id, reference, at)
    SELECT id, company_id,
        GREATEST(available - short + ?::integer, 0) - available, GREATEST(available - short + ?::integer, 0),
        ?::integer, allocated + ?::integer, ?::integer, on_hand + ?::integer,
        GREATEST(short - available - ?::integer, 0) - short, GREATEST(short - available - ?::integer, 0),
        ?::boolean, ?::text, ?::bigint, ?::text, ?::bigint FROM held
    WHERE (?::integer = 1 OR ?::integer >= 0 OR available - short + ?::integer >= 0)
        AND allocated + ?::integer >= 0 AND boxes + ?::integer >= 0
    RETURNING id, lot_id
)
UPDATE lot SET available = GREATEST(lot.available - lot.short + ?::integer, 0),
    short = GREATEST(lot.short - lot.available - ?::integer, 0), allocated = lot.allocated + ?::integer,
    on_hand = lot.on_hand + ?::integer, boxes = lot.boxes + ?::integer, ledger_id = entry.id
FROM entry WHERE lot.id = entry.lot_id AND lot.allocated + ?::integer >= 0
RETURNING lot.available, lot.on_hand, lot.short, lot.ledger_id, lot.code, lot.inventory_type,
    (SELECT code FROM company WHERE company.id = lot.company_id)
"""

# SQLite: the unit of work is the only writer from its first statement on, so nothing can come between the two.
_ENTER_ON_SQLITE = """
INSERT INTO lot_ledger
    (lot_id, company_id, delta, available_after, allocated_delta, allocated_after, on_hand_delta, on_hand_after,
    short_delta, short_after, stated, reason, line_id, reference, at)
SELECT id, company_id,
    MAX(available - short + ?, 0) - available, MAX(available - short + ?, 0), ?, allocated + ?, ?, on_hand + ?,
    MAX(short - available - ?, 0) - short, MAX(short - available - ?, 0), ?, ?, ?, ?, ? FROM lot
WHERE id = ? AND company_id = ? AND (? = 1 OR ? >= 0 OR available - short + ? >= 0)
    AND allocated + ? >= 0 AND boxes + ? >= 0
"""
_MOVE_ON_SQLITE = """
UPDATE lot SET available = MAX(available - short + ?, 0), short = MAX(short - available - ?, 0),
    allocated = allocated + ?, on_hand = on_hand + ?, boxes = boxes + ?, ledger_id = ?
WHERE id = ? AND company_id = ?
RETURNING available, on_hand, short, ledger_id, code, inventory_type,
    (SELECT company.code FROM company WHERE company.id = company_id)
"""


def take(session: Session, company_id: int, lot_id: int, boxes: int, reason: str, line_id: int | None = None) -> int:
    """Take `boxes` from a lot and return how many are left; InsufficientStock changes nothing.

    A unit of work that takes from several lots locks them first: `session.lock(Lot, lot_ids)`.
    """
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, -boxes, 0, reason, line_id))


def moved_in(session: Session) -> list[MovedLot]:
    """The lots that this unit of work has moved, as they are after it."""
    return list(session.moved.values())


def movement_of(session: Session, lot_id: int) -> int | None:
    """The last movement of a lot that this unit of work has moved; None for another one."""
    moved: MovedLot | None = session.moved.get(lot_id)
    return None if moved is None else moved.movement


class Taken(NamedTuple):
    """Boxes that an order line takes from a lot."""

    company_id: int
    lot_id: int
    boxes: int
    line_id: int


def take_all(session: Session, taken: Sequence[Taken], reason: str) -> dict[int, Left]:
    """Take the boxes of several lines, in as few statements as the engines allow; what is left of each lot, by id.
    InsufficientStock changes nothing. The caller holds the lots, and names them in ascending order."""
    for one in taken:
        _require_whole_boxes(one.boxes)
    for some in _each_lot_once(taken):
        _take_some(session, some, reason)
    moved = {one.lot_id: session.moved[one.lot_id] for one in taken}
    return {lot_id: Left(lot.available, lot.movement) for lot_id, lot in moved.items()}


def _each_lot_once(taken: Sequence[Taken]) -> Iterator[list[Taken]]:
    """What is taken, so many at a time that one statement can name them, each lot once among them."""
    rounds: dict[int, list[Taken]] = defaultdict(list)
    seen: Counter[int] = Counter()
    for one in taken:
        rounds[seen[one.lot_id]].append(one)
        seen[one.lot_id] += 1
    for some in rounds.values():
        yield from in_chunks(some, LINES_AT_ONCE)


def _take_some(session: Session, some: Sequence[Taken], reason: str) -> None:
    sqlite, at = session.engine == "sqlite", LotLedger.at.db_value(session.now)
    place = "(?, ?, ?, ?)" if sqlite else "(?::bigint, ?::bigint, ?::integer, ?::bigint)"
    places = ", ".join([place] * len(some))
    values = [value for one in some for value in (one.company_id, one.lot_id, one.boxes, one.line_id)]
    if sqlite:
        entries = session.run(_ENTER_TAKEN.format(places=places), (*values, reason, at)).fetchall()
        ids = [entry_id for (entry_id,) in entries]
        rows = session.run(_ADOPT_TAKEN.format(places=", ".join("?" * len(ids))), ids).fetchall() if ids else []
    else:
        rows = session.run(_TAKE_ON_POSTGRESQL.format(places=places), (*values, reason, at)).fetchall()
    moved = {lot_id: MovedLot(*lot) for lot_id, *lot in rows}
    for one in some:
        movement = _Movement(one.company_id, one.lot_id, -one.boxes, 0, reason, one.line_id)
        if one.lot_id not in moved:
            raise _refusal(session, movement)
        _record(session, movement, moved[one.lot_id])


LINES_AT_ONCE = 1_000

_TAKEN = """
    SELECT lot.id, lot.company_id, -lot.short - wanted.boxes, lot.available - lot.short - wanted.boxes, 0,
        lot.allocated, 0, lot.on_hand, -lot.short, 0, {stated}, {reason}, wanted.line_id, NULL, {at}
    FROM wanted JOIN lot ON lot.id = wanted.lot_id AND lot.company_id = wanted.company_id
    WHERE lot.available - lot.short - wanted.boxes >= 0 ORDER BY lot.id
"""
_ENTER_TAKEN_INTO = """INSERT INTO lot_ledger
    (lot_id, company_id, delta, available_after, allocated_delta, allocated_after, on_hand_delta, on_hand_after,
    short_delta, short_after, stated, reason, line_id, reference, at)"""
_ADOPTED = """RETURNING lot.id, lot.available, lot.on_hand, lot.short, lot.ledger_id, lot.code, lot.inventory_type,
    (SELECT company.code FROM company WHERE company.id = lot.company_id)"""

_ENTER_TAKEN = f"""
WITH wanted (company_id, lot_id, boxes, line_id) AS (VALUES {{places}})
{_ENTER_TAKEN_INTO} {_TAKEN.format(stated=0, reason="?", at="?")} RETURNING id
"""
_ADOPT_TAKEN = f"""
UPDATE lot SET available = entry.available_after, short = entry.short_after, ledger_id = entry.id
FROM lot_ledger AS entry WHERE entry.id IN ({{places}}) AND lot.id = entry.lot_id
{_ADOPTED}
"""
_TAKE_ON_POSTGRESQL = f"""
WITH wanted (company_id, lot_id, boxes, line_id) AS (VALUES {{places}}), entry AS (
    {_ENTER_TAKEN_INTO} {_TAKEN.format(stated="FALSE", reason="?::text", at="?::bigint")}
    RETURNING id, lot_id, available_after, short_after
)
UPDATE lot SET available = entry.available_after, short = entry.short_after, ledger_id = entry.id
FROM entry WHERE lot.id = entry.lot_id
{_ADOPTED}
"""
"""The lots are held: what is read of them is so until the end."""


def give_back(
    session: Session, company_id: int, lot_id: int, boxes: int, reason: str, line_id: int | None = None
) -> int:
    """Return `boxes` to a lot; returns how many are available now."""
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, boxes, 0, reason, line_id))


def adjust(session: Session, company_id: int, lot_id: int, delta: int, reason: str, line_id: int | None = None) -> int:
    """Change the number of boxes of a lot by `delta`; returns how many are available now.

    `boxes` and `available` move together; boxes that are sold or held cannot be removed (InsufficientStock). The number
    of boxes is a fact (an AWB's costs are spread over it), unlike the available number: the sequence moves.
    """
    session.touched.add((company_id, Lot.sequence))
    if delta == 0:
        raise InvalidQuantity("An edit of 0 boxes changes nothing.")
    return _move(session, _Movement(company_id, lot_id, delta, delta, reason, line_id, on_hand=delta))


class Count(NamedTuple):
    """Boxes that come to a lot, or leave it, by a statement or an adjustment. `stated`: a statement of what there is,
    which no later statement adds again. `may_be_short`: afterwards more may be promised than there is."""

    delta: int
    reason: str
    stated: bool
    may_be_short: bool
    reference: str | None = None


def count(session: Session, company_id: int, lot_id: int, counted: Count) -> None:
    """Change the number of boxes of a lot by a statement or an adjustment; raises InsufficientStock if it may not be
    short, or would have fewer boxes than none (domain section 1)."""
    delta, reason, stated, may_be_short, reference = counted
    session.touched.add((company_id, Lot.sequence))
    if delta == 0:
        raise InvalidQuantity("An edit of 0 boxes changes nothing.")
    movement = _Movement(company_id, lot_id, delta, delta, reason, None, 0, delta, may_be_short, stated, reference)
    _move(session, movement)


def leave(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int, reason: str) -> MovedLot:
    """Sold boxes leave the stock: they were shipped, received, or delivered. The available number does not change."""
    _require_whole_boxes(boxes)
    return _moved_lot(session, _Movement(company_id, lot_id, 0, 0, reason, line_id, on_hand=-boxes))


def receive(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int, allocated: int) -> int:
    """Boxes of an order line come into a lot of its buyer, `allocated` of them to the line: nobody else can have these
    (domain section 6). Returns how many are available now."""
    _require_whole_boxes(boxes)
    session.touched.add((company_id, Lot.sequence))
    return _move(session, _Movement(company_id, lot_id, boxes - allocated, boxes, RECEIVED, line_id, allocated, boxes))


def free(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int) -> int:
    """Allocated boxes become free stock. Returns how many are available now."""
    _require_whole_boxes(boxes)
    return _move(session, _Movement(company_id, lot_id, boxes, 0, RELEASED, line_id, -boxes))


def bill(session: Session, company_id: int, lot_id: int, line_id: int, boxes: int) -> None:
    """Boxes that are allocated to a line go onto its customer's invoice, and leave the lot."""
    _require_whole_boxes(boxes)
    _move(session, _Movement(company_id, lot_id, 0, 0, BILLED, line_id, -boxes, -boxes))


class WriteOff(NamedTuple):
    """The number of sold boxes that are written off, and the reason; `allocated` of them were allocated to their order
    line."""

    boxes: int
    reason: str
    allocated: int = 0


def write_off(session: Session, company_id: int, lot_id: int, line_id: int, lost: WriteOff) -> None:
    """Sold boxes are written off without becoming available: the lot has fewer boxes, and the same available number."""
    _require_whole_boxes(lost.boxes)
    session.touched.add((company_id, Lot.sequence))
    gone = -lost.allocated
    _move(session, _Movement(company_id, lot_id, 0, -lost.boxes, lost.reason, line_id, gone, gone))


def open_lot(session: Session, company_id: int, lot_id: int, boxes: int, reason: str = "opened") -> None:
    """Give a lot that was just added (with `available` 0) its first boxes."""
    open_lots(session, company_id, {lot_id: boxes}, reason)


def open_lots(session: Session, company_id: int, boxes: Mapping[int, int], reason: str = "opened") -> None:
    """Give lots that were just added their first boxes, by lot id, in a constant number of statements."""
    opened = {lot_id: number for lot_id, number in sorted(boxes.items()) if number}
    for number in opened.values():
        _require_whole_boxes(number)
    entries = [
        {
            "lot_id": lot_id,
            "company_id": company_id,
            "delta": number,
            "available_after": number,
            "on_hand_delta": number,
            "on_hand_after": number,
            "stated": True,
            "reason": reason,
            "line_id": None,
            "at": session.now,
        }
        for lot_id, number in opened.items()
    ]
    session.lock(Lot, opened)
    session.insert_many(LotLedger, entries)
    moved = sum(_adopt_first_entries(session, company_id, chunk) for chunk in in_chunks(list(opened)))
    if moved != len(opened):
        raise NotFound("Some of the lots to open are not there, or have been opened before.")


class LedgerFault(NamedTuple):
    """A lot whose numbers differ from its ledger."""

    company_id: int
    lot_id: int
    code: str
    available: int
    ledger_sum: int
    allocated: int
    allocated_sum: int
    on_hand: int
    on_hand_sum: int
    short: int
    short_sum: int
    ledger_id: int
    last_ledger_id: int


_LEDGER: Any = LotLedger
_EXPLAINED: tuple[tuple[Any, Any, Any], ...] = (
    (Lot.available, _LEDGER.delta, _LEDGER.available_after),
    (Lot.allocated, _LEDGER.allocated_delta, _LEDGER.allocated_after),
    (Lot.on_hand, _LEDGER.on_hand_delta, _LEDGER.on_hand_after),
    (Lot.short, _LEDGER.short_delta, _LEDGER.short_after),
)
"""Each number of a lot, with the columns of its movements and of what it is after each."""


def ledger_faults(session: Session, lots: Any = None) -> list[LedgerFault]:
    """Every lot, of all or of those that fulfil a condition, whose `available`, `allocated`, `on_hand`, `short` or
    `ledger_id` differs from its ledger, in one query.

    The sum of the movements, the number after the last one and the number on the lot must be equal.
    """
    last = fn.COALESCE(fn.MAX(LotLedger.id), 0)
    wrong, shown = last != Lot.ledger_id, []
    for number, delta, after in _EXPLAINED:
        total = fn.COALESCE(fn.SUM(delta), 0)
        wrong |= (total != number) | (_last(after) != number)
        shown += [number, total]
    query = (
        Lot.select(Lot.company_id, Lot.id, Lot.code, *shown, Lot.ledger_id, last)
        .join(LotLedger, JOIN.LEFT_OUTER, on=LotLedger.lot_id == Lot.id)
        .where(Lot.id > 0 if lots is None else lots)
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
    on_hand: int = 0
    may_be_short: bool = False
    stated: bool = False
    reference: str | None = None


class MovedLot(NamedTuple):
    """A lot after a movement, with its company's code."""

    available: int
    on_hand: int
    short: int
    movement: int
    code: str
    inventory_type: str
    company: str

    def quantities(self) -> dict[str, int]:
        """The numbers for an event."""
        return {name: getattr(self, name) for name in ("short", "on_hand", "available", "movement")}


def _move(session: Session, movement: _Movement) -> int:
    return _moved_lot(session, movement).available


def _moved_lot(session: Session, movement: _Movement) -> MovedLot:
    move = _move_on_sqlite if session.engine == "sqlite" else _move_on_postgresql
    moved = move(session, movement, LotLedger.at.db_value(session.now))
    if moved is None:
        raise _refusal(session, movement)
    _record(session, movement, moved)
    return moved


def _record(session: Session, movement: _Movement, moved: MovedLot) -> None:
    """Remember what a movement made of a lot, and emit it."""
    session.moved[movement.lot_id] = moved
    if moved.inventory_type in OFFERED and movement.delta:
        left = Left(moved.available, moved.movement)
        note(session, movement.company_id, moved.company, {moved.code: left})
    if moved.short and movement.delta < 0:
        _emit_short(session, movement, moved)


def _emit_short(session: Session, movement: _Movement, lot: MovedLot) -> None:
    """Emit that more boxes are promised than there are, and more than before: the company has to decide."""
    data = {"company": lot.company, "lot": lot.code, **lot.quantities()}
    add_event(session, "lot.short", data, [movement.company_id], Subject("lot", movement.lot_id, lot.code))


def _move_on_postgresql(session: Session, movement: _Movement, at: int | None) -> MovedLot | None:
    parameters = (
        *(movement.lot_id, movement.company_id),
        *_entered(movement, at),
        *_allowed(movement),
        *(movement.delta, movement.delta, movement.allocated_delta, movement.on_hand, movement.boxes_delta),
        movement.allocated_delta,
    )
    return _moved(session.run(_MOVE_ON_POSTGRESQL, parameters).fetchall())


def _move_on_sqlite(session: Session, movement: _Movement, at: int | None) -> MovedLot | None:
    its_lot = (movement.lot_id, movement.company_id)
    entry = session.run(_ENTER_ON_SQLITE, (*_entered(movement, at), *its_lot, *_allowed(movement)))
    if entry.rowcount != 1:
        return None
    delta, allocated, on_hand, boxes = (
        *(movement.delta, movement.allocated_delta),
        *(movement.on_hand, movement.boxes_delta),
    )
    changes = (delta, delta, allocated, on_hand, boxes, entry.lastrowid, *its_lot)
    return _moved(session.run(_MOVE_ON_SQLITE, changes).fetchall())


def _entered(movement: _Movement, at: int | None) -> tuple[Any, ...]:
    """The parameters of the columns of a ledger row."""
    delta, allocated, on_hand = movement.delta, movement.allocated_delta, movement.on_hand
    why = (movement.stated, movement.reason, movement.line_id, movement.reference)
    return (delta, delta, allocated, allocated, on_hand, on_hand, delta, delta, *why, at)


def _allowed(movement: _Movement) -> tuple[Any, ...]:
    """The parameters of what must hold."""
    return (
        *(int(movement.may_be_short), movement.delta, movement.delta),
        *(movement.allocated_delta, movement.boxes_delta),
    )


def _moved(rows: list[tuple[Any, ...]]) -> MovedLot | None:
    return MovedLot(*rows[0]) if rows else None


def _refusal(session: Session, movement: _Movement) -> Conflict | InsufficientStock | NotFound:
    its_lot = (Lot.company_id == movement.company_id) & (Lot.id == movement.lot_id)
    found = session.first(Lot.select(Lot.code, Lot.available, Lot.allocated).where(its_lot))
    if found is None:
        return NotFound("There is no such lot.")
    code, available, allocated = found
    if allocated + movement.allocated_delta < 0:
        return Conflict(
            "Lot {lot} has {allocated} allocated {allocated:box|boxes}, {asked} {asked:was|were} asked for.",
            lot=code,
            allocated=allocated,
            asked=-movement.allocated_delta,
        )
    asked = -movement.delta
    return InsufficientStock(
        "Lot {lot} has {available} {available:box|boxes} available, {asked} {asked:was|were} asked for.",
        lot=code,
        asked=asked,
        available=available,
    )


def _adopt_first_entries(session: Session, company_id: int, lot_ids: list[int]) -> int:
    places = ", ".join("?" * len(lot_ids))
    statement = f"""
    UPDATE lot SET available = entry.available_after, on_hand = entry.on_hand_after, ledger_id = entry.id
    FROM lot_ledger AS entry
    WHERE entry.lot_id = lot.id AND lot.company_id = ? AND lot.ledger_id = 0 AND lot.id IN ({places})
    RETURNING lot.id, available, on_hand, short, ledger_id, code, inventory_type,
        (SELECT company.code FROM company WHERE company.id = lot.company_id)
    """
    rows = session.run(statement, (company_id, *lot_ids)).fetchall()
    session.moved.update({lot_id: MovedLot(*moved) for lot_id, *moved in rows})
    return len(rows)


def _require_whole_boxes(boxes: int) -> None:
    if not isinstance(boxes, int) or isinstance(boxes, bool) or boxes < 1:
        raise InvalidQuantity("{value!r} is not a whole number of boxes of at least 1.", value=boxes, boxes=str(boxes))
