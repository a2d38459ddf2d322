"""Checks of what is stored: every row by itself, against every other that it depends on, and the tables themselves.

The network is checked a part at a time, each part in a snapshot of its own: it takes the same memory whatever its size,
and no writer waits. What cannot be read is a fault as well, with the row's name. On a consistent network there is none
(architecture section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from peewee import PeeweeException

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.errors import K2KError
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.verification import (
    audit,
    boxes,
    documents,
    findings,
    invoices,
    lines,
    lots,
    numbers,
    parts,
    records,
    schema,
    stored_rows,
    stored_secrets,
)
from k2k_core.store.verification.parts import Part

Progress = Callable[[str, int], object]
"""Is told a table, and how many rows of it were looked at."""

CheckOfAll = Callable[[Session], Iterator[StoredFault]]
CheckOfPart = Callable[[Session, Part], Iterator[StoredFault]]

_OF_ROWS: dict[Any, tuple[CheckOfPart, ...]] = {
    tables.Lot: (lots.ledgers, lots.held_quantities, lots.allocated_numbers, lots.box_rows),
    tables.Box: (boxes.allocated_boxes, boxes.staged_boxes, boxes.states, boxes.codes_of_claims),
    tables.Awb: (boxes.staged_lines,),
    tables.OrderLine: (
        boxes.allocated_lines,
        boxes.claims,
        boxes.companies_of_claims,
        lines.agreed,
        lines.links,
        documents.companies,
        documents.line_awbs,
        invoices.amounts,
        invoices.billed_lines,
        invoices.billed_costs,
        invoices.boxes_once,
    ),
    tables.Document: (documents.statuses, documents.awbs, documents.numbers_given),
    tables.Cart: (documents.carts,),
    tables.Idempotency: (records.records,),
}
"""The checks of the rows of each table, a part at a time."""

_OF_ALL: tuple[tuple[CheckOfAll, ...], ...] = (
    (stored_rows.integrity,),
    (stored_rows.kinds,),
    (stored_rows.references,),
    (
        numbers.numbers,
        numbers.cart_numbers,
        numbers.feeds,
        numbers.events_of_an_age,
        numbers.places_of_offers,
        records.network_records,
        numbers.failing_sweeps,
    ),
    (audit.audit,),
    (stored_secrets.secrets,),
)
"""The checks that are a few queries over everything. Short ones share a snapshot."""


def faults(store: Store, since: datetime | None = None, progress: Progress | None = None) -> list[StoredFault]:
    """Every fault: `{check, subject, message}`. With `since` only rows that were touched since are looked at."""
    found: dict[tuple[str, str], StoredFault] = {}
    for fault in _every(store, since, progress or _untold):
        found.setdefault((fault["check"], fault["message"]), fault)
    return list(found.values())


def audit_faults(session: Session, anchored: Sequence[audit.Anchored]) -> list[StoredFault]:
    """Every fault of the audit alone, also against an anchor; none without an anchor that only an anchor tells."""
    return [*audit.audit(session), *audit.anchors(session, anchored)]


def _untold(table: str, rows: int) -> None:
    """Nobody wants to know."""


def _every(store: Store, since: datetime | None, progress: Progress) -> Iterator[StoredFault]:
    yield from schema.faults(store)
    if since is None:
        for together in _OF_ALL:
            yield from _of_all(store, together)
    for table, checks in _OF_ROWS.items():
        rows = 0
        for part in _parts(store, table, since):
            yield from _of_part(store, checks, part)
            rows += parts.AT_ONCE
            progress(table._meta.table_name, rows)


def _parts(store: Store, table: Any, since: datetime | None) -> Iterator[Part]:
    if since is not None:
        with store.whole_network.reading() as session:
            touched = list(parts.changed_since(session, table, since))
        yield from touched
        return
    after = parts.FIRST
    while True:
        with store.whole_network.reading() as session:
            part = parts.part_after(session, table, after)
        if part is None:
            return
        yield part
        if part.final:
            return
        after = part.last


def _of_all(store: Store, checks: Sequence[CheckOfAll]) -> list[StoredFault]:
    try:
        with store.whole_network.reading() as session:
            return [fault for check in checks for fault in check(session)]
    except Exception as error:
        if len(checks) > 1:  # one of them failed: each alone says which, and the others go on
            return [fault for check in checks for fault in _of_all(store, (check,))]
        return [findings.fault("unreadable", Message("the check {name}", name=checks[0].__name__), _why(error))]


def _of_part(store: Store, checks: Sequence[CheckOfPart], part: Part) -> list[StoredFault]:
    try:
        with store.whole_network.reading() as session:
            return [fault for check in checks for fault in check(session, part)]
    except Exception as error:
        if len(checks) > 1:
            return [fault for check in checks for fault in _of_part(store, (check,), part)]
        return list(_narrowed(store, checks[0], part, error))


def _narrowed(store: Store, check: CheckOfPart, part: Part, error: Exception) -> Iterator[StoredFault]:
    """The row that cannot be read, and the faults of the others."""
    halves: list[Part] = []
    with suppress(K2KError, PeeweeException), store.whole_network.reading() as session:
        halves = part.halves(session)
    for half in halves:
        yield from _of_part(store, (check,), half)
    if not halves:
        row = part.first if part.ids is None or len(part.ids) == 1 else f"{part.first}-{part.last}"
        yield findings.fault("unreadable", findings.row(part.table._meta.table_name, row), _why(error))


def _why(error: Exception) -> Message:
    return Message(
        "it cannot be read: {why}", why=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    )
