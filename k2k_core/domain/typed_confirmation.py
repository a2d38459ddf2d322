"""The typed confirmation and the reason that irreversible commands require (domain sections 5 and 6)."""

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
    """The given reason; raises `Invalid` with the refusal if there is none."""
    reason = parsing.argument("reason", parsing.text, given)
    if not reason:
        raise Invalid(refusal, faults=[{"path": "reason", "message": Message("missing")}])
    return reason
