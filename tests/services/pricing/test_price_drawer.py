"""What stands behind a price: the figures of each cost, where every value is set, the rounding, the margin, and the
price by another ship via."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid
from tests.services.conftest import HALF, LOT, Trade


def priced(trade: Trade, lot: str = "ANDES/L1", **asked: Any) -> dict[str, Any]:
    (row,) = trade.net.price("BLOOM", "C-100", lots=[lot], **asked)
    return row


def costs(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["component"]: one for one in row["costs"]}


def with_costs(companies: dict[str, Any]) -> None:
    companies["BLOOM"]["settings"] |= {
        "freight_per_fbe": "26",
        "handling_per_fbe": "2",
        "duties": [{"category": "ROSES", "port": "MIA", "percent": "6.8", "from": "2025-01-01"}],
    }
    companies["BLOOM"]["vendors"][0]["port"] = "MIA"


def test_every_cost_has_the_figures_that_it_is_made_of(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(with_costs)
    found = costs(priced(trade))
    assert found["freight"]["facts"] == {"per_fbe": "26", "fbe": "0.5", "units": 250}
    assert found["freight"]["said"] == "26 per FBE × 0.5 FBE ÷ 250 units"
    assert found["duties"]["facts"] == {"percent": "6.8", "category": "ROSES", "port": "MIA"}
    assert found["inbound_truck"]["facts"] == {"cube_rate": "3.5", "cubes": "2.9", "units": 250}
    assert found["unit_cost"]["said"] == "the vendor's price"
    row = priced(trade)
    assert {name: one["amount"] for name, one in found.items()} == row["components"]
    spanish = trade.net.in_language("es").price("BLOOM", "C-100", lots=["ANDES/L1"])[0]
    assert costs(spanish)["freight"]["said"] == "26 por FBE × 0.5 FBE ÷ 250 unidades"


def test_every_value_says_where_it_is_set(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(with_costs)
    trade.net.set("BLOOM", customer="C-100", values={"ecommerce_markup": {"percent": "5"}})
    row = priced(trade)
    assert costs(row)["freight"]["setting"] == {"subject": "settings", "field": "freight_per_fbe"}
    assert costs(row)["unit_cost"]["setting"] is None
    steps = {one["step"]: one["setting"] for one in row["explanation"]}
    assert steps["va_price"] == {"subject": "offers/ANDES/L1", "field": "va_price"}
    assert steps["k2k_gpm"] == {"subject": "settings", "field": "k2k_gpm"}
    (markup,) = row["adjustments"]
    assert markup["setting"] == {"subject": "customers/C-100", "field": "ecommerce_markup"}
    assert trade.net.last_change("BLOOM", **markup["setting"])["who"] == "host"
    trade.net.put("BLOOM", "locations", [{"code": "HUB", "k2k_gpm": "25"}])
    moved = {one["step"]: one["setting"] for one in priced(trade, location="HUB")["explanation"]}
    assert moved["k2k_gpm"] == {"subject": "locations/HUB", "field": "k2k_gpm"}


def test_own_stock_names_its_lot_and_the_awb_with_real_costs(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(with_costs)
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50", "awb": "A-1"}
    trade.net.put("BLOOM", "box_dimensions", [HALF])
    trade.net.put("BLOOM", "lots", [{name: value for name, value in own.items() if name != "price_a"}])
    trade.net.awb("BLOOM", "A-1", freight="80")
    row = priced(trade, "OWN")
    assert costs(row)["unit_cost"]["setting"] == {"subject": "lots/OWN", "field": "unit_cost"}
    assert costs(row)["freight"]["facts"] == {
        "amount": "80",
        "awb": "A-1",
        "total_fbe": "1",
        "fbe": "0.5",
        "units": 250,
    }
    assert costs(row)["freight"]["setting"] == {"subject": "awbs/A-1", "field": "freight"}
    assert {one["step"]: one["setting"] for one in row["explanation"]}["web_price"] == {
        "subject": "lots/OWN",
        "field": "web_price",
    }


def test_received_boxes_keep_their_costs_and_say_so(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(with_costs)
    (box,) = trade.net.scan("BLOOM", trade.confirmed(1)["box_codes"])
    found = costs(priced(trade, box["own_lot"]))
    assert found["freight"]["said"] == "as the boxes were received"
    assert found["freight"]["setting"] is None


def test_the_rounding_is_a_step_and_the_margin_is_what_is_left(trade: Trade) -> None:
    row = priced(trade)
    assert row["rounding"] == {
        "mode": "up",
        "before": row["base_price"],
        "after": row["price"],
        "setting": {"subject": "settings", "field": "rounding"},
    }
    left = float(row["price"]) - float(row["landed_cost"])
    assert float(row["margin"]["amount"]) == pytest.approx(left)
    assert row["margin"]["percent"] == f"{100 * left / float(row['price']):.1f}"


def test_a_lot_without_a_price_has_neither_rounding_nor_margin(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"k2k_gpm": None})
    row = priced(trade)
    assert (row["price"], row["rounding"], row["margin"]) == (None, None, None)


def test_the_price_by_another_ship_via_comes_with_the_first(trade: Trade) -> None:
    row = priced(trade, twin="grower")
    assert row["twin"] == priced(trade, ship_via="grower")
    assert "twin" not in priced(trade)
    page = trade.net.price("BLOOM", "C-100", limit=2, twin="grower")
    assert [one["twin"]["step"] for one in page["items"]] == ["k2k_gpm", "k2k_gpm"]
    with pytest.raises(Invalid):
        priced(trade, twin="balloon")


def test_salespeople_see_prices_and_step_names_and_the_warehouse_no_money(trade: Trade) -> None:
    def seen(role: str) -> dict[str, Any]:
        person = trade.net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset({role})))
        (row,) = person.price("BLOOM", "C-100", lots=["ANDES/L1"], twin="grower")
        return row

    seller = seen("salesperson")
    assert (seller["price"], seller["step"]) == (priced(trade)["price"], "k2k_gpm")
    assert set(seller["explanation"][0]) == {"step", "plugin", "outcome"}
    hidden = {"landed_cost", "components", "costs", "margin", "rounding", "base_price", "adjustments"}
    for shown in (seller, seller["twin"]):
        assert hidden.isdisjoint(shown)
    warehouse = seen("warehouse")
    assert set(warehouse) == {"lot", "channel", "twin"} == set(warehouse["twin"]) | {"twin"}


def test_steps_that_were_not_reached_say_what_they_would_have_given_where_that_is_asked_for(trade: Trade) -> None:
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.5", "price_b_manual": "0.45"}
    trade.net.put("BLOOM", "lots", [own])

    def steps(**asked: Any) -> dict[str, dict[str, Any]]:
        (row,) = trade.net.price("BLOOM", "C-100", ["OWN"], **asked)
        return {one["step"]: dict(one) for one in row["explanation"]}

    found = steps(every_step=True)
    assert {name: one.get("would_be", "reached") for name, one in found.items()} == {
        "landed_cost_as_price": "reached",
        "price_list": "reached",
        "master_price_list": "reached",
        "web_price": "reached",
        "price_b": None,
        "price_b_manual": "0.45",
    }
    assert found["web_price"]["outcome"] == "used"
    assert {name: {**one, "would_be": None} for name, one in found.items()} == {
        name: {**one, "would_be": None} for name, one in steps().items()
    }
    (page,) = trade.net.price("BLOOM", "C-100", ["OWN"], every_step=True, limit=1)["items"]
    assert page["explanation"][-1]["would_be"] == "0.45"
    seller = trade.net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset(("salesperson",))))
    assert not any(
        "would_be" in one for one in seller.price("BLOOM", "C-100", ["OWN"], every_step=True)[0]["explanation"]
    )
