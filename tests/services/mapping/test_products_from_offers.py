"""A buyer adds a product like that of a vendor's offer: both the product and the mapping, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, IdempotencyMismatch, Invalid, NotAllowed, NotFound
from tests.facade.test_idempotency_of_every_method import everything
from tests.services.conftest import LOT, Trade


@pytest.fixture
def net(trade: Trade) -> K2K:
    net = trade.net
    new = {"code": "ATHENA", "description": "Rose Athena white", "variety": "Athena", "color": "white", "grade": "50"}
    net.put("ANDES", "products", [{**new, "category": "ROSES"}])
    net.put("ANDES", "lots", [{**LOT, "code": "NEW", "product": "ATHENA", "boxes": 3}])
    net.set("BLOOM", settings={"auto_map_products": False})
    return net


def test_the_product_has_what_the_vendors_has_and_the_offer_is_mapped_to_it(net: K2K) -> None:
    assert net.offer("BLOOM", "ANDES/NEW")["mapped_product"] is None
    answer = net.add_product_from("BLOOM", "ANDES/NEW")
    assert (answer["product"], answer["description"], answer["category"]) == ("ATHENA", "Rose Athena white", "ROSES")
    product = net.record("BLOOM", "products", "ATHENA")
    assert [product[name] for name in ("variety", "color", "grade")] == ["Athena", "white", "50"]
    assert product["version"] == answer["version"]
    offer = net.offer("BLOOM", "ANDES/NEW")
    assert (offer["mapped_product"], offer["version"]) == ("ATHENA", answer["offer_version"])
    assert net.verify() == []


def test_a_code_that_is_taken_by_something_else_gets_a_number(net: K2K) -> None:
    net.put("BLOOM", "products", [{"code": "ATHENA", "description": "Vase", "category": "ROSES"}])
    assert net.add_product_from("BLOOM", "ANDES/NEW")["product"] == "ATHENA-2"
    assert net.offer("BLOOM", "ANDES/NEW")["mapped_product"] == "ATHENA-2"


def test_code_and_category_can_be_ones_own(net: K2K) -> None:
    net.put("BLOOM", "categories", [{"code": "WHITE"}])
    answer = net.add_product_from("BLOOM", "ANDES/NEW", code="W-1", category="WHITE")
    assert (answer["product"], answer["category"]) == ("W-1", "WHITE")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"category": "TULIPS"}, Invalid),
        ({"code": "no code"}, Invalid),
        ({"code": "FREEDOM"}, Conflict),
        ({"lot": "ANDES/NONE"}, NotFound),
        ({"lot": "NOBODY/NEW"}, NotFound),
    ],
)
def test_what_cannot_be_added_changes_nothing(net: K2K, more: dict[str, Any], error: type[Exception]) -> None:
    before = everything(net)
    with pytest.raises(error):
        net.add_product_from(**{"buyer": "BLOOM", "lot": "ANDES/NEW", **more})
    assert everything(net) == before


def test_a_lot_that_is_held_back_tells_nothing_of_its_product(net: K2K) -> None:
    net.set("ANDES", lot="NEW", values={"on_hold": True})
    with pytest.raises(NotFound) as held:
        net.add_product_from("BLOOM", "ANDES/NEW")
    with pytest.raises(NotFound) as unknown:
        net.add_product_from("BLOOM", "ANDES/NIL")
    assert str(held.value).replace("NEW", "NIL") == str(unknown.value)


def test_what_was_sold_as_another_product_keeps_its_mapping_and_adds_none(net: K2K) -> None:
    net.map("BLOOM", "ANDES/NEW", product="FREEDOM", confirmed=True)
    cart = net.add("BLOOM", "C-100", lot="ANDES/NEW", boxes=1, ship_date="2026-02-05")
    net.checkout("BLOOM", cart=cart["cart"])
    with pytest.raises(Conflict, match="sold"):
        net.add_product_from("BLOOM", "ANDES/NEW", code="W-1")
    assert "W-1" not in [one["code"] for one in net.records("BLOOM", "products")["items"]]


def test_a_key_does_it_once_and_needs_the_role_to_buy(net: K2K) -> None:
    first = net.add_product_from("BLOOM", "ANDES/NEW", key="k")
    assert net.add_product_from("BLOOM", "ANDES/NEW", key="k") == first
    with pytest.raises(IdempotencyMismatch):
        net.add_product_from("BLOOM", "ANDES/NEW", code="W-1", key="k")
    seller = net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset({"salesperson"})))
    with pytest.raises(NotAllowed):
        seller.add_product_from("BLOOM", "ANDES/NEW")
