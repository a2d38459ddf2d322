"""What is asked of a feed: after which place, of which types, how many, and how long to wait for the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.events import BY_NAME
from k2k_core.errors import Invalid

MOST_EVENTS = 1_000
"""The most events of a page."""

LONGEST_WAIT = 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """Events after a place of a feed, of some types (none named: of all), `limit` at the most; `wait` in seconds."""

    after: int = 0
    limit: int | None = None
    types: tuple[str, ...] = ()
    wait: int = 0


def event_types(given: Any) -> list[str]:
    """Types of events as somebody names them, each once; `Invalid` for one that is not in the catalogue."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise Invalid("must be a list of types of events")
    unknown = [str(name) for name in given if name not in BY_NAME]
    if unknown:
        raise Invalid("there is no event {unknown}", unknown=unknown)
    return sorted(set(given))


def feed_request(after: Any, limit: Any, types: Sequence[str] | None, wait: Any) -> FeedRequest:
    """A request as it was given."""
    return FeedRequest(
        parsing.argument("after", parsing.whole, str(after)),
        None if limit is None else parsing.argument("limit", parsing.whole, limit),
        tuple(parsing.argument("types", event_types, types or ())),
        0 if wait is None else parsing.argument("wait", parsing.whole, wait, 0, LONGEST_WAIT),
    )
