"""Cross-checks: rules that hold between the records of a network."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.services.setup.network_loading import read_network

LOT: dict[str, Any] = {
    "code": "L1",
    "inventory_type": "open_market_boxes",
    "product": "ROSE",
    "box_type": "HB",
    "boxes": 1,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-01-31",
}


def company(code: str = "ANDES", **collections: Any) -> dict[str, Any]:
    own = {
        "categories": [{"code": "ROSES"}],
        "products": [{"code": "ROSE", "description": "Rose", "category": "ROSES"}],
    }
    return {"code": code, "currency": "USD", "timezone": "America/Bogota", **own, **collections}


def paths(*companies: dict[str, Any], connections: list[dict[str, Any]] | None = None) -> list[str]:
    _, faults = read_network({"companies": list(companies), "connections": connections or []})
    return [fault["path"] for fault in faults]


def test_a_whole_network_has_no_faults() -> None:
    customers = [{"code": "BLOOM", "type": "A", "company": "BLOOM", "location": "HUB", "price_lists": ["P"]}]
    rows = [{"product": "ROSE", "box_type": "QB", "vendor": "ANY", "price": 1}]
    lists = [{"code": "P", "master": True, "seasons": [{"rows": rows}]}]
    andes = company(customers=customers, price_lists=lists, locations=[{"code": "HUB"}], lots=[LOT])
    connections = [{"vendor": "ANDES", "buyer": "BLOOM"}, {"vendor": "BLOOM", "buyer": "ANDES"}]
    assert paths(andes, company("BLOOM"), connections=connections) == []


@pytest.mark.parametrize(
    ("collections", "path"),
    [
        ({"lots": [{**LOT, "product": "X"}]}, "lots[0].product"),
        ({"lots": [{**LOT, "box_type": "X"}]}, "lots[0].box_type"),
        ({"lots": [{**LOT, "location": "X"}]}, "lots[0].location"),
        ({"lots": [LOT, LOT]}, "lots[1].code"),
        ({"products": [{"code": "ROSE", "description": "Rose", "category": "X"}]}, "products[0].category"),
        ({"customers": [{"code": "C", "type": "A", "location": "X"}]}, "customers[0].location"),
        ({"customers": [{"code": "C", "type": "A", "company": "X"}]}, "customers[0].company"),
        ({"customers": [{"code": "C", "type": "A", "price_lists": ["X"]}]}, "customers[0].price_lists[0]"),
        ({"vendors": [{"code": "V", "company": "X"}]}, "vendors[0].company"),
        ({"price_lists": [{"code": "A", "master": True}, {"code": "B", "master": True}]}, "price_lists[1].master"),
        (
            {"price_lists": [{"code": "A", "seasons": [{"rows": [{"product": "X", "price": 1}]}]}]},
            "price_lists[0].seasons[0].rows[0].product",
        ),
        ({"box_dimensions": [{"box_type": "X", "length": 1, "width": 1, "height": 1}]}, "box_dimensions[0].box_type"),
        (
            {"box_dimensions": [{"box_type": "HB", "length": 1, "width": 1, "height": 1}] * 2},
            "box_dimensions[1].box_type",
        ),
        ({"users": [{"email": "a@b.example"}, {"email": "a@b.example"}]}, "users[1].email"),
        ({"settings": {"gpm": 100}}, "settings.gpm"),
        ({"settings": []}, "settings"),
    ],
)
def test_a_record_that_names_nothing_is_a_fault(collections: dict[str, Any], path: str) -> None:
    assert paths(company(**collections)) == [f"companies[0].{path}"]


def test_box_codes_and_addresses_are_unique_in_the_network() -> None:
    andes = company(lots=[{**LOT, "box_codes": ["B1"]}], users=[{"email": "a@b.example"}])
    bloom = company("BLOOM", lots=[{**LOT, "box_codes": ["B1"]}], users=[{"email": "a@b.example"}])
    assert paths(andes, bloom) == ["companies[1].users[0].email", "companies[1].lots[0].box_codes[0]"]


def test_companies_and_connections_are_unique_and_known() -> None:
    connections = [
        {"vendor": "ANDES", "buyer": "BLOOM"},
        {"vendor": "ANDES", "buyer": "BLOOM"},
        {"vendor": "ANDES", "buyer": "ANDES"},
        {"vendor": "ANDES", "buyer": "X"},
    ]
    found = paths(company(), company("BLOOM"), company(), connections=connections)
    assert set(found) == {
        "companies[2].code",
        "connections[1].vendor",
        "connections[2].buyer",
        "connections[3].buyer",
    }


def test_a_fault_of_a_value_does_not_hide_those_between_records() -> None:
    broken = company(lots=[{**LOT, "boxes": -1, "product": "X"}, 7], customers=[{"code": "C", "price_lists": ["X"]}])
    assert set(paths(broken)) == {
        "companies[0].lots[0].boxes",
        "companies[0].lots[0].product",
        "companies[0].lots[1]",
        "companies[0].customers[0].type",
        "companies[0].customers[0].price_lists[0]",
    }


@pytest.mark.parametrize("data", [None, [], 7, {"companies": 7}, {"companies": [None]}, {"connections": {"a": 1}}])
def test_nonsense_is_refused_without_a_crash(data: object) -> None:
    _, faults = read_network(data)
    assert faults
