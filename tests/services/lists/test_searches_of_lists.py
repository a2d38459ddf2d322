"""What `q` finds in the lists whose texts are folded by the engine, and in which order `sort` puts lots."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid
from tests.services.conftest import Trade

SALES = frozenset(("sales_manager",))


@pytest.fixture
def net(trade: Trade) -> K2K:
    return trade.net


def adjusted(net: K2K, reference: str) -> None:
    net.adjust("ANDES", "L1", 1, "received", reference)


def test_a_movement_is_found_by_its_reference_however_it_is_written(net: K2K) -> None:
    adjusted(net, "Recepción Ñ-7")
    adjusted(net, "E-881")
    for text in ("recepcion", "RECEPCIÓN ñ-7", "Recepcio\N{COMBINING ACUTE ACCENT}n", "n-7"):
        assert [one["reference"] for one in net.movements("ANDES", q=text)["items"]] == ["Recepción Ñ-7"], text
    assert [one["reference"] for one in net.movements("ANDES", q="e-8")["items"]] == ["E-881"]


def test_a_key_a_view_and_a_session_are_found_by_their_texts(net: K2K) -> None:
    net.add_user("BLOOM", "pat@bloom.example")
    for name in ("Caja Ñandú", "Shop"):
        net.add_api_key("BLOOM", name, preset="read_only")
        net.save_view("pat@bloom.example", "orders", name, "status=open")
    net.start_session("pat@bloom.example", "10.0.0.1", "Firefox")
    net.start_session("pat@bloom.example", "10.0.0.2", "Safari")
    assert [one["name"] for one in net.api_keys("BLOOM", q="nandu")["items"]] == ["Caja Ñandú"]
    assert [one["name"] for one in net.views("pat@bloom.example", q="CAJA nandu", limit=9)["items"]] == ["Caja Ñandú"]
    assert [one["name"] for one in net.views("pat@bloom.example", sort="-name", limit=9)["items"]] == [
        "Shop",
        "Caja Ñandú",
    ]
    assert [one["agent"] for one in net.sessions("pat@bloom.example", q="firefox", limit=9)["items"]] == ["Firefox"]
    assert [one["agent"] for one in net.sessions("pat@bloom.example", sort="seen_at", limit=9)["items"]] == [
        "Firefox",
        "Safari",
    ]


def test_moves_of_a_draft_are_searched_by_customer_and_product(net: K2K) -> None:
    draft = net.what_if("BLOOM", [{"settings": {"k2k_gpm": 45}}])["draft"]
    every = net.draft_moves("BLOOM", draft, count=True)
    one = every["items"][0]
    found = net.draft_moves("BLOOM", draft, q=f"{one['customer']} {one['lot']}".lower(), count=True)
    assert one in found["items"]
    assert {(move["customer"], move["lot"]) for move in found["items"]} == {(one["customer"], one["lot"])}
    assert found["count"] == len(found["items"]) < every["count"]


def test_a_timeline_is_searched_for_the_companys_own_people_alone(trade: Trade) -> None:
    ana = trade.net.on_behalf_of(Actor("ana@andes.example", "ANDES", SALES))
    placed = trade.checked_out(1)
    order, bought = placed["sales_order"], placed["prebook"]
    ana.confirm("ANDES", order)
    assert ana.timeline("ANDES", order, q="ana@")["items"]
    assert trade.net.timeline("BLOOM", bought, q="confirmed")["items"]
    assert trade.net.timeline("BLOOM", bought, q="ana@")["items"] == []


def lots(page: dict[str, Any]) -> list[str]:
    return [one["lot"].removeprefix("ANDES/") for one in page["items"]]


def several_lots(net: K2K) -> None:
    made = net.record("ANDES", "lots", "L1")
    kept = {name: made[name] for name in ("inventory_type", "product", "box_type", "units_per_box", "unit_type")}
    kept |= {"web_price": "0.5", "unit_cost": "0.3"}
    rows = [("L2", 90, "2026-01-31"), ("L3", 70, "2026-02-01"), ("L4", 80, "2026-01-30")]
    net.put("ANDES", "lots", [{**kept, "code": code, "boxes": n, "arrival_date": day} for code, n, day in rows])


def test_lots_are_sorted_by_what_their_reader_knows_of_them(net: K2K) -> None:
    several_lots(net)
    by_boxes = sorted(["L2", "L3", "L4"], key=["L3", "L4", "L2"].index)
    few = {"lots": ["L2", "L3", "L4"]}
    assert lots(net.quantities("ANDES", **few, sort="available")) == by_boxes
    assert lots(net.quantities("ANDES", **few, sort="-boxes")) == by_boxes[::-1]
    assert lots(net.shared_with("ANDES", **few, sort="available")) == by_boxes
    assert lots(net.shared_with("ANDES", **few, sort="arrival_date")) == ["L4", "L2", "L3"]
    assert lots(net.share("ANDES", "BLOOM", **few, sort="-available", limit=9)) == by_boxes[::-1]
    assert lots(net.available_items("ANDES", **few, sort="available")) == by_boxes
    ours = [f"ANDES/{one}" for one in few["lots"]]
    assert lots(net.visible("BLOOM", "C-100", ours, sort="-lot", limit=9)) == ["L4", "L3", "L2"]
    assert lots(net.price("BLOOM", "C-100", ours, sort="-lot", limit=9)) == ["L4", "L3", "L2"]


def test_an_order_tells_a_buyer_nothing_of_lots_that_are_held_back(net: K2K) -> None:
    several_lots(net)
    buyer = net.on_behalf_of(Actor("bo@bloom.example", "BLOOM", SALES))
    vendor = net.on_behalf_of(Actor("ana@andes.example", "ANDES", SALES))
    assert vendor.share("ANDES", "BLOOM", sort="available", limit=9)["items"]
    for ask in (
        lambda: buyer.share("ANDES", "BLOOM", sort="available", limit=9),
        lambda: buyer.preview("ANDES", "BLOOM", sort="available"),
        lambda: buyer.hidden("BLOOM", "C-100", sort="available", limit=9),
        lambda: buyer.visible("BLOOM", "C-100", sort="description", limit=9),
    ):
        with pytest.raises(Invalid) as refused:
            ask()
        assert [fault["path"] for fault in refused.value.faults] == ["sort"]
