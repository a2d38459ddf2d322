"""What every page of a list answers beside its rows."""

from typing import Annotated, NotRequired, TypedDict

from .field_types import NO_CUSTOMER


class Page(TypedDict):
    """A page of a list. `next` is the cursor of the page after it, None at the end; `seq` the last place of the
    company's feed of events when the first page was read: whoever has the whole list and then follows the feed from
    there misses nothing. `count` is that of all pages, where it was asked for."""

    next: Annotated[str | None, NO_CUSTOMER]
    seq: Annotated[int, NO_CUSTOMER]
    count: NotRequired[Annotated[int, NO_CUSTOMER]]
