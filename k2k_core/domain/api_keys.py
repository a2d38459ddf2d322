"""The text of keys and of customers' tokens: `k2k_<id>_<secret>_<check>`, `k2kc_...` for a customer.

The secret has 256 random bits; the check finds a text that was cut or mistyped without asking the database.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import NamedTuple

KEY, TOKEN = "k2k", "k2kc"
ACTIVE, EXPIRED, REVOKED = "active", "expired", "revoked"
STATES = (ACTIVE, EXPIRED, REVOKED)

OVERLAP_HOURS = 24
"""How long the secret before still counts after a rotation."""

LONGEST_MINUTES = 24 * 60
"""How long a customer's token may count."""

_TEXT = re.compile(r"(k2kc?)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})")


class KeyText(NamedTuple):
    """A key as its holder has it: its public id and its secret."""

    prefix: str
    id: str
    secret: str

    @property
    def text(self) -> str:
        """The whole text, with its check."""
        body = f"{self.prefix}_{self.id}_{self.secret}"
        return f"{body}_{_check(body)}"

    @property
    def digest(self) -> str:
        """What is stored of it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_key(text: str) -> KeyText | None:
    """The parts of a text; None for one that is no key."""
    found = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    prefix, id, secret, check = found.groups()
    return KeyText(prefix, id, secret) if _check(f"{prefix}_{id}_{secret}") == check else None


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
