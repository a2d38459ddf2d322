"""How a fault of what is stored is named: the check, the subject, and a sentence."""

from __future__ import annotations

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.messages import Message


def lot(code: str) -> Message:
    """A lot as a subject."""
    return Message("lot {lot}", lot=code)


def line(line_id: int) -> Message:
    """An order line as a subject."""
    return Message("line {line}", line=line_id)


def box(code: str) -> Message:
    """A box as a subject."""
    return Message("box {box}", box=code)


def row(table: str, row_id: object) -> Message:
    """Any row as a subject."""
    return Message("{table} {row}", table=table, row=row_id)


def fault(check: str, subject: str, problem: Message) -> StoredFault:
    """One fault."""
    message = Message("{path}: {problem}", path=subject, problem=problem)
    return {"check": check, "subject": str(subject), "message": message}
