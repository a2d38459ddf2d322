"""Use case: a buyer maps, prices and confirms many offers in one transaction, with an outcome for each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.answers.connections import MappedRow, OffersMapped
from k2k_core.domain.answers.inventory import OutcomeCounts
from k2k_core.domain.roles import PURCHASING
from k2k_core.errors import Fault, Invalid, K2KError, joined_faults
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, require_row_count
from k2k_core.services.context import ServiceContext
from k2k_core.services.mapping.product_mapping import OfferChange, apply_change, offer_change
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

CHANGED, SAME, REFUSED = OUTCOMES = ("changed", "unchanged", "refused")
FIELDS = ("product", "va_price", "confirmed", "version", "expected")


class _Read(NamedTuple):
    """A row: its lot, and the change as it was read, or why it cannot be."""

    lot: str
    change: OfferChange | Invalid


def planned_offers(
    context: ServiceContext, buyer: str, rows: Sequence[Mapping[str, Any]]
) -> Callable[[Session], OffersMapped]:
    """As the work of a transaction: change up to 1,000 offers, each row with `lot` and the arguments of `map`. A
    refused row changes nothing and does not affect the others."""
    require_row_count(rows)
    read = [_read(row) for row in rows]
    for action in sorted({one.change.action for one in read if isinstance(one.change, OfferChange)} or {PURCHASING}):
        context.actor.require(action, buyer)

    def work(session: Session) -> OffersMapped:
        company_id, _ = companies.found(session, buyer)
        companies.lock(session, [company_id])
        results = [_row(context, session, buyer, place, row) for place, row in enumerate(read)]
        outcomes = [result["outcome"] for result in results]
        changed, unchanged, refused = (outcomes.count(name) for name in OUTCOMES)
        counts: OutcomeCounts = {"changed": changed, "unchanged": unchanged, "refused": refused}
        return {"results": results, "counts": counts, "findings": []}

    return work


def _row(context: ServiceContext, session: Session, buyer: str, place: int, row: _Read) -> MappedRow:
    result: MappedRow = {"row": place, "lot": row.lot, "outcome": REFUSED}
    try:
        if isinstance(row.change, Invalid):
            raise row.change
        before, after = apply_change(context, session, buyer, row.lot, row.change)
    except K2KError as error:
        result["error"] = error.as_dict()
        return result
    result["outcome"] = SAME if before == after else CHANGED
    result["version"] = after
    return result


def _read(row: Mapping[str, Any]) -> _Read:
    lot = row.get("lot")
    faults = [record_fault(name, "is not known here") for name in row if name not in ("lot", *FIELDS)]
    if not isinstance(lot, str):
        faults.append(record_fault("lot", "is missing"))
    named = lot if isinstance(lot, str) else ""
    if faults:
        return _Read(named, _invalid(faults))
    try:
        return _Read(named, offer_change(**{name: row[name] for name in FIELDS if name in row}))
    except Invalid as error:
        return _Read(named, error)


def _invalid(faults: list[Fault]) -> Invalid:
    return Invalid(Message("The offer is not valid: {problems}.", problems=joined_faults(faults)), faults)
