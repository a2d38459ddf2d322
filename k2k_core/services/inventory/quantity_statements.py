"""Use case: statements of how many boxes of a lot there are (`state_quantity`, domain section 1).

`new = stated + movements after as_of`: nothing is subtracted twice, a repeat changes nothing, and a sale in between
needs no retry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.inventory import LotQuantity, MovedQuantity, StatedRow, StatedRows
from k2k_core.domain.roles import STOCK
from k2k_core.errors import Fault, Invalid, K2KError, NotFound, PreconditionRequired, StaleQuantity, joined_faults
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, require_row_count
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.quantities import of_lot, own_code
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.inventory import stated_quantities
from k2k_core.store.inventory.stated_quantities import AVAILABLE, ON_HAND, CountedLot, Statement
from k2k_core.store.master_data import companies

CHANGED, UNCHANGED, REFUSED = "changed", "unchanged", "refused"
AUDITED = ("on_hand", "available", "short", "movement")


@dataclass(frozen=True)
class StatedQuantity:
    """The statement of a lot: `on_hand` or `available`; `as_of` is the last movement that the caller's books have,
    `movement` the one at which the lot must be."""

    on_hand: Any = None
    available: Any = None
    as_of: Any = None
    movement: Any = None
    counted_at: Any = None
    reference: str | None = None


FIELDS = tuple(StatedQuantity.__dataclass_fields__)


def state_quantity(
    context: ServiceContext, company: str, lot: str, stated: StatedQuantity, key: str | None = None
) -> MovedQuantity:
    """State how many boxes of one lot there are; returns its quantities after it.

    Raises `Invalid`, `NotFound`, `PreconditionRequired` without `as_of` and `movement`, `VersionMismatch` when the lot
    is at another movement, `StaleQuantity` for a count that is older than the last.
    """
    context.actor.require(STOCK, company)
    code = own_code(company, lot)
    request = {"lot": code, **asdict(stated)}

    def work(session: Session) -> MovedQuantity:
        company_id, _ = companies.found(session, company)
        there = stated_quantities.held(session, company_id, [code])
        outcome = _state(context, session, company_id, _lot(there, company, code), stated)
        return cast(MovedQuantity, {**of_lot(session, company_id, code), "outcome": outcome})

    return IdempotentCommand(context, company, "state_quantity", key, request).transact(work)


def state_quantities(
    context: ServiceContext, company: str, rows: Sequence[Mapping[str, Any]], key: str | None = None
) -> StatedRows:
    """The same for up to 1,000 lots, each by itself: a refused one does not affect the others."""
    context.actor.require(STOCK, company)
    require_row_count(rows)

    def work(session: Session) -> StatedRows:
        company_id, _ = companies.found(session, company)
        codes = [own_code(company, row["lot"]) for row in rows if isinstance(row.get("lot"), str)]
        stated_quantities.held(session, company_id, codes)  # all of them, in the order of their ids
        results = [_row(context, session, (company, company_id), place, row) for place, row in enumerate(rows)]
        outcomes = [result["outcome"] for result in results]
        counts = {name: outcomes.count(name) for name in (CHANGED, UNCHANGED, REFUSED)}
        return cast(StatedRows, {"results": results, "counts": counts})

    command = IdempotentCommand(context, company, "state_quantities", key, {"rows": rows})
    return command.transact(work)


def _row(
    context: ServiceContext, session: Session, owner: tuple[str, int], place: int, row: Mapping[str, Any]
) -> StatedRow:
    company, company_id = owner
    code = own_code(company, str(row.get("lot", "")))
    result: StatedRow = {"row": place, "code": code, "outcome": REFUSED}
    try:
        stated = _read(row)
        lot = _lot(stated_quantities.held(session, company_id, [code]), company, code)
        result["outcome"] = _state(context, session, company_id, lot, stated)
    except K2KError as error:
        result["error"] = error.as_dict()
        return result
    after = of_lot(session, company_id, code)
    result["movement"], result["on_hand"] = after["movement"], after["on_hand"]
    result["available"], result["short"] = after["available"], after["short"]
    return result


def _read(row: Mapping[str, Any]) -> StatedQuantity:
    faults = [record_fault(name, "is not known here") for name in row if name not in ("lot", *FIELDS)]
    if not isinstance(row.get("lot"), str):
        faults.append(record_fault("lot", "is missing"))
    if faults:
        raise _invalid(faults)
    return StatedQuantity(**{name: row[name] for name in FIELDS if name in row})


def _state(context: ServiceContext, session: Session, company_id: int, lot: CountedLot, stated: StatedQuantity) -> str:
    statement = _statement(lot, stated)
    before = of_lot(session, company_id, lot.code)
    if not stated_quantities.state(session, company_id, lot, statement):
        return UNCHANGED
    after = of_lot(session, company_id, lot.code)
    change = Change(_audited(before), {**_audited(after), statement.number: statement.value, "as_of": statement.as_of})
    audit(session, context.actor, company_id, "lot.stated", lot.code, change)
    return CHANGED


def _audited(lot: LotQuantity) -> dict[str, Any]:
    return {name: value for name, value in lot.items() if name in AUDITED}


def _statement(lot: CountedLot, stated: StatedQuantity) -> Statement:
    """The statement, parsed and compared with the lot."""
    faults: list[Fault] = []
    given = {name: getattr(stated, name) for name in (ON_HAND, AVAILABLE) if getattr(stated, name) is not None}
    if len(given) != 1:
        faults.append(record_fault("on_hand", "state either on_hand or available"))
    numbers = {
        name: _read_field(name, parsing.whole, value, faults)
        for name, value in {**given, "as_of": stated.as_of, "movement": stated.movement}.items()
    }
    counted_at = _read_field("counted_at", parsing.moment, stated.counted_at, faults)
    as_of, movement = numbers["as_of"], numbers["movement"]
    if as_of is not None and as_of > lot.movement:
        faults.append(record_fault("as_of", Message("the lot's last movement is {movement}", movement=lot.movement)))
    if faults:
        raise _invalid(faults)
    if as_of is None and movement is None:
        raise PreconditionRequired("Lot {lot} is stated without the movement that it was counted after.", lot=lot.code)
    require_version(f"lots/{lot.code}", lot.movement, movement)
    if counted_at and lot.counted_at and counted_at < lot.counted_at:
        raise StaleQuantity(
            "A count of lot {lot} that was made at {counted_at} has been stated already.",
            lot=lot.code,
            counted_at=moment_text(lot.counted_at),
            movement=lot.movement,
        )
    (number,) = given
    since = lot.movement if as_of is None else as_of
    return Statement(number, numbers[number], since, counted_at, stated.reference)


def _read_field(name: str, read: Any, value: Any, faults: list[Fault]) -> Any:
    try:
        return None if value is None else read(value)
    except Invalid as error:
        faults.append(record_fault(name, error.message))
        return None


def _lot(there: Mapping[str, CountedLot], company: str, code: str) -> CountedLot:
    if code not in there:
        raise NotFound("There is no lot {lot} of {company}.", company=company, lot=code)
    return there[code]


def _invalid(faults: list[Fault]) -> Invalid:
    return Invalid(Message("The quantity is not valid: {problems}.", problems=joined_faults(faults)), faults)
