"""How the entries of the audit are hashed and sealed (architecture section 3).

An entry's hash is the SHA-256 of its values as canonical JSON, computed when it is written. A seal is the SHA-256 of
the seal before it in the company's chain, the entry's place there, its id and its hash: so no entry can be changed,
taken away, added or moved without changing every seal after it. A stored hash begins with the number of its format; a
new format gets a new number, and old entries stay as they are.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

FORMAT = "1"
"""The format of new hashes: a JSON list of the values below in their order, without spaces, in ASCII."""

ANCHOR_FORMAT = 1
"""The format of anchors."""

_ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode


class HashedEntry(NamedTuple):
    """The values of an entry that its hash covers, as they are stored: `before` and `after` are JSON texts, `at` is in
    microseconds since 1970 UTC. `company_id` is None for the network's own chain."""

    company_id: int | None
    person: str
    action: str
    subject: str
    before: str | None
    after: str | None
    at: int


def entry_hash(entry: HashedEntry) -> str:
    """The hash of an entry, with its format: `1:` and 64 digits."""
    return f"{FORMAT}:{sha256(_ENCODE(entry).encode()).hexdigest()}"


def beginning(company_id: int | None) -> str:
    """What stands for the seal before the first one of a chain."""
    return f"k2k audit {company_id or 0}"


def next_seal(previous: str, place: int, entry_id: int, hashed: str) -> str:
    """The seal of the entry at a place, 64 digits."""
    return sha256(f"{previous}|{place}|{entry_id}|{hashed}".encode()).hexdigest()
