"""The clock of a network: what answers the current time. Tests and demos have one of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The current time."""
    return dt.datetime.now(dt.UTC)
