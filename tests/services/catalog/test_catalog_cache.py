"""A catalog is cached until something in it changes; then only what changed is computed again (domain section 3).

That a cached catalog always equals a newly computed one is tested in `tests/properties/test_catalog_cache.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from k2k_core import services
from k2k_core.api import K2K
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.errors import NotFound
from k2k_core.services.catalog.catalog_cache import MAX_SEARCHES, CachedCatalog, CatalogKey, new_catalog_cache
from k2k_core.services.catalog.columns import company_columns
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.store.tables import Awb
from k2k_sharing_rules import vendor_stock
from tests.properties.catalog_changes.network import BUYER, NOW, network

WEDNESDAY = dt.date(2026, 3, 11)


class Shop:
    """The network, with a clock to move and an eye on how many lots are computed."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        self.net = K2K.open(url, clock=lambda: self.now)
        self.net.load(network())
        self.judged: list[int] = []
        read = company_columns.stocks_of

        def counted(*asked: Any) -> Any:
            stocks, rows = read(*asked)
            self.judged.append(sum(len(stock.lots) for stock in stocks))
            return stocks, rows

        monkeypatch.setattr(company_columns, "stocks_of", counted)

    def lots(self, customer: str = "SHOP", **more: Any) -> dict[str, str | None]:
        """The price of each lot that the customer sees."""
        lines = self.net.catalog(BUYER, customer, **{"ship_date": WEDNESDAY, **more})["lines"]
        return {ref: line["price"] for line in lines for ref in line["lots"]}


@pytest.fixture
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    opened = Shop(database_url, monkeypatch)
    yield opened
    opened.net.close()


def test_a_page_of_a_network_at_rest_is_not_worked_out_again(shop: Shop) -> None:
    assert shop.lots() == shop.lots()
    assert len(shop.judged) == 1


def test_a_changed_lot_alone_is_worked_out_again(shop: Shop) -> None:
    before = shop.lots()
    shop.net.set("SIERRA", lot="V1", values={"price_a": "0.90"})
    after = shop.lots()
    assert shop.judged[1:] == [2], "the lot, and the one to come whose price may look at it"
    assert {ref for ref in before if before[ref] != after[ref]} == {"SIERRA/V1", "SIERRA/VF"}


def test_sold_boxes_are_in_the_next_page_and_a_sold_out_lot_is_not(shop: Shop) -> None:
    assert "ANDES/V3" in shop.lots()
    order = shop.net.add(BUYER, "SHOP", lot="ANDES/V3", boxes=3, ship_date=WEDNESDAY)
    assert "ANDES/V3" not in shop.lots()
    shop.net.cancel(BUYER, cart=order["cart"])
    assert "ANDES/V3" in shop.lots()


def test_a_lot_on_hold_is_gone_with_the_next_page(shop: Shop) -> None:
    shop.lots()
    shop.net.set("ANDES", lot="V1", values={"on_hold": True})
    assert "ANDES/V1" not in shop.lots()


def test_a_suspended_vendor_is_gone_with_the_next_page(shop: Shop) -> None:
    assert any(ref.startswith("ANDES/") for ref in shop.lots())
    shop.net.suspend("ANDES", BUYER, by="ANDES")
    assert not any(ref.startswith("ANDES/") for ref in shop.lots())


def test_the_minute_of_a_cut_off_ends_what_was_kept(shop: Shop) -> None:
    """ANDES closes at half past two in Bogota; from then on nothing leaves on the same day."""
    today = {"ship_date": NOW.date() + dt.timedelta(days=1)}
    shop.now = dt.datetime(2026, 3, 6, 19, 29, 59, tzinfo=dt.UTC)
    assert "ANDES/V1" in shop.lots(**today)
    shop.now += dt.timedelta(seconds=1)
    assert "ANDES/V1" not in shop.lots(**today)


def test_midnight_ends_what_was_kept(shop: Shop) -> None:
    """SIERRA shares boxes up to the age of ten: at midnight in Nairobi one is eleven days old."""
    shop.net.set("SIERRA", lot="V4", values={"arrival_date": "2026-02-24"})
    shop.now = dt.datetime(2026, 3, 6, 20, 59, 59, tzinfo=dt.UTC)
    assert "SIERRA/V4" in shop.lots()
    shop.now += dt.timedelta(seconds=1)
    assert "SIERRA/V4" not in shop.lots()


def test_boxes_that_come_onto_an_awb_move_the_prices_of_all_that_came_on_it(shop: Shop) -> None:
    shop.net.awb(BUYER, "176-1", freight="90")
    shop.net.set(BUYER, customer="LISTED", values={"landed_cost_as_price": True})
    before = shop.lots("LISTED")
    shop.net.set(BUYER, lot="OWN", values={"boxes": 60})
    after = shop.lots("LISTED")
    assert before["OWN2"] != after["OWN2"]


def test_boxes_that_come_onto_an_awb_of_a_vendor_move_what_it_asks_for_all_that_came_on_it(shop: Shop) -> None:
    shop.net.set("ANDES", settings={"freshness_on_ship_date": False})
    shop.net.awb("ANDES", "176-V", freight="90")
    shop.net.set("ANDES", customer="B", values={"landed_cost_as_price": True})
    before = shop.lots()
    shop.net.set("ANDES", lot="V1", values={"boxes": 60})
    after = shop.lots()
    assert before["ANDES/V3"] != after["ANDES/V3"]
    assert before["ANDES/V2"] == after["ANDES/V2"]


def test_of_all_awbs_that_were_ever_typed_only_those_of_lots_that_are_there_are_looked_at(shop: Shop) -> None:
    shop.net.awb(BUYER, "176-1", freight="90")
    store = shop.net.context.store
    with store.whole_network.writing() as session:
        buyer = shop.net.context.snapshots.get(session, BUYER).id
        session.insert(Awb, vendor_id=None, buyer_id=buyer, number="176-0", freight=90_000_000)
    with store.whole_network.reading() as session:
        assert [number for number, _ in AwbCostReader(session).of(buyer).costs] == ["176-1"]


def test_a_lot_on_hand_moves_the_prices_of_its_like_to_come(shop: Shop) -> None:
    before = shop.lots(ship_date=dt.date(2026, 3, 11))
    shop.net.set(BUYER, lot="OWN", values={"price_a": "0.95"})
    after = shop.lots(ship_date=dt.date(2026, 3, 11))
    assert before["LATER"] != after["LATER"]


def test_a_mapping_by_hand_moves_the_other_lots_of_the_product(shop: Shop) -> None:
    shop.net.put(BUYER, "products", [{"code": "PINK", "description": "Rose Pink", "category": "R"}])
    shop.lots()
    shop.net.map(BUYER, "ANDES/V1", product="PINK")
    lines = shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY, search="pink")["lines"]
    assert {"ANDES/V1", "ANDES/V3"} <= {ref for line in lines for ref in line["lots"]}


def test_a_line_that_is_gone_is_not_sold(shop: Shop) -> None:
    lines = shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)["lines"]
    (line,) = (line for line in lines if line["lots"] == ["SIERRA/V2"])
    shop.net.set("SIERRA", lot="V2", values={"on_hold": True})
    with pytest.raises(NotFound):
        shop.net.add(BUYER, "SHOP", line=line["line"], ship_date=WEDNESDAY)


def test_whoever_sells_a_line_judges_its_lots_alone(shop: Shop) -> None:
    (line, *_) = shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)["lines"]
    shop.judged.clear()
    shop.net.add(BUYER, "SHOP", line=line["line"], ship_date=WEDNESDAY)
    assert shop.judged == []


def test_catalogs_that_were_not_used_for_the_longest_time_make_room() -> None:
    kept = new_catalog_cache(max_catalogs=2, max_lots=100)
    keys = {name: CatalogKey(name) for name in "ABC"}

    def catalog(name: str) -> CachedCatalog:
        return kept.setdefault((1, keys[name]), lambda: CachedCatalog(keys[name]))

    first = catalog("A")
    catalog("B")
    assert catalog("A") is first
    catalog("C")
    kept.trim()
    assert len(kept) == 2
    assert catalog("A") is first


def test_catalogs_with_too_many_lots_make_room_but_for_the_last(shop: Shop) -> None:
    few = new_catalog_cache(max_lots=1)
    shop.net = K2K(replace(shop.net.context, catalogs=few))
    shop.lots()
    shop.lots("LISTED")
    assert len(few) == 1
    assert few.weight > 1


def test_an_order_of_the_lines_is_kept_until_a_lot_changes(shop: Shop) -> None:
    dear = {"sort": "-price", "search": "rose"}
    first = shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY, **dear)
    assert shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY, **dear) == first
    shop.net.set(BUYER, lot="OWN", values={"price_a": "9.99"})
    assert shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY, **dear)["lines"][0]["lots"][0] == "OWN"


def test_searches_are_kept_up_to_a_number(shop: Shop) -> None:
    for number in range(2 * MAX_SEARCHES):
        shop.net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY, search=f"rose {number}")
    (shelf,) = shop.net.context.catalogs._values.values()
    assert len(shelf._found) == MAX_SEARCHES


def test_what_a_plugin_that_failed_has_answered_is_not_kept(
    shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_box, failing = vendor_stock.mixed_box, [True]

    def check(request: EligibilityRequest) -> Denial | None:
        if failing and request.lot.ref == "V1":
            raise RuntimeError("not yet")
        return mixed_box(request)

    monkeypatch.setattr(vendor_stock, "mixed_box", check)
    shop.net.close()
    with K2K.open(database_url, clock=lambda: NOW) as net:
        held_back = net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)
        failing.clear()
        complete = net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)
        assert held_back != complete
        assert net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY) == complete


def test_nothing_that_works_out_a_catalog_looks_at_the_time_but_through_its_moment() -> None:
    """So nothing that time changes can be forgotten: the moment alone knows until when a catalog holds."""
    rooms = ("catalog/assortment", "catalog/catalog_version", "catalog/prices", "dates/planners", "pricing/pricer")
    for room in (*rooms, "pricing/vendor_prices", "sharing/shared_inventory"):
        source = Path(services.__path__[0], f"{room}.py").read_text(encoding="utf-8")
        asked = [word for word in ("session.now", ".clock", "datetime.now", ".today(") if word in source]
        assert not asked, f"{room}: {asked}"
