"""Use cases: the buyer reports missing boxes, and the vendor declines (domain section 5, "Void").

The vendor accepts by voiding them. Until then a missing box is out of the staging area, and scanning it receives it
after all.
"""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.answers.fulfilment import BoxOutcome
from k2k_core.domain.box_codes import NOT_YOURS, UNKNOWN, read_codes
from k2k_core.domain.roles import BOXES, CONFIRMING
from k2k_core.domain.typed_confirmation import required_reason
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.recipients import addresses, cancelled_at_buyer, desk_of_vendor
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, notify, of_box
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes, missing_boxes
from k2k_core.store.fulfilment.departures import house_of_lines
from k2k_core.store.fulfilment.missing_boxes import OrderedBox
from k2k_core.store.orders import documents

MISSING, NOT_STAGED, NOT_MISSING = "missing", "not_staged", "not_missing"


def missing(
    context: ServiceContext, company: str, box_codes: Sequence[str], reason: str, key: str | None = None
) -> list[BoxOutcome]:
    """Report missing boxes; `{box_code, outcome}` for each code, in order: `missing`, `not_staged` for a box that is
    not expected, `unknown`, `not_yours`."""
    context.actor.require(BOXES, company)
    codes, why = read_codes(box_codes), required_reason(reason, "Say why.")

    command = IdempotentCommand(context, company, "missing", key, {"box_codes": codes, "reason": why})

    def work(session: Session) -> list[BoxOutcome]:
        snapshot = context.snapshots.get(session, company)
        printed = boxes.as_printed(session, codes)
        found = _held(session, printed, buyer_id=snapshot.id)
        reported = {code: box for code, box in found.items() if box.is_expected}
        missing_boxes.mark(session, [box.box_id for box in reported.values()], why)
        _notify(context, session, "box.missing", [box for box in reported.values() if box.missing is None], why)
        if reported:
            audit(
                session, context.actor, snapshot.id, "missing", f"{len(reported)} boxes", Change(None, sorted(reported))
            )
        outcomes = {code: MISSING if code in reported else NOT_STAGED for code in found}
        return _outcomes(session, printed, outcomes)

    return command.transact(work)


def decline_missing(
    context: ServiceContext, vendor: str, box_codes: Sequence[str], reason: str, key: str | None = None
) -> list[BoxOutcome]:
    """Decline, as the vendor: the state of the boxes before the report is restored; `{box_code, outcome}` for each
    code, in order: that state (`staged`, `received`, `billed`), `not_missing`, `unknown`, `not_yours`."""
    context.actor.require(CONFIRMING, vendor)
    codes, why = read_codes(box_codes), required_reason(reason, "Say why.")

    command = IdempotentCommand(context, vendor, "decline_missing", key, {"box_codes": codes, "reason": why})

    def work(session: Session) -> list[BoxOutcome]:
        snapshot = context.snapshots.get(session, vendor)
        printed = boxes.as_printed(session, codes)
        found = _held(session, printed, vendor_id=snapshot.id)
        declined = {code: box for code, box in found.items() if box.missing is not None}
        missing_boxes.mark(session, [box.box_id for box in declined.values()], None)
        _notify(context, session, "box.missing_declined", list(declined.values()), why)
        if declined:
            change = Change(None, sorted(declined))
            audit(session, context.actor, snapshot.id, "decline_missing", f"{len(declined)} boxes", change)
        outcomes = {code: box.state if code in declined else NOT_MISSING for code, box in found.items()}
        return _outcomes(session, printed, outcomes)

    return command.transact(work)


def _held(
    session: Session, codes: Sequence[str], *, buyer_id: int | None = None, vendor_id: int | None = None
) -> dict[str, OrderedBox]:
    """The company's boxes with these codes; their orders and lines are locked and read again."""
    found = missing_boxes.on_orders(session, codes, buyer_id=buyer_id, vendor_id=vendor_id)
    orders, lines = ({getattr(box, name) for box in found.values()} for name in ("sales_order_id", "line_id"))
    documents.hold(session, orders, lines=lines)
    return missing_boxes.on_orders(session, codes, buyer_id=buyer_id, vendor_id=vendor_id)


def _outcomes(session: Session, codes: Sequence[str], outcomes: dict[str, str]) -> list[BoxOutcome]:
    known = boxes.by_code(session, codes)
    found_outcomes = (outcomes.get(code) or (NOT_YOURS if code in known else UNKNOWN) for code in codes)
    return [{"box_code": code, "outcome": outcome} for code, outcome in zip(codes, found_outcomes, strict=True)]


def _notify(context: ServiceContext, session: Session, event: str, reported: Sequence[OrderedBox], reason: str) -> None:
    """Emit an event of each box to both companies; notify the people of the other company once."""
    if not reported:
        return
    companies = context.snapshots.by_id(session, {one for box in reported for one in (box.buyer_id, box.vendor_id)})
    lines = {line["id"]: line for line in documents.lines_by(session, "id", [box.line_id for box in reported])}
    lots, house = documents.lot_codes(session, list(lines.values())), house_of_lines(session, list(lines.values()))
    for box in sorted(reported, key=lambda box: box.box_id):
        vendor, buyer = companies[box.vendor_id], companies[box.buyer_id]
        data = {"box_code": box.code, "line": str(box.line_id), "vendor": vendor.code, "buyer": buyer.code}
        data |= {"lot": f"{vendor.code}/{lots[lines[box.line_id]['lot_id']]}", "reason": reason}
        at_vendor = {"boxes": 1, **house[box.line_id]}
        emit(session, event, {**data, **at_vendor}, [vendor.id], of_box(box.code, box.line_id))
        emit(session, event, data, [buyer.id], of_box(box.code, box.line_id))
    for vendor_id, buyer_id in sorted({(box.vendor_id, box.buyer_id) for box in reported}):
        vendor, buyer = companies[vendor_id], companies[buyer_id]
        mine = [box for box in reported if (box.vendor_id, box.buyer_id) == (vendor_id, buyer_id)]
        facts = {"boxes": ", ".join(sorted(box.code for box in mine)), "reason": reason}
        if event == "box.missing":
            to = addresses(desk_of_vendor(session, vendor, buyer))
            notify(session, vendor.id, to, event, {**facts, "buyer": buyer.company.name}, vendor.company.locale)
        else:
            to = addresses(cancelled_at_buyer(buyer))
            notify(session, buyer.id, to, event, {**facts, "vendor": vendor.company.name}, buyer.company.locale)
