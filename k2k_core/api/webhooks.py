"""Facade methods for webhook endpoints and for deliveries: list, replay, send."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.events import (
    ChangedEndpoint,
    Delivery,
    DeliveryCounts,
    DeliveryHealth,
    Endpoint,
    EndpointTest,
    NewEndpoint,
    RotatedSecret,
)
from k2k_core.errors import NotAllowed
from k2k_core.services.administration.maintenance import tidy
from k2k_core.services.context import ServiceContext
from k2k_core.services.events import deliveries, webhook_endpoints
from k2k_core.services.events.dispatcher import Dispatcher
from k2k_core.services.events.webhook_endpoints import EndpointChange, EndpointRequest


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
        return webhook_endpoints.add_endpoint(self.context, company, EndpointRequest(code, url, events), key)

    def endpoints(self, company: str) -> list[Endpoint]:
        """A company's webhook endpoints and their states, without their secrets."""
        return webhook_endpoints.endpoints(self.context, company)

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
        return webhook_endpoints.change_endpoint(
            self.context, company, endpoint, EndpointChange(url, events, active), key
        )

    def rotate_secret(self, company: str, endpoint: str, hours: int = 24, key: str | None = None) -> RotatedSecret:
        """Give an endpoint a new secret, shown only once (as by `add_endpoint`); for `hours` the old one signs too."""
        return webhook_endpoints.rotate_secret(self.context, company, endpoint, hours, key)

    def try_endpoint(self, company: str, endpoint: str, key: str | None = None) -> EndpointTest:
        """Post a message of type `webhook.test` at once: `{delivered, error, milliseconds}`."""
        return webhook_endpoints.try_endpoint(self.context, company, endpoint, key)

    def deliveries(self, company: str | None = None, state: str | None = None, limit: int = 100) -> list[Delivery]:
        """Deliveries of a company, or of all, the newest first; `state` is `waiting`, `delivered` or `dead`."""
        return deliveries.deliveries(self.context, company, state, limit)

    def replay(
        self,
        company: str,
        endpoint: str | None = None,
        messages: Sequence[str] | None = None,
        key: str | None = None,
    ) -> list[str]:
        """Retry dead deliveries of a company under their ids: all, those of an endpoint, or some. Returns the ids."""
        return deliveries.replay(self.context, company, endpoint, messages, key)

    def delivery_health(self) -> DeliveryHealth:
        """How many deliveries wait, for how many seconds the oldest has waited, and how many are dead, over the whole
        network."""
        return deliveries.health(self.context)

    def send_deliveries(self) -> DeliveryCounts:
        """Send everything that waits now, in this thread: `{delivered, failed, dead}`. A program that runs permanently
        has `k2k worker` beside it instead."""
        if not (self.context.actor.host or self.context.actor.operator):
            raise NotAllowed("Sending is for whoever runs the network.")
        sent = Dispatcher(self.context).drain()
        return {"delivered": sent["delivered"], "failed": sent["failed"], "dead": sent["dead"]}

    def tidy(self) -> int:
        """Delete the records of deliveries that arrived more than 30 days ago, and of jobs that ended more than 7 days
        ago; returns how many."""
        return tidy(self.context)
