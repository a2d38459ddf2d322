"""Facade methods for events: a company's feed, subscriptions to it, and notifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.events import FeedEvent, FeedPage, Notifications, SentNotification
from k2k_core.services import events as event_services
from k2k_core.services.lists.page_request import page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Events:
    """What has happened, to read later or to be called with."""

    context: ServiceContext

    @overload
    def events(self, company: str, after: int = 0, limit: int | None = None) -> list[FeedEvent]: ...

    @overload
    def events(
        self,
        company: str,
        after: int = 0,
        limit: int | None = None,
        *,
        types: Sequence[str],
        wait: int | None = None,
    ) -> FeedPage: ...

    @overload
    def events(
        self,
        company: str,
        after: int = 0,
        limit: int | None = None,
        types: Sequence[str] | None = None,
        *,
        wait: int,
    ) -> FeedPage: ...

    def events(
        self,
        company: str,
        after: int = 0,
        limit: int | None = None,
        types: Sequence[str] | None = None,
        wait: int | None = None,
    ) -> list[FeedEvent] | FeedPage:
        """A company's events after place `after` of its feed, oldest first, at most `limit` of them. Raises `FeedGone`
        where events after that place are deleted, or the network was restored to a state before it: then read the lists
        anew.

        With `types` (an empty list for all) or `wait`, a page: at most 1,000 events, where to go on (`next_after`), and
        the place of the oldest event. `wait` is how many seconds, 60 at the most, to wait for the first event.
        """
        request = event_services.feed_request.feed_request(after, limit, types, wait)
        if types is None and wait is None:
            return event_services.feeds.events(self.context, company, request)
        return event_services.feeds.page_of_events(self.context, company, request)

    def subscribe(
        self, company: str, callback: Callable[[FeedEvent], object], types: Sequence[str] | None = None
    ) -> event_services.subscriptions.Subscription:
        """Call `callback` with every change of availability and price that a company may see, or with the events of
        `types` (an empty list for all), after the commit and in the order of its feed, in a separate thread, until the
        subscription is closed."""
        return event_services.subscriptions.subscribe(self.context, company, callback, types)

    @overload
    def notifications(self, company: str | None = None, event: str | None = None) -> list[SentNotification]: ...

    @overload
    def notifications(
        self,
        company: str | None = None,
        event: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Notifications: ...

    def notifications(
        self,
        company: str | None = None,
        event: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[SentNotification] | Notifications:
        """The notifications sent to people of a company, oldest first; without a company those of the whole network.

        With `limit`, or any argument but `company` and `event`, a page. Filters: `event`, `to`, `since` and `until`
        (moments); `-at` sorts the latest first.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return event_services.feeds.notifications(self.context, company, event)
        whole = replace(request, filters={"event": event, **request.filters})
        return event_services.feeds.page_of_notifications(self.context, company, whole)
