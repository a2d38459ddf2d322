"""Documents as each side sees them, their lists, and the feeds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import FeedGone, Invalid, NotAllowed, NotFound
from tests.services.conftest import LOT

Trade = Any


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in found]


def test_each_side_sees_its_own_price_and_lot(trade: Trade) -> None:
    done = trade.checked_out()
    prebook, bought = trade.line("BLOOM", done["prebook"]), trade.line("BLOOM", done["purchase_order"])
    sold = trade.line("ANDES", done["sales_order"])
    assert (prebook["lot"], prebook["price"], prebook["total"]) == ("ANDES/L1", "0.48", "240.00")
    assert (bought["lot"], bought["price"], bought["total"]) == ("ANDES/L1", "0.30", "150.00")
    assert (sold["lot"], sold["price"], sold["total"]) == ("L1", "0.30", "150.00")
    assert (prebook["product"], sold["product"]) == ("FREEDOM", "R-RED-60")


def test_each_side_reads_its_own_part_of_the_explanation_only(trade: Trade) -> None:
    done = trade.checked_out()
    prebook, sold = trade.line("BLOOM", done["prebook"]), trade.line("ANDES", done["sales_order"])
    assert [step["step"] for step in prebook["explanation"] if step["outcome"] == "used"] == ["k2k_gpm"]
    assert [step["step"] for step in sold["explanation"] if step["outcome"] == "used"] == ["price_a"]
    assert "price_a" not in json.dumps(trade.net.orders("BLOOM"))
    assert "k2k_gpm" not in json.dumps(trade.net.orders("ANDES"))
    assert "0.48" not in json.dumps(trade.net.show("ANDES", done["sales_order"]))


def test_the_price_and_its_explanation_stay_as_they_were_sold(trade: Trade) -> None:
    done = trade.checked_out()
    before = trade.net.show("BLOOM", done["prebook"])
    trade.net.set("BLOOM", settings={"k2k_gpm": 50})
    assert trade.net.show("BLOOM", done["prebook"]) == before


def test_a_strangers_document_is_as_unknown_as_a_made_up_one(trade: Trade) -> None:
    done = trade.checked_out()
    words = set()
    for company, number in (("PETAL", done["prebook"]), ("BLOOM", done["sales_order"]), ("BLOOM", "B-9")):
        with pytest.raises(NotFound) as refusal:
            trade.net.show(company, number)
        words.add(refusal.value.message.replace(number, "?"))
    assert len(words) == 1


def test_lists_are_searched_by_numbers_names_and_the_mark(trade: Trade) -> None:
    first = trade.checked_out()
    second = trade.checked_out(lot="SIERRA/S1")
    mine = [first["prebook"], first["purchase_order"], second["prebook"], second["purchase_order"]]
    assert numbers(trade.net.orders("BLOOM")) == mine
    assert numbers(trade.net.orders("BLOOM", "K2K")) == mine
    assert numbers(trade.net.orders("BLOOM", first["prebook"].lower())) == mine[:2]
    assert numbers(trade.net.orders("BLOOM", "sierra bl")) == [second["purchase_order"]]
    assert numbers(trade.net.orders("BLOOM", "corner")) == [first["prebook"], second["prebook"]]
    assert numbers(trade.net.orders("ANDES", "bloom whole")) == [first["sales_order"]]
    assert numbers(trade.net.orders("ANDES", "1001k")) == [first["sales_order"]]
    assert trade.net.orders("ANDES", "sierra") == []
    assert trade.net.orders("PETAL") == []


def lines(found: list[dict[str, Any]]) -> list[str]:
    return [line["line"] for one in found for line in one["lines"] if one["kind"] != "invoice"]


def test_words_that_are_marks_find_parties_of_that_name_too(open_trade: Any) -> None:
    def named(companies: dict[str, Any]) -> None:
        own = {"inventory_type": "open_market_boxes", "product": "FREEDOM", "box_type": "HB", "units_per_box": 100}
        own |= {"unit_type": "stem", "arrival_date": "2026-01-31", "unit_cost": "0.2", "web_price": "0.4"}
        companies["BLOOM"]["lots"] = [{**own, "code": "OWN", "boxes": 5}]
        companies["BLOOM"]["customers"] += [
            {"code": "C-300", "name": "Overdue Flowers", "type": "B", "ship_via": "choice"},
            {"code": "C-400", "name": "The K2K Florist", "type": "B", "ship_via": "choice"},
        ]

    trade = open_trade(named)
    bought = trade.checked_out(1)
    k2k = [bought["prebook"], bought["purchase_order"]]
    flowers, florist, other = (
        trade.checked_out(1, lot="OWN", customer=customer)["lines"][0]["line"]
        for customer in ("C-300", "C-400", "C-100")
    )
    found = {search: trade.net.orders("BLOOM", search) for search in ("overdue", " OVERDUE ", "k2k")}
    assert lines(found["overdue"]) == lines(found[" OVERDUE "]) == [flowers]
    assert numbers(found["k2k"])[:2] == k2k
    assert lines(found["k2k"])[2:] == [florist]
    assert other not in lines(found["k2k"])
    trade.later(days=3)
    late = trade.net.orders("BLOOM", "overdue")
    assert numbers([one for one in late if one["overdue"]]) == k2k
    assert flowers in lines(late)


@pytest.fixture
def billed(open_trade: Any) -> tuple[Trade, dict[str, Any]]:
    """An order of which both sides have every paper, on an AWB with a reference number, beside one of own stock."""

    def synchronised(companies: dict[str, Any]) -> None:
        companies["ANDES"]["settings"]["sync_invoices"] = True
        companies["BLOOM"]["settings"] |= {"sync_invoices": True, "auto_billing": "both"}
        own = {"inventory_type": "open_market_boxes", "product": "FREEDOM", "box_type": "HB", "units_per_box": 100}
        own |= {"unit_type": "stem", "arrival_date": "2026-01-31", "unit_cost": "0.2", "web_price": "0.4"}
        companies["BLOOM"]["lots"] = [{**own, "code": "OWN", "boxes": 5}]

    trade = open_trade(synchronised)
    trade.checked_out(1, lot="OWN")
    trade.checked_out(1, lot="SIERRA/S1")
    done = trade.confirmed(2, reference_number="REF-77")
    trade.net.ship("ANDES", done["awb"])
    trade.net.scan("BLOOM", done["box_codes"])
    return trade, done


def test_a_list_is_searched_by_awb_reference_and_prebook_on_both_sides(
    billed: tuple[Trade, dict[str, Any]],
) -> None:
    trade, done = billed
    ours = [done["prebook"], done["purchase_order"], "ANDES/I-1001", "I-1001"]
    theirs = [done["sales_order"], "I-1001"]
    for search in (done["awb"], done["awb"].lower(), done["awb_id"], "ref-77", " EF-7 ", done["prebook"]):
        assert sorted(numbers(trade.net.orders("BLOOM", search))) == sorted(ours), search
        assert numbers(trade.net.orders("ANDES", search)) == theirs, search
        assert trade.net.orders("PETAL", search) == []
        assert trade.net.orders("SIERRA", search) == []
    assert trade.net.orders("BLOOM", "awb_") == trade.net.orders("BLOOM", f"{done['awb_id']}1") == []
    assert numbers(trade.net.orders("ANDES", done["purchase_order"])) == theirs
    assert numbers(trade.net.orders("ANDES", done["sales_order"])) == [done["sales_order"]]


def test_an_awb_without_a_reference_number_is_found_by_the_number_that_was_derived(trade: Trade) -> None:
    done = trade.confirmed(1)
    for company, number in (("ANDES", done["sales_order"]), ("BLOOM", done["purchase_order"])):
        assert number in numbers(trade.net.orders(company, done["awb"]))
    assert trade.net.orders("BLOOM", done["awb"] + "X") == []


def test_invoices_of_k2k_orders_bear_the_mark_and_are_found_by_it(billed: tuple[Trade, dict[str, Any]]) -> None:
    trade, done = billed
    (own,) = [one for one in trade.net.orders("BLOOM") if one["kind"] == "invoice_order"]
    trade.later(days=4)
    trade.net.sweep()
    marked = {company: set(numbers(trade.net.orders(company, "K2K"))) for company in ("ANDES", "BLOOM")}
    assert marked["ANDES"] == {done["sales_order"], "I-1001"}
    assert {done["prebook"], done["purchase_order"], "I-1001", "ANDES/I-1001"} <= marked["BLOOM"]
    for company in ("ANDES", "BLOOM"):
        for one in trade.net.orders(company):
            assert one["k2k"] is (one["number"] in marked[company]), one["number"]
    assert own["number"] not in marked["BLOOM"]


def test_a_line_is_blue_in_the_cart_and_green_from_its_check_out_on(trade: Trade) -> None:
    def colors(document: str, company: str = "ANDES") -> list[Any]:
        return [line["color"] for line in trade.net.show(company, document)["lines"]]

    done = trade.ordered(2)
    order, prebook = done["sales_order"], done["prebook"]
    assert colors(order) == ["blue"]
    trade.net.checkout("BLOOM", cart=done["cart"])
    assert colors(order) == colors(prebook, "BLOOM") == ["green"]
    awb = trade.net.confirm("ANDES", order)
    assert colors(order) == colors(prebook, "BLOOM") == ["green"]
    trade.net.ship("ANDES", awb["awb"])
    trade.net.scan("BLOOM", awb["box_codes"])
    assert trade.line("ANDES", order)["state"] == "received"
    assert colors(order) == colors(prebook, "BLOOM") == ["green"]
    trade.net.bill("BLOOM", prebook)
    assert trade.line("ANDES", order)["state"] == "billed"
    assert colors(order) == colors(prebook, "BLOOM") == ["green"]
    voided = trade.confirmed(1)
    trade.net.void("ANDES", sales_order=voided["sales_order"], reason="frost", confirm="CONFIRM")
    assert colors(voided["sales_order"]) == [None]
    assert {line["state"]: line["color"] for line in trade.net.show("BLOOM", voided["prebook"])["lines"]} == {
        "cancelled": None,
        "needed": None,
    }


def test_a_k2k_order_ends_in_k(trade: Trade) -> None:
    done = trade.checked_out()
    assert done["sales_order"].endswith("K")
    assert trade.net.show("ANDES", done["sales_order"])["k2k"] is True


def test_cancelled_lines_count_for_nothing_in_the_total(trade: Trade) -> None:
    order = trade.ordered(1)
    trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, cart=order["cart"])
    trade.net.cancel("BLOOM", line=order["lines"][0]["line"])
    # 1 x 250 x 0.40, and the 5.00 that the vendor charges every order of this buyer
    assert trade.net.show("ANDES", order["sales_order"])["total"] == "105.00"


def test_events_come_in_order_and_go_on_where_one_stopped(trade: Trade) -> None:
    trade.checked_out()
    feed = trade.net.events("BLOOM")
    assert [event["seq"] for event in feed] == list(range(1, len(feed) + 1))
    assert trade.net.events("BLOOM", after=feed[0]["seq"]) == feed[1:]
    assert trade.net.events("BLOOM", after=feed[-1]["seq"]) == []
    with pytest.raises(FeedGone):
        trade.net.events("BLOOM", after=10_000)


def test_notifications_of_everybody_are_for_the_operators(trade: Trade) -> None:
    trade.checked_out()
    everybody = trade.net.notifications()
    assert everybody
    assert [row for row in everybody if row["event"] == "order.checked_out"] == trade.net.notifications(
        event="order.checked_out"
    )
    seller = trade.net.on_behalf_of(Actor("s@bloom", "BLOOM", frozenset({"sales_manager"})))
    assert seller.notifications("BLOOM") == trade.net.notifications("BLOOM")
    for company in (None, "ANDES"):
        with pytest.raises(NotAllowed):
            seller.notifications(company)


def test_a_prebook_of_own_boxes_and_a_vendors_answers_with_every_document(trade: Trade) -> None:
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 5, "web_price": "0.60"}
    trade.net.put("BLOOM", "lots", [own])
    lines = [{"lot": "OWN", "boxes": 1}, {"lot": "ANDES/L1", "boxes": 1}]
    answer = trade.net.prebook("BLOOM", "C-100", lines, ship_date="2026-02-05")
    assert (answer["invoice_order"], answer["prebook"]) == ("O-1001", "B-1001")
    assert (answer["purchase_order"], answer["sales_order"]) == ("P-1001", "S-1001K")
    assert [line["purchase_order"] for line in answer["lines"]] == [None, "P-1001"]


@pytest.mark.parametrize("line", ["987654", "9" * 30, 10**30, "-1", "x", "", "\u0661"])
def test_a_line_that_cannot_be_one_is_not_found_like_any_other(trade: Trade, line: Any) -> None:
    trade.ordered()
    for refused in (
        lambda: trade.net.checkout("BLOOM", line=line),
        lambda: trade.net.cancel("BLOOM", line=line),
        lambda: trade.net.void("ANDES", line=line, reason="frost", confirm="CONFIRM"),
    ):
        with pytest.raises(NotFound):
            refused()


def test_a_feed_is_read_in_pages_of_a_sensible_size(trade: Trade) -> None:
    trade.ordered()
    assert [event["seq"] for event in trade.net.events("BLOOM", limit=1)] == [1]
    for limit in (-1, 10**30):
        with pytest.raises(Invalid):
            trade.net.events("BLOOM", limit=limit)
