"""The request for a page of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

LIMIT, MOST = 100, 1_000
"""How many rows a page has unless it is said, and at most."""

CATALOG_LIMIT = 50
"""How many lines a page of a catalog has unless it is said."""

PARTNERS_LIMIT = 20
"""How many partners a page has unless it is said: the lots of each are looked at."""


@dataclass(frozen=True)
class PageRequest:
    """The request for a page: `filters` by name, `q` (a search text), `sort` (a name, with `-` before it for
    descending), `fields` of the rows, None for all. `cursor` is `next` of the page before."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    q: str | None = None
    sort: str | None = None
    cursor: str | None = None
    limit: int = LIMIT
    count: bool = False
    fields: Sequence[str] | None = None


def page_request(limit: int | None, **asked: Any) -> PageRequest | None:
    """The request for a page of a method that also answers the whole list: None when neither `limit` nor another
    argument of pages is given."""
    request = PageRequest(**asked)
    if limit is None:
        return None if request == PageRequest() else request
    return replace(request, limit=limit)
