"""A sort that is read in steps has every row once, in its order, in both directions, whatever the size of its pages:
rows with equal values, rows without one, lists found from another table, and lists with several sides."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.store import tables
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Side, Sides, Stepped, nullable
from k2k_core.store.database.session import Session
from tests.services.conftest import Trade

LOT: Any = tables.Lot
PRODUCT: Any = tables.Product
COST, PLACES = "unit_cost", 7


@pytest.fixture
def company_id(trade: Trade) -> int:
    """A vendor with lots of three products of which some cost the same, and others have no cost."""
    trade.net.put("ANDES", "categories", [{"code": "C"}])
    products = [{"code": f"P{one}", "description": "Rose", "category": "C"} for one in range(3)]
    trade.net.put("ANDES", "products", products)
    costs = ("0.30", None, "0.20", "0.30", None, "0.10", "0.30")
    goods = {"inventory_type": "open_market_boxes", "box_type": "HB", "boxes": 1, "units_per_box": 100}
    lots = [
        {**goods, "code": f"Z{place}", "product": f"P{place % 3}", COST: cost, "unit_type": "stem", "arrival_date": DAY}
        for place, cost in enumerate(costs)
    ]
    trade.net.put("ANDES", "lots", lots)
    with trade.net.context.store.whole_network.reading() as session:
        return int(session.value(tables.Company.select(tables.Company.id).where(tables.Company.code == "ANDES")))


DAY = "2026-02-01"


def listing_of(company_id: int, *, sides: bool) -> Listing:
    source = LOT.select().join(PRODUCT, on=PRODUCT.id == LOT.product_id)
    each = [source.where((LOT.company_id == company_id) & (PRODUCT.code == code)) for code in ("P0", "P1", "P2")]
    return Listing(
        source=source.where(LOT.code.startswith("Z")),
        owner=None if sides else LOT.company_id,
        columns={"code": LOT.code},
        unique=(LOT.code,),
        sorts={"cost": nullable(LOT.unit_cost, 0), "product": Stepped(PRODUCT.code)},
        found_by={} if sides else {"product": lambda owner: PRODUCT.company_id == owner},
        sides=Sides(LOT.id, tuple(Side(one, LOT.id) for one in each)) if sides else None,
    )


WANTED = {
    "cost": ["Z5", "Z2", "Z0", "Z3", "Z6", "Z1", "Z4"],
    "product": ["Z0", "Z3", "Z6", "Z1", "Z4", "Z2", "Z5"],
}


def walked(session: Session, listing: Listing, owner: int, asked: Asked, limit: int) -> list[str]:
    found, after = list[str](), None
    while True:
        page = paging.page(session, listing, owner, asked, after, limit)
        found += [row["code"] for row in page.rows]
        if (after := page.position) is None:
            return found


@pytest.mark.parametrize("sides", [False, True], ids=["found from a table", "found from several sides"])
@pytest.mark.parametrize("sort", WANTED)
def test_each_row_comes_once_and_in_order(trade: Trade, company_id: int, sort: str, sides: bool) -> None:
    listing = listing_of(company_id, sides=sides)
    with trade.net.context.store.whole_network.reading() as session:
        for limit in range(1, PLACES + 1):
            assert walked(session, listing, company_id, Asked({}, sort=sort), limit) == WANTED[sort]
            backwards = walked(session, listing, company_id, Asked({}, sort=sort, descending=True), limit)
            assert backwards == WANTED[sort][::-1]


def test_the_boxes_of_both_sides_are_sorted_by_their_codes(trade: Trade) -> None:
    confirmed = trade.confirmed(3)
    for company in ("ANDES", "BLOOM"):
        whole = [box["box_code"] for box in trade.net.boxes(company, sort="code")["items"]]
        assert whole == sorted(whole)
        assert set(confirmed["box_codes"]) <= set(whole)
        first = trade.net.boxes(company, sort="-code", limit=2)
        second = trade.net.boxes(company, sort="-code", limit=2, cursor=first["next"])
        assert [box["box_code"] for box in first["items"] + second["items"]] == whole[::-1][:4]


def test_an_awb_counts_its_staged_lines_until_the_last_box_of_each_is_scanned(trade: Trade) -> None:
    confirmed = trade.confirmed(2)
    assert [one["awb"] for one in trade.net.staged_awbs("BLOOM", sort="arrival_date")["items"]] == [confirmed["awb"]]
    trade.net.scan("BLOOM", confirmed["box_codes"][:1])
    assert trade.net.staged_awbs("BLOOM", count=True)["count"] == 1
    trade.net.scan("BLOOM", confirmed["box_codes"][1:])
    assert trade.net.staged_awbs("BLOOM", count=True)["count"] == 0
