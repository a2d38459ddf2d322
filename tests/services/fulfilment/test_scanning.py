"""Scanning of arriving boxes: an outcome for each code, each box once, into the inventory or onto the customer's
invoice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed

Trade = Any
OpenTrade = Callable[..., Any]


def billing(mode: str) -> Callable[[dict[str, Any]], None]:
    def change(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_billing"] = mode

    return change


def read(answer: list[dict[str, str]]) -> list[tuple[str, str]]:
    """What was read of each box, and its outcome."""
    return [(row["box_code"], row["outcome"]) for row in answer]


def outcomes(answer: list[dict[str, str]]) -> list[str]:
    return [row["outcome"] for row in answer]


def test_each_code_gets_its_outcome_in_the_order_given(trade: Trade) -> None:
    trade.confirmed(2)
    answer = trade.net.scan("BLOOM", ["B2", "nonsense", "B5", "B2", "", "B\x001"])
    assert [row["box_code"] for row in answer] == ["B2", "nonsense", "B5", "B2", "", "B\x001"]
    assert outcomes(answer) == ["received", "unknown", "not_yours", "already_received", "unknown", "unknown"]


READ = {
    "AIM of a plain code": "]C0B1",
    "AIM of GS1": "]C1B1",
    "framed by STX and ETX": "\x02B1\x03",
    "after an acknowledgement": "\x06B1",
    "ended by a NUL": "B1\x00",
    "inverted letters": "b1",
    "inverted, with its AIM inverted too": "]c1b1",
    "all at once": "\x02]c1b1\x03\r\n",
}


@pytest.mark.parametrize("given", READ)
@pytest.mark.parametrize("how", ["scan", "receive"])
def test_what_a_reader_puts_round_a_code_is_no_part_of_it(trade: Trade, given: str, how: str) -> None:
    trade.confirmed(1)
    assert read(getattr(trade.net, how)("BLOOM", [READ[given]])) == [("B1", "received")]


def test_a_code_that_is_on_a_box_is_that_box_whatever_else_it_could_mean(open_trade: Any) -> None:
    def twins(companies: dict[str, Any]) -> None:
        companies["ANDES"]["lots"][0] |= {"boxes": 3, "box_codes": ["b1", "B1", "Mixed-Case"]}

    trade = open_trade(twins)
    trade.confirmed(3)
    assert read(trade.net.scan("BLOOM", ["b1"])) == [("b1", "received")]
    assert read(trade.net.scan("BLOOM", ["B1"])) == [("B1", "received")]
    assert read(trade.net.scan("BLOOM", ["mIXED-cASE"])) == [("Mixed-Case", "received")]


def test_letters_as_they_were_read_come_before_inverted_ones(open_trade: Any) -> None:
    def twins(companies: dict[str, Any]) -> None:
        companies["ANDES"]["lots"][0] |= {"boxes": 2, "box_codes": ["b1", "B1"]}

    trade = open_trade(twins)
    trade.confirmed(2)
    assert read(trade.net.scan("BLOOM", ["]C1b1"])) == [("b1", "received")]
    assert read(trade.net.scan("BLOOM", ["\x02B1\x03"])) == [("B1", "received")]


@pytest.mark.parametrize("read", ["]C1", "]", "]]C1B1", "]C1]C1B1", "B 1", "b1x", "C1B1", "B\x1d1"])
def test_what_is_something_else_stays_unknown(trade: Trade, read: str) -> None:
    trade.confirmed(1)
    assert outcomes(trade.net.scan("BLOOM", [read])) == ["unknown"]


def test_scanned_codes_name_boxes_for_labels_too(trade: Trade) -> None:
    trade.confirmed(1)
    (label,) = trade.net.labels("ANDES", box_codes=["]C1B1", "b1", "\x02B1\x03"])
    assert label["box_code"] == "B1"


def test_scanning_twice_and_out_of_order_is_safe(trade: Trade) -> None:
    done = trade.confirmed(3)
    assert outcomes(trade.net.scan("BLOOM", ["B3"])) == ["received"]
    assert trade.line("BLOOM", done["prebook"])["state"] == "staged"
    assert outcomes(trade.net.scan("BLOOM", ["B1", "B2", "B3"])) == ["received", "received", "already_received"]
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"


def test_received_boxes_are_a_lot_of_the_buyer_with_what_they_cost(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.net.scan("BLOOM", ["B3"])
    lot = f"L1-{done['lines'][0]['line']}"
    assert trade.available(f"BLOOM/{lot}") == 0
    priced = trade.net.price("BLOOM", "C-100", lots=[lot])[0]
    offered = trade.net.price("BLOOM", "C-100", lots=["ANDES/L1"])[0]
    assert priced["landed_cost"] == offered["landed_cost"]
    assert trade.available() == 3


def test_a_box_of_another_order_is_not_yours_and_nothing_more_is_said(trade: Trade) -> None:
    trade.confirmed(2)
    for company in ("PETAL", "ANDES", "SIERRA"):
        assert trade.net.scan(company, ["B1"]) == [{"box_code": "B1", "outcome": "not_yours"}]


def test_a_box_whose_order_was_voided_is_cancelled(trade: Trade) -> None:
    done = trade.confirmed(2)
    trade.net.void("ANDES", sales_order=done["sales_order"], reason="frost", confirm="CONFIRM")
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["cancelled"]
    trade.confirmed(1, buyer="PETAL", customer="P-1")
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["cancelled"]
    assert outcomes(trade.net.scan("PETAL", ["B1"])) == ["received"]


def test_with_automatic_billing_a_scan_goes_straight_onto_the_customers_invoice(open_trade: OpenTrade) -> None:
    trade = open_trade(billing("scan"))
    done = trade.confirmed(2)
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["billed"]
    assert outcomes(trade.net.scan("BLOOM", ["B2", "B1"])) == ["billed", "already_received"]
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"
    invoice = next(one for one in trade.net.orders("BLOOM") if one["kind"] == "invoice")
    price = trade.line("BLOOM", done["prebook"])["price"]
    assert (invoice["customer"], invoice["lines"][0]["price"], invoice["lines"][0]["units"]) == ("C-100", price, 500)
    assert [line["total"] for line in invoice["lines"]] == ["240.00"]
    assert [charge["amount"] for charge in invoice["charges"]] == ["6.00", "2.50"]
    assert invoice["total"] == "248.50"
    assert [row["to"] for row in trade.net.notifications("BLOOM", "invoice.issued")] == ["books@florist.example"]


@pytest.mark.parametrize(
    ("mode", "scanned", "by_hand"),
    [
        ("off", "received", "received"),
        ("scan", "billed", "received"),
        ("confirm", "received", "billed"),
        ("both", "billed", "billed"),
    ],
)
def test_the_mode_of_billing_decides_how_boxes_are_billed(
    open_trade: OpenTrade, mode: str, scanned: str, by_hand: str
) -> None:
    trade = open_trade(billing(mode))
    trade.confirmed(2)
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == [scanned]
    assert outcomes(trade.net.receive("BLOOM", ["B2"])) == [by_hand]


def test_a_customer_on_credit_hold_is_not_billed(open_trade: OpenTrade) -> None:
    trade = open_trade(billing("both"))
    trade.confirmed(1, customer="C-200")
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["received"]


def test_two_prebooks_make_two_invoices(open_trade: OpenTrade) -> None:
    trade = open_trade(billing("scan"))
    trade.confirmed(1)
    trade.confirmed(1)
    trade.net.scan("BLOOM", ["B1", "B2"])
    numbers = [one["number"] for one in trade.net.orders("BLOOM") if one["kind"] == "invoice"]
    assert numbers == ["I-1001", "I-1002"]


def test_of_two_scanners_at_once_each_box_is_received_exactly_once(trade: Trade) -> None:
    trade.confirmed(6)
    codes = [f"B{number}" for number in range(1, 7)]
    answers: list[list[str]] = []
    start = threading.Barrier(2)

    def scanner(mine: list[str]) -> None:
        start.wait(timeout=30)
        for code in mine:
            answers.append(outcomes(trade.net.scan("BLOOM", [code])))
        answers.append(outcomes(trade.net.scan("BLOOM", mine)))

    scanners = [threading.Thread(target=scanner, args=(order,)) for order in (codes, codes[::-1])]
    for one in scanners:
        one.start()
    for one in scanners:
        one.join(timeout=60)
    flat = [outcome for answer in answers for outcome in answer]
    assert flat.count("received") == 6
    assert flat.count("already_received") == len(flat) - 6 == 18


def test_scanning_before_the_arrival_date_is_safe(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.awb("BLOOM", done["awb"], arrival_date="2026-02-20")
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["received"]


def test_a_received_lot_can_be_sold_on_to_the_next_company(open_trade: OpenTrade) -> None:
    def chain(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["customers"].append({"code": "PETAL", "type": "A", "company": "PETAL"})
        companies["BLOOM"]["settings"]["gpm"] = 30
        companies["BLOOM"]["box_dimensions"] = companies["ANDES"]["box_dimensions"]
        companies["PETAL"]["vendors"].append({"code": "BLM", "company": "BLOOM", "currency": "USD"})
        companies["connections"].append({"vendor": "BLOOM", "buyer": "PETAL", "state": "active"})

    trade = open_trade(chain)
    done = trade.confirmed(2)
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.net.release("BLOOM", done["lines"][0]["line"], reason="cancelled", confirm="CONFIRM")
    lot = f"L1-{done['lines'][0]['line']}"
    trade.net.set("BLOOM", lot=lot, values={"price_a": "0.90"})
    sold = trade.confirmed(1, buyer="PETAL", customer="P-1", lot=f"BLOOM/{lot}")
    assert sold["box_codes"] == ["B1"]
    assert outcomes(trade.net.scan("BLOOM", ["B1"])) == ["already_received"]
    assert outcomes(trade.net.scan("PETAL", ["B1", "B2"])) == ["received", "not_yours"]
    assert trade.line("BLOOM", done["prebook"])["box_codes"] == ["B1", "B2"]


def test_the_warehouse_scans_and_the_purchasers_confirm_by_hand(trade: Trade) -> None:
    trade.confirmed(2)
    warehouse = trade.net.on_behalf_of(Actor("w@bloom", "BLOOM", frozenset({"warehouse"})))
    assert outcomes(warehouse.scan("BLOOM", ["B1"])) == ["received"]
    with pytest.raises(NotAllowed):
        warehouse.receive("BLOOM", ["B2"])
    with pytest.raises(NotAllowed):
        warehouse.scan("ANDES", ["B2"])


def test_box_codes_come_as_a_list(trade: Trade) -> None:
    with pytest.raises(Invalid):
        trade.net.scan("BLOOM", "B1")


def test_a_scan_that_comes_again_with_its_key_answers_as_the_first_time(trade: Trade) -> None:
    trade.confirmed(1)
    first = trade.net.scan("BLOOM", ["B1"], key="gun-1")
    assert outcomes(first) == ["received"]
    assert trade.net.scan("BLOOM", ["B1"], key="gun-1") == first


def test_boxes_without_a_landed_cost_keep_what_they_cost_in_the_buyers_own_money(open_trade: OpenTrade) -> None:
    def in_euros(companies: dict[str, Any]) -> None:
        companies["BLOOM"].update(currency="EUR")
        companies["BLOOM"]["settings"].update(multicurrency=True, cube_rate=None)  # so the truck's part is not known
        companies["BLOOM"]["vendors"][0].update(exchange_rate="0.92")

    trade = open_trade(in_euros)
    trade.net.map("BLOOM", "ANDES/L1", va_price="0.60")
    done = trade.confirmed(1)
    trade.net.scan("BLOOM", ["B1"])
    trade.net.set("BLOOM", settings={"inbound_truck_freight": False})
    lot = trade.net.price("BLOOM", "C-100", lots=[f"L1-{done['lines'][0]['line']}"])[0]
    assert lot["landed_cost"] == "0.276"
    assert trade.line("BLOOM", done["prebook"])["landed_costs"][0]["landed_cost"] is None


def test_scanned_codes_name_boxes_that_are_missing_or_voided_too(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.ship("ANDES", done["awb"])
    assert trade.net.missing("BLOOM", ["]C1B1"], "not on the truck") == [{"box_code": "B1", "outcome": "missing"}]
    declined = trade.net.decline_missing("ANDES", ["b1"], "look again")
    assert declined == [{"box_code": "B1", "outcome": "staged"}]
    void = {"sales_order": done["sales_order"], "reason": "fell off", "confirm": "CONFIRM"}
    trade.net.void("ANDES", box_codes=["]C1b2", "b1"], returned=["b1"], **void)
    assert outcomes(trade.net.scan("BLOOM", ["B1", "B2", "B3"])) == ["cancelled", "cancelled", "received"]
