"""What buyers see: the lots of a vendor and its buyers as one table, and why a lot is held back from one of them."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

OF_TULIP = {"code": "ANDES", "company": "ANDES", "transit_days": 2, "currency": "USD"}


@pytest.fixture
def browser(visit: Any, k2k: K2K) -> Browser:
    """A sales manager of ANDES with two buyers: TULIP pays in euros and has set no rate, and L2 is on hold for all."""
    lot = k2k.record("ANDES", "lots", "L1")
    shown = ("inventory_type", "product", "box_type", "boxes", "units_per_box", "unit_type", "price_a", "arrival_date")
    k2k.put("ANDES", "lots", [{"code": "L2", "on_hold": True, **{name: lot[name] for name in shown}}])
    k2k.put("ANDES", "customers", [{"code": "TULIP", "type": "A", "company": "TULIP"}])
    k2k.set("TULIP", settings={"multicurrency": True, "inbound_truck_freight": True, "cube_rate": "3"})
    k2k.put("TULIP", "vendors", [{**OF_TULIP, "exchange_rate": "0.9"}])
    k2k.propose("ANDES", "TULIP", by="ANDES")
    assert k2k.accept("ANDES", "TULIP", by="TULIP")["state"] == "active"
    k2k.put("TULIP", "vendors", [OF_TULIP])
    found: Browser = visit("sales_manager@andes.test")
    return found


def test_lots_and_buyers_are_one_table(browser: Browser) -> None:
    page = browser.get("/seen_by_buyers/").text
    heading = page.partition("Seen by")[2]
    assert "Bloom Wholesale Tulip Traders" in heading, "each buyer has a column"
    assert "1 of 2" in page
    assert "Sees it Held back by the buyer" in page, "the row of L1"
    assert "On hold On hold Held back by the buyer" in page, "the row of L2: every rule, one's own first"
    alone = browser.get("/seen_by_buyers/?buyer=BLOOM").text
    assert "1 of 1" in alone
    assert "Tulip Traders" not in alone
    assert "L1" not in browser.get("/seen_by_buyers/?view=none").text.partition("Seen by")[2]
    file = browser.client.get("/seen_by_buyers/?as=csv").get_data(as_text=True)
    assert file.splitlines()[0].endswith("Seen by,Bloom Wholesale,Tulip Traders")


def test_the_drawer_says_what_stops_a_lot_and_leads_to_what_is_ones_own(browser: Browser) -> None:
    page = browser.get("/seen_by_buyers/?why=seen:L2")
    assert "Held back by you" in page.text
    assert 'href="/inventory/?q=L2"' in page.html, "the hold is taken away there"
    assert "Held back by you and by the buyer" in page.text
    assert "no_exchange_rate" in page.text
    for figure in ("0.9", "multicurrency", "exchange_rate of", "EUR"):
        assert figure not in page.text.partition("Who sees this lot?")[2], figure
    assert browser.get("/seen_by_buyers/?why=seen:NONE").status == 404


def test_the_inventory_says_by_how_many_buyers_a_lot_is_seen(browser: Browser, visit: Any, k2k: K2K) -> None:
    page = browser.get("/inventory/")
    assert "1 of 2" in page.text
    assert "0 of 2" in page.text
    assert "Who sees this lot?" in browser.get("/inventory/?why=seen:L1").text
    product = {"code": "RED", "description": "Rose red", "category": "ROSES"}
    k2k.put("BLOOM", "categories", [{"code": "ROSES"}])
    k2k.put("BLOOM", "products", [product])
    lot = {"code": "OWN", "inventory_type": "open_market_boxes", "product": "RED", "box_type": "HB", "boxes": 1}
    more = {"units_per_box": 100, "unit_type": "stem", "arrival_date": "2026-02-01"}
    k2k.put("BLOOM", "lots", [{**lot, **more}])
    assert "Seen by" not in visit("sales_manager@bloom.test").get("/inventory/").text.partition("Available")[2]
