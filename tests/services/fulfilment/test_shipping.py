"""The vendor ships: invoices, boxes that are received automatically, and AWB data that is typed later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.store.engine import Store

Trade = Any
OpenTrade = Callable[..., Any]


def invoices(trade: Trade, company: str) -> list[dict[str, Any]]:
    return [one for one in trade.net.orders(company) if one["kind"] == "invoice"]


def test_shipping_marks_the_awb_and_its_orders(trade: Trade) -> None:
    done = trade.confirmed()
    shipped = trade.net.ship("ANDES", done["awb"])
    assert (shipped["shipped"], shipped["orders"]) == (True, [done["sales_order"]])
    assert trade.net.show("ANDES", done["sales_order"])["status"] == "shipped"
    assert trade.line("BLOOM", done["prebook"])["state"] == "staged"


def test_an_awb_ships_once_and_again_for_what_is_confirmed_later(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.ship("ANDES", done["awb"])
    with pytest.raises(Conflict):
        trade.net.ship("ANDES", done["awb"])
    later = trade.confirmed(1)
    assert later["awb"] == done["awb"]
    trade.net.ship("ANDES", done["awb"])
    assert trade.net.show("ANDES", later["sales_order"])["status"] == "shipped"


def test_a_strangers_awb_is_unknown(trade: Trade) -> None:
    done = trade.confirmed()
    for company in ("SIERRA", "BLOOM"):
        with pytest.raises(NotFound):
            trade.net.ship(company, done["awb"])


def test_the_vendors_order_becomes_its_invoice_with_charges_apart(trade: Trade) -> None:
    done = trade.confirmed()
    trade.net.ship("ANDES", done["awb"])
    (invoice,) = invoices(trade, "ANDES")
    assert (invoice["customer"], invoice["buyer"], invoice["total"]) == ("BLOOM", "BLOOM", "155.00")
    assert [(line["description"], line["total"]) for line in invoice["lines"]] == [("Rose Red Freedom 60cm", "150.00")]
    assert invoice["charges"] == [{"name": "Paperwork", "amount": "5.00"}]
    assert invoices(trade, "BLOOM") == []


def test_with_both_sides_willing_the_buyer_gets_the_vendors_invoice(open_trade: OpenTrade) -> None:
    def both(companies: dict[str, Any]) -> None:
        for code in ("ANDES", "BLOOM"):
            companies[code]["settings"]["sync_invoices"] = True

    trade = open_trade(both)
    done = trade.confirmed()
    trade.net.ship("ANDES", done["awb"])
    (copy,), (issued,) = invoices(trade, "BLOOM"), invoices(trade, "ANDES")
    assert copy["number"] == f"ANDES/{issued['number']}"
    assert (copy["total"], copy["vendor"], copy["reference_number"]) == ("155.00", "ANDES", done["purchase_order"])
    assert copy["lines"][0]["lot"] == "ANDES/L1"


def test_via_grower_boxes_are_confirmed_from_staging_by_themselves(trade: Trade) -> None:
    done = trade.confirmed(ship_via="grower")
    assert trade.line("BLOOM", done["prebook"])["state"] == "staged"
    trade.net.ship("ANDES", done["awb"])
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"
    assert trade.net.staging("BLOOM") == []
    assert [row["outcome"] for row in trade.net.scan("BLOOM", done["box_codes"])] == ["already_received"] * 2


@pytest.mark.parametrize(
    ("mode", "state"), [("off", "received"), ("scan", "billed"), ("confirm", "billed"), ("both", "billed")]
)
def test_via_grower_boxes_are_billed_in_every_mode_but_off(open_trade: OpenTrade, mode: str, state: str) -> None:
    trade = open_trade(lambda companies: companies["BLOOM"]["settings"].update(auto_billing=mode))
    done = trade.confirmed(ship_via="grower")
    trade.net.ship("ANDES", done["awb"])
    assert trade.line("BLOOM", done["prebook"])["state"] == state


def test_via_grower_the_buyers_customer_is_the_ship_to(trade: Trade) -> None:
    done = trade.confirmed(ship_via="grower")
    order = trade.net.show("ANDES", done["sales_order"])
    assert (order["ship_to"]["name"], order["lines"][0]["mark_code"]) == ("Corner Florist", "C-100")


def direct_billing(mode: str) -> Callable[[dict[str, Any]], None]:
    def change(companies: dict[str, Any]) -> None:
        companies["connections"][0].update(bill_to_final_customer=True)
        companies["BLOOM"]["settings"]["auto_billing"] = mode

    return change


@pytest.mark.parametrize("mode", ["off", "scan", "confirm", "both"])
def test_where_that_is_agreed_the_buyer_bills_its_customer_as_the_vendor_ships(
    open_trade: OpenTrade, mode: str
) -> None:
    trade = open_trade(direct_billing(mode))
    direct, through = trade.confirmed(1, ship_via="grower"), trade.confirmed(1)
    trade.net.ship("ANDES", direct["awb"])
    trade.net.ship("ANDES", through["awb"])
    assert trade.line("BLOOM", direct["prebook"])["state"] == "billed"
    (billed,) = invoices(trade, "BLOOM")
    price = trade.line("BLOOM", direct["prebook"])["price"]
    assert (billed["customer"], billed["lines"][0]["price"]) == ("C-100", price)
    assert [(one["customer"], one["total"]) for one in invoices(trade, "ANDES")] == [("BLOOM", "80.00")] * 2
    assert trade.line("BLOOM", through["prebook"])["state"] == "staged"


def test_a_customer_on_credit_hold_is_not_billed_as_the_vendor_ships(open_trade: OpenTrade) -> None:
    trade = open_trade(direct_billing("both"))
    done = trade.confirmed(1, customer="C-200", ship_via="grower")
    trade.net.ship("ANDES", done["awb"])
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"
    assert invoices(trade, "BLOOM") == []
    trade.net.bill("BLOOM", done["prebook"])
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"


def test_a_typed_cost_of_an_awb_replaces_the_estimate_and_blank_takes_it_back(trade: Trade) -> None:
    done = trade.confirmed(1)
    assert trade.net.awb("BLOOM", done["awb"], freight="120", handling="0")["freight"] == "120"
    again = trade.net.awb("BLOOM", done["awb"], arrival_date="2026-02-06")
    assert (again["freight"], again["handling"], again["arrival_date"]) == ("120", "0", "2026-02-06")
    back = trade.net.awb("BLOOM", done["awb"], freight="", handling=None)
    assert (back["freight"], back["handling"]) == (None, None)


def test_real_costs_move_the_landed_cost_of_received_boxes(trade: Trade) -> None:
    done = trade.confirmed(2)
    trade.net.scan("BLOOM", done["box_codes"])
    lot = f"L1-{done['lines'][0]['line']}"
    before = trade.net.price("BLOOM", "C-100", lots=[lot])[0]["components"]["freight"]
    trade.net.awb("BLOOM", done["awb"], freight="50")
    assert before == "0"
    assert trade.net.price("BLOOM", "C-100", lots=[lot])[0]["components"]["freight"] == "0.1"


def test_real_costs_are_spread_over_every_box_of_the_awb_wherever_it_is(trade: Trade) -> None:
    done = trade.confirmed(4)
    trade.net.awb("BLOOM", done["awb"], freight="50")
    lot = f"L1-{done['lines'][0]['line']}"
    for count in (1, 4):
        trade.net.scan("BLOOM", done["box_codes"][:count])
        assert trade.net.price("BLOOM", "C-100", lots=[lot])[0]["components"]["freight"] == "0.05"


def test_the_costs_of_an_awb_are_the_buyers_alone(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.awb("BLOOM", done["awb"], freight="120")
    assert trade.net.awb("ANDES", done["awb"])["freight"] is None
    with pytest.raises(NotAllowed):
        trade.net.awb("ANDES", done["awb"], freight="1")
    with pytest.raises(NotFound):
        trade.net.awb("PETAL", done["awb"])
    buyer = trade.net.on_behalf_of(Actor("p@bloom", "BLOOM", frozenset({"procurement"})))
    assert buyer.awb("BLOOM", done["awb"], arrival_date="2026-02-06")["arrival_date"] == "2026-02-06"
    with pytest.raises(NotAllowed):
        buyer.awb("BLOOM", done["awb"], freight="1")


def test_an_awb_of_a_companys_own_supply_can_be_typed_too(open_trade: OpenTrade) -> None:
    trade = open_trade(lambda companies: companies["ANDES"]["lots"][1].update(awb="176-55"))
    typed = trade.net.awb("ANDES", "176-55", freight="80")
    assert (typed["vendor"], typed["buyer"], typed["freight"]) == (None, "ANDES", "80")


def test_asking_about_an_awb_writes_nothing(open_trade: OpenTrade, monkeypatch: pytest.MonkeyPatch) -> None:
    trade = open_trade(lambda companies: companies["ANDES"]["lots"][1].update(awb="176-55"))
    done = trade.confirmed(1)
    typed = trade.net.awb("ANDES", "176-55", freight="80")

    def no_writing(*_: object) -> None:
        pytest.fail("a question opened a unit of work that writes")

    monkeypatch.setattr(Store, "writing", no_writing)
    for company in ("ANDES", "BLOOM"):
        assert [one["number"] for one in trade.net.awbs(company, done["awb"])] == [done["awb"]]
        assert trade.net.awb(company, done["awb"])["number"] == done["awb"]
    assert trade.net.awbs("ANDES", "176-55") == [typed]
    with pytest.raises(NotFound):
        trade.net.awbs("PETAL", done["awb"])


def test_an_awb_of_own_supply_has_its_id_from_the_first_question_on(open_trade: OpenTrade) -> None:
    trade = open_trade(lambda companies: companies["ANDES"]["lots"][1].update(awb="176-55"))
    (asked,) = trade.net.awbs("ANDES", "176-55")
    assert trade.net.awbs("ANDES", asked["id"]) == [asked] == [trade.net.awb("ANDES", "176-55")]


@pytest.mark.parametrize("typed", ["-1", "abc", "0.1234567", 1.5])
def test_what_is_no_amount_is_refused(trade: Trade, typed: object) -> None:
    done = trade.confirmed(1)
    with pytest.raises(Invalid):
        trade.net.awb("BLOOM", done["awb"], freight=typed)
