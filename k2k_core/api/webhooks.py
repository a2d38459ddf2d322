"""Facade methods for webhook endpoints and for deliveries: list, replay, send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.events import (
    ChangedEndpoint,
    Deliveries,
    Delivery,
    DeliveryCounts,
    DeliveryHealth,
    Endpoint,
    Endpoints,
    EndpointTest,
    NewEndpoint,
    RotatedSecret,
)
from k2k_core.errors import NotAllowed
from k2k_core.services import administration
from k2k_core.services import events as event_services
from k2k_core.services.lists.page_request import page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Webhooks:
    """Webhook endpoints and what is sent to them."""

    context: ServiceContext

    def add_endpoint(
        self, company: str, code: str, url: str, events: Sequence[str] = (), key: str | None = None
    ) -> NewEndpoint:
        """Post the events of a company's feed to `url` from now on, all or those of some types. The answer has the
        secret that signs them, which is shown only once, and again to a repeat with the same `key` while it is
        current."""
        return event_services.webhook_endpoints.add_endpoint(
            self.context, company, event_services.webhook_endpoints.EndpointRequest(code, url, events), key
        )

    @overload
    def endpoints(self, company: str) -> list[Endpoint]: ...

    @overload
    def endpoints(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Endpoints: ...

    def endpoints(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[Endpoint] | Endpoints:
        """A company's webhook endpoints and their states, without their secrets.

        With `limit`, or any argument but `company`, a page. Filters: `code` (several, with commas), `state`.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return event_services.webhook_endpoints.endpoints(self.context, company)
        return event_services.webhook_endpoints.page_of_endpoints(self.context, company, request)

    def change_endpoint(
        self,
        company: str,
        endpoint: str,
        url: str | None = None,
        events: Sequence[str] | None = None,
        active: bool | None = None,
        key: str | None = None,
    ) -> ChangedEndpoint:
        """Change an endpoint's address or event types, disable it, or enable it: it continues where it stopped."""
        return event_services.webhook_endpoints.change_endpoint(
            self.context, company, endpoint, event_services.webhook_endpoints.EndpointChange(url, events, active), key
        )

    def rotate_secret(self, company: str, endpoint: str, hours: int = 24, key: str | None = None) -> RotatedSecret:
        """Give an endpoint a new secret, shown only once (as by `add_endpoint`); for `hours` the old one signs too."""
        return event_services.webhook_endpoints.rotate_secret(self.context, company, endpoint, hours, key)

    def try_endpoint(self, company: str, endpoint: str, key: str | None = None) -> EndpointTest:
        """Post a message of type `webhook.test` at once: `{delivered, error, milliseconds}`."""
        return event_services.webhook_endpoints.try_endpoint(self.context, company, endpoint, key)

    @overload
    def deliveries(self, company: str | None = None, state: str | None = None) -> list[Delivery]: ...

    @overload
    def deliveries(
        self,
        company: str | None = None,
        state: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Deliveries: ...

    def deliveries(
        self,
        company: str | None = None,
        state: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[Delivery] | Deliveries:
        """The last 100 deliveries of a company, or of all, the newest first; `state` is `waiting`, `delivered` or
        `dead`.

        With `limit`, or any argument but `company` and `state`, a page. Filters: `state`, `endpoint`, `to`, `event`;
        `queued` sorts the oldest first.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return event_services.deliveries.deliveries(self.context, company, state)
        whole = replace(request, filters={"state": state, **request.filters})
        return event_services.deliveries.page_of_deliveries(self.context, company, whole)

    def replay(
        self,
        company: str,
        endpoint: str | None = None,
        messages: Sequence[str] | None = None,
        key: str | None = None,
    ) -> list[str]:
        """Retry dead deliveries of a company under their ids: all, those of an endpoint, or some. Returns the ids."""
        return event_services.deliveries.replay(self.context, company, endpoint, messages, key)

    def delivery_health(self) -> DeliveryHealth:
        """How many deliveries wait, for how many seconds the oldest has waited, and how many are dead, over the whole
        network."""
        return event_services.deliveries.health(self.context)

    def send_deliveries(self) -> DeliveryCounts:
        """Send everything that waits now, in this thread: `{delivered, failed, dead}`. A program that runs permanently
        has `k2k worker` beside it instead."""
        if not (self.context.actor.host or self.context.actor.operator):
            raise NotAllowed("Sending is for whoever runs the network.")
        sent = event_services.dispatcher.Dispatcher(self.context).drain()
        return {"delivered": sent["delivered"], "failed": sent["failed"], "dead": sent["dead"]}

    def tidy(self) -> int:
        """Delete the records of deliveries that arrived more than 30 days ago, and of jobs that ended more than 7 days
        ago; returns how many."""
        return administration.maintenance.tidy(self.context)
