"""Use case: the vendor confirms many sales orders, each in a transaction of its own, with an outcome for each row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain import parsing
from k2k_core.domain.answers.fulfilment import ConfirmedRow, OrdersConfirmed
from k2k_core.domain.orders import SALES_ORDER
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Fault, Invalid, K2KError, joined_faults
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, require_row_count
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.preconditions import at_version
from k2k_core.services.fulfilment.confirmation import ConfirmationRequest, confirm
from k2k_core.services.idempotency import IdempotentCommand

CONFIRMED, REFUSED = "confirmed", "refused"
Progress = Callable[[int, int], None]
"""Called before each row with the number of those that are through, and of all."""
FIELDS = ("sales_order", "drop_pending", "reference_number", "late", "version")


class _Read(NamedTuple):
    """A row as it was read."""

    request: ConfirmationRequest
    version: int | None


def confirm_orders(
    context: ServiceContext,
    vendor: str,
    rows: Sequence[Mapping[str, Any]],
    key: str | None = None,
    progress: Progress | None = None,
) -> OrdersConfirmed:
    """Confirm up to 1,000 orders, each row with the arguments of `confirm`: a refused one does not affect the others.

    With a key each row has a key of its own: after a breakdown a repeat confirms what is left, and answers for the
    others what they answered.
    """
    context.actor.require(CONFIRMING, vendor)
    require_row_count(rows)
    command = IdempotentCommand(context, vendor, "confirm_rows", key, {"rows": rows})
    answered: OrdersConfirmed | None = command.replayed()
    if answered is not None:
        return answered
    results: list[ConfirmedRow] = []
    for place, row in enumerate(rows):
        if progress is not None:
            progress(place, len(rows))
        results.append(_row(context, vendor, place, row, _row_key(key, place)))
    refused = sum(result["outcome"] == REFUSED for result in results)
    answer: OrdersConfirmed = {
        "results": results,
        "counts": {"confirmed": len(results) - refused, "refused": refused},
    }
    return command.transact(lambda _: answer)


def _row(context: ServiceContext, vendor: str, place: int, row: Mapping[str, Any], key: str | None) -> ConfirmedRow:
    named = row.get("sales_order")
    result: ConfirmedRow = {"row": place, "sales_order": str(named or ""), "outcome": REFUSED}
    try:
        request, version = _read(row)
        guarded = at_version(context, vendor, request.sales_order, version, SALES_ORDER)
        result["confirmation"] = confirm(guarded, vendor, request, key)
    except K2KError as error:
        result["error"] = error.as_dict()
        return result
    result["outcome"] = CONFIRMED
    return result


def _read(row: Mapping[str, Any]) -> _Read:
    faults = [record_fault(name, "is not known here") for name in row if name not in FIELDS]
    if not isinstance(row.get("sales_order"), str):
        faults.append(record_fault("sales_order", "is missing"))
    switches = {name: _switch(row, name, faults) for name in ("drop_pending", "late")}
    reference = row.get("reference_number")
    if reference is not None and not isinstance(reference, str):
        faults.append(record_fault("reference_number", "not a text"))
    if faults:
        raise Invalid(Message("The order is not valid: {problems}.", problems=joined_faults(faults)), faults)
    request = ConfirmationRequest(
        row["sales_order"], switches["drop_pending"], None if reference is None else str(reference), switches["late"]
    )
    return _Read(request, parsing.version(row.get("version")))


def _switch(row: Mapping[str, Any], name: str, faults: list[Fault]) -> bool:
    try:
        return parsing.switch(row.get(name, False))
    except Invalid as error:
        faults.append(record_fault(name, error.message))
        return False


def _row_key(key: str | None, place: int) -> str | None:
    return None if key is None else f"{hashlib.sha256(key.encode()).hexdigest()} {place}"
