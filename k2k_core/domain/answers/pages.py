"""The keys that every page of a list has beside its rows."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import EVERYBODY


class Page(TypedDict):
    """A page of a list. `next` is the cursor of the next page, None on the last one. `seq` is the last place of the
    company's event feed when the first page was read: a program that reads the whole list and then follows the feed
    from there misses nothing. `count` is the number of rows on all pages, if it was asked for."""

    next: Annotated[str | None, EVERYBODY]
    seq: Annotated[int, EVERYBODY]
    count: NotRequired[Annotated[int, EVERYBODY]]
