"""Checks of idempotency records: that a repeated command is answered with what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.verification import findings
from k2k_core.store.verification.parts import Part

_KEY: Any = tables.Idempotency
_NETWORK_KEY: Any = tables.NetworkIdempotency
DOCUMENT: Any = tables.Document
LINE: Any = tables.OrderLine

FINGERPRINT = re.compile("[0-9a-f]{64}")
ANSWERS_AT_ONCE = 20
"""How many answers are in memory at once: one may have hundreds of lines."""

LINES_AT_ONCE = 5_000
"""So many lines that answers name are looked for at once."""

NUMBERS = frozenset(("prebook", "purchase_order", "sales_order", "invoice_order", "invoice"))


def records(session: Session, part: Part) -> Iterator[StoredFault]:
    """The fingerprint of a request is one, and the documents and lines that an answer names are there."""
    rows = session.rows(_KEY.select(_KEY.id, _KEY.fingerprint).where(part.of(_KEY.id)).order_by(_KEY.id))
    for row_id, fingerprint in rows:
        if not FINGERPRINT.fullmatch(fingerprint):
            yield _fault(row_id, Message("its fingerprint is none"))
    for named in _named_by_answers(session, [row_id for row_id, _ in rows]):
        numbers = _numbers_there(session, {number for found, _ in named.values() for number in found})
        lines = _lines_there(session, {line for _, found in named.values() for line in found})
        for row_id, (its_numbers, its_lines) in named.items():
            if its_numbers - numbers or its_lines - lines:
                yield _fault(row_id, Message("its answer names what is not there"))


def network_records(session: Session) -> Iterator[StoredFault]:
    """The same of commands that belong to no company."""
    for row_id, fingerprint in session.rows(_NETWORK_KEY.select(_NETWORK_KEY.id, _NETWORK_KEY.fingerprint)):
        if not FINGERPRINT.fullmatch(fingerprint):
            yield findings.fault(
                "keys", findings.row("network_idempotency", row_id), Message("its fingerprint is none")
            )


def _named_by_answers(session: Session, ids: list[int]) -> Iterator[dict[int, tuple[set[str], set[int]]]]:
    """The numbers of documents and the ids of lines that answers name, by row: of many rows where they name few."""
    named: dict[int, tuple[set[str], set[int]]] = {}
    lines = 0
    for start in range(0, len(ids), ANSWERS_AT_ONCE):
        some = _KEY.select(_KEY.id, _KEY.answer).where(_KEY.id.in_(ids[start : start + ANSWERS_AT_ONCE]))
        for row_id, answer in session.rows(some):
            named[row_id] = _named(answer)
            lines += len(named[row_id][1])
        if lines > LINES_AT_ONCE:
            yield named
            named, lines = {}, 0
    yield named


def _numbers_there(session: Session, numbers: set[str]) -> set[str]:
    """Which of some numbers a document has, or had as a prebook."""
    if not numbers:
        return set()
    known = DOCUMENT.select(DOCUMENT.number).where(DOCUMENT.number.in_(sorted(numbers))).distinct()
    there = {number for (number,) in session.rows(known)}
    if numbers - there:
        former = DOCUMENT.select(DOCUMENT.former_number).where(DOCUMENT.former_number.in_(sorted(numbers - there)))
        there |= {number for (number,) in session.rows(former)}
    return there


def _lines_there(session: Session, lines: set[int]) -> set[int]:
    """Which of some ids a line has."""
    if not lines:
        return set()
    return {line for (line,) in session.rows(LINE.select(LINE.id).where(LINE.id.in_(sorted(lines))))}


def _named(answer: Any) -> tuple[set[str], set[int]]:
    """The numbers of documents and the ids of lines that an answer names. A row that was refused names what it was
    given, which need not be there."""
    numbers: set[str] = set()
    lines: set[int] = set()
    pending = [answer]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += one
        elif isinstance(one, dict) and not one.get("error"):
            for name, value in one.items():
                if isinstance(value, str):
                    if value and name in NUMBERS:
                        numbers.add(value)
                    elif name == "line" and value.isascii() and value.isdigit() and len(value) < 19:
                        lines.add(int(value))
                elif isinstance(value, dict | list):
                    pending.append(value)
    return numbers, lines


def _fault(row_id: int, problem: Message) -> StoredFault:
    return findings.fault("keys", findings.row("idempotency", row_id), problem)
