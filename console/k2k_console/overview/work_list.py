"""What waits for the reader, as the overview lists it: when it ends, and the page that deals with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from k2k_console.frame import local_moment, page_of
from k2k_console.overview.work_words import sentence, title
from k2k_console.translations import later
from k2k_core.domain.orders import NUMBER_PREFIX, PURCHASE_ORDER

TONES = {"error": "bad", "warning": "warn"}
URGENCY = ("error", "warning", "info")


@dataclass(frozen=True)
class Place:
    """Where a kind of work is done: the page, its view or filters, and what the link to it says."""

    page: str
    label: str
    given: tuple[tuple[str, str], ...] = ()
    record: bool = False


PLACES: Mapping[str, Place] = {
    "carts": Place("carts", later("See carts")),
    "to_approve": Place("carts", later("Approve"), record=True),
    "overdue": Place("orders", later("Confirm"), (("view", "overdue"),), record=True),
    "to_confirm": Place("orders", later("Confirm"), (("view", "to-confirm"),), record=True),
    "to_accept": Place("requests", later("See requests"), (("view", "to-answer"),)),
    "to_fill": Place("requests", later("Fill from lots"), (("view", "to-fill"),)),
    "overdue_at_vendors": Place("purchase_orders", later("See orders"), (("view", "overdue"),), record=True),
    "to_receive": Place("staging", later("Staging area")),
    "to_bill": Place("staging", later("See boxes")),
    "dead_deliveries": Place("webhooks", later("Send again")),
    "quarantine": Place("plugins", later("See what failed")),
    "to_accept_connections": Place("connections", later("See connections")),
    "not_ready": Place("connections", later("See what is missing")),
    "unmapped_offers": Place("offers", later("Map offers"), (("view", "to-map"),)),
}
"""Kind of work → its page; what has none is dealt with elsewhere."""

PURCHASES_TO_APPROVE = Place("purchase_orders", later("Approve"), (("view", "to-approve"),), record=True)


@dataclass(frozen=True)
class Waiting:
    """A line of the list. `address` is empty where no page deals with it, or none that the reader may open."""

    kind: str
    count: int
    tone: str
    title: str
    sentence: str
    due_at: str | None
    due: str
    address: str
    label: str


def waiting(items: Sequence[Mapping[str, Any]]) -> list[Waiting]:
    """What waits, first what ends first; of what has no end, first what fails."""
    urgent = sorted(items, key=lambda one: (one["due_at"] is None, one["due_at"] or "", URGENCY.index(one["tone"])))
    return [_line(one) for one in urgent]


def _line(item: Mapping[str, Any]) -> Waiting:
    kind, count = str(item["kind"]), int(item["count"])
    place = _place(kind, item["facts"])
    return Waiting(
        kind,
        count,
        TONES.get(item["tone"], ""),
        title(kind, count),
        sentence(item),
        item["due_at"],
        local_moment(item["due_at"]),
        _address(place, item) if place is not None else "",
        str(place.label) if place is not None else "",
    )


def _place(kind: str, facts: Mapping[str, Any]) -> Place | None:
    purchases = NUMBER_PREFIX[PURCHASE_ORDER]
    if kind == "to_approve" and all(str(one["number"]).startswith(purchases) for one in facts["orders"]):
        return PURCHASES_TO_APPROVE
    return PLACES.get(kind)


def _address(place: Place, item: Mapping[str, Any]) -> str:
    base = page_of(place.page)
    if not base:
        return ""
    if place.record and item["count"] == 1:
        return url_for(f"{place.page}.record_view", key=item["facts"]["orders"][0]["number"])
    return f"{base}?{urlencode(place.given)}" if place.given else base
