"""What a search over everything of a company finds."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, Code


class SearchHit(TypedDict):
    """Something that a search found: its `kind` (`document`, `box`, `lot`, `awb`, `customer`, `vendor`, `user`,
    `product` or `setting`), its code or number, a title for people, its `type` (the kind of a document, the state of a
    box, the inventory type of a lot) and how it was found: `exact`, `prefix` or `contains`."""

    kind: Annotated[str, NO_CUSTOMER]
    code: Annotated[Code, NO_CUSTOMER]
    title: Annotated[str, NO_CUSTOMER]
    type: Annotated[str, NO_CUSTOMER]
    match: Annotated[str, NO_CUSTOMER]


class SearchHits(TypedDict):
    """What was found, the best matches first; `more` names the kinds of which there is more than is returned."""

    items: Annotated[list[SearchHit], NO_CUSTOMER]
    more: Annotated[list[str], NO_CUSTOMER]
