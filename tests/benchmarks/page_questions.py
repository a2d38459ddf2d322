"""What is asked of each page of the console: its first page and the next one, each view, sort and filter, a search, and
the number of rows. A page that is added to `PAGES` is asked by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from k2k_console.menu import BUYS, SELLS
from k2k_console.page_views.addresses import list_address
from k2k_console.page_views.facade_methods import list_arguments
from k2k_console.page_views.lists.list_reading import MOST_AT_ONCE, ROWS_A_PAGE
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Filter, List, Page
from k2k_core.api import K2K
from tests.benchmarks.networks import BUYER, NOW, SHIP_DATE
from tests.benchmarks.traded_rows import VENDOR

OVERVIEW, SEARCH = "overview", "search"
"""What there is beside the pages of the registry."""

FIRST = "first page"
OF_A_ROW = ("record", "drawer", "dialog")
"""What is asked of one row, not of a list."""

NEXT = re.compile(r'rel="next" href="([^"]+)"')

Question = tuple[str, str]
"""What it is called, and its address."""


def companies_of(page: Page) -> tuple[str, ...]:
    """The companies that have a page: by its half of the trade, else both."""
    return {BUYS: (BUYER,), SELLS: (VENDOR,)}.get(page.item.side, (VENDOR, BUYER))


def places() -> Iterator[tuple[Page | str, str]]:
    """Every page at each company that has it, the overview and the search over everything."""
    for company in (VENDOR, BUYER):
        yield OVERVIEW, company
        yield SEARCH, company
    for page in PAGES:
        for company in companies_of(page):
            yield page, company


def questions(
    k2k: K2K, client: FlaskClient, page: Page | str, company: str, both_ways: bool = True
) -> Iterator[Question]:
    """The questions of a page at a company, the first page before all others; sorts downwards too if `both_ways`."""
    if page == SEARCH:
        yield from _searches(k2k, company)
        return
    base = "/" if isinstance(page, str) else f"/{page.name}/"
    after = NEXT.search(client.get(base).get_data(as_text=True))
    yield FIRST, base
    if after is not None:
        yield "next page", html.unescape(after[1])
    if isinstance(page, str):
        yield "menu and clock", "/frame/"
        yield "what a customer sees", "/seen/"
        yield "margin by week", "/margin/"
    elif page.list is not None:
        if after is not None:
            yield "last page", _last_page(k2k, page.list, base, company)
        yield from _of_list(k2k, page.list, base, company, both_ways)
        yield from _of_row(k2k, page, page.list, base, company)
    else:
        yield "search", f"{base}?q=rose"


def _searches(k2k: K2K, company: str) -> Iterator[Question]:
    """A search for a word that many rows have, for what no row has, and for the code of one of each kind."""
    yield "what is nearest", f"/search/?{urlencode({'q': 'nothing like it', 'as': 'nearest'})}"
    found = {hit["kind"]: hit["code"] for word in ("0", "rose", "x") for hit in k2k.search(company, word)["items"]}
    for kind, word in {"many": "rose", "none": "nothing like it", **found}.items():
        yield f"{kind} found", f"/search/?{urlencode({'q': word})}"
        yield f"{kind} while typing", f"/search/?{urlencode({'q': word, 'as': 'list'})}"


def _of_row(k2k: K2K, page: Page, listing: List, base: str, company: str) -> Iterator[Question]:
    """What is asked of one row: its own page, its drawers, and the dialogs of what may be done with it."""
    named = list_arguments(listing.read, listing.given)
    rows: Any = getattr(k2k, listing.read)(company, **named, limit=1)["items"]
    for key in [str(row[listing.key]) for row in rows]:
        if page.detail is not None:
            yield "record", f"{base}{quote(key, safe='')}"
        for name in {column.why.name: None for column in listing.columns if column.why is not None}:
            yield f"drawer {name}", f"{base}?{urlencode({'why': f'{name}:{key}'})}"
        for action in listing.actions:
            yield f"dialog {action.address}", f"{base}?{urlencode({'do': action.address, 'id': key})}"


def _last_page(k2k: K2K, listing: List, base: str, company: str) -> str:
    """The address of the last page of the view that a list opens with."""
    address = list_address(base, listing, MultiDict())
    named = list_arguments(listing.read, {**listing.given, **address.filters(NOW.date())})
    sort = {"sort": address.sorted_by} if address.sorted_by else {}
    fields = [listing.key]

    def after(cursor: str | None, limit: int) -> str | None:
        read: Any = getattr(k2k, listing.read)
        found: str | None = read(company, **named, **sort, cursor=cursor, limit=limit, fields=fields)["next"]
        return found

    cursor: str | None = None
    for limit in (MOST_AT_ONCE, ROWS_A_PAGE):
        while (following := after(cursor, limit)) is not None:
            cursor = following
    return address.next(str(cursor))


def _of_list(k2k: K2K, listing: List, base: str, company: str, both_ways: bool) -> Iterator[Question]:
    named = list_arguments(listing.read, listing.given)
    rows: Any = getattr(k2k, listing.read)(company, **named, limit=100)["items"]
    row = rows[-1] if rows else {listing.key: "X"}
    for view in listing.views:
        yield f"view {view.name}", f"{base}?view={view.name}"
    whole = [("view", listing.views[-1].name)] if listing.views else []
    for column in listing.columns:
        for sort in [column.sort, *([f"-{column.sort}"] if both_ways else [])] if column.sort else ():
            yield f"sort {sort}", f"{base}?{urlencode([*whole, ('sort', sort)])}"
    for one in listing.filters:
        yield f"filter {one.name}", f"{base}?{urlencode([*whole, *_values(one, row, company).items()])}"
    if listing.search:
        word = str(row.get("number") or row[listing.key]).rpartition("/")[2]
        yield "search", f"{base}?{urlencode([*whole, ('q', word)])}"
    yield "count", f"{base}?{urlencode([*whole, ('as', 'count')])}"
    if listing.totals:
        yield "totals", f"{base}?{urlencode([*whole, ('as', 'totals')])}"


def _values(one: Filter, row: Any, company: str) -> dict[str, str]:
    """The value of a filter that is asked: that of a row, or a choice."""
    if one.kind == "choice":
        return {one.name: str(row[one.name]) if row.get(one.name) in one.choices else next(iter(one.choices))}
    if one.kind in ("date", "range"):
        return dict.fromkeys(one.parameters, SHIP_DATE.isoformat())
    if one.kind == "flag":
        return {one.name: "true"}
    partner = BUYER if company == VENDOR else VENDOR
    known = {"partner": partner, "vendor": partner, "customer": "C-100"}
    return {one.name: known.get(one.name) or str(row.get(one.name) or "X")}
