"""The states of a plugin, for a company or over all of them."""

from __future__ import annotations

OK = "ok"
BROKEN = "broken"
QUARANTINED = "quarantined"
MISSING = "missing"
INCOMPATIBLE = "incompatible"
SLOW = "slow"

WELL = frozenset((OK, SLOW))
"""The states in which a plugin does what it should."""
