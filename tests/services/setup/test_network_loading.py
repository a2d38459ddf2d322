"""Companies and their records are loaded into the network whole, or not at all."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, InsufficientStock, Invalid, NotAllowed, NotFound
from k2k_core.services.setup import network_loading, puts
from k2k_core.store import tables
from k2k_core.store.inventory import stock_ledger

LOT: dict[str, Any] = {
    "code": "L1",
    "inventory_type": "open_market_boxes",
    "product": "ROSE",
    "box_type": "HB",
    "boxes": 3,
    "units_per_box": 100,
    "unit_type": "stem",
    "price_a": "0.30",
    "arrival_date": "2026-02-01",
}
ANDES: dict[str, Any] = {
    "code": "ANDES",
    "currency": "USD",
    "timezone": "America/Bogota",
    "settings": {"gpm": 30, "max_age": None},
    "categories": [{"code": "ROSES"}],
    "products": [{"code": "ROSE", "description": "Rose", "category": "ROSES"}],
    "customers": [{"code": "BLOOM", "type": "A", "company": "BLOOM"}],
    "vendors": [{"code": "FARM"}],
}
BLOOM: dict[str, Any] = {"code": "BLOOM", "currency": "EUR", "timezone": "America/New_York"}


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)) as opened:
        network, faults = network_loading.read_network({"companies": [ANDES, BLOOM]})
        assert faults == []
        network_loading.load_network(opened.context, network)
        yield opened


def boxes(k2k: K2K, lot: str = "L1") -> dict[str, str]:
    box, at = tables.Box, tables.Lot
    query = (
        box.select(box.code, box.state).join(at, on=at.id == box.lot_id).where(at.code == lot).order_by(box.position)
    )
    with k2k.context.store.whole_network.reading() as session:
        assert stock_ledger.ledger_faults(session) == []
        return dict(session.rows(query))


def numbers(k2k: K2K, lot: str = "L1") -> tuple[int, int]:
    table = tables.Lot
    with k2k.context.store.whole_network.reading() as session:
        found = session.first(table.select(table.boxes, table.available).where(table.code == lot))
    assert found is not None
    return found[0], found[1]


def stored(k2k: K2K, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
    with k2k.context.store.whole_network.reading() as session:
        return session.rows(table.select(*columns).order_by(table.id))


def put(k2k: K2K, collection: str, *rows: dict[str, Any], company: str = "ANDES") -> None:
    answer = puts.put(k2k.context, company, collection, list(rows))
    assert (answer["collection"], answer["records"]) == (collection, len(rows))


def test_every_company_has_the_standard_boxes(k2k: K2K) -> None:
    box = tables.BoxType
    codes = [code for (code,) in stored(k2k, box, box.code)]
    assert codes == ["FB", "HB", "QB", "EB"] * 2


def test_a_vendor_without_a_currency_has_the_companys_own(k2k: K2K) -> None:
    put(k2k, "vendors", {"code": "FARM", "transit_days": 2}, company="BLOOM")
    vendor = tables.Vendor
    found = stored(k2k, vendor, vendor.code, vendor.currency, vendor.transit_days)
    assert found == [("FARM", "USD", None), ("FARM", "EUR", 2)]


def test_a_network_is_loaded_whole_or_not_at_all(k2k: K2K) -> None:
    network, _ = network_loading.read_network({"companies": [{**BLOOM, "code": "NEW"}, BLOOM]})
    with pytest.raises(Conflict, match="BLOOM"):
        network_loading.load_network(k2k.context, network)
    assert len(stored(k2k, tables.Company, tables.Company.id)) == 2


CONNECTED = {"connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}]}


@pytest.mark.parametrize(
    "person",
    [
        Actor("admin@bloom.example", "BLOOM", frozenset({"admin"})),
        Actor("one@florist.example", "BLOOM", customer="C-1"),
    ],
)
@pytest.mark.parametrize("network", [CONNECTED, {}, {"connections": [{"vendor": "NOBODY", "buyer": "BLOOM"}]}])
def test_only_who_runs_the_network_connects_companies_that_nobody_has_asked(
    k2k: K2K, person: Actor, network: dict[str, object]
) -> None:
    with pytest.raises(NotAllowed) as refused:
        k2k.on_behalf_of(person).load(network)
    assert "NOBODY" not in refused.value.message
    assert stored(k2k, tables.Connection, tables.Connection.id) == []


def test_companies_that_are_connected_already_are_not_connected_again(k2k: K2K) -> None:
    k2k.on_behalf_of(Actor("operator@network.example", None)).load(CONNECTED)
    with pytest.raises(Conflict, match="ANDES and BLOOM are connected"):
        k2k.load(CONNECTED)
    assert len(stored(k2k, tables.Connection, tables.Connection.id)) == 1


def test_a_company_can_join_later(k2k: K2K) -> None:
    answer = network_loading.add_company(
        k2k.context, {**BLOOM, "code": "LATE", "vendors": [{"code": "A", "company": "ANDES"}]}
    )
    assert answer["name"] == "LATE"
    with pytest.raises(Conflict):
        network_loading.add_company(k2k.context, {**BLOOM, "code": "LATE"})
    with pytest.raises(Invalid) as refused:
        network_loading.add_company(
            k2k.context, {"code": "X Y", "settings": {"gpm": 100}, "vendors": [{"code": "A", "company": "?"}]}
        )
    paths = {fault["path"] for fault in refused.value.faults}
    assert paths == {"code", "currency", "timezone", "settings.gpm", "vendors[0].company"}


def test_boxes_without_codes_get_them_and_given_ones_keep_theirs(k2k: K2K) -> None:
    put(k2k, "lots", LOT, {**LOT, "code": "L2", "box_codes": ["B3", "B1", "B2"]})
    assert list(boxes(k2k, "L2")) == ["B3", "B1", "B2"]
    assert len(set(boxes(k2k))) == 3
    assert numbers(k2k) == numbers(k2k, "L2") == (3, 3)


def test_loose_units_have_a_number_and_no_boxes(k2k: K2K) -> None:
    put(k2k, "lots", {**LOT, "inventory_type": "open_market_units", "boxes": 500})
    assert numbers(k2k) == (500, 500)
    assert boxes(k2k) == {}


def test_a_box_code_is_never_given_twice(k2k: K2K) -> None:
    put(k2k, "lots", {**LOT, "box_codes": ["B1", "B2", "B3"]})
    other = {**LOT, "code": "L2", "boxes": 1}
    for code in ("B2", "K0000009-001"):
        with pytest.raises(Invalid) as refused:
            puts.put(k2k.context, "ANDES", "lots", [{**other, "box_codes": [code]}])
        assert refused.value.faults[0]["path"] == "lots[0].box_codes[0]"


def test_a_lot_that_comes_again_is_brought_to_its_new_number(k2k: K2K) -> None:
    put(k2k, "lots", LOT)
    put(k2k, "lots", {**LOT, "boxes": 5, "price_a": "0.35"})
    assert numbers(k2k) == (5, 5)
    assert list(boxes(k2k).values()) == ["in_stock"] * 5
    put(k2k, "lots", {**LOT, "boxes": 1})
    assert numbers(k2k) == (1, 1)
    assert list(boxes(k2k).values()) == ["in_stock"] + ["withdrawn"] * 4
    put(k2k, "lots", {**LOT, "boxes": 2})
    assert list(boxes(k2k).values()) == ["in_stock"] + ["withdrawn"] * 4 + ["in_stock"]


def test_the_codes_of_a_lot_are_exactly_those_that_came_last(k2k: K2K) -> None:
    put(k2k, "lots", {**LOT, "box_codes": ["B1", "B2", "B3"]})
    put(k2k, "lots", {**LOT, "boxes": 2, "box_codes": ["B3", "B4"]})
    assert boxes(k2k) == {"B1": "withdrawn", "B2": "withdrawn", "B3": "in_stock", "B4": "in_stock"}
    assert numbers(k2k) == (2, 2)


def test_boxes_that_are_sold_cannot_be_edited_away(k2k: K2K) -> None:
    put(k2k, "lots", LOT)
    with k2k.context.store.whole_network.writing() as session:
        lot = tables.Lot
        company_id, lot_id = session.rows(lot.select(lot.company_id, lot.id))[0]
        stock_ledger.take(session, company_id, lot_id, 2, "sold")
    with pytest.raises(InsufficientStock):
        puts.put(k2k.context, "ANDES", "lots", [{**LOT, "boxes": 1}])
    assert numbers(k2k) == (3, 1)
    put(k2k, "lots", {**LOT, "boxes": 2})
    assert numbers(k2k) == (2, 0)


def test_a_lot_stays_boxes_or_loose_units(k2k: K2K) -> None:
    put(k2k, "lots", LOT)
    with pytest.raises(Conflict):
        puts.put(k2k.context, "ANDES", "lots", [{**LOT, "inventory_type": "open_market_units"}])


def test_a_record_that_comes_again_replaces_the_one_that_is_there(k2k: K2K) -> None:
    put(k2k, "customers", {"code": "BLOOM", "type": "B", "name": "Bloom"}, {"code": "NEW", "type": "A"})
    customer = tables.Customer
    found = stored(k2k, customer, customer.code, customer.type, customer.name, customer.company)
    assert found == [("BLOOM", "B", "Bloom", None), ("NEW", "A", "NEW", None)]


def test_price_lists_are_replaced_with_their_seasons_and_have_one_master(k2k: K2K) -> None:
    def price_list(code: str, *prices: int) -> dict[str, Any]:
        rows = [{"product": "ROSE", "price": price} for price in prices]
        return {"code": code, "master": True, "seasons": [{"name": "all", "rows": rows}]}

    put(k2k, "price_lists", price_list("P", 1, 2))
    put(k2k, "price_lists", price_list("P", 3))
    assert stored(k2k, tables.PriceRow, tables.PriceRow.price) == [(3_000_000,)]
    with pytest.raises(Conflict, match="P and Q"):
        puts.put(k2k.context, "ANDES", "price_lists", [price_list("Q", 4)])
    put(k2k, "price_lists", {**price_list("P", 5), "master": False}, price_list("Q", 6))


def test_dimensions_are_replaced_by_box_and_product(k2k: K2K) -> None:
    size = {"box_type": "HB", "length": 40, "width": 12, "height": 10}
    put(k2k, "box_dimensions", size, {**size, "product": "ROSE"})
    put(k2k, "box_dimensions", {**size, "height": 11})
    table = tables.BoxDimensions
    assert sorted(stored(k2k, table, table.height)) == [(10_000_000,), (11_000_000,)]


def test_rows_may_name_what_is_there_already_and_nothing_else(k2k: K2K) -> None:
    with pytest.raises(Invalid) as refused:
        puts.put(k2k.context, "ANDES", "lots", [LOT, {**LOT, "code": "L2", "product": "TULIP", "boxes": -1}])
    assert {fault["path"] for fault in refused.value.faults} == {"lots[1].product", "lots[1].boxes"}
    with pytest.raises(NotFound):
        puts.put(k2k.context, "ANDES", "flowers", [])
    with pytest.raises(NotFound):
        puts.put(k2k.context, "NOBODY", "lots", [LOT])


def test_whoever_writes_needs_the_role(k2k: K2K) -> None:
    def acting(*roles: str, company: str = "ANDES") -> Any:
        return k2k.context.on_behalf_of(Actor("a@b.example", company, frozenset(roles)))

    puts.put(acting("sales_manager"), "ANDES", "lots", [LOT])
    puts.put(acting("setup"), "ANDES", "customers", [{"code": "C", "type": "A"}])
    for context, collection in (
        (acting("warehouse"), "lots"),
        (acting("sales_manager"), "customers"),
        (acting("setup"), "users"),
        (acting("admin", company="BLOOM"), "lots"),
    ):
        with pytest.raises(NotAllowed):
            puts.put(context, "ANDES", collection, [])


def test_an_address_has_one_account_in_the_network(k2k: K2K) -> None:
    put(k2k, "users", {"email": "ana@k2k.example", "roles": ["admin"]})
    put(k2k, "users", {"email": "ana@k2k.example", "roles": ["setup"]})
    with pytest.raises(Conflict):
        puts.put(k2k.context, "BLOOM", "users", [{"email": "ana@k2k.example"}])
    assert stored(k2k, tables.User, tables.User.roles) == [(["setup"],)]


def test_ten_thousand_lots_with_ten_boxes_each_take_seconds() -> None:
    lots = [{**LOT, "code": f"L{number}", "boxes": 10} for number in range(10_000)]
    began = time.perf_counter()
    network, faults = network_loading.read_network({"companies": [{**ANDES, "lots": lots}, BLOOM]})
    assert faults == []
    with K2K.open("sqlite://") as k2k:
        network_loading.load_network(k2k.context, network)
        assert len(stored(k2k, tables.Box, tables.Box.id)) == 100_000
    assert time.perf_counter() - began < 60
