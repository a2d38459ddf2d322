"""A request from its arrival to its boxes, walked in Chromium by a buyer and a vendor at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in, too_wide, violations

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.mark.long
def test_a_request_goes_from_one_company_to_the_other_and_back(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    roses = {"category": "ROSES", "description": "Rose Red Freedom 60cm", "code": "RED"}
    k2k.put("BLOOM", "categories", [{"code": "ROSES"}])
    k2k.put("BLOOM", "products", [roses, {**roses, "code": "GLOBE", "description": "Disco globe"}])
    lines = [{"product": "RED", "boxes": 8}, {"product": "GLOBE", "boxes": 2}]
    k2k.purchase_order("BLOOM", "ANDES", lines, ship_date="2026-02-05")
    with (
        served(k2k, tmp_path) as port,
        logged_in(chromium, port, "procurement@bloom.test", "/purchase_orders/P-1001") as buyer,
        logged_in(chromium, port, "sales_manager@andes.test", "/requests/") as vendor,
    ):
        expect(vendor.get_by_role("heading", name="No buyer waits for an answer")).to_be_visible()
        buyer.get_by_role("button", name="Send to the vendor").click()
        expect(buyer.get_by_text("P-1001 is sent to its vendor.")).to_be_visible()

        vendor.reload()
        vendor.keyboard.press("j")
        vendor.keyboard.press("Enter")
        expect(vendor.get_by_role("heading", name="P-1001")).to_be_visible()
        vendor.keyboard.press("a")
        expect(vendor.get_by_text("P-1001 is accepted")).to_be_visible()

        vendor.keyboard.press("m")
        field = vendor.get_by_role("combobox", name="Your product, Disco globe")
        field.press_sequentially("red freedom")
        vendor.get_by_role("option", name="R-RED-60").click()
        expect(field).to_have_value("R-RED-60")
        vendor.keyboard.press("Control+Enter")
        expect(vendor.get_by_text("The products of P-1001 are mapped.")).to_be_visible()

        vendor.keyboard.press("f")
        expect(vendor.get_by_label("Boxes, Rose Red Freedom 60cm, L1").first).to_be_focused()
        assert violations(vendor) == []
        vendor.get_by_label("Boxes, Rose Red Freedom 60cm, L1").first.fill("6")
        vendor.keyboard.press("Control+Enter")
        expect(vendor.get_by_text("P-1001 is filled.")).to_be_visible()
        expect(vendor.locator("h1")).to_contain_text("Filled in part")

        buyer.reload()
        expect(buyer.get_by_text("Filled", exact=True)).to_be_visible()
        expect(buyer.get_by_text("Needed", exact=True)).to_have_count(1)
        vendor.set_viewport_size({"width": 390, "height": 900})
        for address in ("/requests/?view=all", f"{vendor.url}?do=fill"):
            vendor.goto(address)
            assert violations(vendor) == [], address
            assert not too_wide(vendor), address
    (order,) = k2k.orders("BLOOM", kind="purchase_order", lines=True, limit=1)["items"]
    assert sorted((one["state"], one["boxes"]) for one in order["lines"]) == [
        ("checked_out", 2),
        ("checked_out", 6),
        ("needed", 2),
    ]
