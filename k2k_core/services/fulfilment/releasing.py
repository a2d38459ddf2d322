"""Use case: the buyer releases boxes from a prebook's line, with a typed confirmation and a reason: its customer
cancelled (domain section 6).

The order to the vendor does not change. The boxes become the buyer's free stock: received ones at once, the others on
arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import CHECKED_OUT, RECEIVED, STAGED
from k2k_core.domain.roles import CONFIRMING
from k2k_core.domain.typed_confirmation import require_typed, required_reason
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.services.fulfilment.line_notifications import Released, notify_released
from k2k_core.services.fulfilment.received_lots import release_boxes
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.fulfilment import allocation, boxes
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.order_ends import has_ended
from k2k_core.store.orders.rows import LineRow

RELEASABLE = (CHECKED_OUT, STAGED, RECEIVED)
"""Boxes of lines in these states can be released: they were bought, and not all of them are billed."""


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """The line and the number of boxes to release (by default all that are not billed), and the reason. `confirm` is
    the typed confirmation."""

    line: str
    boxes: int | None
    reason: str
    confirm: str


def release(context: ServiceContext, company: str, asked: ReleaseRequest, key: str | None = None) -> Document:
    """Take boxes from a line; returns the prebook.

    Raises `ConfirmationRequired` unless `confirm` is CONFIRM; `Conflict` when there are fewer boxes that can be
    released.
    """
    context.actor.require(CONFIRMING, company)
    reason = _checked(asked)

    def work(session: Session) -> Document:
        snapshot = context.snapshots.get(session, company)
        found = _held(session, snapshot.id, asked.line)
        number = _number(session, found, asked.boxes)
        _release(context, session, snapshot, found, number)
        prebook = get(session, found["prebook_id"])
        notify_released(context, session, snapshot, prebook, Released(found, number, reason))
        done: dict[str, Json] = {"prebook": prebook["number"], "boxes": number, "reason": reason}
        audit(session, context.actor, snapshot.id, "release", str(found["id"]), Change(None, done))
        return document_view.answer(context, session, snapshot, prebook)

    request = {"line": str(asked.line), "boxes": asked.boxes, "reason": reason}
    return IdempotentCommand(context, company, "release", key, request).transact(work)


def _checked(asked: ReleaseRequest) -> str:
    require_typed(asked.confirm, "A release needs a typed confirmation: nothing was released.")
    reason = required_reason(asked.reason, "A release needs a reason.")
    if asked.boxes is not None:
        parsing.box_count(asked.boxes)
    return reason


def _held(session: Session, company_id: int, line: str) -> LineRow:
    """The line of a prebook of this company, locked with its prebook."""
    line_id = parsing.row_id(line)
    found = [one for one in documents.lines_by(session, "id", [line_id]) if one["buyer_id"] == company_id]
    if not found:
        raise NotFound("There is no line {line}.", line=str(line))
    if found[0]["prebook_id"] is None:
        raise Conflict("Line {line} is on no prebook: its boxes are free stock.", line=line)
    documents.hold(session, [found[0]["prebook_id"]], lines=[line_id])
    held = documents.lines_by(session, "id", [line_id])[0]
    if has_ended(held, session.now):
        raise Conflict(
            "Line {line} has ended: its time was over before this was asked. Its boxes go back.", line=line, ended=True
        )
    if held["vendor_id"] is None or held["state"] not in RELEASABLE:
        raise Conflict(
            "Line {line} is {state:words}: it has no bought boxes that could be released.",
            line=line,
            state=held["state"],
        )
    return held


def _number(session: Session, line: LineRow, asked: int | None) -> int:
    """The number of boxes to release; billed ones are credited instead."""
    line_id = line["id"]
    gone = boxes.billed_of_lines(session, [line_id]).get(line_id, 0) + allocation.missing_of(session, line_id)
    there = line["boxes"] - line["released"] - gone
    if there == 0 or (asked is not None and asked > there):
        raise _too_few(line_id, there, asked)
    return there if asked is None else asked


def _too_few(line: int, boxes: int, asked: int | None) -> Conflict:
    if asked is None:
        return Conflict(
            "Line {line} has {boxes} {boxes:box that is|boxes that are} neither billed, missing nor released.",
            line=line,
            boxes=boxes,
        )
    return Conflict(
        "Line {line} has {boxes} {boxes:box that is|boxes that are} neither billed, missing nor released, {asked}"
        " {asked:was|were} asked for.",
        line=line,
        boxes=boxes,
        asked=asked,
    )


def _release(context: ServiceContext, session: Session, company: CompanySnapshot, line: LineRow, number: int) -> None:
    """Release boxes of the line. Allocated ones become free first, the last ones before the others, unless the line
    lacks boxes that were sold to somebody else before they could be allocated."""
    line_id = line["id"]
    allocated = allocation.allocated_to(session, [line_id])[line_id]
    coming = (
        line["boxes"] if line["state"] == CHECKED_OUT else boxes.staged_of_lines(session, [line_id]).get(line_id, 0)
    )
    lacking = max(allocation.still_owed(session, [line])[line_id] - coming, 0)
    release_boxes(context, session, company, line, allocated[::-1][: max(number - lacking, 0)])
    allocation.add_released(session, line, number)
