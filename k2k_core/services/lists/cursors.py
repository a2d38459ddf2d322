"""Cursors: signed texts that say where the next page of a list begins.

A cursor is signed together with what it was made for: the list, the company, the reader, filters, search and sort. For
anything else it is as invalid as a forged one, so it reveals nothing about another company.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, NamedTuple

from k2k_core.errors import CursorMismatch
from k2k_core.store.database.paging import Position
from k2k_core.store.fields import canonical_json

PREFIX = "c_"
SIGNATURE_BYTES = 16


class Cursor(NamedTuple):
    """Where a page begins, None for the first, and the place of the company's feed when the first page was read."""

    seq: int
    position: Position | None


def written(cursor: Cursor, secret: bytes, made_for: Any) -> str:
    """The cursor as text. `made_for` is everything that the next page must have in common with this one."""
    content = json.dumps([cursor.seq, *(cursor.position or ())], separators=(",", ":")).encode()
    return _as_text(_signature(content, secret, made_for) + content)


def read(text: str, secret: bytes, made_for: Any) -> Cursor:
    """The cursor of a text. Raises `CursorMismatch` for one that was not written for this list."""
    signed = _as_bytes(text)
    signature, content = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(content, secret, made_for)):
        raise CursorMismatch("This cursor does not belong to this list with these filters and this sort.").at("cursor")
    seq, *position = json.loads(content)
    return Cursor(seq, position)


def _as_text(signed: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(signed).decode("ascii").rstrip("=")


def _as_bytes(text: str) -> bytes:
    """The decoded text; empty for what is not a cursor."""
    encoded = text.removeprefix(PREFIX)
    try:
        signed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return signed if _as_text(signed) == text else b""


def _signature(content: bytes, secret: bytes, made_for: Any) -> bytes:
    scope = hashlib.sha256(canonical_json(made_for).encode()).digest()
    return hmac.new(secret, scope + content, hashlib.sha256).digest()[:SIGNATURE_BYTES]
