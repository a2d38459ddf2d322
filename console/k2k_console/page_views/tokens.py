"""The idempotency key of a form: made with the page, sent with the form, so that a second submit changes nothing."""

from __future__ import annotations

import secrets


def new_token() -> str:
    """A key that no other form has."""
    return secrets.token_urlsafe(24)
