"""What happened to a document, who is told of what happens to it next, and who watches it."""

from typing import Annotated, TypedDict

from .field_types import COMPANY, NO_CUSTOMER, Code, Json, Moment
from .pages import Page


class LinkedDocument(TypedDict):
    """Another document with lines of a document; `company` is whose number it is."""

    company: Annotated[Code, NO_CUSTOMER]
    kind: Annotated[str, NO_CUSTOMER]
    number: Annotated[Code, NO_CUSTOMER]


class TimelineEntry(TypedDict):
    """Something that happened to a document, to a line or a box of it, or to another document of its lines. `event` is
    a type of the event catalogue, with its `facts`; `document` is the company's document that it is about; `said` is
    the same as a sentence; `by` is who did it, if that was one of the company's own people."""

    id: Annotated[int, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]
    event: Annotated[str, NO_CUSTOMER]
    document: Annotated[Code | None, NO_CUSTOMER]
    line: Annotated[str | None, NO_CUSTOMER]
    box_code: Annotated[Code | None, NO_CUSTOMER]
    facts: Annotated[Json, NO_CUSTOMER]
    said: Annotated[str, NO_CUSTOMER]
    by: Annotated[str | None, COMPANY]


class Timeline(Page):
    """A page of what happened to a `document`, oldest first, with the documents that it is `linked` with."""

    document: Annotated[Code, NO_CUSTOMER]
    kind: Annotated[str, NO_CUSTOMER]
    linked: Annotated[list[LinkedDocument], NO_CUSTOMER]
    items: list[TimelineEntry]


class ToldRole(TypedDict):
    """Who is told of an `event` by mail, by their `role`: a salesperson, a customer, or the setting that names the
    addresses; `customer` is whose record has them. `to` are the addresses, None on the other company's side."""

    company: Annotated[Code, COMPANY]
    event: Annotated[str, COMPANY]
    role: Annotated[str, COMPANY]
    customer: Annotated[Code | None, COMPANY]
    to: Annotated[list[str] | None, COMPANY]


class WatchedDocument(TypedDict):
    """A document that a person watches: `email` is told, once, when none of its lines waits in a cart or for approval
    any more; `until` is when the last of them ends by itself."""

    document: Code
    kind: str
    email: str
    watching: bool
    until: Moment | None
