"""The states of a connection (domain section 2)."""

from __future__ import annotations

STATES = PROPOSED, ACCEPTED, ACTIVE, SUSPENDED, ENDED = ("proposed", "accepted", "active", "suspended", "ended")
"""In the order in which they follow each other; a suspended connection can be resumed."""
