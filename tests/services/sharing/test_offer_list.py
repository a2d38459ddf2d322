"""What vendors offer a buyer, page by page: what they share with it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotFound
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked
from k2k_core.store.database.session import Session
from k2k_core.store.lists.offers import Decisions, OfferedBy, offers_of
from tests.services.conftest import LOT, Trade


def lots(net: K2K, buyer: str = "BLOOM", **asked: Any) -> list[str]:
    page = net.offers(buyer, count=True, **asked)
    assert page["count"] == len(page["items"])
    return [row["lot"] for row in page["items"]]


def test_offers_are_the_lots_that_active_vendors_share(trade: Trade) -> None:
    net = trade.net
    assert lots(net) == ["ANDES/L1", "ANDES/L2", "SIERRA/S1"]
    assert lots(net, "PETAL") == ["ANDES/L1", "ANDES/L2"]
    assert lots(net, "ANDES") == []
    net.set("ANDES", lot="L1", values={"on_hold": True})
    assert lots(net) == ["ANDES/L2", "SIERRA/S1"]
    net.suspend("SIERRA", "BLOOM", by="SIERRA")
    assert lots(net) == ["ANDES/L2"]


def test_an_offer_that_is_sold_out_stays_with_nothing_available(trade: Trade) -> None:
    trade.checked_out(6)
    offer = trade.net.offer("BLOOM", "ANDES/L1")
    assert (offer["available"], offer["sellable"]) == (0, True)


def test_an_offer_has_what_the_buyer_may_see_of_it(trade: Trade) -> None:
    net = trade.net
    offer = net.offer("BLOOM", "ANDES/L1")
    assert (offer["mapped_product"], offer["mapped_by_itself"], offer["state"]) == ("FREEDOM", True, "sellable")
    assert (offer["vendor"], offer["vendor_name"], offer["cost"]) == ("ANDES", "Andes Flower Farms", "0.3")
    assert (offer["available"], offer["units_per_box"], offer["aging"], offer["va_price"]) == (6, 250, None, None)
    net.set("ANDES", settings={"transfer_real_aging_to": ["BLOOM"]})
    mapped = net.map("BLOOM", "ANDES/L1", va_price="0.35", confirmed=False)
    offer = net.offer("BLOOM", "ANDES/L1")
    assert (offer["aging"], offer["va_price"], offer["state"]) == (2, "0.35", "unconfirmed")
    assert offer["version"] == mapped["version"]
    seller = net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset(("salesperson",))))
    assert "cost" not in seller.offer("BLOOM", "ANDES/L1")
    warehouse = net.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset(("warehouse",))))
    assert "va_price" not in warehouse.offer("BLOOM", "ANDES/L1")


@pytest.fixture
def by_hand(open_trade: Callable[..., Trade]) -> K2K:
    """A buyer that maps and confirms by hand, and a vendor's product that it does not have."""

    def change(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"] |= {"auto_map_products": False, "autoconfirm": False}
        companies["ANDES"]["products"].append({"code": "LILY", "description": "Lírio 70", "category": "ROSES"})
        companies["ANDES"]["lots"].append({**LOT, "code": "L3", "boxes": 3, "product": "LILY"})

    return open_trade(change).net


def test_offers_are_filtered_by_what_the_buyer_decided(by_hand: K2K) -> None:
    net, roses = by_hand, ["ANDES/L1", "ANDES/L2", "SIERRA/S1"]
    assert lots(net, mapped=True) == lots(net, product="FREEDOM") == roses
    assert lots(net, mapped=False) == ["ANDES/L3"]
    assert lots(net, confirmed=True) == lots(net, sellable=True) == lots(net, product="NOTHING") == []
    net.map("BLOOM", "ANDES/L2", confirmed=True)
    assert lots(net, confirmed=True) == lots(net, sellable=True) == ["ANDES/L2"]
    assert lots(net, sellable=False) == ["ANDES/L1", "ANDES/L3", "SIERRA/S1"]
    net.map("BLOOM", "ANDES/L3", product="FREEDOM", confirmed=True)
    assert lots(net, mapped=False) == []
    assert lots(net, product="FREEDOM") == ["ANDES/L1", "ANDES/L2", "ANDES/L3", "SIERRA/S1"]
    assert [row["state"] for row in net.offers("BLOOM")["items"]] == [
        *("unconfirmed", "sellable", "sellable", "unconfirmed")
    ]


def test_an_offer_says_whether_the_buyer_knows_its_pack(by_hand: K2K) -> None:
    net, all_lots = by_hand, ["ANDES/L1", "ANDES/L2", "ANDES/L3", "SIERRA/S1"]
    assert (lots(net, pack_known=True), lots(net, pack_known=False)) == (all_lots, [])
    for vendor, lot in (("ANDES", "L3"), ("SIERRA", "S1")):
        net.put(vendor, "box_types", [{"code": "TB", "fbe": "0.2"}])
        net.put(vendor, "box_dimensions", [{"box_type": "TB", "length": 20, "width": 10, "height": 10}])
        net.set(vendor, lot=lot, values={"box_type": "TB"})
    assert (lots(net, pack_known=True), lots(net, pack_known=False)) == (all_lots[:2], all_lots[2:])
    assert [row["pack_known"] for row in net.offers("BLOOM")["items"]] == [True, True, False, False]
    net.map_box_type("BLOOM", "ANDES", "TB", "QB")
    mapped = net.offer("BLOOM", "ANDES/L3")
    assert (mapped["box_type"], mapped["pack_known"], lots(net, pack_known=False)) == ("QB", True, ["SIERRA/S1"])
    net.put("BLOOM", "box_types", [{"code": "TB", "fbe": "0.2"}])
    assert lots(net, pack_known=False) == []
    net.map_box_type("BLOOM", "ANDES", "TB", None)
    assert net.offer("BLOOM", "ANDES/L3")["pack_known"]


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("LÍRIO  Oriental 70", {"product": "ORIENTAL", "how": "exact", "score": 100}),
        ("Lirio oriental white 70 cm", {"product": "ORIENTAL", "how": "words", "score": 60}),
        ("Lirio 70 pink", {"product": "ORIENTAL", "how": "words", "score": 50}),
        ("Lirio 70 pink cm", None),
        ("Tulip", None),
    ],
)
def test_an_unmapped_offer_comes_with_the_product_that_shares_most_words(
    by_hand: K2K, description: str, expected: dict[str, Any] | None
) -> None:
    net = by_hand
    products = [{"code": code, "description": "Lirio Oriental 70", "category": "ROSES"} for code in ("ORIENTAL", "Z")]
    net.put("BLOOM", "products", products)
    net.set("ANDES", product="LILY", values={"description": f"{description} "})
    offer = net.offer("BLOOM", "ANDES/L3")
    if offer["mapped_product"] is None:
        assert offer["suggestion"] == expected
    else:
        assert (offer["mapped_product"], offer["suggestion"]) == ("ORIENTAL", None)


def test_offers_are_searched_and_sorted(by_hand: K2K) -> None:
    net = by_hand
    assert lots(net, q="LIRIO") == lots(net, q="andes l3") == ["ANDES/L3"]
    assert lots(net, q="sierra") == lots(net, vendor="SIERRA") == ["SIERRA/S1"]
    assert lots(net, lot="ANDES/L2,SIERRA/S1,ANDES/NONE") == ["ANDES/L2", "SIERRA/S1"]
    assert lots(net, sort="available") == ["ANDES/L3", "ANDES/L2", "SIERRA/S1", "ANDES/L1"]
    assert lots(net, sort="-description")[-1] == "ANDES/L3"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_sorted_offers_of_several_vendors_with_equal_values_come_once_and_in_order(trade: Trade, limit: int) -> None:
    net = trade.net
    for vendor, product, codes in (("ANDES", "R-RED-60", "AMZ"), ("SIERRA", "FREE60", "BLY")):
        rows = [
            {**LOT, "code": f"{code}{boxes}", "product": product, "boxes": boxes} for code in codes for boxes in (2, 4)
        ]
        net.put(vendor, "lots", rows)
    for sort in (None, "available", "description"):
        for sign in ("", "-"):
            asked = {} if sort is None and not sign else {"sort": sign + (sort or "available")}
            whole = net.offers("BLOOM", **asked)["items"]
            assert len(whole) == 15
            keys = [((row[sort],) if sort else ()) + (row["vendor"], row["lot"]) for row in whole]
            assert sort is None or keys == sorted(keys, reverse=bool(sign)), asked
            walked: list[Any] = []
            cursor = None
            while not walked or cursor is not None:
                page = net.offers("BLOOM", limit=limit, cursor=cursor, **asked)
                walked, cursor = walked + page["items"], page["next"]
            assert walked == whole, asked


def test_pages_are_full_where_many_lots_are_held_back(trade: Trade) -> None:
    net = trade.net
    held = [{**LOT, "code": f"K{number:03}", "boxes": 1, "on_hold": True} for number in range(250)]
    net.put("ANDES", "lots", [*held, {**LOT, "code": "Z1", "boxes": 1}])
    walked, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = net.offers("BLOOM", limit=2, cursor=cursor)
        walked += [row["lot"] for row in page["items"]]
        cursor, pages = page["next"], pages + 1
        assert len(page["items"]) == 2 or cursor is None
    assert walked == ["ANDES/L1", "ANDES/L2", "ANDES/Z1", "SIERRA/S1"]


def test_a_lot_that_is_not_shared_answers_like_one_that_does_not_exist(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"on_hold": True})
    told = set()
    for lot in ("ANDES/L1", "ANDES/NONE", "NOWHERE/L1"):
        with pytest.raises(NotFound) as refused:
            trade.net.offer("BLOOM", lot)
        told.add(refused.value.message.replace(lot, "it"))
    assert len(told) == 1


@pytest.mark.parametrize("many", [1, 20, 21, 700])
def test_offers_of_any_number_of_vendors_are_read_in_one_query(trade: Trade, many: int) -> None:
    with trade.net.context.store.whole_network.reading() as session:
        vendors = [OfferedBy(number, "", number % 2 == 0) for number in range(1, many + 1)]
        listing = offers_of(3, vendors, Decisions(True, {}))
        walked, position = [], None
        while not walked or position is not None:
            before = session.queries
            found = paging.page(session, listing, 3, Asked({}), position, 1)
            assert session.queries == before + 1
            walked += [row["code"] for row in found.rows]
            position = found.position
        assert walked == (["L1", "L2"] if many == 1 else ["L1", "L2", "S1"])
        assert paging.count(session, listing, 3, Asked({})) == len(walked)


def test_an_offer_has_its_landed_cost_and_its_prices_by_ship_via_for_no_customer(trade: Trade) -> None:
    offer = trade.net.offer("BLOOM", "ANDES/L1")
    by_via = {one["ship_via"]: one for one in offer["prices"]}
    for via in ("warehouse", "grower"):
        (priced,) = trade.net.price("BLOOM", "C-100", lots=["ANDES/L1"], ship_via=via)
        assert by_via[via] == {
            "ship_via": via,
            "landed_cost": priced["landed_cost"],
            "price": priced["price"],
            "step": "k2k_gpm",
            "computed": priced["price"],
        }


def test_a_typed_price_stands_beside_the_computed_one_and_not_via_grower(trade: Trade) -> None:
    before = {one["ship_via"]: one["price"] for one in trade.net.offer("BLOOM", "ANDES/L1")["prices"]}
    trade.net.map("BLOOM", "ANDES/L1", va_price="0.77")
    offer = trade.net.offer("BLOOM", "ANDES/L1")
    by_via = {one["ship_via"]: one for one in offer["prices"]}
    assert offer["va_price"] == "0.77"
    assert (by_via["warehouse"]["price"], by_via["warehouse"]["step"]) == ("0.77", "va_price")
    assert by_via["warehouse"]["computed"] == before["warehouse"]
    assert by_via["grower"]["price"] == by_via["grower"]["computed"] == before["grower"]


def test_markups_of_a_customer_are_no_part_of_an_offers_price(trade: Trade) -> None:
    before = trade.net.offer("BLOOM", "ANDES/L1")["prices"]
    trade.net.set("BLOOM", customer="C-100", values={"ecommerce_markup": {"percent": "10"}})
    assert trade.net.offer("BLOOM", "ANDES/L1")["prices"] == before


def test_costs_of_offers_are_for_whoever_sees_costs_and_prices_for_whoever_sells(trade: Trade) -> None:
    def seen(role: str) -> set[str]:
        person = trade.net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset({role})))
        return set(person.offer("BLOOM", "ANDES/L1")["prices"][0])

    assert seen("procurement") == {"ship_via", "landed_cost", "price", "step", "computed"}
    assert seen("salesperson") == {"ship_via", "price", "step", "computed"}
    assert seen("warehouse") == {"ship_via"}


def test_a_page_of_offers_takes_as_many_queries_as_one_offer(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    reading = trade.net.context.store.reading

    @contextmanager
    def counted() -> Iterator[Session]:
        with reading() as session:
            yield session
            counts.append(session.queries)

    monkeypatch.setattr(type(trade.net.context.store), "reading", lambda store: counted())
    trade.net.offers("BLOOM", limit=1)
    trade.net.offers("BLOOM", limit=1)
    one = counts[-1]
    trade.net.put("ANDES", "lots", [{**LOT, "code": f"N{number:02}", "boxes": 1} for number in range(60)])
    trade.net.offers("BLOOM")
    assert len(trade.net.offers("BLOOM")["items"]) == 63
    assert counts[-1] <= one + 1
