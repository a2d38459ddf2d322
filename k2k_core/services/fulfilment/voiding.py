"""Use case: the vendor voids an order, a line or some boxes of one, with a typed confirmation and a reason (domain
section 5).

Before shipping the boxes return to their lot; after shipping only those that the vendor has back return, and the rest
is written off. What is voided is cancelled in all its documents at once, and the need of the buyer's customer stays
visible: a new line of the prebook, in state needed and without a vendor, takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.box_codes import read_codes
from k2k_core.domain.orders import BILLED, CANCELLED, CHECKED_OUT, IN_CART, NEEDED, RECEIVED, SALES_ORDER, STAGED
from k2k_core.domain.roles import CONFIRMING
from k2k_core.domain.typed_confirmation import require_typed, required_reason
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view, invoices
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.fulfilment import void_selection
from k2k_core.services.fulfilment.line_notifications import VoidedLine, notify_voided
from k2k_core.services.fulfilment.void_selection import Part
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import get, update_status
from k2k_core.store.orders.order_ends import has_ended_alone
from k2k_core.store.orders.rows import DocumentRow, LineRow

VOIDABLE = (IN_CART, CHECKED_OUT, STAGED, NEEDED)
"""Lines of a vendor's order in these states can be voided; one that is needed waits for its boxes still."""


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """What is voided: an order, a line, or a number of `boxes`, or boxes by code; which of them are `returned`; the
    reason and the typed confirmation."""

    sales_order: str | None = None
    line: str | None = None
    boxes: int | None = None
    box_codes: Sequence[str] | None = None
    returned: Sequence[str] = ()
    reason: str = ""
    confirm: str = ""


def void(context: ServiceContext, vendor: str, asked: VoidRequest, key: str | None = None) -> Document:
    """Void a whole order, a line of one, or some boxes; returns the order.

    Raises `ConfirmationRequired` unless `confirm` is CONFIRM; `Conflict` when what is named has been received.
    """
    context.actor.require(CONFIRMING, vendor)
    request = _checked(asked)

    def work(session: Session) -> Document:
        company = context.snapshots.get(session, vendor)
        order, lines = _found(session, company.id, request.sales_order, request.line)
        _void(context, session, company, order, lines, _as_printed(session, request))
        return document_view.answer(context, session, company, get(session, order["id"]))

    return IdempotentCommand(context, vendor, "void", key, _as_json(request)).transact(work)


def _as_printed(session: Session, request: VoidRequest) -> VoidRequest:
    """The boxes that a reader named, by their codes."""
    codes, returned = request.box_codes, request.returned
    named = None if codes is None else tuple(boxes.as_printed(session, codes))
    return replace(request, box_codes=named, returned=tuple(boxes.as_printed(session, returned)))


def _as_json(request: VoidRequest) -> dict[str, Any]:
    """The request without what is not given, so that a whole line has the same request as before boxes could be
    named."""
    named = {name: value for name, value in asdict(request).items() if value not in (None, ()) and name != "confirm"}
    return {
        "sales_order": None,
        "line": None,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in named.items()},
    }


def _checked(asked: VoidRequest) -> VoidRequest:
    require_typed(asked.confirm, "A void needs a typed confirmation: nothing was voided.")
    if (asked.sales_order is None) == (asked.line is None):
        raise Invalid("Name either the sales order or one line of it.").at("line")
    if asked.boxes is not None and (asked.box_codes is not None or asked.line is None):
        raise Invalid("Name how many boxes of one line are voided, or the boxes by their codes, not both.").at("boxes")
    if asked.boxes is not None:
        parsing.box_count(asked.boxes)
    why = required_reason(asked.reason, "A void needs a reason.")
    return VoidRequest(
        _as_text(asked.sales_order),
        _as_text(asked.line),
        asked.boxes,
        None if asked.box_codes is None else tuple(read_codes(asked.box_codes)),
        tuple(read_codes(asked.returned)),
        why,
    )


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _found(session: Session, vendor_id: int, number: str | None, line: str | None) -> tuple[DocumentRow, list[LineRow]]:
    """The order and the lines to void, locked; every line that still counts for a whole order."""
    if number is None:
        number = _order_of(session, vendor_id, line)
    order = documents.find(session, vendor_id, number, SALES_ORDER)
    documents.hold_order(session, order)
    lines = [one for one in documents.lines_of(session, order) if line is None or str(one["id"]) == line]
    documents.hold(session, lots=documents.ids_in(lines, "lot_id"), lines=[one["id"] for one in lines])
    ids = {one["id"] for one in lines}
    return get(session, order["id"]), [one for one in documents.lines_of(session, order) if one["id"] in ids]


def _order_of(session: Session, vendor_id: int, line: str | None) -> str:
    found = documents.order_number_of_line(session, vendor_id, parsing.row_id(line))
    if found is None:
        raise NotFound("There is no line {line}.", line=line)
    return found


def _void(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    order: DocumentRow,
    found: Sequence[LineRow],
    request: VoidRequest,
) -> None:
    lines = [line for line in found if line["state"] not in documents.ENDED and not has_ended_alone(line, session.now)]
    if not lines:
        raise Conflict("There is nothing left to void on {order}.", order=order["number"])
    parts = void_selection.chosen(session, order, lines, request.boxes, request.box_codes, request.returned)
    _cancel(session, [part.line for part in parts], request.reason)
    void_selection.give_back(session, vendor, parts)
    needed = _needed_again(session, parts)
    void_selection.finish_rest(session, parts)
    update_status(session, [*lines, *(part.line for part in parts)])
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    for company in (vendor, buyer):
        invoices.take_back(session, company, parts, request.reason)
    tell_watchers(session, documents.ids_in(lines, *documents.LINE_COLUMN.values()))
    new_lines = {old: str(new) for old, new in needed.items()}
    voided_lines: list[VoidedLine] = [{**part.line, "id": part.of_line, "boxes_left": part.left} for part in parts]
    notify_voided(context, session, order, voided_lines, request.reason, new_lines)
    voided = [str(part.of_line) for part in parts]
    audit(session, context.actor, vendor.id, "void", order["number"], Change(voided, _reason(request, parts)))


def _needed_again(session: Session, parts: Sequence[Part]) -> dict[int, int]:
    """The remaining need of the customers of voided boxes, each in a new line; returns the new lines by old."""
    found: dict[int, int] = {}
    for part in parts:
        wanted = part.line["boxes"] - part.line["released"]
        if part.line["prebook_id"] is not None and wanted:
            why = f"voided line {part.of_line}"
            found[part.of_line] = documents.add_needed(session, part.line, boxes=wanted, reason=why)
    return found


def _cancel(session: Session, lines: Sequence[LineRow], reason: str) -> None:
    for state in (*VOIDABLE, RECEIVED, BILLED):
        these = [line for line in lines if line["state"] == state]
        documents.move_lines(session, these, state, state=CANCELLED, reason=reason)


def _reason(request: VoidRequest, parts: Sequence[Part]) -> dict[str, Any]:
    codes = [box.code for part in parts for box in part.boxes]
    return {"reason": request.reason, **({"box_codes": codes, "returned": list(request.returned)} if codes else {})}
