"""The age of a vendor's boxes is shown to the buyers that the vendor names, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import ROLES, Actor
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
STAFF = Actor("b@bloom.example", "BLOOM", frozenset(ROLES))


def own_lot_and_limits(companies: dict[str, Any]) -> None:
    companies["ANDES"]["settings"]["transfer_real_aging_to"] = ["BLOOM"]
    companies["BLOOM"]["lots"] = [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 3, "web_price": "0.5"}]


@pytest.fixture
def aging(open_trade: Callable[..., Trade]) -> Trade:
    return open_trade(own_lot_and_limits)


def seen(trade: Trade, buyer: str = "BLOOM", customer: str = "C-100") -> dict[str, int | None]:
    return {one["lot"]: one["aging"] for one in trade.net.visible(buyer, customer, ship_date=SHIP)}


def test_named_buyers_see_the_aging_and_others_see_none(aging: Trade) -> None:
    assert seen(aging) == {"OWN": 2, "ANDES/L1": 2, "ANDES/L2": 2, "SIERRA/S1": None}
    assert set(seen(aging, "PETAL", "P-1").values()) == {None}


def test_the_catalog_tells_the_aging_lot_by_lot_to_staff_only(aging: Trade) -> None:
    lines = aging.net.on_behalf_of(STAFF).catalog("BLOOM", "C-100", SHIP)["lines"]
    told = {lot: days for line in lines for lot, days in zip(line["lots"], line["aging"], strict=True)}
    assert told == {"OWN": 2, "ANDES/L1": 2, "ANDES/L2": 2, "SIERRA/S1": None}
    for reader in (Actor("c@corner.example", "BLOOM", customer="C-100"), Actor("o@network.example", None)):
        shown = aging.net.on_behalf_of(reader).catalog("BLOOM", "C-100", SHIP)["lines"]
        assert all("aging" not in line for line in shown)


def test_a_vendor_that_stops_is_believed_at_the_next_read(aging: Trade) -> None:
    aging.net.set("ANDES", settings={"transfer_real_aging_to": []})
    assert seen(aging) == {"OWN": 2, "ANDES/L1": None, "ANDES/L2": None, "SIERRA/S1": None}


def test_aging_is_that_of_the_vendors_own_day(aging: Trade) -> None:
    aging.later(hours=14, minutes=30)  # half past eleven in Bogota, half past eleven in New York: still Monday
    assert seen(aging)["ANDES/L1"] == 2
    aging.later(hours=1)
    assert seen(aging)["ANDES/L1"] == 3


def test_a_buyers_own_age_limit_does_not_tell_what_the_vendor_does_not(aging: Trade) -> None:
    aging.net.set("BLOOM", settings={"apply_aging_restrictions_per_customer": True, "max_age": 1})
    told = {
        one["lot"]: one["details"][0] for one in aging.net.on_behalf_of(STAFF).visible("BLOOM", "C-100", ship_date=SHIP)
    }
    assert told["ANDES/L1"]["reason"].startswith("aging 2 is over the maximum of 1")
    hidden = told["SIERRA/S1"]
    assert (hidden["code"], hidden["setting"], hidden["caused_on"]) == ("buyer_age_limits", "max_age", None)
    assert "2" not in hidden["reason"]
