"""Checks of the audit: that every entry is what was written, and that the chain of each company is whole and goes on
from an anchor (architecture section 3). The first bad entry of each chain is named.

Whoever makes every hash and seal anew, after an edit, makes a chain that is whole: only an anchor from before tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.audit_chain import HashedEntry, beginning, entry_hash, next_seal
from k2k_core.messages import Message
from k2k_core.store.database.session import Session
from k2k_core.store.verification import findings

AT_ONCE = 1_000

NAMED = 100
"""How many entries that are not sealed are named one by one."""

_CONTENT = "id, hash, company_id, person, action, subject, before, after, at"
_SEALED = f"""
SELECT place, seal, {_CONTENT} FROM audit
WHERE COALESCE(company_id, 0) = ? AND place > ? AND place IS NOT NULL ORDER BY place LIMIT {AT_ONCE}
"""
_UNSEALED = f"SELECT seal, {_CONTENT} FROM audit WHERE place IS NULL AND id > ? ORDER BY id LIMIT {AT_ONCE}"
_CHAINS = """
SELECT chain.id, company.code, audit_head.place, audit_head.seal FROM (
    SELECT DISTINCT COALESCE(company_id, 0) AS id FROM audit WHERE place IS NOT NULL
    UNION SELECT COALESCE(company_id, 0) FROM audit_head) AS chain
LEFT JOIN audit_head ON COALESCE(audit_head.company_id, 0) = chain.id LEFT JOIN company ON company.id = chain.id
ORDER BY chain.id
"""
_AT = "SELECT seal FROM audit WHERE COALESCE(company_id, 0) = ? AND place = ? AND place IS NOT NULL"


class Anchored(NamedTuple):
    """What an anchor says of a chain: its last place then, and its seal. `company` is None for the network's own."""

    company: str | None
    place: int
    seal: str


class _Chain(NamedTuple):
    company_id: int
    company: str | None
    place: int | None
    seal: str | None

    def fault(self, problem: Message) -> StoredFault:
        return findings.fault("audit", _subject(self.company), problem)


def _subject(company: str | None) -> Message:
    if company is None:
        return Message("the audit of the network")
    return Message("the audit of {company}", company=company)


def audit(session: Session) -> Iterator[StoredFault]:
    """Every chain is whole, and what is not sealed yet is what was written."""
    for chain in _chains(session):
        fault = _first_fault(session, chain)
        if fault is not None:
            yield chain.fault(fault)
    yield from _unsealed(session)


def anchors(session: Session, anchored: Sequence[Anchored]) -> Iterator[StoredFault]:
    """Every chain that an anchor names goes at least as far, and is the same there."""
    chains = {chain.company: chain for chain in _chains(session)}
    for one in anchored:
        chain = chains.get(one.company, _Chain(-1, one.company, None, None))
        found = session.ready_rows(_AT, (chain.company_id, one.place), (None,))
        if not found:
            yield chain.fault(
                Message(
                    "it goes to place {place}, the anchor to {anchored}: its end was cut off",
                    place=chain.place or 0,
                    anchored=one.place,
                )
            )
        elif found[0][0] != one.seal:
            yield chain.fault(
                Message(
                    "its entry at place {place} is another one than in the anchor: it was written anew",
                    place=one.place,
                )
            )


def _chains(session: Session) -> list[_Chain]:
    return [_Chain(*row) for row in session.ready_rows(_CHAINS, (), (None,) * 4)]


def _first_fault(session: Session, chain: _Chain) -> Message | None:
    """What is wrong with the first bad entry of a chain; None when it is whole."""
    place, seal = 0, beginning(chain.company_id)
    while rows := session.ready_rows(_SEALED, (chain.company_id, place), (None,) * 11):
        for row in rows:
            fault = _of_entry(row, place + 1, seal)
            if fault is not None:
                return fault
            place, seal = place + 1, row[1]
    if chain.place is None:
        return Message("its end is not on record: it has {place} places", place=place)
    if place < chain.place:
        return Message(
            "the entries from place {place} to {last} are missing: its end was cut off",
            place=place + 1,
            last=chain.place,
        )
    if place > chain.place or seal != chain.seal:
        return Message("its end on record is another one than its last entry, at place {place}", place=place)
    return None


def _of_entry(row: Sequence[Any], place: int, before: str) -> Message | None:
    """What is wrong with an entry that must stand at a place, behind a seal."""
    found, seal, entry_id, hashed, *content = row
    if found != place:
        return Message("the entry at place {place} is missing: it was deleted", place=place)
    if not _is_as_written(hashed, content):
        return Message(
            "entry {entry}, at place {place}, is not what was written: it was edited", entry=entry_id, place=place
        )
    if seal != next_seal(before, place, entry_id, hashed):
        return Message(
            "entry {entry} is not the one that was sealed at place {place}: it was inserted, swapped or hashed anew",
            entry=entry_id,
            place=place,
        )
    return None


def _is_as_written(hashed: object, content: Sequence[Any]) -> bool:
    try:
        return bool(hashed == entry_hash(HashedEntry(*content)))
    except TypeError:  # a value of another kind than was written
        return False


def _unsealed(session: Session) -> Iterator[StoredFault]:
    last, named = 0, 0
    while rows := session.ready_rows(_UNSEALED, (last,), (None,) * 10):
        for seal, entry_id, hashed, *content in rows:
            if named < NAMED and not (seal is None and _is_as_written(hashed, content)):
                named += 1
                words = Message("it is not what was written, and not sealed: it was edited or inserted")
                yield findings.fault("audit", findings.row("audit", entry_id), words)
        last = rows[-1][1]
