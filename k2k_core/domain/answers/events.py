"""Events in feeds, notifications, webhook endpoints and deliveries."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, SELLERS, Code, Json, Moment
from .pages import Page


class FeedEvent(TypedDict):
    """An event in a company's feed, at place `seq`; the catalogue of events describes its `data`."""

    seq: int
    type: str
    data: Json
    at: Moment


class FeedPage(TypedDict):
    """Events of a company's feed, oldest first. Whoever goes on after `next_after` misses nothing, also where the last
    events were not of the types that were asked for; `oldest` is the place of the oldest event that is there."""

    items: list[FeedEvent]
    next_after: int
    oldest: int


class SentNotification(TypedDict):
    """A notification to one address. The body may contain amounts."""

    to: Annotated[str, NO_CUSTOMER]
    event: Annotated[str, NO_CUSTOMER]
    subject: Annotated[str, NO_CUSTOMER]
    body: Annotated[str, SELLERS]
    locale: Annotated[str, NO_CUSTOMER]


class ListedNotification(SentNotification):
    """A notification in a list, with the moment at which it was written."""

    at: Annotated[Moment, NO_CUSTOMER]


class Notifications(Page):
    """A page of notifications."""

    items: list[ListedNotification]


class Endpoint(TypedDict):
    """A web address to which a company's events are posted. `events` is empty for all types; `behind` counts the events
    of the feed that are not sent to it yet; `rests_until` is the end of a pause after failures."""

    code: Annotated[Code, NO_CUSTOMER]
    url: Annotated[str, NO_CUSTOMER]
    events: Annotated[list[str], NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    why: Annotated[str, NO_CUSTOMER]
    failures: Annotated[int, NO_CUSTOMER]
    rests_until: Annotated[Moment | None, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]
    old_secret_until: Annotated[Moment | None, NO_CUSTOMER]
    behind: Annotated[int, NO_CUSTOMER]


class Endpoints(Page):
    """A page of a company's endpoints."""

    items: list[Endpoint]


class NewEndpoint(TypedDict):
    """An endpoint that was added, with the secret that signs its deliveries: shown only once."""

    code: Code
    url: str
    events: list[str]
    state: str
    secret: str | None


class ChangedEndpoint(TypedDict):
    """An endpoint after a change."""

    code: Code
    url: str
    events: list[str]
    state: str


class RotatedSecret(TypedDict):
    """The new secret of an endpoint, shown only once, and until when the old one signs too."""

    code: Code
    secret: str | None
    old_secret_until: Moment


class EndpointTest(TypedDict):
    """The result of a test message."""

    delivered: bool
    error: str
    milliseconds: int


class Delivery(TypedDict):
    """A message to another system: a webhook to an `endpoint`, with its place `seq` in the feed, or a mail `to` an
    address, in no feed (0)."""

    id: Annotated[str, NO_CUSTOMER]
    company: Annotated[Code, NO_CUSTOMER]
    event: Annotated[str, NO_CUSTOMER]
    endpoint: Annotated[Code | None, NO_CUSTOMER]
    to: Annotated[str | None, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    attempts: Annotated[int, NO_CUSTOMER]
    error: Annotated[str, NO_CUSTOMER]
    seq: Annotated[int, NO_CUSTOMER]
    since: Annotated[Moment, NO_CUSTOMER]
    next_at: Annotated[Moment, NO_CUSTOMER]
    leased_until: Annotated[Moment | None, NO_CUSTOMER]
    done_at: Annotated[Moment | None, NO_CUSTOMER]


class Deliveries(Page):
    """A page of deliveries."""

    items: list[Delivery]


class DeliveryHealth(TypedDict):
    """The number of waiting and of dead deliveries of the network."""

    waiting: int
    oldest_seconds: int
    dead: int


class DeliveryCounts(TypedDict):
    """How many messages one round of sending delivered, failed to deliver, and gave up."""

    delivered: int
    failed: int
    dead: int
