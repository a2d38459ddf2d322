"""How a secret looks where it is not itself."""

from __future__ import annotations

MARK = "encrypted:"
"""How a stored text begins that is encrypted."""

PLAIN, CURRENT, OLDER, UNREADABLE = "plain", "current", "older", "unreadable"
"""How a secret is stored: as it is, with the first key, with another one, or with none of these."""

MASK = "***"
"""What stands for a secret in an answer."""
