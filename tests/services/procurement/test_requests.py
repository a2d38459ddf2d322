"""What a vendor reads of the orders that buyers have sent to it: page by page, and one with the lots that can fill
it."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotFound
from tests.services.conftest import Trade
from tests.services.procurement.test_procurement import SHIP


def sent(trade: Trade, *lines: dict[str, Any]) -> dict[str, Any]:
    """A purchase order of BLOOM that ANDES has not answered; its numbers at both, and the ids of its lines."""
    order = trade.net.purchase_order("BLOOM", "ANDES", list(lines), ship_date=SHIP)
    document = trade.net.transfer("BLOOM", order["number"])["vendor_document"]
    return {"order": order["number"], "document": document, "lines": [line["line"] for line in order["lines"]]}


def shown(trade: Trade, **filters: Any) -> list[str]:
    return [one["purchase_order"] for one in trade.net.requests("ANDES", filters)["items"]]


def test_a_request_is_followed_from_its_arrival_to_the_last_box(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 8})
    (row,) = trade.net.requests("ANDES")["items"]
    facts = ("purchase_order", "document", "state", "buyer", "ship_date", "boxes", "filled", "known", "unknown")
    assert [row[name] for name in facts] == [one["order"], one["document"], "transferred", "BLOOM", SHIP, 8, 0, 1, 0]
    assert (shown(trade, state="transferred"), shown(trade, state="accepted")) == ([one["order"]], [])
    trade.net.accept_order("ANDES", one["document"])
    accepted = trade.net.request("ANDES", one["document"])
    assert (accepted["state"], accepted["document"][-1]) == ("accepted", "K"), "found by its former number too"
    (line,) = accepted["lines"]
    assert [(lot["lot"], lot["available"], lot["proposed"]) for lot in line["lots"]] == [("L1", 6, 6), ("L2", 4, 2)]
    lots = [{"lot": "L1", "boxes": 5}]
    trade.net.fill("ANDES", accepted["document"], [{"line": line["line"], "lots": lots}])
    filled = trade.net.request("ANDES", accepted["document"])
    assert (filled["state"], filled["boxes"], filled["filled"]) == ("filled", 8, 5)
    assert [[lot["lot"] for lot in each["lots"]] for each in filled["lines"]] == [[], ["L1", "L2"]]
    assert [lot["proposed"] for lot in filled["lines"][1]["lots"]] == [1, 2]
    assert (shown(trade, waiting=True), shown(trade, waiting=False)) == ([one["order"]], [])


def test_boxes_that_one_line_is_proposed_are_not_proposed_to_the_next(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 5}, {"product": "FREEDOM", "boxes": 4})
    lines = trade.net.request("ANDES", one["document"])["lines"]
    assert [[lot["proposed"] for lot in line["lots"]] for line in lines] == [[5, 0], [1, 3]]


def test_an_unknown_product_has_no_lots_until_it_is_named(trade: Trade) -> None:
    trade.net.put("BLOOM", "products", [{"code": "GLOBE", "description": "Disco globe", "category": "ROSES"}])
    one = sent(trade, {"product": "GLOBE", "boxes": 2}, {"product": "FREEDOM", "boxes": 1})
    (row,) = trade.net.requests("ANDES", unknown=True)["items"]
    assert (row["known"], row["unknown"], shown(trade, unknown=False)) == (1, 1, [])
    trade.net.accept_order("ANDES", one["document"])
    unknown = trade.net.request("ANDES", one["document"])["lines"][0]
    assert (unknown["product"], unknown["lots"]) == ("unknown", [])
    trade.net.fill("ANDES", one["document"], [{"line": one["lines"][0], "product": "R-RED-60", "lots": []}])
    named = trade.net.request("ANDES", one["document"])
    assert (named["state"], named["unknown"]) == ("accepted", 0)
    assert [lot["lot"] for lot in named["lines"][0]["lots"]] == ["L1", "L2"]


def test_a_rejected_request_says_why_and_how_much_was_asked_for(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 3})
    trade.net.reject("ANDES", one["document"], reason="frost")
    row = trade.net.request("ANDES", one["document"])
    assert (row["state"], row["reason"], row["boxes"], row["filled"]) == ("rejected", "frost", 3, 0)


def test_a_request_is_found_by_what_it_says(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 1})
    for words in (one["order"].lower(), one["document"], "bloom"):
        found = trade.net.requests("ANDES", q=words, count=True)
        assert (found["count"], [row["document"] for row in found["items"]]) == (1, [one["document"]]), words
    assert shown(trade, buyer="PETAL") == shown(trade, overdue=True) == shown(trade, ship_date_to="2026-02-04") == []
    with pytest.raises(Invalid):
        trade.net.requests("ANDES", state="none")


@pytest.mark.parametrize("sort", [None, "ship_date", "-vendor_ship_date"])
def test_every_page_of_the_requests_says_how_many_there_are_in_any_order(trade: Trade, sort: str | None) -> None:
    numbers = [sent(trade, {"product": "FREEDOM", "boxes": 1})["order"] for _ in range(3)]
    asked = {"sort": sort, "limit": 2, "count": True}
    first = trade.net.requests("ANDES", **asked)
    second = trade.net.requests("ANDES", cursor=first["next"], **asked)
    assert (first["count"], second["count"]) == (3, 3)
    assert sorted(one["purchase_order"] for one in first["items"] + second["items"]) == sorted(numbers)


def test_an_order_of_lots_from_a_cart_is_no_request(trade: Trade) -> None:
    trade.checked_out(2)
    assert trade.net.requests("ANDES")["items"] == []


def test_what_others_have_sent_is_nobodys_here(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 1})
    for company, number in (("BLOOM", one["document"]), ("ANDES", one["order"]), ("ANDES", "")):
        with pytest.raises(NotFound):
            trade.net.request(company, number)
    assert trade.net.requests("BLOOM")["items"] == trade.net.requests("SIERRA")["items"] == []


def test_a_warehouse_reads_a_request_without_money(trade: Trade) -> None:
    one = sent(trade, {"product": "FREEDOM", "boxes": 1})
    trade.net.accept_order("ANDES", one["document"])
    reader = trade.net.on_behalf_of(Actor("w@andes.example", "ANDES", frozenset({"warehouse"})))
    found = reader.request("ANDES", one["document"])
    assert "total" not in found
    assert "charges" not in found
    assert all("price" not in part for part in (found["lines"][0], found["lines"][0]["lots"][0]))
