"""Facade methods for events: a company's feed, subscriptions to it, and notifications."""

from __future__ import annotations

from collections.abc import Callable

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.events import FeedEvent, SentNotification
from k2k_core.services.context import ServiceContext
from k2k_core.services.events import feeds, subscriptions
from k2k_core.services.events.subscriptions import Subscription


@validated
class Events:
    """What has happened, to read later or to be called with."""

    context: ServiceContext

    def events(self, company: str, after: int = 0, limit: int | None = None) -> list[FeedEvent]:
        """A company's events after place `after` of its feed, oldest first, at most `limit` of them."""
        return feeds.events(self.context, company, after, limit)

    def subscribe(self, company: str, callback: Callable[[FeedEvent], object]) -> Subscription:
        """Call `callback` with every change of availability and price that a company may see, after the commit and in
        the order of its feed, in a separate thread, until the subscription is closed."""
        return subscriptions.subscribe(self.context, company, callback)

    def notifications(self, company: str | None = None, event: str | None = None) -> list[SentNotification]:
        """The notifications sent to people of a company, oldest first; without a company those of the whole network."""
        return feeds.notifications(self.context, company, event)
