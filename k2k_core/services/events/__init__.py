"""Event feeds, subscriptions, webhook endpoints, deliveries and mails."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.events import deliveries as deliveries
    from k2k_core.services.events import dispatcher as dispatcher
    from k2k_core.services.events import feed_request as feed_request
    from k2k_core.services.events import feeds as feeds
    from k2k_core.services.events import outbound_messages as outbound_messages
    from k2k_core.services.events import subscriptions as subscriptions
    from k2k_core.services.events import webhook_endpoints as webhook_endpoints
else:
    __getattr__ = submodules_of(__name__)
