"""Use cases: seal the audit, say where its chains end (an anchor), and prove it (architecture section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from k2k_core.clock import moment_text
from k2k_core.domain.answers.administration import AuditAnchor, AuditChainEnd, AuditHealth, AuditProof, UnsealedAudit
from k2k_core.domain.audit_chain import ANCHOR_FORMAT
from k2k_core.domain.roles import READING
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import emit
from k2k_core.store import verification
from k2k_core.store.backups import files
from k2k_core.store.backups.contents import network_mark
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.events import audit_sealing
from k2k_core.store.events.audit_sealing import Head
from k2k_core.store.verification.audit import Anchored

LATE = dt.timedelta(minutes=5)
"""Entries that wait longer than this indicate that no process seals."""


def seal_audit(context: ServiceContext) -> int:
    """Seal what is not sealed yet; returns how many entries. An event says the end of a chain once a day. For whoever
    runs the network."""
    _require(context, "Sealing the audit is for whoever runs the network.")
    return seal_all(context.store)


def seal_all(store: Store) -> int:
    """The same, of an open database, in batches that are committed one after the other."""
    sealed = 0
    while True:
        with store.whole_network.reading() as session:
            waiting = audit_sealing.anything_unsealed(session)
        count = store.whole_network.transact(_seal_some) if waiting else 0
        sealed += count
        if count < audit_sealing.AT_ONCE:
            return sealed


def _seal_some(session: Session) -> int:
    count, grown = audit_sealing.seal_some(session)
    for head in grown:
        if audit_sealing.is_due(session, head):
            _tell(session, head)
    return count


def _tell(session: Session, head: Head) -> None:
    data = {"id": head.company, "version": head.place, "place": head.place, "seal": head.seal}
    emit(session, "audit.anchored", data, [head.company_id], None)
    audit_sealing.note_anchored(session, head)


def audit_anchor(context: ServiceContext) -> AuditAnchor:
    """Seal the audit, and return where each chain ends: `verify_audit` with it later finds what was cut off or written
    anew since. For the host and for operators."""
    _require(context, "The anchor of the whole network is for whoever runs it.")
    seal_all(context.store)
    with context.store.whole_network.reading() as session:
        return {
            "format": ANCHOR_FORMAT,
            "network": network_mark(session),
            "at": moment_text(session.now),
            "unsealed": audit_sealing.unsealed(session).entries,
            "chains": [_end(head) for head in audit_sealing.heads(session)],
        }


def _end(head: Head) -> AuditChainEnd:
    return {"company": head.company, "place": head.place, "seal": head.seal}


def write(path: Path, anchor: str) -> None:
    """Write an anchor into a new file, as a whole. Raises `AlreadyThere`."""
    try:
        files.write_text(path, anchor)
    except OSError as error:
        raise files.as_unavailable(error) from error


def verify_audit(context: ServiceContext, anchor: Mapping[str, Any] | None = None) -> AuditProof:
    """Prove every entry of the audit and the chain of each company, also against an anchor; the first bad entry of each
    chain is a fault. For the host and for operators. Raises `Invalid` for what is no anchor, or another network's."""
    _require(context, "The audit of the whole network is verified by its operators.")
    with context.store.whole_network.reading() as session:
        anchored = [] if anchor is None else _read(session, anchor)
        found = verification.audit_faults(session, anchored)
        waiting = _waiting(session)
        heads = audit_sealing.heads(session)
    sealed, older = sum(head.place for head in heads), sum(head.older for head in heads)
    return {**waiting, "sealed": sealed, "older": older, "faults": found}


def _read(session: Session, anchor: Mapping[str, Any]) -> list[Anchored]:
    try:
        if anchor["format"] != ANCHOR_FORMAT:
            raise Invalid("This anchor was made by a newer program.", field="anchor").at("anchor")
        anchored = [Anchored(one["company"], int(one["place"]), str(one["seal"])) for one in anchor["chains"]]
        network = anchor["network"]
    except (KeyError, TypeError, ValueError):
        raise Invalid("This is no anchor of an audit.", field="anchor").at("anchor") from None
    if network != network_mark(session):
        raise Invalid("This anchor is of another network.", field="anchor").at("anchor")
    return anchored


def audit_health(context: ServiceContext) -> AuditHealth:
    """How many entries are not sealed yet, for how long the oldest has waited, whether that is late, and the companies
    whose chain does not end as its record says. For the host and for operators."""
    _require(context, "The audit of the whole network is for whoever runs it.")
    with context.store.whole_network.reading() as session:
        return {**_waiting(session), "broken": audit_sealing.with_another_end(session)}


def _waiting(session: Session) -> UnsealedAudit:
    waiting = audit_sealing.unsealed(session)
    age = dt.timedelta() if waiting.since is None else session.now - waiting.since
    seconds = max(0, int(age.total_seconds()))
    return {"unsealed": waiting.entries, "oldest_seconds": seconds, "late": age > LATE}


def _require(context: ServiceContext, words: str) -> None:
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed(words, action=READING)
