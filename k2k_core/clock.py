"""The clock of a network: what answers the current time, and how moments are written. Tests and demos have a clock of
their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The current time."""
    return dt.datetime.now(dt.UTC)


def moment_text(moment: dt.datetime) -> str:
    """A moment as answers, events and facts write it: in UTC, `2026-02-02T14:00:00Z`, with what it has of a second."""
    return moment.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z"
