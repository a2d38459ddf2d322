"""Puts lots and their boxes into a company's stock, and changes the number of boxes of a lot (domain section 1).

Every box of a boxed lot has a row and a code of its own, in the order in which boxes are allocated. The available
number changes through `stock_ledger` only; the box rows follow in the same unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from k2k_core.domain.box_codes import GENERATED_CODE, new_box_code
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, Exact
from k2k_core.errors import Conflict, Invalid, NotAllowed
from k2k_core.messages import Message, joined_by_and
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import free_boxes, stock_ledger
from k2k_core.store.inventory.stock_ledger import Count
from k2k_core.store.master_data.records import Progress, Records, Values, no_progress, noted

_BOX: Any = tables.Box
_AT_ONCE = 10_000

COSTS_OF_RECEIVED = ("unit_cost", "awb")
"""Fields of a lot of received boxes that nobody changes: a whole record that comes again leaves them as they are."""


def put_lots(records: Records, rows: Sequence[Values], progress: Progress = no_progress) -> None:
    """Add lots with their boxes, and replace existing ones: their boxes are brought to the new number. `progress` is
    called with the number of lots that are written."""
    there = dict(records.ids("lots"))
    fresh = [row for row in rows if row["code"] not in there]
    refuse_bad_codes(records.session, rows, there)
    records.add("lots", [_columns(records, row) for row in fresh])
    ids = records.ids("lots")
    stock_ledger.open_lots(records.session, records.company_id, {ids[row["code"]]: row["boxes"] for row in fresh})
    boxes = [box for row in fresh if _is_boxed(row) for box in _first_boxes(ids[row["code"]], row)]
    records.session.insert_many(_BOX, [{"company_id": records.company_id, **box} for box in boxes])
    replaced = [row for row in rows if row["code"] in there]
    held = [there[row["code"]] for row in replaced]
    records.session.lock(tables.Lot, held)
    before = records.rows("lots", held)
    for row in noted(replaced, progress):
        _replace(records, before[there[row["code"]]], row)
    progress(len(rows))


def change_boxes(records: Records, lot_id: int, boxes: int) -> None:
    """Bring a lot to `boxes`; raises `InsufficientStock` when more than that are sold or held. Box rows follow."""
    session, company_id = records.session, records.company_id
    session.lock(tables.Lot, [lot_id])
    now = records.present("lots", lot_id)["boxes"]
    if boxes != now:
        _state(session, company_id, lot_id, boxes - now)
        free_boxes.match(session, company_id, lot_id)


def _state(session: Session, company_id: int, lot_id: int, delta: int) -> None:
    """Write a number of boxes, as a statement does that was made with knowledge of every movement."""
    stock_ledger.count(session, company_id, lot_id, Count(delta, "edited", stated=True, may_be_short=False))


def refuse_other_costs(records: Records, lot_id: int, values: Mapping[str, Any]) -> None:
    """The cost of received boxes does not change, and nobody enters another one (domain sections 5 and 6); raises
    `NotAllowed`."""
    received_costs = _costs_of_received(records.present("lots", lot_id))
    moved = sorted(name for name, value in received_costs.items() if name in values and values[name] != value)
    if moved:
        raise NotAllowed(
            "These boxes were received from a vendor: their {fields} stay as they came.", fields=joined_by_and(moved)
        )


def _costs_of_received(lot: Values) -> Values:
    """Unit cost and AWB of a lot of received boxes; nothing for another one."""
    return {} if lot["awb_id"] is None else {name: lot[name] for name in COSTS_OF_RECEIVED}


def costs_in_another_pack(lot: Values, columns: Values) -> Values:
    """What a unit of received boxes costs once a box is said to hold another number of units: the box keeps the landed
    cost that it came with, component by component (domain section 6). `lot` is as it was before. Nothing for other lots
    and changes."""
    before, now = lot["units_per_box"], columns.get("units_per_box")
    if lot["awb_id"] is None or now in (None, before):
        return {}

    def per_unit(amount: int | None) -> int | None:
        return None if amount is None else (Exact(amount * before, MICRO * now)).rounded_half_up(MICRO)

    components = lot["components"]
    parts = None if components is None else {name: per_unit(amount) for name, amount in components.items()}
    return {
        "unit_cost": per_unit(lot["unit_cost"]),
        "landed_cost": per_unit(lot["landed_cost"]),
        "components": parts,
    }


def _replace(records: Records, before: Values, row: Values) -> None:
    columns = _columns(records, row) | _costs_of_received(before)
    columns |= costs_in_another_pack(before, columns)
    boxes = columns.pop("boxes")
    if (before["inventory_type"] == OPEN_MARKET_UNITS) != (columns["inventory_type"] == OPEN_MARKET_UNITS):
        raise Conflict("A lot stays counted in boxes, or in loose units, as it began: add another lot.")
    if columns["last_price"] is None or columns["last_price"] == _as_given(before["last_price"]):
        columns["last_price"] = typed_price(records, before, columns) or before["last_price"]
    records.bring_to("lots", before, columns)
    if row["box_codes"]:
        _bring_to_codes(records, before["id"], row["box_codes"])
    elif boxes != before["boxes"]:
        change_boxes(records, before["id"], boxes)


def _bring_to_codes(records: Records, lot_id: int, codes: Sequence[str]) -> None:
    """Make these the boxes of a lot: others that are free are withdrawn, new ones are added."""
    session, company_id = records.session, records.company_id
    session.lock(tables.Lot, [lot_id])
    here = (_BOX.lot_id == lot_id) & (_BOX.state != "withdrawn")
    there = {code: box_id for box_id, code in session.rows(_BOX.select(_BOX.id, _BOX.code).where(here))}
    gone = [box_id for code, box_id in there.items() if code not in set(codes)]
    new = [code for code in codes if code not in there]
    if len(new) != len(gone):
        _state(session, company_id, lot_id, len(new) - len(gone))
    if gone and free_boxes.set_withdrawn(session, _BOX.id.in_(gone)) != len(gone):
        raise Conflict("Boxes that are sold or staged cannot leave their lot.")
    if new and len(new) == len(gone):  # as many boxes as before, and other ones
        lot: Any = tables.Lot
        session.change(lot.update(version=lot.version + 1).where(lot.id == lot_id), touches=company_id)
    first = free_boxes.last_position(session, lot_id) + 1
    added = [free_boxes.box(lot_id, first + place, code) for place, code in enumerate(new)]
    session.insert_many(_BOX, [{"company_id": company_id, **box} for box in added])


def _columns(records: Records, row: Values) -> Values:
    own = records.stored("lots", {name: value for name, value in row.items() if name != "box_codes"})
    own["last_price"] = last_price(row["last_price"], row["arrival_date"])
    return own


def last_price(given: Mapping[str, Any] | None, arrival_date: Any) -> Values | None:
    """A last price in the form in which it is stored: days as text; without an arrival date, the lot's own."""
    if given is None:
        return None
    arrival = given["arrival_date"] or arrival_date
    return {
        "price": given["price"],
        "typed_on": given["typed_on"].isoformat(),
        "arrival_date": arrival.isoformat(),
    }


def _as_given(stored: Mapping[str, Any] | None) -> Values | None:
    """A stored last price as a record gives it that was read and comes again: its place among others of that day is
    not part of it."""
    return None if stored is None else {name: value for name, value in stored.items() if name != "sequence"}


TYPED = ("web_price", "price_a", "price_b", "price_b_manual", "unit_price")
"""Prices of which the last one that somebody typed is recorded; of several in one change the first of these."""


def typed_price(records: Records, before: Values, columns: Values) -> Values | None:
    """The last price of a lot that a change of its columns records: one that was changed to a value (pricing section
    4). None if the change enters none; clearing one does not count."""
    prices = [columns[name] for name in TYPED if columns.get(name) is not None and columns[name] != before[name]]
    if not prices:
        return None
    zone, sequence = records.zone_and_sequence()
    today = records.session.now.astimezone(ZoneInfo(zone)).date()
    arrival = columns.get("arrival_date") or before["arrival_date"]
    return {
        "price": prices[0],
        "typed_on": today.isoformat(),
        "sequence": sequence,
        "arrival_date": arrival.isoformat(),
    }


def _first_boxes(lot_id: int, row: Values) -> list[Values]:
    codes = row["box_codes"] or [new_box_code(lot_id, position) for position in range(1, row["boxes"] + 1)]
    return [free_boxes.box(lot_id, position, code) for position, code in enumerate(codes, 1)]


def _is_boxed(row: Values) -> bool:
    return bool(row["inventory_type"] != OPEN_MARKET_UNITS)


def refuse_bad_codes(session: Session, rows: Sequence[Values], lots: Mapping[str, int]) -> None:
    """Refuse a given code that another box of the network has, or that has the form of a generated one."""
    given = {
        code: (lots.get(row["code"]), f"lots[{number}].box_codes[{place}]")
        for number, row in enumerate(rows)
        for place, code in enumerate(row["box_codes"])
    }
    taken = dict(_boxes_with(session, given))
    faults = []
    for code, (lot_id, path) in given.items():
        if code in taken and taken[code] != lot_id:
            faults.append({"path": path, "message": Message("{box_code} is the code of another box", box_code=code)})
        elif code not in taken and GENERATED_CODE.fullmatch(code):
            faults.append(
                {"path": path, "message": Message("{box_code} looks like a code that K2K gives itself", box_code=code)}
            )
    if faults:
        first = Message("{path}: {problem}", path=faults[0]["path"], problem=faults[0]["message"])
        raise Invalid(Message("The lots are not valid: {first}", first=first), faults)


def _boxes_with(session: Session, codes: Iterable[str]) -> Iterable[tuple[str, int]]:
    wanted = list(codes)
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        yield from session.rows(_BOX.select(_BOX.code, _BOX.lot_id).where(_BOX.code.in_(chunk)))


class Stocked(NamedTuple):
    """A lot as it is now: its id, kind, boxes, and how many of them are neither sold nor held."""

    id: int
    inventory_type: str
    boxes: int
    available: int

    @property
    def sold(self) -> int:
        """Boxes that are sold or held."""
        return self.boxes - self.available


def stocked(session: Session, company_id: int, codes: Sequence[str]) -> dict[str, Stocked]:
    """Those of a company's lots that exist, by code; in a writing unit of work they are locked until its end."""
    lot: Any = tables.Lot
    columns = (lot.code, lot.id, lot.inventory_type, lot.boxes, lot.available)

    def read() -> dict[str, Stocked]:
        found: dict[str, Stocked] = {}
        for start in range(0, len(codes), _AT_ONCE):
            chunk = list(codes[start : start + _AT_ONCE])
            wanted = (lot.company_id == company_id) & lot.code.in_(chunk)
            found |= {code: Stocked(*rest) for code, *rest in session.rows(lot.select(*columns).where(wanted))}
        return found

    if session.writable:
        session.lock(tables.Lot, [one.id for one in read().values()])
    return read()
