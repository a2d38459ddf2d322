"""The stored codes that people read in words: states, the steps of a transfer, kinds of documents."""

from __future__ import annotations

from k2k_core.domain import api_keys, connection_states, deliveries, jobs, orders
from k2k_core.messages import words_of

STATUSES = (
    orders.DRAFT,
    orders.PENDING_APPROVAL,
    orders.APPROVED,
    orders.CHECKED_OUT,
    orders.PENDING,
    orders.CONFIRMED,
    orders.SHIPPED,
    orders.VOIDED,
    orders.ISSUED,
    orders.DELIVERED,
    orders.CANCELLED,
)
"""Of documents of every kind."""

ADJUSTMENT_REASONS = ("received", "returned", "sold_elsewhere", "transferred", "broken", "dumped", "counted")
"""Why the number of boxes of a lot is adjusted."""

DRAFT_STATES = ("open", "applied", "dropped")
"""Of a draft of changes."""

CODES = frozenset(
    (
        *STATUSES,
        *orders.LINE_STATES,
        orders.RELEASED,
        *orders.CART_STATES,
        *orders.TRANSFER_STATES,
        *orders.DOCUMENT_KINDS,
        *connection_states.STATES,
        *jobs.STATES,
        *deliveries.STATES,
        deliveries.DISABLED,
        *api_keys.STATES,
        *ADJUSTMENT_REASONS,
        *DRAFT_STATES,
    )
)
"""Every code that a sentence says with `{code:words}`, or the audit stores as what something was or became."""

WORDS = tuple(sorted(words_of(code) for code in CODES))
"""Each in English words, which the catalogues of the other languages translate."""
