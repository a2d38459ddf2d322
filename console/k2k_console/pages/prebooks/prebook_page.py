"""New prebook: customer, day, ship via and place above, lots and boxes below, made by one call (domain section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2k_console.frame import page_of
from k2k_console.pages.catalog.catalog_query import (
    BOXES,
    LINE,
    CatalogQuery,
    asked,
    customers_of,
    dated,
    dates_by_shipper,
    first_date,
    offered,
    places_of,
)
from k2k_console.pages.catalog.price_drawer import PRICE
from k2k_console.pages.catalog.ship_date_drawer import SHIP_DATES
from k2k_console.pages.document_lines import LINES_COUNTED
from k2k_console.pages.prebooks.prebook_lines import SEEN, found_lots, lines_of
from k2k_console.translations import later
from k2k_console.vocabulary import Action, Call, Draft, FoundLine, Grid, GridLine, LineGrid, Page
from k2k_core.domain.pricing import SALES
from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

HEAD = ("customer", "ship_date", "ship_via", "location", "channel")


def read(k2k: K2K, company: str, draft: Draft) -> Grid:
    """The prebook that is typed, at the prices of salespeople."""
    query = _query(k2k, company, draft.head)
    if not query.customer:
        return Grid((), {"query": None})
    dates = dates_by_shipper(k2k, company, query)
    days, first = offered(dates), first_date(dates, company)
    typed = tuple((line[LINE], line[BOXES]) for line in draft.lines)
    query = replace(query, ship_date=query.ship_date or first, lines=typed)
    lines = lines_of(k2k, company, query, draft.lines)
    return Grid(
        lines,
        {
            "query": query,
            "first": first,
            "days": days if query.ship_date in (None, *days) else sorted([str(query.ship_date), *days]),
            "customers": customers_of(k2k, company),
            "places": places_of(k2k, company),
            "catalog": query.address() if page_of("catalog") else "",
            "lines": LINES_COUNTED,
            "boxes": sum(int(line.typed.get(BOXES) or 0) for line in lines if not line.faults),
            "total": sum(line.facts["total"] for line in lines if line.facts.get("total") is not None),
            "currency": next((line.facts["currency"] for line in lines if line.facts["currency"]), ""),
        },
    )


def _query(k2k: K2K, company: str, head: Mapping[str, str]) -> CatalogQuery:
    return asked(k2k, company, {**head, "channel": SALES, "q": ""})


def find(k2k: K2K, company: str, draft: Draft, words: str) -> Sequence[FoundLine]:
    """The lots that a line can be of."""
    query = dated(k2k, company, _query(k2k, company, draft.head))
    return found_lots(k2k, company, query, words) if query.customer else ()


def made(call: Call) -> Any:
    """Make the prebook of a grid."""
    grid: Grid = call.values["grid"]
    query: CatalogQuery = grid.facts["query"]
    return call.k2k.prebook(
        call.company,
        query.customer,
        [{"lot": line.typed[LINE], "boxes": int(line.typed.get(BOXES) or "1")} for line in grid.lines],
        ship_date=query.ship_date,
        ship_via=query.ship_via,
        location=query.location,
        key=call.key,
    )


def refused(grid: Grid, error: Exception) -> GridLine | None:
    """The line whose lot an error names."""
    lot = error.facts.get("lot") if isinstance(error, K2KError) else None
    return next((line for line in grid.lines if line.typed[LINE] == lot), None)


def place_of(placed: Any) -> tuple[str, str]:
    """The prebook, or the order of own stock where all of it is on hand."""
    return "carts", str(placed["prebook"] or placed["invoice_order"])


MAKE = Action(
    "prebook",
    later("Make the prebook"),
    "customer",
    later("%(name)s is made: it waits for its approval."),
    many=(later("Prebook %(count)d line"), later("Prebook %(count)d lines")),
    tone="go",
    key="⌘↵",
    call=made,
)
GRID = LineGrid("lines", "k2k/prebook.html", MAKE, HEAD, (LINE, BOXES), SEEN, read, find, refused, place_of)
PREBOOK = Page("prebook", (GRID, PRICE, SHIP_DATES))
