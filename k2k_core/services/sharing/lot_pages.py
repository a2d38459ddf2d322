"""Pages of what is computed lot by lot: each page is one query for its lots, and what is computed for these alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, cast

from k2k_core.errors import Invalid
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import split_ref
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import Marks, PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COLUMNS, ID, MARKED, LotRow, rows_by_id
from k2k_core.store.lists.lots import BY_CODE, lots_of


class LotList(NamedTuple):
    """A list of what is computed of lots: `computed` answers rows of that shape for some lots, in their order; `about`
    is what else the list is for, such as a customer; a code without a vendor is one of the lots of company `own`;
    `sorts` are those of `store.lists.lots`."""

    name: str
    shape: type
    computed: Callable[[Sequence[LotRow]], Sequence[Mapping[str, Any]]]
    about: str
    own: int
    sorts: Collection[str] = BY_CODE


def page_of_lots(
    context: ServiceContext,
    session: Session,
    reader: CompanySnapshot,
    companies: Sequence[CompanySnapshot],
    asked_of: LotList,
    request: PageRequest,
) -> dict[str, Any]:
    """A page of the lots of some companies as one company reads it, which the `seq` of the feed is of."""

    def as_rows(rows: Rows) -> Rows:
        return [dict(one) for one in asked_of.computed([lot_row(row) for row in rows])]

    listing = lots_of([company.id for company in companies], asked_of.own, asked_of.sorts)
    listed = PagedList(asked_of.name, listing, asked_of.shape, as_rows, {"lot": named_lots}, about=asked_of.about)
    return page(context, session, reader.id, listed, request)


def marks_of(session: Session, known: Callable[[Sequence[tuple[Any, ...]]], Sequence[bool | None]]) -> Marks:
    """What is read of lots to count them; `known` answers for rows of `MARKED`."""
    columns = {column.name: column for column in MARKED}
    return Marks(columns, ID, known, lambda ids: rows_by_id(session, ids))


def named_lots(value: Any) -> list[tuple[str | None, str]]:
    """The lots that a filter names, each with its vendor where it has one."""
    found = [split_ref(one) for one in of.codes(value)]
    if not found:
        raise Invalid("names no lot")
    return found


def lot_row(row: Mapping[str, Any]) -> LotRow:
    """A row of a list as a row of `store.inventory.lots`."""
    return cast(LotRow, _COLUMNS_OF(row))


_COLUMNS_OF = itemgetter(*(column.name for column in COLUMNS))
