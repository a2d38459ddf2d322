"""Reads a list of the facade: one page, every row for an export, or the keys of all rows that match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from k2k_console.frame import today
from k2k_console.page_views.addresses import ListAddress
from k2k_console.page_views.facade_methods import list_arguments
from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import Every, List, Row
from k2k_core.domain.roles import SEEING_PRICES

ROWS_A_PAGE = 50
MOST_AT_ONCE = 1_000
"""The most rows that one call of the facade reads or acts on."""


def read_page(reader: Reader, address: ListAddress, **page: Any) -> Mapping[str, Any]:
    """A page of a list as the facade answers it; `page` is its limit, cursor, count and fields. In no order but that of
    the list itself, which takes the least, with `sort` None."""
    listing = address.listing
    named = list_arguments(listing.read, {**listing.given, **address.filters(today())})
    whole = page.get("fields") is None
    if whole and listing.fields:
        page["fields"] = [*listing.fields, *(listing.priced if reader.actor.has(SEEING_PRICES) else ())]
    page = {"sort": address.sorted_by or None, **page}
    page = {name: value for name, value in page.items() if name != "sort" or value}
    searched = {"q": address.q} if address.q and listing.search else {}
    found: Mapping[str, Any] = getattr(reader.k2k, listing.read)(reader.company, **searched, **named, **page)
    if listing.beside is None or not whole:
        return found
    return {**found, "items": listing.beside(reader.k2k, reader.company, found["items"])}


NEAREST = 3
"""How many rows are named that are like what was looked for in vain."""


def nearest(reader: Reader, address: ListAddress, title: str) -> list[Row]:
    """The rows, with the field `title`, that are nearest to what was looked for in vain: those that the filters left
    out, else those that begin like it, the most alike first."""
    fields = [address.listing.key, title]
    for q in (address.q, address.q[: max(2, len(address.q) * 2 // 5)]):
        found = read_page(reader, address.of_search(q), limit=ROWS_A_PAGE, fields=fields)["items"]
        if found:
            return sorted(found, key=lambda row: _unlike(str(row[title]), address.q))[:NEAREST]
    return []


def _unlike(name: str, looked_for: str) -> float:
    return -SequenceMatcher(None, name.casefold(), looked_for.casefold()).ratio()


def read_row(reader: Reader, listing: List, key: str) -> Row | None:
    """One row of a list by its key, whatever the filters are; None where there is none that the reader sees."""
    named = list_arguments(listing.read, {**listing.given, listing.key: key})
    found: Any = getattr(reader.k2k, listing.read)(reader.company, **named, limit=1)
    return next((row for row in found["items"] if str(row[listing.key]) == key), None)


def keys_that_fit(reader: Reader, listing: List, every: Every) -> list[str]:
    """The keys of the rows of the whole list that an action is done to, at most `MOST_AT_ONCE`."""
    named = list_arguments(listing.read, {**listing.given, **every.filters})
    fields = [listing.key, *every.fields]
    found: Any = getattr(reader.k2k, listing.read)(reader.company, **named, fields=fields, limit=MOST_AT_ONCE)
    return [str(row[listing.key]) for row in found["items"] if every.fits(row)]


def every_row(reader: Reader, address: ListAddress, fields: list[str] | None = None) -> Iterator[Row]:
    """Every row that matches, in the order of the list."""
    cursor = None
    while True:
        found = read_page(reader, address, limit=MOST_AT_ONCE, cursor=cursor, fields=fields)
        yield from found["items"]
        cursor = found["next"]
        if cursor is None:
            return


def every_key(reader: Reader, address: ListAddress, listing: List) -> list[str]:
    """The keys of the rows that match, one more than can be acted on at the most."""
    found: list[str] = []
    for row in every_row(reader, address, [listing.key]):
        found.append(str(row[listing.key]))
        if len(found) > MOST_AT_ONCE:
            break
    return found
