"""What of the facade sends: endpoints of webhooks, deliveries, and sending them.

`k2k_core.api.K2K` is the whole facade.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.doorstep import looked_over
from k2k_core.errors import NotAllowed
from k2k_core.services import deliveries, endpoints, tidying
from k2k_core.services.dispatch import Dispatcher
from k2k_core.services.office import Office

Answer = dict[str, Any]


@looked_over
class Delivering:
    """What an open network sends to the world outside."""

    office: Office

    def add_endpoint(self, company: str, code: str, url: str, events: Sequence[str] = ()) -> Answer:
        """Post what happens from now on to `url`: every event of the company's feed, or those of some types. Answers
        the secret that signs them, this once."""
        return endpoints.add_endpoint(self.office, company, code, url, events)

    def endpoints(self, company: str) -> list[Answer]:
        """A company's endpoints and how they are doing, without their secrets."""
        return endpoints.endpoints(self.office, company)

    def change_endpoint(
        self,
        company: str,
        endpoint: str,
        url: str | None = None,
        events: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> Answer:
        """Change an endpoint, disable it, or let it go on where it stopped."""
        return endpoints.change_endpoint(self.office, company, endpoint, url, events, active)

    def rotate_secret(self, company: str, endpoint: str, hours: int = 24) -> Answer:
        """Give an endpoint a new secret, answered this once; for some hours the old one signs too."""
        return endpoints.rotate_secret(self.office, company, endpoint, hours)

    def try_endpoint(self, company: str, endpoint: str) -> Answer:
        """Post a message of type `webhook.test` at once: `{delivered, error, milliseconds}`."""
        return endpoints.try_endpoint(self.office, company, endpoint)

    def deliveries(self, company: str | None = None, state: str | None = None, limit: int = 100) -> list[Answer]:
        """What is on its way, has arrived (`delivered`) or has not (`dead`), the newest first."""
        return deliveries.deliveries(self.office, company, state, limit)

    def replay(
        self, company: str, endpoint: str | None = None, messages: Sequence[str] | None = None
    ) -> list[str]:
        """Let dead deliveries of a company try again under their ids: all, those of an endpoint, or some ids."""
        return deliveries.replay(self.office, company, endpoint, messages)

    def delivery_health(self) -> Answer:
        """How many deliveries wait, for how long the oldest has, and how many are dead, over the whole network."""
        return deliveries.health(self.office)

    def deliver(self) -> Answer:
        """Send everything that waits now, in this thread's time: `{delivered, failed, dead}`. A program that runs all
        the time has `k2k worker` beside it instead."""
        if not (self.office.actor.host or self.office.actor.operator):
            raise NotAllowed("Sending is for whoever runs the network.")
        return {"delivered": 0, "failed": 0, "dead": 0, **Dispatcher(self.office).drain()}

    def tidy(self) -> int:
        """Forget deliveries that arrived more than 30 days ago; how many."""
        return tidying.tidy(self.office)
