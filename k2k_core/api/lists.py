"""Facade methods that read back what a company has, page by page.

Every list takes `filters` by name, `q` to search for, `sort` (a name, with `-` before it downwards), `cursor` and
`limit`, and `count`. A page answers the `cursor` of the next one as `next`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.records import ListedPrices, Record, Records
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists.pages import LIMIT, PageRequest
from k2k_core.services.setup import record_lists


@validated
class Lists:
    """Lists of an open network; they change nothing."""

    context: ServiceContext

    def records(
        self,
        company: str,
        collection: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Records:
        """A page of a company's records of a collection, by their codes; a filter can be an argument of its own too.

        Every collection can be filtered by `code` (several, with commas) and by `active` or `archived`: records that
        are archived stay away unless one of these asks for them. Raises `Invalid` for a filter, sort or field that the
        collection does not have, `CursorMismatch` for a cursor of something else.
        """
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return cast(Records, record_lists.records(self.context, company, collection, asked))

    def record(self, company: str, collection: str, code: str) -> Record:
        """One record of a company, archived or not, as `put` takes it: of a person by the address, of dimensions by
        `BOX_TYPE` or `BOX_TYPE:PRODUCT`. Raises `NotFound`."""
        return cast(Record, record_lists.record(self.context, company, collection, code))

    def price_rows(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
    ) -> ListedPrices:
        """A page of the rows of a company's price lists, with the list and season of each. Filters: `list`, `season`,
        `product`, `box_type`, `vendor`, and `on`, a day of the season."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count)
        return cast(ListedPrices, record_lists.price_rows(self.context, company, asked))
