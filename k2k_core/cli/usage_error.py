"""What a command says when it was not called as it wants to be."""

from __future__ import annotations


class UsageError(Exception):
    """The arguments are wrong. `hint` says what to do; the code of the error is `usage`."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint
