"""A missing box: reported by the buyer, then voided or declined by the vendor, or received after all."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import Conflict, Invalid

Trade = Any
TYPED = {"reason": "never left", "confirm": "CONFIRM"}


def outcomes(answer: list[dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in answer]


def test_a_missing_box_is_out_of_the_staging_area_until_it_is_found(trade: Trade) -> None:
    trade.confirmed(2)
    assert outcomes(trade.net.missing("BLOOM", ["B1"], reason="not on the truck")) == ["missing"]
    assert [box["box_code"] for box in trade.net.staging("BLOOM")] == ["B2"]
    assert outcomes(trade.net.scan("BLOOM", ["B1", "B2"])) == ["received", "received"]
    assert outcomes(trade.net.missing("BLOOM", ["B1"], reason="again")) == ["not_staged"]


def test_the_vendor_declines_and_it_stands_as_staged_again(trade: Trade) -> None:
    trade.confirmed(1)
    trade.net.missing("BLOOM", ["B1"], reason="not on the truck")
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == ["staged"]
    assert [box["box_code"] for box in trade.net.staging("BLOOM")] == ["B1"]
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == ["not_missing"]


def test_the_vendor_accepts_by_voiding_it(trade: Trade) -> None:
    order = trade.confirmed(2)
    trade.net.ship("ANDES", order["awb"])
    trade.net.scan("BLOOM", ["B2"])
    trade.net.missing("BLOOM", ["B1"], reason="not on the truck")
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], returned=["B1"], **TYPED)
    assert trade.line("BLOOM", order["purchase_order"])["state"] == "received"
    assert trade.net.availability(["ANDES/L1-R1"])[0]["available"] == 1
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="late")) == ["not_missing"]
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["cancelled"]


def test_both_companies_hear_of_it_once(trade: Trade) -> None:
    trade.confirmed(1)
    for _ in range(2):
        trade.net.missing("BLOOM", ["B1"], reason="not on the truck")
    trade.net.decline_missing("ANDES", ["B1"], reason="signed for")
    for company in ("ANDES", "BLOOM"):
        events = [one["type"] for one in trade.net.events(company) if one["type"].startswith("box.missing")]
        assert events == ["box.missing", "box.missing_declined"]
    assert {row["to"] for row in trade.net.notifications("ANDES", "box.missing")} == {
        "bills@andes.example",
        "sales@andes.example",
        "bloom.desk@andes.example",
    }, "the vendor's own addresses, and those on its customer record of the buyer"
    assert [row["to"] for row in trade.net.notifications("BLOOM", "box.missing_declined")] == ["buyer@bloom.example"]


def test_an_address_that_stands_in_both_places_gets_one_mail(trade: Trade) -> None:
    desk = {"send_invoice_to": ["bills@andes.example"], "send_checkout_notification_to": []}
    trade.net.set("ANDES", customer="BLOOM", values=desk)
    trade.confirmed(1)
    trade.net.missing("BLOOM", ["B1"], reason="not on the truck")
    told = [row["to"] for row in trade.net.notifications("ANDES", "box.missing")]
    assert sorted(told) == ["bills@andes.example", "sales@andes.example"]


def test_strange_and_unknown_boxes_are_told_apart_and_nothing_more_is_said(trade: Trade) -> None:
    trade.confirmed(1)
    assert outcomes(trade.net.missing("BLOOM", ["B6", "NEVER"], reason="?")) == ["not_yours", "unknown"]
    assert outcomes(trade.net.missing("PETAL", ["B1"], reason="?")) == ["not_yours"]
    assert outcomes(trade.net.decline_missing("SIERRA", ["B1"], reason="?")) == ["not_yours"]
    with pytest.raises(Invalid):
        trade.net.missing("BLOOM", ["B1"], reason=" ")


def via_grower(billing: str) -> Any:
    def change(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_billing"] = billing

    return change


@pytest.mark.parametrize(("billing", "stands"), [("both", "billed"), ("off", "received")])
def test_what_went_straight_to_a_customer_and_never_came_is_credited_by_both(
    open_trade: Any, billing: str, stands: str
) -> None:
    trade = open_trade(via_grower(billing))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    assert outcomes(trade.net.missing("BLOOM", ["B1"], reason="not there")) == ["missing"]
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == [stands]
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    lines = trade.net.show("BLOOM", order["prebook"])["lines"]
    assert [(line["boxes"], line["state"]) for line in lines] == [(1, stands), (1, "cancelled"), (1, "needed")]
    for company in ("ANDES", "BLOOM") if billing == "both" else ("ANDES",):
        (invoice,) = (one for one in trade.net.orders(company) if one["kind"] == "invoice")
        assert [line["boxes"] for line in invoice["lines"]] == [2, -1]
    if billing == "off":
        assert [line["boxes"] for line in trade.net.bill("BLOOM", order["prebook"])["lines"]] == [1]


def test_what_was_reported_missing_before_it_shipped_to_a_customer_is_not_billed_as_it_ships(open_trade: Any) -> None:
    trade = open_trade(via_grower("both"))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    trade.net.ship("ANDES", order["awb"])
    assert [line["boxes"] for line in trade.net.show("BLOOM", "I-1001")["lines"]] == [1]
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == ["staged"]
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["billed"]
    assert [line["boxes"] for line in trade.net.show("BLOOM", "I-1001")["lines"]] == [2]


def test_a_box_that_is_reported_missing_is_neither_billed_nor_released(open_trade: Any) -> None:
    trade = open_trade(via_grower("off"))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    with pytest.raises(Conflict):
        trade.net.release("BLOOM", order["lines"][0]["line"], boxes=2, reason="cancelled", confirm="CONFIRM")
    assert [line["boxes"] for line in trade.net.bill("BLOOM", order["prebook"])["lines"]] == [1]
    trade.net.decline_missing("ANDES", ["B1"], reason="signed for")
    assert [line["boxes"] for line in trade.net.bill("BLOOM", order["prebook"])["lines"]] == [2]


def test_a_box_via_grower_that_somebody_received_before_it_shipped_is_there(open_trade: Any) -> None:
    trade = open_trade(via_grower("off"))
    trade.confirmed(2, ship_via="grower")
    trade.net.scan("BLOOM", ["B1"])
    assert outcomes(trade.net.missing("BLOOM", ["B1", "B2"], reason="never came")) == ["not_staged", "missing"]


def test_a_missing_box_never_becomes_the_buyers_free_stock(open_trade: Any) -> None:
    """What its customer gives up is taken from the boxes that are there."""
    trade = open_trade(via_grower("off"))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B2"], reason="never came")
    line = order["lines"][0]["line"]
    with pytest.raises(Conflict):
        trade.net.release("BLOOM", line=line, boxes=2, **TYPED)
    trade.net.release("BLOOM", line=line, **TYPED)
    trade.net.void("ANDES", line=line, box_codes=["B2"], **TYPED)
    lines = trade.net.show("BLOOM", order["prebook"])["lines"]
    assert [(one["boxes"], one["released"], one["state"]) for one in lines[:2]] == [
        (1, 1, "released"),
        (1, 0, "cancelled"),
    ]
    assert trade.net.verify() == []


@pytest.mark.parametrize("how", ["scan", "receive"])
@pytest.mark.parametrize(("billing", "stands"), [("both", "billed"), ("off", "received")])
def test_what_went_straight_to_a_customer_and_is_found_after_all_is_missing_no_more(
    open_trade: Any, billing: str, stands: str, how: str
) -> None:
    trade = open_trade(via_grower(billing))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    receive = getattr(trade.net, how)
    assert outcomes(receive("BLOOM", ["B1", "B2", "B1"])) == [stands, "already_received", "already_received"]
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == ["not_missing"]
    with pytest.raises(Conflict):
        trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    if billing == "off":
        trade.net.bill("BLOOM", order["prebook"])
    assert [line["boxes"] for line in trade.net.show("BLOOM", "I-1001")["lines"]] == [2]
    assert trade.line("BLOOM", order["prebook"])["state"] == "billed"
    assert outcomes(trade.net.missing("BLOOM", ["B1"], reason="gone again")) == ["missing"]


@pytest.mark.parametrize("billing", ["both", "off"])
def test_what_went_straight_to_a_customer_and_is_found_after_it_was_credited_is_cancelled(
    open_trade: Any, billing: str
) -> None:
    trade = open_trade(via_grower(billing))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1", "B2"], reason="not there")
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    before = trade.net.show("ANDES", "I-1001")
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["cancelled"]
    assert outcomes(trade.net.scan("BLOOM", ["B2", "B1"])) == [
        "billed" if billing == "both" else "received",
        "cancelled",
    ]
    assert trade.net.show("ANDES", "I-1001") == before


def test_only_whose_box_it_is_finds_it(open_trade: Any) -> None:
    trade = open_trade(via_grower("both"))
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    for company in ("ANDES", "PETAL"):
        assert outcomes(trade.net.scan(company, ["B1"])) == ["not_yours"]
    assert outcomes(trade.net.decline_missing("ANDES", ["B1"], reason="signed for")) == ["billed"]


def test_a_box_that_is_found_is_on_no_invoice_twice_and_its_scan_comes_again(open_trade: Any) -> None:
    trade = open_trade(via_grower("both"))
    order = trade.confirmed(1, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    first = trade.net.scan("BLOOM", ["B1"], key="gun-1")
    assert trade.net.scan("BLOOM", ["B1"], key="gun-1") == first
    assert [(one["box_code"], one["outcome"]) for one in first] == [("B1", "billed")]
    billed = [one for one in trade.net.events("BLOOM") if one["type"] == "box.billed"]
    assert len(billed) == 1
