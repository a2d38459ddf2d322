"""The vendor confirms: what is confirmed, what is dropped, which boxes and which AWB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, IdempotencyMismatch, Invalid, NotAllowed, NotFound, PendingLines

Trade = Any


def test_boxes_are_allocated_first_in_first_out_and_staged(trade: Trade) -> None:
    first, second = trade.confirmed(2), trade.confirmed(3)
    assert first["box_codes"] == ["B1", "B2"]
    assert second["box_codes"] == ["B3", "B4", "B5"]
    line = trade.line("BLOOM", first["prebook"])
    assert (line["state"], line["box_codes"]) == ("staged", ["B1", "B2"])


def test_all_three_documents_tell_the_same_of_a_confirmed_line(trade: Trade) -> None:
    done = trade.confirmed()
    shown = [
        trade.net.show(company, done[kind])
        for company, kind in (("BLOOM", "prebook"), ("BLOOM", "purchase_order"), ("ANDES", "sales_order"))
    ]
    assert [document["status"] for document in shown] == ["confirmed"] * 3
    assert {document["awb"] for document in shown} == {done["awb"]}
    assert {document["lines"][0]["state"] for document in shown} == {"staged"}
    assert {document["lines"][0]["line"] for document in shown} == {done["lines"][0]["line"]}


def test_pending_lines_hold_the_confirmation_back_and_are_named(trade: Trade) -> None:
    order = trade.ordered(2)
    with pytest.raises(PendingLines) as refusal:
        trade.net.confirm("ANDES", order["sales_order"])
    assert refusal.value.facts["lines"] == [{"line": order["lines"][0]["line"], "lot": "L1", "boxes": 2}]
    assert trade.line("ANDES", order["sales_order"])["state"] == "in_cart"


def test_pending_lines_are_dropped_when_that_is_asked_for(trade: Trade) -> None:
    order = trade.ordered(2)
    more = trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, cart=order["cart"])
    assert more["sales_order"] == order["sales_order"]
    trade.net.checkout("BLOOM", line=order["lines"][0]["line"])
    done = trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    assert done["dropped"] == [{"line": more["lines"][0]["line"], "lot": "L2", "boxes": 1}]
    assert done["box_codes"] == ["B1", "B2"]
    shown = trade.net.show("BLOOM", order["prebook"])["lines"]
    assert [line["state"] for line in shown if line["line"]] == ["staged", "dropped"]
    assert trade.available("ANDES/L2") == 4


def test_everybody_concerned_is_told_of_a_dropped_line(trade: Trade) -> None:
    order = trade.ordered(2)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    told = {
        company: [row["to"] for row in trade.net.notifications(company, "order_line.dropped")]
        for company in ("BLOOM", "ANDES")
    }
    assert told["BLOOM"] == ["sally@bloom.example", "corner@florist.example"]
    assert told["ANDES"] == ["bills@andes.example", "sales@andes.example", "bloom.desk@andes.example"]


def test_mail_to_the_buyers_people_never_names_the_vendor_or_its_order(trade: Trade) -> None:
    order = trade.ordered(2)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    for row in trade.net.notifications("BLOOM"):
        for word in ("andes", order["sales_order"].lower()):
            assert word not in (row["subject"] + row["body"]).lower()


def test_an_order_whose_lines_were_all_dropped_is_voided(trade: Trade) -> None:
    order = trade.ordered(2)
    done = trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    assert (done["awb"], done["box_codes"]) == (None, [])
    assert trade.net.show("ANDES", order["sales_order"])["status"] == "voided"
    assert trade.net.show("BLOOM", order["purchase_order"])["status"] == "cancelled"
    assert trade.available() == 6


def test_an_order_is_confirmed_once(trade: Trade) -> None:
    done = trade.confirmed()
    with pytest.raises(Conflict, match="confirmed already"):
        trade.net.confirm("ANDES", done["sales_order"])


def test_a_cart_that_ran_out_of_time_cannot_be_confirmed(trade: Trade) -> None:
    order = trade.ordered(2)
    trade.later(minutes=61)
    with pytest.raises(Conflict, match="no line that could be confirmed"):
        trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)


def test_orders_of_one_day_and_way_share_an_awb(trade: Trade) -> None:
    first, second, third = trade.confirmed(1), trade.confirmed(1), trade.confirmed(1, ship_via="grower")
    assert first["awb"] == second["awb"] != third["awb"]


def test_a_derived_number_can_stand_on_a_label_and_names_no_vendor(trade: Trade) -> None:
    number = trade.confirmed(1)["awb"]
    assert len(number) <= 40
    assert number.isascii()
    assert "ANDES" not in number


def test_orders_with_the_same_reference_share_an_awb(trade: Trade) -> None:
    first = trade.confirmed(1, reference_number="729-1234")
    second = trade.confirmed(1, ship_date="2026-02-06", reference_number="729-1234")
    assert first["awb"] == second["awb"] == "729-1234"
    assert trade.net.show("ANDES", first["sales_order"])["reference_number"] == "729-1234"
    assert len(trade.net.staging("BLOOM", "729-1234")) == 2


def test_a_prebook_of_two_vendors_is_confirmed_when_both_have_confirmed(trade: Trade) -> None:
    order = trade.ordered(1)
    other = trade.net.add("BLOOM", "C-100", lot="SIERRA/S1", boxes=1, cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    trade.net.confirm("ANDES", order["sales_order"])
    assert trade.net.show("BLOOM", order["prebook"])["status"] == "checked_out"
    trade.net.confirm("SIERRA", other["sales_order"])
    assert trade.net.show("BLOOM", order["prebook"])["status"] == "confirmed"


def test_a_strangers_order_answers_like_an_unknown_one(trade: Trade) -> None:
    order = trade.checked_out()
    words = set()
    for company, number in (("SIERRA", order["sales_order"]), ("SIERRA", "S-9999K"), ("BLOOM", order["sales_order"])):
        with pytest.raises(NotFound) as refusal:
            trade.net.confirm(company, number)
        words.add(refusal.value.message.replace(number, "?"))
    assert len(words) == 1


def test_only_the_vendors_sales_people_confirm(trade: Trade) -> None:
    order = trade.checked_out()
    for actor in (Actor("w@andes", "ANDES", frozenset({"warehouse"})), Actor("s@bloom", "BLOOM", frozenset({"admin"}))):
        with pytest.raises(NotAllowed):
            trade.net.on_behalf_of(actor).confirm("ANDES", order["sales_order"])
    seller = Actor("s@andes", "ANDES", frozenset({"sales_manager"}))
    assert trade.net.on_behalf_of(seller).confirm("ANDES", order["sales_order"])["box_codes"] == ["B1", "B2"]


def test_a_confirmation_that_comes_again_with_its_key_answers_the_same(trade: Trade) -> None:
    order = trade.checked_out()
    first = trade.net.confirm("ANDES", order["sales_order"], key="k")
    assert trade.net.confirm("ANDES", order["sales_order"], key="k") == first
    with pytest.raises(IdempotencyMismatch):
        trade.net.confirm("ANDES", order["sales_order"], drop_pending=True, key="k")


def test_a_reference_that_no_label_can_carry_is_refused(trade: Trade) -> None:
    order = trade.checked_out()
    for typed in ("x" * 41, "a\nb"):
        with pytest.raises(Invalid):
            trade.net.confirm("ANDES", order["sales_order"], reference_number=typed)


def test_both_companies_hear_of_the_confirmation(trade: Trade, open_trade: Callable[..., Any]) -> None:
    done = trade.confirmed()
    for company in ("ANDES", "BLOOM"):
        told = [event for event in trade.net.events(company) if event["type"] == "order.confirmed"]
        assert [event["data"]["awb"] for event in told] == [done["awb"]]
    assert {event["type"] for event in trade.net.events("PETAL")} == {"offer.changed"}
