"""A catalog is read page behind page by cursor: nothing twice, nothing missed, whatever comes and goes meanwhile."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import CursorMismatch, Invalid, NotAllowed
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
LINES = 12


def lot(number: int, **more: Any) -> dict[str, Any]:
    """A lot of its own line: another number of stems in its boxes, and each has another price but two in each three."""
    own = {"product": "FREEDOM", "boxes": 1 + number % 4, "units_per_box": 100 + number, "price_a": None}
    return {**LOT, **own, "code": f"OWN{number:02}", "web_price": f"0.{70 + number // 3}", **more}


@pytest.fixture
def shop(trade: Trade) -> Trade:
    trade.net.put("BLOOM", "lots", [lot(number) for number in range(LINES)])
    return trade


def pages(shop: Trade, between: Callable[[int], object] = lambda page: None, **asked: Any) -> Iterator[dict[str, Any]]:
    """Every page from the first to the last."""
    cursor = None
    for number in itertools.count(1):
        page: Any = shop.net.catalog("BLOOM", "C-100", SHIP, limit=3, cursor=cursor, **asked)
        yield page
        cursor = page["next"]
        if cursor is None:
            return
        between(number)


def names(rows: Any) -> list[str]:
    return [row["line"] for row in rows]


def walked(shop: Trade, between: Callable[[int], object] = lambda page: None, **asked: Any) -> list[str]:
    return [name for page in pages(shop, between, **asked) for name in names(page["lines"])]


def whole(shop: Trade, **asked: Any) -> list[str]:
    return names(shop.net.catalog("BLOOM", "C-100", SHIP, page_size=500, **asked)["lines"])


def sell_out(shop: Trade, row: Any) -> None:
    for code in row["lots"]:
        shop.net.put("BLOOM", "lots", [lot(int(code.removeprefix("OWN")), boxes=0)])


@pytest.mark.parametrize("sort", ["description", "-description", "price", "-price", "available", "-available"])
@pytest.mark.parametrize("search", ["", "freedom"])
def test_pages_by_cursor_are_the_whole_catalog_in_its_order(shop: Trade, sort: str, search: str) -> None:
    expected = whole(shop, sort=sort, search=search)
    assert len(expected) >= LINES
    assert walked(shop, sort=sort, search=search) == expected
    assert {page["total"] for page in pages(shop, sort=sort, search=search)} == {len(expected)}


@pytest.mark.parametrize("sort", ["description", "-description", "price", "-price", "available", "-available"])
def test_what_stays_is_read_once_while_other_lines_come_and_go(shop: Trade, sort: str) -> None:
    stay = whole(shop, sort=sort)
    gone = set()

    def between(page: int) -> None:
        """The last two lines that were read are sold out, and cheap and dear ones come."""
        last = shop.net.catalog("BLOOM", "C-100", SHIP, sort=sort, page_size=500)["lines"]
        for row in [one for one in last if one["line"] in seen[-2:] and one["lots"][0].startswith("OWN")]:
            gone.add(row["line"])
            sell_out(shop, row)
        new = [lot(40 + 2 * page, web_price="0.10"), lot(41 + 2 * page, web_price="9.00")]
        shop.net.put("BLOOM", "lots", new)

    seen: list[str] = []
    for page in pages(shop, between, sort=sort):
        seen += names(page["lines"])
    assert len(seen) == len(set(seen)), "no line is read twice"
    own = [name for name in stay if name in set(whole(shop, sort=sort)) | gone]
    assert [name for name in seen if name in set(stay)] == own, "none is missed, and the order is the same"


def test_when_all_lines_that_a_cursor_names_are_gone_none_behind_them_is_missed(shop: Trade) -> None:
    first = next(pages(shop, sort="-price"))
    for row in first["lines"]:
        sell_out(shop, row)
    expected = whole(shop, sort="-price")
    following: Any = shop.net.catalog("BLOOM", "C-100", SHIP, sort="-price", limit=500, cursor=first["next"])
    assert names(following["lines"]) == [name for name in expected if name not in names(first["lines"])]


@pytest.mark.parametrize(
    "other",
    [{"sort": "price"}, {"search": "rose"}, {"ship_via": "grower"}, {"channel": "sales"}, {"customer": "C-200"}],
)
def test_a_cursor_is_for_the_catalog_that_it_was_made_for(shop: Trade, other: dict[str, Any]) -> None:
    cursor = next(pages(shop))["next"]
    asked = {"customer": "C-100", "ship_date": SHIP, "limit": 3, "cursor": cursor, **other}
    with pytest.raises(CursorMismatch):
        shop.net.catalog("BLOOM", **asked)


@pytest.mark.parametrize("cursor", ["", "c_", "c_AAAA", "anything", "c_" + "A" * 400])
def test_what_is_no_cursor_is_refused(shop: Trade, cursor: str) -> None:
    with pytest.raises(CursorMismatch):
        shop.net.catalog("BLOOM", "C-100", SHIP, cursor=cursor)


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 1001}, {"limit": 3, "page": 2}])
def test_sizes_out_of_range_and_two_kinds_of_pages_at_once_are_refused(shop: Trade, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        shop.net.catalog("BLOOM", "C-100", SHIP, **asked)


def test_accents_and_case_do_not_matter_to_a_search(shop: Trade) -> None:
    shop.net.set("BLOOM", product="FREEDOM", values={"description": "Rosa Ñandú Encarnación"})
    everything = whole(shop, search="rosa")
    assert len(everything) >= LINES
    for words in ("nandu", "ÑANDÚ", "encarnacion ROSA", "Encarnacio\u0301n"):
        assert whole(shop, search=words) == whole(shop, q=words) == everything
    assert whole(shop, q="nandu tulipan") == []


def test_a_catalog_says_the_count_of_its_lines_as_every_list_does(shop: Trade) -> None:
    for asked in ({"limit": 3}, {"page_size": 3}, {"limit": 3, "q": "freedom"}):
        found = shop.net.catalog("BLOOM", "C-100", SHIP, count=True, **asked)
        assert found["count"] == found["total"] >= LINES
    assert "count" not in shop.net.catalog("BLOOM", "C-100", SHIP, limit=3)


def test_a_cursor_shows_nothing_that_the_lines_do_not(shop: Trade) -> None:
    page = next(pages(shop))
    shown = base64.urlsafe_b64decode(page["next"].removeprefix("c_") + "==")[16:].decode()
    for secret in ("OWN", "BLOOM", "ANDES", "2026"):
        assert secret not in shown


def test_who_sees_no_prices_cannot_walk_by_them(shop: Trade) -> None:
    packer = shop.net.on_behalf_of(Actor("ana", "BLOOM", frozenset({"warehouse"})))
    with pytest.raises(NotAllowed):
        packer.catalog("BLOOM", "C-100", SHIP, sort="price", limit=3)
    assert len(packer.catalog("BLOOM", "C-100", SHIP, limit=3)["lines"]) == 3


def test_a_catalog_of_one_category_is_read_page_by_page_too(shop: Trade) -> None:
    shop.net.put("BLOOM", "categories", [{"code": "LILIES"}])
    shop.net.put("BLOOM", "products", [{"code": "LILY", "description": "Lily", "category": "LILIES"}])
    shop.net.put("BLOOM", "lots", [lot(20 + number, product="LILY") for number in range(4)])
    whole = shop.net.catalog("BLOOM", "C-100", SHIP)
    lilies = shop.net.catalog("BLOOM", "C-100", SHIP, category="LILIES")
    assert (lilies["total"], {row["description"] for row in lilies["lines"]}) == (4, {"Lily"})
    for sort in ("description", "-price"):
        asked = {"category": "LILIES", "sort": sort}
        assert walked(shop, **asked) == names(shop.net.catalog("BLOOM", "C-100", SHIP, **asked)["lines"])
    roses = shop.net.catalog("BLOOM", "C-100", SHIP, category="ROSES", search="rose")
    assert roses["total"] == whole["total"] - 4
    assert shop.net.catalog("BLOOM", "C-100", SHIP, category="TULIPS")["total"] == 0
    cursor = shop.net.catalog("BLOOM", "C-100", SHIP, category="LILIES", limit=1)["next"]
    with pytest.raises(CursorMismatch):
        shop.net.catalog("BLOOM", "C-100", SHIP, limit=1, cursor=cursor)
