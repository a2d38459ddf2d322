"""A buyer's own codes for a vendor's box types and carriers apply to that buyer only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed, NotFound
from tests.services.conftest import HALF, Trade

DAILY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "NIGHT")


def _with_own_boxes(companies: dict[str, Any]) -> None:
    """The vendor packs in boxes of its own making; the buyer has a price and a surcharge for its own kind."""
    andes, bloom = companies["ANDES"], companies["BLOOM"]
    andes["box_types"] = [{"code": "MEDIA", "fbe": "0.4"}]
    andes["box_dimensions"] = [{**HALF, "box_type": "MEDIA"}]
    andes["customers"][0]["days_of_service"] = DAILY
    andes["lots"] = [{**lot, "box_type": "MEDIA"} for lot in andes["lots"]]
    bloom["box_types"] = [{"code": "HALF", "fbe": "0.5"}]
    rows = [{"product": "FREEDOM", "box_type": "HALF", "price": "0.90"}]
    bloom["price_lists"] = [
        {
            "code": "L",
            "type": "all",
            "seasons": [{"name": "All", "start": "2026-01-01", "end": "2026-12-31", "rows": rows}],
        }
    ]
    bloom["settings"] |= {"price_lists_for_k2k": True}
    bloom["customers"][0]["price_lists"] = ["L"]


@pytest.fixture
def trade(open_trade: Callable[..., Trade]) -> Trade:
    return open_trade(_with_own_boxes)


def box_types(trade: Trade, company: str, document: str) -> list[str]:
    return [line["box_type"] for line in trade.net.show(company, document)["lines"]]


def test_without_a_word_of_the_buyer_a_code_means_the_same(trade: Trade) -> None:
    needed = {point["requirement"]: point["detail"] for point in trade.net.readiness("ANDES", "BLOOM")}
    assert "MEDIA" in needed["box_types"]
    assert trade.net.catalog("BLOOM", "C-100", "2026-02-05")["lines"][0]["box_type"] == "MEDIA"
    assert trade.net.code_names("BLOOM", "ANDES") == {
        "buyer": "BLOOM",
        "vendor": "ANDES",
        "box_types": {},
        "carriers": {},
    }


def test_a_mapped_box_type_is_known_has_its_own_price_rows_and_stands_in_the_catalog(trade: Trade) -> None:
    before = trade.net.price("BLOOM", "C-100", ["ANDES/L1"])[0]
    answer = trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", "HALF")
    assert answer == {"buyer": "BLOOM", "vendor": "ANDES", "box_type": "MEDIA", "own": "HALF", "findings": []}
    assert "box_types" not in {point["requirement"] for point in trade.net.readiness("ANDES", "BLOOM")}
    after = trade.net.price("BLOOM", "C-100", ["ANDES/L1"])[0]
    assert (before["step"], after["step"], after["price"]) == ("k2k_gpm", "price_list", "0.90")
    assert after["landed_cost"] == before["landed_cost"]  # what a box measures is the vendor's
    page = trade.net.catalog("BLOOM", "C-100", "2026-02-05")["lines"]
    assert {line["box_type"] for line in page if line["lots"][0].startswith("ANDES/")} == {"HALF"}
    trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", None)
    assert trade.net.price("BLOOM", "C-100", ["ANDES/L1"])[0]["step"] == "k2k_gpm"


def test_each_side_reads_its_own_name_on_its_documents_and_labels(trade: Trade) -> None:
    trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", "HALF")
    trade.net.map_carrier("BLOOM", "ANDES", "NIGHT", "ARMELLINI")
    order = trade.confirmed(2)
    assert box_types(trade, "BLOOM", order["prebook"]) == ["HALF"]
    assert box_types(trade, "BLOOM", order["purchase_order"]) == ["HALF"]
    assert box_types(trade, "ANDES", order["sales_order"]) == ["MEDIA"]
    assert trade.net.show("BLOOM", order["purchase_order"])["carrier"] == "ARMELLINI"
    assert trade.net.show("ANDES", order["sales_order"])["carrier"] == "NIGHT"
    theirs, own = (trade.net.labels(company, box_codes=["B1"])[0]["text"] for company in ("ANDES", "BLOOM"))
    assert "MEDIA 250" in theirs
    assert "NIGHT" in theirs
    assert "HALF 250" in own
    assert "ARMELLINI" in own


def test_received_boxes_are_of_the_buyer_s_own_kind(trade: Trade) -> None:
    trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", "HALF")
    order = trade.confirmed(2)
    trade.net.ship("ANDES", order["awb"])
    assert trade.net.scan("BLOOM", ["B1"])[0]["outcome"] == "received"
    (price,) = [one for one in trade.net.price("BLOOM", "C-100") if one["lot"].startswith("L1-")]
    assert price["step"] == "price_list"


def test_an_order_of_the_buyer_s_kind_is_filled_from_the_vendor_s(trade: Trade) -> None:
    trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", "HALF")
    goods = [{"product": "FREEDOM", "box_type": "HALF", "boxes": 3}]
    number = trade.net.purchase_order("BLOOM", "ANDES", goods, "2026-02-05")["number"]
    trade.net.approve("BLOOM", number)
    sent = trade.net.transfer("BLOOM", number)["vendor_document"]
    assert box_types(trade, "ANDES", sent) == ["MEDIA"]
    trade.net.accept_order("ANDES", number)
    line = trade.net.show("BLOOM", number)["lines"][0]["line"]
    trade.net.fill("ANDES", number, [{"line": line}])
    assert box_types(trade, "BLOOM", number) == ["HALF"]
    assert [one["lot"] for one in trade.net.show("BLOOM", number)["lines"]] == ["ANDES/L1"]


def test_other_buyers_hear_and_see_nothing_of_it(trade: Trade) -> None:
    before = len(trade.net.events("PETAL"))
    trade.net.map_box_type("BLOOM", "ANDES", "MEDIA", "HALF")
    told = trade.net.events("BLOOM")[-1]["data"]
    assert told == {"id": "ANDES", "version": told["version"], "vendor": "ANDES", "buyer": "BLOOM"}
    assert len(trade.net.events("PETAL")) == before
    assert trade.net.catalog("PETAL", "P-1", "2026-02-05")["lines"][0]["box_type"] == "MEDIA"
    with pytest.raises(NotFound):
        trade.net.map_box_type("PETAL", "SIERRA", "HB", "QB")


def test_a_box_type_that_nobody_has_is_not_found_and_a_scanner_s_role_maps_nothing(trade: Trade) -> None:
    for theirs, own in (("NONE", "HALF"), ("MEDIA", "NONE")):
        with pytest.raises(NotFound):
            trade.net.map_box_type("BLOOM", "ANDES", theirs, own)
    scanner = trade.net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset(("warehouse",))))
    with pytest.raises(NotAllowed):
        scanner.map_carrier("BLOOM", "ANDES", "NIGHT", "ARMELLINI")
