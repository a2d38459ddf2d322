"""Type errors about events and deliveries."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def hear(event: str) -> None:
    """Takes a text."""


def mistakes(k2k: K2K) -> None:
    event = k2k.events("BLOOM")[0]
    use(event["sequence"])  # error: TypedDict "FeedEvent" has no key "sequence"
    use(event["seq"] + "1")  # error: Unsupported operand types for +
    use(k2k.subscribe("BLOOM", hear))  # error: Argument 2 to "subscribe"
    use(k2k.notifications("BLOOM")[0]["address"])  # error: TypedDict "SentNotification" has no key "address"
    use(k2k.endpoints("BLOOM")[0]["secret"])  # error: TypedDict "Endpoint" has no key "secret"
    use(k2k.deliveries()[0]["done_at"] > 0)  # error: Unsupported operand types for
    use(k2k.delivery_health()["late"])  # error: TypedDict "DeliveryHealth" has no key "late"
    use(k2k.try_endpoint("BLOOM", "erp")["ms"])  # error: TypedDict "EndpointTest" has no key "ms"
    use(k2k.notifications("BLOOM", limit=9)["items"][0]["sent"])  # error: has no key "sent"
    use(k2k.deliveries("BLOOM", limit=9)["items"][0]["number"])  # error: TypedDict "Delivery" has no key "number"
    use(k2k.endpoints("BLOOM", limit=9)["items"][0]["secret"])  # error: TypedDict "Endpoint" has no key "secret"
