"""Use case: adjustments, boxes that come to a lot or leave it at its own company (`adjust`, domain section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.inventory import LotQuantity, MovedQuantity
from k2k_core.domain.box_codes import read_codes
from k2k_core.domain.code_words import ADJUSTMENT_REASONS
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.roles import STOCK
from k2k_core.errors import Conflict, Fault, Invalid, NotFound, joined_faults
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.quantities import of_lot, own_code
from k2k_core.services.inventory.quantity_statements import AUDITED, CHANGED, UNCHANGED
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import lot_records, stated_quantities
from k2k_core.store.inventory.stated_quantities import Adjustment, CountedLot
from k2k_core.store.master_data import companies

INTO, OUT_OF = ("received", "returned"), ("sold_elsewhere", "broken", "dumped")
SOLD = "sold_elsewhere"
REFUSE, STOP = "refuse", "stop"


@dataclass(frozen=True)
class AdjustmentRequest:
    """The number of boxes, the reason and the reference; the codes of the boxes, and what to do when promised boxes
    would be removed."""

    delta: Any
    reason: str
    reference: str
    box_codes: Sequence[str] | None = None
    short: str | None = None


def adjust(
    context: ServiceContext, company: str, lot: str, asked: AdjustmentRequest, key: str | None = None
) -> MovedQuantity:
    """Adjust a lot; returns its quantities after it. The same adjustment with the same reference changes nothing again.

    Raises `Invalid`, `NotFound`, `Conflict` for the reference of another adjustment and for boxes that are not free,
    `InsufficientStock` for boxes that are promised to somebody.
    """
    context.actor.require(STOCK, company)
    code = own_code(company, lot)
    wanted = _read(asked)

    def work(session: Session) -> MovedQuantity:
        company_id, _ = companies.found(session, company)
        there = stated_quantities.held(session, company_id, [code])
        if code not in there:
            raise NotFound("There is no lot {lot} of {company}.", company=company, lot=code)
        outcome = UNCHANGED
        if not _done_before(session, company_id, there[code], wanted):
            _require_codes(session, there[code], wanted)
            _adjust(context, session, company_id, there[code], wanted)
            outcome = CHANGED
        return cast(MovedQuantity, {**of_lot(session, company_id, code), "outcome": outcome})

    request = {"lot": code, **vars(asked), "box_codes": wanted.codes}
    return IdempotentCommand(context, company, "adjust", key, request).transact(work)


def _adjust(context: ServiceContext, session: Session, company_id: int, lot: CountedLot, wanted: Adjustment) -> None:
    before = of_lot(session, company_id, lot.code)
    stated_quantities.adjust(session, company_id, lot, wanted)
    named = {"delta": wanted.delta, "reason": wanted.reason, "reference": wanted.reference}
    after = {**_audited(of_lot(session, company_id, lot.code)), **named}
    audit(session, context.actor, company_id, "lot.adjusted", lot.code, Change(_audited(before), after))


def _audited(lot: LotQuantity) -> dict[str, Any]:
    return {name: value for name, value in lot.items() if name in AUDITED}


def _read(asked: AdjustmentRequest) -> Adjustment:
    faults: list[Fault] = []
    delta = asked.delta
    if not isinstance(delta, int) or isinstance(delta, bool) or delta == 0:
        faults.append(record_fault("delta", "a whole number of boxes, and not 0"))
    elif (asked.reason in INTO and delta < 0) or (asked.reason in OUT_OF and delta > 0):
        faults.append(record_fault("delta", _other_way(asked.reason)))
    if asked.reason not in ADJUSTMENT_REASONS:
        faults.append(record_fault("reason", Message("is none of {known}", known=ADJUSTMENT_REASONS)))
    if not 1 <= len(asked.reference.strip()) <= 200:
        faults.append(record_fault("reference", "a text of your own, at most 200 characters"))
    if asked.short not in (None, REFUSE, STOP):
        faults.append(record_fault("short", Message("is none of {known}", known=[REFUSE, STOP])))
    codes = list(dict.fromkeys(read_codes(asked.box_codes or ())))
    if codes and not faults and len(codes) != abs(delta):
        words = Message(
            "{given} different {given:code|codes} for {boxes} {boxes:box|boxes}", given=len(codes), boxes=abs(delta)
        )
        faults.append(record_fault("box_codes", words))
    if faults:
        raise Invalid(Message("The adjustment is not valid: {problems}.", problems=joined_faults(faults)), faults)
    refuses = asked.reason == SOLD if asked.short is None else asked.short == REFUSE
    return Adjustment(delta, asked.reason, asked.reference, codes, not refuses)


def _other_way(reason: str) -> Message:
    if reason in INTO:
        return Message("boxes that are {reason:words} come to the lot", reason=reason)
    return Message("boxes that are {reason:words} leave the lot", reason=reason)


def _done_before(session: Session, company_id: int, lot: CountedLot, wanted: Adjustment) -> bool:
    """Whether this adjustment was made before. Raises `Conflict` if its reference belongs to another one."""
    done = stated_quantities.adjusted(session, company_id, wanted.reference)
    if done is None:
        return False
    if done != (lot.id, wanted.delta, wanted.reason):
        raise Conflict("{reference} is the reference of another adjustment already.", reference=wanted.reference)
    return True


def _require_codes(session: Session, lot: CountedLot, wanted: Adjustment) -> None:
    """Only boxes have codes, and new codes are not in use."""
    if not wanted.codes:
        return
    if lot.inventory_type == OPEN_MARKET_UNITS:
        raise Invalid(
            "box_codes: this lot is counted in loose units.", [record_fault("box_codes", "counted in loose units")]
        )
    if wanted.delta > 0:
        for code in wanted.codes:
            parsing.code(code)
        row = {"code": lot.code, "box_codes": wanted.codes}
        lot_records.refuse_bad_codes(session, [row], {lot.code: lot.id})
