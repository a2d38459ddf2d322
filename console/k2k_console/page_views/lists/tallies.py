"""What is summed up of chosen rows beside their number: of those on the page, and of all rows that match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from k2k_console.page_views.addresses import ListAddress
from k2k_console.page_views.lists.list_reading import MOST_AT_ONCE, every_row
from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import List, Row


def tallied(listing: List, rows: Sequence[Row], names: Sequence[str]) -> dict[str, int]:
    """The tallies over chosen rows; none where some of them are on another page."""
    found = {str(row[listing.key]): row for row in rows}
    if not names or any(name not in found for name in names):
        return {}
    return _sums(listing, [found[name] for name in names])


def tallied_of_all(reader: Reader, address: ListAddress) -> dict[str, int]:
    """The tallies over all rows that match; none where they are more than an action is done to at once."""
    listing = address.listing
    if not listing.tallies:
        return {}
    fields = [listing.key, *(name for one in listing.tallies for name in one.fields)]
    rows: list[Row] = []
    for row in every_row(reader, address, fields):
        rows.append(row)
        if len(rows) > MOST_AT_ONCE:
            return {}
    return _sums(listing, rows)


def _sums(listing: List, rows: Iterable[Row]) -> dict[str, int]:
    every = list(rows)
    return {one.name: sum(one.of(row) for row in every) for one in listing.tallies}
