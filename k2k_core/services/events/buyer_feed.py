"""Filters the events of vendors' offers for a buyer: only lots that the buyer may see are named (domain section 3).

A vendor records a change once, with all its lots; which of them a buyer may see is decided when the buyer reads. A lot
that is not shared with the buyer is not named; if somebody edited such a lot, the buyer may have seen it before, and
gets an event without lots: something of the vendor's changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from k2k_core.domain.events import ALWAYS
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.sharing.shared_inventory import LotSelection, shared_inventories
from k2k_core.store.database.session import Row, Session
from k2k_core.store.events.feeds import Entry
from k2k_core.store.inventory.lots import CODE

_IGNORED_DENIALS = {"sold_out"}
"""Denials that do not hide a lot's events: a buyer has to know that nothing is left."""


def for_buyer(context: ServiceContext, session: Session, buyer: CompanySnapshot, rows: Sequence[Row]) -> list[Entry]:
    """The events of vendors' feeds (`store.events.feeds.UnreadBatch.rows`) as one buyer may read them, in order."""
    changes = [(event_id, data, at) for _, _, _, event_id, data, at in rows if "buyer" not in data]
    seen = _seen(context, session, buyer, [data for _, data, _ in changes])
    return [
        (event_id if one is data else None, one, at) for event_id, data, at in changes for one in _readable(data, seen)
    ]


def _readable(data: dict[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:
    """One event unchanged, or the part of it that the buyer may read."""
    if "available" not in data:
        yield data
        return
    edited = set(data.get("edited", ()))
    about = {name: data[name] for name in ALWAYS if name in data}
    left = {lot: number for lot, number in data["available"].items() if lot in seen}
    if len(left) == len(data["available"]) and not edited:
        yield data
        return
    if left:
        moved = {lot: number for lot, number in data.get("movement", {}).items() if lot in left}
        numbers = {"available": left} | ({"movement": moved} if moved else {})
        yield {**about, "vendor": data["vendor"], "lots": list(left), **numbers}
    if edited - left.keys():
        yield {**about, "vendor": data["vendor"]}


def _seen(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, changes: Sequence[dict[str, Any]]
) -> set[str]:
    """Which of the named lots (`VENDOR/LOT`) their vendors share with the buyer now."""
    named = list(dict.fromkeys(lot for data in changes for lot in data.get("lots", ())))
    if not named:
        return set()
    _, pairs = shared_inventories(context, session, buyer, AwbCostReader(session), LotSelection(named))
    return {
        f"{vendor}/{row[CODE]}"
        for vendor, pair in pairs.items()
        for row, denials in zip(pair.rows, pair.denials(), strict=True)
        if {denial.code for denial in denials} <= _IGNORED_DENIALS
    }
