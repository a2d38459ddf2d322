"""A buyer with very many vendors: no query grows with their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.services.catalog.catalog_cache import CatalogKey, read_catalog_in
from k2k_core.services.events.buyer_feed import for_buyer
from k2k_core.store.events.feeds import unread_batch
from tests.properties.catalog_changes.network import DAYS, NOW, lot

VENDORS = [f"V{number}" for number in range(130)]
WEDNESDAY = dt.date(2026, 3, 11)


def _vendor(code: str) -> dict[str, Any]:
    days = dict.fromkeys(DAYS, "")
    return {
        "code": code,
        "currency": "USD",
        "timezone": "America/Bogota",
        "settings": {"gpm": 30},
        "categories": [{"code": "R"}],
        "products": [{"code": "ROSE", "description": "Rose", "category": "R"}],
        "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": 10}],
        "customers": [{"code": "B", "type": "A", "company": "BLOOM", "days_of_service": days}],
        "lots": [lot("L")],
    }


def _buyer() -> dict[str, Any]:
    costs = {"gpm": 30, "k2k_gpm": 30, "inbound_truck_freight": True, "cube_rate": 1}
    return {
        "code": "BLOOM",
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {**costs, "auto_map_products": True, "autoconfirm": True, "vendor_in_group": "when_shown"},
        "vendors": [{"code": code, "company": code, "currency": "USD", "transit_days": 1} for code in VENDORS],
        "customers": [{"code": "SHOP", "type": "A"}],
    }


@pytest.fixture
def net(database_url: str) -> Iterator[K2K]:
    opened = K2K.open(database_url, clock=lambda: NOW)
    connections = [{"vendor": code, "buyer": "BLOOM", "state": "active"} for code in VENDORS]
    opened.load({"companies": [*map(_vendor, VENDORS), _buyer()], "connections": connections})
    yield opened
    opened.close()


def _lots(net: K2K) -> list[str]:
    lines = net.catalog("BLOOM", "SHOP", ship_date=WEDNESDAY)["lines"]
    return sorted(ref for line in lines for ref in line["lots"])


@pytest.mark.long
def test_a_catalog_of_many_vendors_is_kept_and_their_changes_are_taken_in(net: K2K) -> None:
    assert _lots(net) == sorted(f"{code}/L" for code in VENDORS)
    for code in VENDORS:
        net.set(code, lot="L", values={"on_hold": True})
    assert _lots(net) == []
    told = [event["data"]["vendor"] for event in net.events("BLOOM") if event["type"] == "offer.changed"]
    assert told == VENDORS


@pytest.mark.long
def test_what_many_vendors_did_is_taken_in_by_a_handful_of_statements(net: K2K) -> None:
    for code in VENDORS:
        net.set(code, lot="L", values={"boxes": 5})
    with net.context.store.whole_network.reading() as session:
        company = net.context.snapshots.get(session, "BLOOM")
        entries = for_buyer(net.context, session, company, unread_batch(session, company.id).rows)
        assert len(entries) == len(VENDORS)
        assert session.queries < 40


def test_what_awbs_of_many_vendors_cost_is_read_at_once(net: K2K) -> None:
    for code in VENDORS:
        net.put(code, "lots", [{**lot("L"), "awb": f"AWB-{code}"}])
        net.awb(code, f"AWB-{code}", freight="100")
    dearer = _statements_of_a_page(net)
    assert dearer < 30
    assert _statements_of_a_page(net) < 10


def _statements_of_a_page(net: K2K) -> int:
    with net.context.store.whole_network.reading() as session:
        company = net.context.snapshots.get(session, "BLOOM")
        visit = CatalogKey("SHOP", WEDNESDAY)
        found = read_catalog_in(net.context, session, company, visit, lambda shelf: shelf.lots)
        assert found == len(VENDORS)
        return session.queries
