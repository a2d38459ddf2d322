"""Signatures of webhooks according to the Standard Webhooks specification: `v1`, HMAC-SHA256 with a secret
`whsec_...`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
VERSION = "v1"


def new_secret() -> str:
    """A new random secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signatures(keys: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret, separated by blanks.

    While a secret is being rotated there are two: the receiver accepts the message if one of them is right.
    """
    content = b".".join((message_id.encode("ascii"), str(timestamp).encode("ascii"), body))
    return " ".join(f"{VERSION},{_signature(key, content)}" for key in keys)


def is_signed(key: str, headers: str, message_id: str, timestamp: int, body: bytes) -> bool:
    """Whether one of the signatures in a header was made with `key`; for receivers."""
    right = signatures([key], message_id, timestamp, body)
    return any(hmac.compare_digest(right, given) for given in headers.split(" "))


def _signature(key: str, content: bytes) -> str:
    secret = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode("ascii")
