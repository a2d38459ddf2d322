"""The error of a command that was called with wrong arguments."""

from __future__ import annotations


class UsageError(Exception):
    """The arguments are wrong. `hint` says what to do; the error's code is `usage`."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
