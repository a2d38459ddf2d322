"""Selects which boxes of an order are voided, line by line, and where they go.

Some boxes of a line are split off into a new line, which then ends as a whole line does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from k2k_core.domain.orders import BILLED, RECEIVED, SHIPPED, STAGED
from k2k_core.errors import Conflict, Invalid, InvalidQuantity, NotFound
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.fulfilment import billing
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes, landed_costs, void_boxes
from k2k_core.store.fulfilment.void_boxes import AssignedBox
from k2k_core.store.inventory import free_boxes, stock_ledger
from k2k_core.store.orders import documents
from k2k_core.store.orders.line_splits import split_off
from k2k_core.store.orders.rows import DocumentRow, LineRow


@dataclass(frozen=True, slots=True)
class Part:
    """A line that ends, whole or split off `of_line`, of which `left` boxes remain; `boxes` are those that it was
    given.

    `shipped`: they have left the vendor; `returned` are the codes of those that are back at the vendor.
    """

    line: LineRow
    of_line: int
    left: int
    boxes: tuple[AssignedBox, ...]
    shipped: bool
    returned: frozenset[str]

    @property
    def billed(self) -> int:
        """How many of the boxes were billed to the buyer's customer."""
        return sum(box.state == BILLED for box in self.boxes)


def chosen(
    session: Session,
    order: DocumentRow,
    lines: Sequence[LineRow],
    count: int | None,
    codes: Collection[str] | None,
    returned: Collection[str],
) -> list[Part]:
    """What is voided of an order's open lines: all of them, a number of boxes of the only one, or boxes by code.

    Raises `Conflict` for received boxes, `NotFound` for boxes that the lines were not given, `InvalidQuantity` for more
    boxes than can be voided.
    """
    given = void_boxes.given_to(session, [line["id"] for line in lines])
    of_line = {line["id"]: [box for box in given if box.line_id == line["id"]] for line in lines}
    if codes is not None:
        wanted = _by_code(order, lines, given, codes)
    elif count is not None:
        wanted = [(lines[0], *_some(lines[0], of_line[lines[0]["id"]], count, returned))]
    else:
        wanted = [(line, int(line["boxes"]), of_line[line["id"]]) for line in lines]
    for line, _, taken in wanted:
        _require_on_the_way(order, line, taken)
    _require_voided(returned, [box for _, _, taken in wanted for box in taken])
    shipped = order["status"] == SHIPPED
    back = frozenset(returned)
    return [
        Part(
            _line_of(session, line, number, taken, of_line[line["id"]]),
            of_line=int(line["id"]),
            left=int(line["boxes"]) - number,
            boxes=tuple(taken),
            shipped=shipped and bool(taken),
            returned=back,
        )
        for line, number, taken in wanted
    ]


def give_back(session: Session, vendor: CompanySnapshot, parts: Sequence[Part]) -> None:
    """Boxes that were not shipped return to their lot; of the others the returned ones make a lot on hold, and the rest
    is written off."""
    for part in sorted((part for part in parts if part.line["lot_id"]), key=lambda part: int(part.line["lot_id"])):
        line = part.line
        if not part.shipped:
            stock_ledger.give_back(session, vendor.id, line["lot_id"], line["boxes"], "voided", line["id"])
            continue
        void_boxes.leave_buyers_lots(session, line["lot_id"], line["id"], part.boxes)
        landed_costs.take_off_billed(session, part.of_line, part.billed)
        back = [box for box in part.boxes if box.code in part.returned]
        lost = [box for box in part.boxes if box.code not in part.returned]
        if back:
            void_boxes.come_back(session, vendor.id, line["lot_id"], line["id"], back)
        if lost:
            void_boxes.write_off(session, vendor.id, line["lot_id"], line["id"], lost)
    boxes.release(session, [part.line["id"] for part in parts])
    for lot_id in sorted({int(part.line["lot_id"]) for part in parts if part.line["lot_id"] and not part.shipped}):
        free_boxes.match(session, vendor.id, lot_id)  # of a box that is short, none comes back


def finish_rest(session: Session, parts: Sequence[Part]) -> None:
    """Lines whose other boxes have all arrived are finished."""
    lines = documents.lines_by(session, "id", [part.of_line for part in parts if part.left])
    waiting = boxes.lines_still_waiting(session, [line["id"] for line in lines])
    for state in (STAGED, RECEIVED):
        done = [line for line in lines if line["state"] == state and line["id"] not in waiting]
        billing.finish(session, done, state)


def _some(
    line: LineRow, given: Sequence[AssignedBox], count: int, returned: Collection[str]
) -> tuple[int, list[AssignedBox]]:
    """A number of boxes of a line: first the returned ones, then the missing ones, then the last ones."""
    if not given:
        _require_at_most(line, count, line["boxes"])
        return count, []
    waiting = [box for box in given if box.open or box.missing is not None]
    _require_at_most(line, count, len(waiting))
    latest_first = waiting[::-1]
    order = sorted(latest_first, key=lambda box: (box.code not in returned, box.missing is None))
    return count, order[:count]


def _require_at_most(line: LineRow, count: int, most: int) -> None:
    if count < 1:
        raise InvalidQuantity("Name a whole number of boxes, at least 1.")
    if count > most:
        raise InvalidQuantity(
            "Line {line} has {boxes} {boxes:box|boxes} that can be voided, {count} {count:was|were} named.",
            line=line["id"],
            count=count,
            boxes=most,
        )


def _by_code(
    order: DocumentRow, lines: Sequence[LineRow], given: Sequence[AssignedBox], codes: Collection[str]
) -> list[tuple[LineRow, int, list[AssignedBox]]]:
    named = set(codes)
    unknown = sorted(named - {box.code for box in given})
    if unknown or not named:
        raise NotFound("There is no box {box_codes} on {order}.", order=order["number"], box_codes=unknown)
    found = [(line, [box for box in given if box.line_id == line["id"] and box.code in named]) for line in lines]
    return [(line, len(taken), taken) for line, taken in found if taken]


def _require_on_the_way(order: DocumentRow, line: LineRow, taken: Sequence[AssignedBox]) -> None:
    arrived = [box.code for box in taken if not box.open and box.missing is None]
    if arrived or (not taken and line["state"] in (RECEIVED, BILLED)):
        raise Conflict(
            "The buyer has received boxes of {order} already (line {line}): they cannot be voided."
            " Name those that have not been received.",
            order=order["number"],
            line=line["id"],
            box_codes=arrived,
        )


def _require_voided(returned: Collection[str], taken: Sequence[AssignedBox]) -> None:
    unknown = sorted(set(returned) - {box.code for box in taken})
    if unknown:
        problem = Message("{box_codes}: not among the boxes that are voided", box_codes=unknown)
        raise Invalid(
            "{path}: {problem}.", path="returned", problem=problem, faults=[{"path": "returned", "message": problem}]
        )


def _line_of(
    session: Session, line: LineRow, count: int, taken: Sequence[AssignedBox], given: Sequence[AssignedBox]
) -> LineRow:
    """The line that ends with a number of boxes of a line: the line itself, or one that is split off it."""
    if count == line["boxes"]:
        return line
    served = sum(box.state in (BILLED, RECEIVED) for box in given if box not in taken)
    return split_off(session, line, count, [box.box_id for box in taken], served)
