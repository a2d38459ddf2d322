"""Boxes travel through the cross dock: seen, priced, ordered, confirmed, labelled, staged, shipped, billed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Invalid, NotVisible

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SHIP = "2026-02-05"
PLUGIN, WAY = "k2k_sample_cross_dock", "cross_dock"
DOCK = {"dock": "Miami Dock", "street": "1 Cargo Road", "city": "Miami"}
ROSES: dict[str, Any] = {
    "categories": [{"code": "ROSES"}],
    "products": [{"code": "R60", "description": "Rose Red", "category": "ROSES"}],
    "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
}
ANDES: dict[str, Any] = {
    "code": "ANDES",
    "name": "Andes Farms",
    "currency": "USD",
    "timezone": "America/Bogota",
    **ROSES,
    "customers": [{"code": "BLOOM", "type": "A", "company": "BLOOM"}],
    "lots": [
        {
            "code": "L1",
            "inventory_type": "open_market_boxes",
            "product": "R60",
            "box_type": "HB",
            "boxes": 4,
            "units_per_box": 250,
            "unit_type": "stem",
            "price_a": "0.30",
            "arrival_date": "2026-02-01",
            "box_codes": ["B1", "B2", "B3", "B4"],
        }
    ],
}
BLOOM: dict[str, Any] = {
    "code": "BLOOM",
    "name": "Bloom Wholesale",
    "currency": "USD",
    "timezone": "America/New_York",
    **ROSES,
    "settings": {
        "k2k_gpm": 28,
        "freight_per_fbe": 25,
        "inbound_truck_freight": True,
        "cube_rate": "3.50",
        "auto_map_products": True,
        "autoconfirm": True,
        "auto_billing": "confirm",
    },
    "vendors": [{"code": "ANDES", "company": "ANDES", "transit_days": 1}],
    "customers": [
        {"code": "C-1", "name": "Corner Florist", "type": "B", "ship_via": "choice"},
        {"code": "C-2", "name": "Dale", "type": "B"},
    ],
}
NETWORK = {"companies": [ANDES, BLOOM], "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}]}


@pytest.fixture
def k2k() -> Iterator[K2K]:
    with K2K.open("sqlite://", clock=lambda: NOW) as opened:
        opened.load(NETWORK)
        opened.set_plugin("BLOOM", PLUGIN, DOCK)
        yield opened
        assert opened.verify() == []


def test_the_flight_is_paid_and_the_truck_is_not(k2k: K2K) -> None:
    (over,), (through,) = (k2k.price("BLOOM", "C-1", ["ANDES/L1"], ship_via=way) for way in (WAY, "warehouse"))
    assert over["components"] == {"unit_cost": "0.3", "freight": "0.05", "handling": "0"}
    assert (over["landed_cost"], over["price"]) == ("0.35", "0.49")
    assert "inbound_truck" in through["components"]


def test_boxes_travel_over_the_dock_to_the_invoice(k2k: K2K) -> None:
    (line,) = k2k.catalog("BLOOM", "C-1", SHIP, ship_via=WAY)["lines"]
    assert (line["price"], line["available"]) == ("0.49", 4)
    cart = k2k.add("BLOOM", "C-1", line=line["line"], boxes=2, ship_date=SHIP, ship_via=WAY)
    k2k.checkout("BLOOM", cart=cart["cart"])
    order = k2k.show("ANDES", cart["sales_order"])
    assert (order["ship_via"], order["vendor_ship_date"]) == (WAY, "2026-02-04")
    assert order["ship_to"] == {**order["ship_to"], "name": "Miami Dock for Corner Florist", "city": "Miami"}
    confirmed = k2k.confirm("ANDES", cart["sales_order"])
    labels = k2k.labels("ANDES", awb=confirmed["awb"])
    assert [label["box_code"] for label in labels] == confirmed["box_codes"] == ["B1", "B2"]
    assert all("Miami Dock for Corner Florist" in label["text"] for label in labels)
    assert [box["state"] for box in k2k.staging("BLOOM", confirmed["awb"])] == ["staged", "staged"]
    k2k.ship("ANDES", confirmed["awb"])
    assert k2k.staging("BLOOM") == []
    assert k2k.show("BLOOM", cart["prebook"])["lines"][0]["state"] == "billed"
    (invoice,) = (one for one in k2k.orders("BLOOM") if one["kind"] == "invoice")
    assert (invoice["customer"], invoice["total"]) == ("C-1", "245.00")


def test_it_has_awbs_of_its_own_with_real_costs_of_their_own(k2k: K2K) -> None:
    awbs = []
    for way in (WAY, "warehouse"):
        cart = k2k.add("BLOOM", "C-1", lot="ANDES/L1", boxes=1, ship_date=SHIP, ship_via=way)
        k2k.checkout("BLOOM", cart=cart["cart"])
        awbs.append(k2k.confirm("ANDES", cart["sales_order"])["awb"])
    assert awbs[0] != awbs[1]
    (cost,) = k2k.awb("BLOOM", awbs[0], freight=50)["landed_costs"]
    assert (cost["estimated"], cost["actual"]) == ("0.35", "0.5")


def test_a_customer_of_the_warehouse_does_not_have_it_unless_it_becomes_its_own_way(k2k: K2K) -> None:
    wish = {"buyer": "BLOOM", "customer": "C-2", "lot": "ANDES/L1", "boxes": 1, "ship_date": SHIP, "ship_via": WAY}
    assert k2k.visible("BLOOM", "C-2", ["ANDES/L1"], SHIP, ship_via=WAY)[0]["reasons"] == ["ship_via_not_allowed"]
    with pytest.raises(NotVisible):
        k2k.add(**wish)
    k2k.set("BLOOM", customer="C-2", values={"ship_via": WAY})
    assert k2k.add(**wish)["lines"][0]["price"] == "0.49"
    assert k2k.what_if("BLOOM", [{"settings": {"freight_per_fbe": 50}}])["moved"] > 0


def test_a_company_without_a_dock_does_not_have_it(k2k: K2K) -> None:
    with pytest.raises(Invalid, match="no ship via 'cross_dock'"):
        k2k.price("ANDES", "BLOOM", ["L1"], ship_via=WAY)
    with pytest.raises(Invalid, match="'cross_dock' is not one of grower, warehouse or choice"):
        k2k.put("ANDES", "customers", [{"code": "C-9", "type": "A", "ship_via": WAY}])


def test_an_awb_still_ships_when_the_dock_is_closed_and_its_boxes_are_confirmed_by_hand(k2k: K2K) -> None:
    cart = k2k.add("BLOOM", "C-1", lot="ANDES/L1", boxes=1, ship_date=SHIP, ship_via=WAY)
    k2k.checkout("BLOOM", cart=cart["cart"])
    confirmed = k2k.confirm("ANDES", cart["sales_order"])
    k2k.set_plugin("BLOOM", PLUGIN, {"dock": ""})
    k2k.ship("ANDES", confirmed["awb"])
    assert [box["box_code"] for box in k2k.staging("BLOOM")] == confirmed["box_codes"]
    assert k2k.receive("BLOOM", confirmed["box_codes"])[0]["outcome"] == "billed"
    for company in ("ANDES", "BLOOM"):  # neither of them has the way by now
        assert k2k.invoice_file(company, "I-1001").content
