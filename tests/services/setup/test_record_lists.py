"""A company's records are read back as they were written, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import CursorMismatch, Invalid, NotFound
from k2k_core.schemas.network import COLLECTIONS
from k2k_core.services.setup.record_lists import SHAPES
from k2k_core.store.lists.records import LISTINGS
from tests.services.conftest import LOT, Trade

WHOLE: dict[str, list[dict[str, Any]]] = {
    "locations": [{"code": "HUB", "name": "Bogotá", "k2k_gpm": "12.5", "connected": False}, {"code": "MIA"}],
    "users": [
        {"email": "ana@andes.example", "name": "Ána", "roles": ["admin", "warehouse"], "locale": "es"},
        {"email": "bob@andes.example"},
    ],
    "categories": [{"code": "LILIES", "name": "Lírios", "local_after": 5}],
    "products": [
        {
            "code": "LILY",
            "description": "Lírio 70",
            "category": "ROSES",
            "variety": "Stargazer",
            "color": "rosé",
            "grade": "70",
            "local_after": 0,
        }
    ],
    "box_types": [{"code": "XB", "name": "Extra", "fbe": "1.25"}],
    "box_dimensions": [
        {"box_type": "QB", "length": "40", "width": "12.5", "height": "6"},
        {"box_type": "QB", "product": "R-RED-60", "length": "41", "width": "12", "height": "7.000001"},
    ],
    "customers": [
        {
            "code": "C-1",
            "name": "Ñandú",
            "email": "n@corner.example",
            "type": "B",
            "ship_via": "choice",
            "landed_cost_as_price": True,
            "ecommerce_markup": {"percent": "12.5"},
            "price_lists": ["MAIN"],
            "price_b_markup": {"amount": "0.02"},
            "sell_fast_markup": {"percent": "0"},
            "show_fob_price": True,
            "charge_fuel_surcharge": True,
            "outbound_cube_rate": "3.25",
            "min_age": -2,
            "max_age": 7,
            "days_of_service": {"mon": "TRUCK"},
            "salesperson_email": "s@andes.example",
            "location": "HUB",
            "ship_to": {"name": "Dock", "city": "Medellín", "country": "CO"},
            "credit_hold": True,
            "additional_charges": [{"name": "Fuel", "percent": "-2.5"}, {"name": "Box", "per_box": "1.25"}],
            "send_invoice_to": ["a@x.example"],
            "send_checkout_notification_to": ["b@x.example", "c@x.example"],
            "show_vendor": False,
            "locale": "es",
        },
        {"code": "C-2", "type": "A", "company": "SIERRA"},
    ],
    "vendors": [
        {"code": "FARM", "name": "Fínca", "currency": "EUR", "exchange_rate": "1.1", "port": "UIO", "transit_days": 0},
        {"code": "SIE", "company": "SIERRA"},
    ],
    "carriers": [{"code": "TRUCK", "name": "Camión", "cut_offs": {"mon": "1400", "sun": "no_shipping"}}],
    "price_lists": [
        {
            "code": "MAIN",
            "name": "Máin",
            "type": "season",
            "master": True,
            "everyone": True,
            "active": False,
            "seasons": [
                {
                    "name": "S",
                    "start": "2026-01-01",
                    "end": "2026-02-01",
                    "rows": [
                        {"product": "R-RED-60", "box_type": "HB", "vendor": "FARM", "price": "0.5", "cost": "0.25"},
                        {"product": "R-RED-60", "price": "0.6"},
                    ],
                },
                {"name": "always", "rows": []},
            ],
        }
    ],
    "lots": [
        {
            **LOT,
            "price_a": "0.3",
            "code": "FULL",
            "vendor": "FARM",
            "location": "HUB",
            "boxes": 2,
            "awb": "AWB 7",
            "port": "BOG",
            "on_hold": True,
            "solid": False,
            "sell_fast": True,
            "remark": "Tell us before noon.",
            "web_price": "0.41",
            "price_b": "0.42",
            "price_b_manual": "0.43",
            "unit_price": "0.44",
            "va_price": "0.45",
            "purchase_order_price": "0.46",
            "last_price": {"price": "0.47", "typed_on": "2026-01-30", "arrival_date": "2026-01-29"},
            "box_codes": ["X1", "X2"],
        },
        {**LOT, "price_a": "0.4", "code": "UNITS", "inventory_type": "open_market_units", "boxes": 300},
    ],
}
"""For each collection a record with every field, and one with hardly any."""

ORDER = ("locations", "categories", "carriers", "vendors", "products", "price_lists")


@pytest.fixture
def net(trade: Trade) -> K2K:
    for collection in (*ORDER, *(name for name in WHOLE if name not in ORDER)):
        trade.net.put("ANDES", collection, WHOLE[collection])
    return trade.net


def walk(net: K2K, collection: str, limit: int, **asked: Any) -> list[dict[str, Any]]:
    """Every record, page by page."""
    found, cursor = [], None
    while True:
        page = net.records("ANDES", collection, limit=limit, cursor=cursor, **asked)
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def key_of(collection: str, row: dict[str, Any]) -> str:
    if collection == "box_dimensions":
        return f"{row['box_type']}:{row['product']}" if row["product"] else row["box_type"]
    return str(row["email" if collection == "users" else "code"])


def test_every_collection_has_a_list_and_a_shape_with_every_field() -> None:
    assert set(LISTINGS) == set(COLLECTIONS) == set(SHAPES) == set(WHOLE)
    for collection, schema in COLLECTIONS.items():
        fields = set(schema().fields)
        assert set(SHAPES[collection].__annotations__) == {*fields, "version"}, collection
        assert fields - set().union(*WHOLE[collection]) == set(), "a record of the test has every field"


@pytest.mark.parametrize("collection", WHOLE)
def test_a_record_that_is_read_can_be_put_as_it_is_and_changes_nothing(net: K2K, collection: str) -> None:
    before = net.records("ANDES", collection)["items"]
    assert len(before) >= len(WHOLE[collection])
    for row in before:
        code = key_of(collection, row)
        assert net.record("ANDES", collection, code) == row
        net.put("ANDES", collection, [row])
    net.put("ANDES", collection, before)
    assert net.records("ANDES", collection)["items"] == before
    assert net.verify() == []


@pytest.mark.parametrize("collection", WHOLE)
def test_a_record_is_read_with_what_was_written(net: K2K, collection: str) -> None:
    for row in WHOLE[collection]:
        read = net.record("ANDES", collection, key_of(collection, {"product": None, **row}))
        assert set(read) == {*COLLECTIONS[collection]().fields, "version"}
        if collection != "price_lists":
            assert {name: read[name] for name in row} == row


def test_every_record_comes_once_in_the_order_of_each_sort(net: K2K) -> None:
    for collection, listing in LISTINGS.items():
        whole = net.records("ANDES", collection)["items"]
        for sort in (None, *listing.sorts):
            up = walk(net, collection, 1, sort=sort)
            assert sorted(map(repr, up)) == sorted(map(repr, whole)), (collection, sort)
            assert walk(net, collection, 2, sort=sort) == up
            if sort is not None:
                assert walk(net, collection, 1, sort=f"-{sort}") == up[::-1]
                present = [row[sort] for row in up if row[sort] is not None]
                assert [row[sort] for row in up][: len(present)] == present, "what is not there comes last"
                assert present == sorted(present)


def test_pages_are_searched_and_filtered_and_counted(net: K2K) -> None:
    def codes(collection: str, **asked: Any) -> list[str]:
        page = net.records("ANDES", collection, count=True, **asked)
        assert page["count"] == len(page["items"])
        return [key_of(collection, row) for row in page["items"]]

    assert codes("customers", q="NANDU") == ["C-1"]
    assert codes("customers", q="ñandú corner") == ["C-1"]
    assert codes("lots", q="lirio") == []
    assert codes("lots", q="freedom farm") == ["FULL"]
    assert codes("lots", filters={"on_hold": True}) == ["FULL"]
    assert codes("lots", on_hold="no", inventory_type="open_market_units") == ["UNITS"]
    assert codes("products", category="ROSES", code="LILY,NONE") == ["LILY"]
    assert codes("products", filters={"code": ["LILY", "R-RED-60"]}) == ["LILY", "R-RED-60"]
    assert codes("customers", filters={"company": "SIERRA"}) == ["C-2"]
    assert codes("customers", filters={"company": None}, credit_hold=True) == ["C-1"]
    assert [row["price"] for row in net.price_rows("ANDES", {"on": "2026-01-15"}, sort="-price")["items"]] == [
        "0.6",
        "0.5",
    ]
    assert net.price_rows("ANDES", {"on": "2026-03-01"}, count=True) | {"seq": 0} == {
        "items": [],
        "next": None,
        "seq": 0,
        "count": 0,
    }


def test_a_page_names_the_place_in_the_feed_of_the_first_page(net: K2K) -> None:
    last = net.events("ANDES")[-1]["seq"]
    page = net.records("ANDES", "box_types", limit=1)
    assert page["seq"] == last
    net.put("ANDES", "box_types", [{"code": "ZB"}])
    assert net.records("ANDES", "box_types", limit=1, cursor=page["next"])["seq"] == last
    assert net.records("ANDES", "box_types", limit=1)["seq"] > last


def test_only_the_fields_that_are_asked_for_are_answered(net: K2K) -> None:
    assert net.records("ANDES", "lots", code="FULL", fields=["code", "boxes"])["items"] == [
        {"code": "FULL", "boxes": 2}
    ]


WRONG: dict[str, Callable[[K2K], object]] = {
    "limit": lambda k: k.records("ANDES", "lots", limit=0),
    "limit ": lambda k: k.records("ANDES", "lots", limit=1001),
    "sort": lambda k: k.records("ANDES", "lots", sort="colour"),
    "fields": lambda k: k.records("ANDES", "lots", fields=["colour"]),
    "colour": lambda k: k.records("ANDES", "lots", filters={"colour": "red"}),
    "on_hold": lambda k: k.records("ANDES", "lots", on_hold="perhaps"),
    "on": lambda k: k.price_rows("ANDES", {"on": "2026-02-31"}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_list_cannot_be_asked_is_refused_with_its_name(net: K2K, what: str) -> None:
    with pytest.raises(Invalid) as refused:
        WRONG[what](net)
    assert [fault["path"] for fault in refused.value.faults] == [what.strip()]


def test_a_cursor_belongs_to_its_list_filters_sort_reader_and_company(net: K2K) -> None:
    cursor = net.records("ANDES", "box_types", limit=1)["next"]
    assert cursor is not None
    warehouse = net.on_behalf_of(Actor("w@andes.example", "ANDES", frozenset(("warehouse",))))
    foreign: list[Callable[[], object]] = [
        lambda: net.records("BLOOM", "box_types", limit=1, cursor=cursor),
        lambda: net.records("ANDES", "categories", cursor=cursor),
        lambda: net.records("ANDES", "box_types", cursor=cursor, q="b"),
        lambda: net.records("ANDES", "box_types", cursor=cursor, sort="name"),
        lambda: net.records("ANDES", "box_types", cursor=cursor, archived=True),
        lambda: warehouse.records("ANDES", "box_types", cursor=cursor),
        *(lambda c=c: net.records("ANDES", "box_types", cursor=c) for c in _tampered(cursor)),
    ]
    told = set()
    for ask in foreign:
        with pytest.raises(CursorMismatch) as refused:
            ask()
        told.add(str(refused.value.as_dict()))
    assert len(told) == 1, "each is refused like a cursor that somebody made up"
    assert net.records("ANDES", "box_types", limit=1000, cursor=cursor)["items"], "another limit is no other list"


def _tampered(cursor: str) -> list[str]:
    changed = [f"{cursor[:at]}{'A' if cursor[at] != 'A' else 'B'}{cursor[at + 1 :]}" for at in range(len(cursor))]
    return [*changed, cursor[:-1], cursor + "A", cursor + "=", "", "c_", "c_é", "x"]


def test_a_reader_neither_sees_nor_sorts_nor_filters_by_what_is_not_for_them(net: K2K) -> None:
    salesperson = net.on_behalf_of(Actor("s@andes.example", "ANDES", frozenset(("salesperson",))))
    warehouse = net.on_behalf_of(Actor("w@andes.example", "ANDES", frozenset(("warehouse",))))
    assert "unit_cost" not in salesperson.record("ANDES", "lots", "FULL")
    assert salesperson.record("ANDES", "lots", "FULL")["web_price"] == "0.41"
    assert "web_price" not in warehouse.record("ANDES", "lots", "FULL")
    for reader, sort in ((salesperson, "unit_cost"), (warehouse, "unit_cost"), (warehouse, "web_price")):
        with pytest.raises(Invalid) as hidden:
            reader.records("ANDES", "lots", sort=sort)
        with pytest.raises(Invalid) as unknown:
            reader.records("ANDES", "lots", sort="colour")
        assert hidden.value.message.replace(sort, "colour") == unknown.value.message
    with pytest.raises(Invalid):
        salesperson.records("ANDES", "vendors", filters={"currency": "EUR"})
    with pytest.raises(Invalid):
        warehouse.records("ANDES", "lots", fields=["web_price"])


def test_what_nobody_has_is_not_found(net: K2K) -> None:
    for collection in COLLECTIONS:
        with pytest.raises(NotFound):
            net.record("ANDES", collection, "NOBODY")
    with pytest.raises(NotFound):
        net.records("ANDES", "ghosts")
    with pytest.raises(NotFound):
        net.record("NOWHERE", "lots", "L1")
