"""Deliveries to other systems: their states, and which of them must stay in order.

An event goes to each endpoint of its company, a notification to its address. Each of these is a delivery: it waits, is
leased by one sender, and ends as delivered or, after too many attempts, as dead (architecture section 3, "Events").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
STATES = (WAITING, DELIVERED, DEAD)

ACTIVE, DISABLED = "active", "disabled"
"""States of an endpoint. Nothing is sent to a disabled one and nothing is lost: once enabled, it continues where it
stopped."""

WEBHOOK, MAIL = "webhook", "mail"
CHANNELS = (WEBHOOK, MAIL)


_NUMBERS = ("document", "purchase_order", "sales_order", "vendor_document", "order", "number", "cart", "awb")
"""Fields of an event's data that contain the number of a document."""


def lines_named(data: Mapping[str, Any]) -> list[str]:
    """The order lines that an event is about."""
    carried = [*data.get("lines", ()), *data.get("dropped", ())]
    named = [data.get("line"), data.get("needed_line")]
    named += [line["line"] if isinstance(line, Mapping) else line for line in carried]
    return [str(line) for line in named if line is not None]


def documents_of(data: Mapping[str, Any], numbers_of_line: Callable[[str], Iterable[str]]) -> list[str]:
    """The documents that an event is about. Deliveries to one endpoint that share a document are sent one after the
    other.

    `numbers_of_line` maps an order line to its documents, so that an event about a line waits for those about its
    order. Documents of two companies may have the same number: then one delivery waits for the other, which does no
    harm.
    """
    found = [str(data[name]) for name in _NUMBERS if data.get(name) is not None]
    found += [str(number) for number in data.get("sales_orders", ())]
    found += [number for line in lines_named(data) for number in numbers_of_line(line)]
    if "box_code" in data:
        found.append(f"box {data['box_code']}")
    found += [f"{name} {data[name]}" for name in ("job", "draft") if name in data]
    if "collection" in data:
        found.append(f"{data['collection']} {data.get('code', '')}")
    if "setting" in data:
        found.append(f"setting {data['setting']}")
    if "seal" in data:
        found.append("audit")
    if not found and "vendor" in data:  # offers of a vendor, or a connection
        found.append(f"vendor {data['vendor']}")
    if not found and "lot" in data:
        found.append(f"vendor {str(data['lot']).partition('/')[0]}")
    return list(dict.fromkeys(found))
