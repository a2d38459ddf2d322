"""Engine room: many conditions of which one is enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def any_of(conditions: Iterable[Any]) -> Any:
    """One of these conditions at least; of none there must be one.

    They are joined two by two: SQLite refuses a chain of a hundred, one within the other.
    """
    left = list(conditions)
    while len(left) > 1:
        alone = left[-1:] if len(left) % 2 else []
        left = [one | other for one, other in zip(left[::2], left[1::2], strict=False)] + alone
    return left[0]
