"""What a command asks of a person that takes back what was sold: a word typed out, and a reason (domain sections 5 and
6)."""

from __future__ import annotations

from k2k_core.domain import parsing
from k2k_core.errors import ConfirmationRequired, Invalid
from k2k_core.messages import Message

CONFIRM = "CONFIRM"


def require_typed(typed: object, refusal: str) -> None:
    """Raise `ConfirmationRequired` with the refusal unless the word was typed exactly."""
    if typed != CONFIRM:
        raise ConfirmationRequired(refusal)


def required_reason(given: object, refusal: str) -> str:
    """The reason that was given; `Invalid` with the refusal without one."""
    reason = parsing.text(given)
    if not reason:
        raise Invalid(refusal, faults=[{"path": "reason", "message": Message("missing")}])
    return reason
