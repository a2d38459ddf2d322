"""Checks of boxes and of the claims that order lines have on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN, Case, fn

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import allocation
from k2k_core.store.fulfilment.boxes import GIVEN, IN_STOCK, staged_of_lines
from k2k_core.store.verification import findings
from k2k_core.store.verification.parts import Part

AWB: Any = tables.Awb
BOX: Any = tables.Box
CLAIM: Any = tables.BoxClaim
LINE: Any = tables.OrderLine
WITHDRAWN = "withdrawn"


def allocated_boxes(session: Session, part: Part) -> Iterator[StoredFault]:
    """A box that is allocated is so to a line of a prebook of its company, which is received or has outstanding
    boxes."""
    query = (
        BOX.select(BOX.code, BOX.company_id, LINE.id, LINE.buyer_id, LINE.prebook_id, LINE.state)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.id == BOX.line_id)
        .where((BOX.state == RECEIVED) & part.of(BOX.id))
    )
    for code, company_id, line_id, buyer_id, prebook_id, state in session.rows(query):
        if prebook_id is None or buyer_id != company_id or state not in (STAGED, RECEIVED):
            words = Message(
                "allocated to a line ({line}) that is {state}'s: of no prebook of its company",
                line=line_id,
                state=state or Message("nobody"),
            )
            yield findings.fault("allocation", findings.box(code), words)


def allocated_lines(session: Session, part: Part) -> Iterator[StoredFault]:
    """Every box of a prebook's line is outstanding, allocated, billed or released, and none is two of these."""
    given = part.of(LINE.id) & LINE.vendor_id.is_null(False) & LINE.prebook_id.is_null(False) & LINE.state.in_(GIVEN)
    lines = session.dicts(LINE.select(LINE.id, LINE.prebook_id, LINE.boxes, LINE.released).where(given))
    waiting = staged_of_lines(session, [line["id"] for line in lines])
    for line_id, owed in allocation.still_owed(session, lines).items():
        if owed < 0:
            words = Message(
                "{boxes} {boxes:box more is|boxes more are} allocated or billed than the line has", boxes=-owed
            )
            yield findings.fault("allocation", findings.line(line_id), words)
        elif owed > waiting.get(line_id, 0):
            gone = owed - waiting.get(line_id, 0)
            words = Message("{boxes} of its boxes were sold to somebody else, or taken out of stock", boxes=gone)
            yield findings.fault("allocation", findings.line(line_id), words)


def claims(session: Session, part: Part) -> Iterator[StoredFault]:
    """Lines from staging on have as many claims as boxes; lines that ended have none."""
    counted = fn.COUNT(CLAIM.id)
    opened = fn.COALESCE(fn.SUM(Case(None, [(CLAIM.open, 1)], 0)), 0)
    query = (
        LINE.select(LINE.id, LINE.state, LINE.boxes, counted, opened)
        .join(CLAIM, JOIN.LEFT_OUTER, on=CLAIM.line_id == LINE.id)
        .where(LINE.vendor_id.is_null(False) & part.of(LINE.id))
        .group_by(LINE.id, LINE.state, LINE.boxes)
    )
    for line_id, state, boxes, given, held in session.rows(query):
        wrong = given != boxes if state in GIVEN else held != 0
        waiting = (state == STAGED) == (held > 0)
        if wrong or (state in GIVEN and not waiting):
            words = Message(
                "{state}, {boxes} {boxes:box|boxes}, {given} given, {held} still held",
                state=state,
                boxes=boxes,
                given=given,
                held=int(held),
            )
            yield findings.fault("claims", findings.line(line_id), words)


def companies_of_claims(session: Session, part: Part) -> Iterator[StoredFault]:
    """A claim names the companies of its line."""
    vendors = fn.COALESCE(CLAIM.vendor_id, 0) != fn.COALESCE(LINE.vendor_id, 0)
    other = CLAIM.buyer_id.is_null() | (CLAIM.buyer_id != LINE.buyer_id) | vendors
    query = CLAIM.select(BOX.code, LINE.id).join(LINE, on=LINE.id == CLAIM.line_id)
    for code, line_id in session.rows(
        query.switch(CLAIM).join(BOX, on=BOX.id == CLAIM.box_id).where(other & part.of(CLAIM.line_id))
    ):
        words = Message("its claim names other companies than line {line}", line=line_id)
        yield findings.fault("claims", findings.box(code), words)


def codes_of_claims(session: Session, part: Part) -> Iterator[StoredFault]:
    """A claim names the code of its box, by which lists are sorted."""
    query = CLAIM.select(BOX.code, CLAIM.box_code).join(BOX, on=BOX.id == CLAIM.box_id)
    for code, named in session.rows(query.where((CLAIM.box_code != BOX.code) & part.of(CLAIM.box_id))):
        yield findings.fault("claims", findings.box(code), Message("its claim names {code}", code=named))


def staged_lines(session: Session, part: Part) -> Iterator[StoredFault]:
    """An AWB counts its staged lines, by which it is found."""
    staged = LINE.select(fn.COUNT(LINE.id)).where((LINE.awb_id == AWB.id) & (LINE.state == STAGED))
    query = AWB.select(AWB.id, AWB.number, AWB.staged_lines, staged)
    for awb_id, number, counted, lines in session.rows(query.where(part.of(AWB.id) & (AWB.staged_lines != staged))):
        words = Message("counts {counted} staged {counted:line|lines}, and has {lines}", counted=counted, lines=lines)
        yield findings.fault("staged", Message("AWB {number} ({id})", number=number, id=awb_id), words)


def staged_boxes(session: Session, part: Part) -> Iterator[StoredFault]:
    """A box is staged exactly while a line holds it, and then that line is staged too."""
    query = (
        BOX.select(BOX.code, BOX.state, LINE.state, CLAIM.id)
        .join(CLAIM, JOIN.LEFT_OUTER, on=(CLAIM.box_id == BOX.id) & CLAIM.open)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.id == CLAIM.line_id)
        .where(part.of(BOX.id) & (CLAIM.id.is_null(False) | (BOX.state == STAGED)))
    )
    for code, state, line_state, claim in session.rows(query):
        if claim is None or state != STAGED or line_state != STAGED:
            holder = line_state or Message("nobody")
            words = Message("{state}, held by a line that is {holder}", state=state, holder=holder)
            yield findings.fault("staged", findings.box(code), words)


def states(session: Session, part: Part) -> Iterator[StoredFault]:
    """The state of a box is what the last claim on it made of it: boxes that left with a line are not sold again."""
    last = CLAIM.select(fn.MAX(CLAIM.id).alias("id")).where(part.of(CLAIM.box_id)).group_by(CLAIM.box_id).alias("last")
    claims = CLAIM.select(CLAIM.box_id, CLAIM.line_id).join(last, on=last.c.id == CLAIM.id).alias("claims")
    idle = (BOX.state == IN_STOCK) & BOX.line_id.is_null() & BOX.missing.is_null() & (BOX.printed >= 0)
    query = (
        BOX.select(
            *(BOX.code, BOX.state, BOX.lot_id, BOX.line_id, BOX.missing, BOX.printed),
            *(claims.c.line_id.alias("claimed"), LINE.state.alias("line_state"), LINE.lot_id.alias("line_lot")),
        )
        .join(claims, JOIN.LEFT_OUTER, on=claims.c.box_id == BOX.id)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.id == claims.c.line_id)
        .where(part.of(BOX.id) & ~(idle & claims.c.line_id.is_null()))
    )
    for box in session.dicts(query):
        problem = _problem_of(box)
        if problem is not None:
            yield findings.fault("box states", findings.box(box["code"]), problem)


def _problem_of(box: Mapping[str, Any]) -> Message | None:
    state, line, claimed = box["state"], box["line_id"], box["claimed"]
    if line is not None and line != claimed:
        return Message("{state}, of line {line}, which has no claim on it", state=state, line=line)
    here = box["line_state"] in GIVEN and box["line_lot"] == box["lot_id"]
    if state in (IN_STOCK, WITHDRAWN) and here:
        return Message("{state}, and line {line} has taken it out of its lot", state=state, line=claimed)
    if state in (STAGED, RECEIVED, BILLED) and line is None:
        return Message("{state} for no line", state=state)
    if state in (STAGED, RECEIVED, BILLED) and box["line_state"] not in GIVEN:
        return Message("{state}, and its line is {line_state}", state=state, line_state=box["line_state"])
    if box["missing"] is not None and state in (IN_STOCK, WITHDRAWN):
        return Message("{state}, and reported missing", state=state)
    return Message("its number of printed labels is below zero") if box["printed"] < 0 else None
