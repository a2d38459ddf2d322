"""Some boxes of a line are voided: before shipping all return to stock, afterwards only those that the vendor has."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import Conflict, Invalid, InvalidQuantity, NotFound

Trade = Any
TYPED = {"reason": "botrytis", "confirm": "CONFIRM"}


def invoice_of(trade: Trade, company: str = "ANDES") -> dict[str, Any]:
    (found,) = (one for one in trade.net.orders(company) if one["kind"] == "invoice")
    return dict(found)


def test_some_boxes_of_a_line_that_nobody_has_confirmed_return_at_once(trade: Trade) -> None:
    order = trade.checked_out(3)
    shown = trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    assert [(line["boxes"], line["state"]) for line in shown["lines"]] == [(2, "checked_out"), (1, "cancelled")]
    assert trade.available() == 4
    assert trade.net.confirm("ANDES", order["sales_order"])["box_codes"] == ["B1", "B2"]


def test_what_was_taken_off_is_needed_again_on_the_prebook_and_told(trade: Trade) -> None:
    order = trade.confirmed(3)
    line = order["lines"][0]["line"]
    trade.net.void("ANDES", line=line, box_codes=["B2"], **TYPED)
    lines = trade.net.show("BLOOM", order["prebook"])["lines"]
    assert [(one["boxes"], one["state"]) for one in lines] == [(2, "staged"), (1, "cancelled"), (1, "needed")]
    assert lines[0]["box_codes"] == ["B1", "B3"]
    (event,) = (one for one in trade.net.events("BLOOM") if one["type"] == "order_line.voided")
    assert {name: event["data"][name] for name in ("line", "boxes", "boxes_left", "needed_line")} == {
        "line": line,
        "boxes": 1,
        "boxes_left": 2,
        "needed_line": lines[2]["line"],
    }
    (mail,) = trade.net.notifications("BLOOM", "order_line.voided")
    assert "1 box" in mail["body"]


def test_a_box_that_was_voided_is_no_reprint_in_its_next_order(trade: Trade) -> None:
    order = trade.confirmed(1)
    trade.net.labels("ANDES", box_codes=["B1"])
    trade.net.void("ANDES", sales_order=order["sales_order"], **TYPED)
    trade.confirmed(1)
    (label,) = trade.net.labels("ANDES", box_codes=["B1"])
    assert "R" not in label["text"].split("\n")


def test_the_vendors_invoice_is_credited_for_the_boxes_alone(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    invoice = invoice_of(trade)
    assert [(line["boxes"], line["total"]) for line in invoice["lines"]] == [(3, "225.00"), (-1, "-75.00")]
    assert (invoice["lines"][1]["amount"], invoice["lines"][1]["reason"]) == ("-75.00", "botrytis")
    assert invoice["total"] == "155.00"
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    assert invoice_of(trade)["total"] == "80.00"


def test_the_rest_of_a_line_that_was_received_in_part_can_be_taken_off(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1", "B2"])
    shown = trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B3"], **TYPED)
    assert [(line["boxes"], line["state"]) for line in shown["lines"]] == [(2, "received"), (1, "cancelled")]
    assert trade.net.staging("BLOOM") == []
    assert trade.net.scan("BLOOM", ["B3"])[0]["outcome"] == "cancelled"
    assert trade.available() == 4


def test_received_boxes_cannot_be_taken_off(trade: Trade) -> None:
    order = trade.confirmed(2)
    trade.net.scan("BLOOM", ["B1"])
    with pytest.raises(Conflict, match="received"):
        trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    with pytest.raises(InvalidQuantity):
        trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=2, **TYPED)
    assert trade.line("ANDES", order["sales_order"])["boxes"] == 2


def test_after_shipping_boxes_that_the_vendor_has_come_back_on_hold_and_the_rest_is_lost(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.ship("ANDES", order["awb"])
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B2", "B3"], returned=["B3"], **TYPED)
    assert trade.available() == 3
    assert trade.net.availability(["ANDES/L1-R1"]) == [{"lot": "ANDES/L1-R1", "available": 1}]
    assert trade.net.share("ANDES", "BLOOM", ["L1-R1"])[0]["reasons"] == ["on_hold"]
    trade.net.set("ANDES", lot="L1-R1", values={"on_hold": False})
    again = trade.confirmed(1, lot="ANDES/L1-R1")
    assert again["box_codes"] == ["B3"]
    scanned = trade.net.scan("BLOOM", ["B2", "B3"])
    assert [(one["box_code"], one["outcome"]) for one in scanned] == [("B2", "cancelled"), ("B3", "received")]


def test_how_many_are_voided_after_shipping_means_those_that_came_back_first(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.ship("ANDES", order["awb"])
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=2, returned=["B1"], **TYPED)
    assert trade.line("ANDES", order["sales_order"])["box_codes"] == ["B2"]
    assert trade.net.availability(["ANDES/L1-R1"])[0]["available"] == 1


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        ({"boxes": 0}, InvalidQuantity),
        ({"boxes": 4}, InvalidQuantity),
        ({"boxes": 1, "box_codes": ["B1"]}, Invalid),
        ({"box_codes": ["B1"], "returned": ["B2"]}, Invalid),
        ({"box_codes": ["B9"]}, NotFound),
        ({"box_codes": []}, NotFound),
    ],
)
def test_what_cannot_be_voided_is_refused_and_changes_nothing(
    trade: Trade, named: dict[str, Any], refusal: type[Exception]
) -> None:
    order = trade.confirmed(3)
    with pytest.raises(refusal):
        trade.net.void("ANDES", line=order["lines"][0]["line"], **named, **TYPED)
    assert [line["boxes"] for line in trade.net.show("ANDES", order["sales_order"])["lines"]] == [3]


def test_boxes_are_named_of_one_line(trade: Trade) -> None:
    order = trade.confirmed(2)
    with pytest.raises(Invalid):
        trade.net.void("ANDES", sales_order=order["sales_order"], boxes=1, **TYPED)


def test_what_was_given_up_goes_with_the_voided_boxes_where_the_others_have_come_for_the_customer(trade: Trade) -> None:
    order = trade.confirmed(3)
    line = order["lines"][0]["line"]
    trade.net.release("BLOOM", line=line, boxes=2, **TYPED)
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.net.void("ANDES", line=line, box_codes=["B3"], **TYPED)
    lines = trade.net.show("BLOOM", order["prebook"])["lines"]
    assert [(one["boxes"], one["released"], one["state"]) for one in lines] == [(2, 1, "received"), (1, 1, "cancelled")]
    assert trade.net.verify() == []


def test_a_void_never_takes_more_off_an_invoice_than_it_bills(trade: Trade) -> None:
    """Boxes credit what is left of their line at the most, after an amount that was credited before."""
    order = trade.confirmed(2)
    line = order["lines"][0]["line"]
    number = invoice_of(trade)["number"]
    trade.net.credit("ANDES", number, line, amount="100", **TYPED)
    trade.net.void("ANDES", line=line, boxes=1, **TYPED)
    assert [one["total"] for one in invoice_of(trade)["lines"]] == ["150.00", "-100.00", "-50.00"]
    trade.net.void("ANDES", line=line, **TYPED)
    assert invoice_of(trade)["total"] == "0.00"
    assert trade.net.verify() == []
