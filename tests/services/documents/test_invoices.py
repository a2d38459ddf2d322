"""Invoices: what they bill and charge, their copies at the buyer, and their numbers. PDFs are tested in
`test_invoice_pdf`."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from k2k_core.errors import NotFound
from k2k_core.services.documents import invoices as room
from k2k_core.store.tables import Document
from tests.damage import past_the_guards
from tests.services.conftest import LOT, Trade

OpenTrade = Callable[..., Trade]
Change = Callable[[dict[str, Any]], None]
TYPED = {"reason": "botrytis", "confirm": "CONFIRM"}


def synchronised(vendor: bool = True, buyer: bool = True) -> Change:
    def change(companies: dict[str, Any]) -> None:
        companies["ANDES"]["settings"]["sync_invoices"] = vendor
        companies["BLOOM"]["settings"]["sync_invoices"] = buyer

    return change


def billing(companies: dict[str, Any]) -> None:
    companies["BLOOM"]["settings"]["auto_billing"] = "both"


def invoices(trade: Trade, company: str) -> list[dict[str, Any]]:
    return [one for one in trade.net.orders(company) if one["kind"] == "invoice"]


@pytest.mark.parametrize(("vendor", "buyer"), list(itertools.product((False, True), repeat=2)))
def test_the_buyer_has_the_vendors_invoice_when_both_sides_synchronise(
    open_trade: OpenTrade, vendor: bool, buyer: bool
) -> None:
    trade = open_trade(synchronised(vendor, buyer))
    done = trade.confirmed()
    (issued,) = invoices(trade, "ANDES")
    copies = invoices(trade, "BLOOM")
    assert [one["number"] for one in copies] == (["ANDES/I-1001"] if vendor and buyer else [])
    for copy in copies:
        same = ("vendor", "buyer", "total", "currency", "ship_date", "charges", "status")
        assert {name: copy[name] for name in same} == {name: issued[name] for name in same}
        assert copy["reference_number"] == done["purchase_order"]
        assert (copy["lines"][0]["lot"], copy["lines"][0]["product"]) == ("ANDES/L1", "FREEDOM")


def test_a_copy_keeps_the_number_of_the_vendor_and_takes_none_of_the_buyers_own(open_trade: OpenTrade) -> None:
    trade = open_trade(_both(synchronised(), billing))
    trade.confirmed(1)
    trade.net.scan("BLOOM", ["B1"])
    assert [one["number"] for one in invoices(trade, "BLOOM")] == ["ANDES/I-1001", "I-1001"]


def test_what_is_voided_is_credited_on_both_copies_alike(open_trade: OpenTrade) -> None:
    """The charges on the copy are the vendor's, not those of the buyer's customer."""

    def fuel(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["fuel_surcharges"] = [{"box_type": "HB", "port": "MIA", "amount": "2.00"}]
        companies["BLOOM"]["vendors"][0]["port"] = "MIA"
        companies["BLOOM"]["customers"][0]["charge_fuel_surcharge"] = True

    trade = open_trade(_both(synchronised(), fuel))
    order = trade.ordered(1)
    more = trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    trade.net.confirm("ANDES", order["sales_order"])
    trade.net.void("ANDES", line=more["lines"][0]["line"], **TYPED)
    for company in ("ANDES", "BLOOM"):
        (invoice,) = invoices(trade, company)
        assert [line["total"] for line in invoice["lines"]] == ["75.00", "100.00", "-100.00"]
        assert [line["boxes"] for line in invoice["lines"]] == [1, 1, -1]
        assert invoice["charges"] == [{"name": "Paperwork", "amount": "5.00"}]
        assert invoice["total"] == "80.00"
    trade.net.void("ANDES", line=order["lines"][0]["line"], **TYPED)
    for company in ("ANDES", "BLOOM"):
        (invoice,) = invoices(trade, company)
        assert (invoice["total"], invoice["charges"]) == ("0.00", [])


def test_a_copy_that_was_made_is_credited_whatever_is_set_later(open_trade: OpenTrade) -> None:
    trade = open_trade(synchronised())
    done = trade.confirmed()
    trade.net.set("BLOOM", settings={"sync_invoices": False})
    trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)
    assert [one["total"] for one in invoices(trade, "BLOOM")] == ["0.00"]


def test_the_vendors_invoice_of_a_direct_shipment_is_the_buyers_and_has_its_copy(open_trade: OpenTrade) -> None:
    def direct(companies: dict[str, Any]) -> None:
        companies["connections"][0]["bill_to_final_customer"] = True

    trade = open_trade(_both(synchronised(), direct))
    trade.confirmed(1, ship_via="grower")
    trade.confirmed(1, ship_via="warehouse")
    direct_one, usual = invoices(trade, "ANDES")
    assert (direct_one["customer"], direct_one["ship_to"]["name"]) == ("BLOOM", "Corner Florist")
    assert (usual["customer"], usual["ship_to"]["name"]) == ("BLOOM", "Bloom Wholesale")
    assert [one["number"] for one in invoices(trade, "BLOOM")] == [
        f"ANDES/{direct_one['number']}",
        f"ANDES/{usual['number']}",
    ]


def test_a_strangers_copy_is_as_unknown_as_none(open_trade: OpenTrade) -> None:
    trade = open_trade(synchronised())
    trade.confirmed()
    for company, number in (("PETAL", "ANDES/I-1001"), ("SIERRA", "I-1001"), ("BLOOM", "I-1001")):
        with pytest.raises(NotFound):
            trade.net.show(company, number)


def test_the_words_of_an_invoice_stay_as_they_were_billed(trade: Trade) -> None:
    trade.confirmed()
    renamed = {"code": "R-RED-60", "description": "Another name", "category": "ROSES"}
    trade.net.put("ANDES", "products", [renamed])
    assert invoices(trade, "ANDES")[0]["lines"][0]["description"] == "Rose Red Freedom 60cm"


def test_charges_stand_apart_and_each_is_rounded_once(open_trade: OpenTrade) -> None:
    """A percentage is of the goods alone; what an order is charged comes once, however often it is billed."""

    def odd(companies: dict[str, Any]) -> None:
        companies["ANDES"]["lots"] = [{**LOT, "code": "ODD", "units_per_box": 3, "price_a": "1.25", "boxes": 5}]
        companies["BLOOM"]["settings"] |= {"k2k_gpm": 0, "inbound_truck_freight": False, "auto_billing": "both"}
        charges = [{"name": "A", "percent": "0.4"}, {"name": "B", "per_order": "1.005"}]
        charges.append({"name": "C", "per_box": "0.333"})
        companies["BLOOM"]["customers"][0]["additional_charges"] = charges

    trade = open_trade(odd)
    done = trade.confirmed(2, lot="ANDES/ODD")
    amounts = []
    for codes in (done["box_codes"][:1], done["box_codes"]):
        trade.net.scan("BLOOM", codes)
        (invoice,) = invoices(trade, "BLOOM")
        charged = [one["amount"] for one in invoice["charges"]]
        amounts.append(([line["total"] for line in invoice["lines"]], charged, invoice["total"]))
    assert amounts == [(["3.75"], ["0.02", "1.01", "0.33"], "5.11"), (["7.50"], ["0.03", "1.01", "0.67"], "9.21")]


def test_a_line_total_is_half_up_over_all_its_units(open_trade: OpenTrade) -> None:
    """An agreed cost may have more digits than the currency: 3 x 1.259 is 3.78, and 1 x 0.005 is 0.01."""

    def odd(companies: dict[str, Any]) -> None:
        lots = [{**LOT, "code": f"ODD{units}", "units_per_box": units, "boxes": 5} for units in (3, 1)]
        companies["ANDES"]["lots"] = lots

    trade = open_trade(odd)
    wanted = [(3, "1.259"), (1, "0.005"), (1, "0.0049")]
    lines = [{"product": "FREEDOM", "boxes": 1, "units_per_box": units, "unit_cost": cost} for units, cost in wanted]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date="2026-02-05")
    trade.net.transfer("BLOOM", order["number"])
    accepted = trade.net.accept_order("ANDES", order["number"])
    trade.net.fill("ANDES", order["number"], [{"line": line["line"]} for line in order["lines"]])
    trade.net.confirm("ANDES", accepted["sales_order"])
    (invoice,) = invoices(trade, "ANDES")
    assert [line["total"] for line in invoice["lines"]] == ["3.78", "0.01", "0.00"]
    assert invoice["total"] == "8.79"


def test_numbers_have_no_gaps_whatever_fails_and_whoever_is_at_once(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight desks confirm orders; every third unit of work fails when its number is taken already."""
    trade.net.put("ANDES", "lots", [{**LOT, "code": "MANY", "boxes": 60}])
    made = [trade.checked_out(1, lot="ANDES/MANY", customer=("C-100", "C-200")[n % 2]) for n in range(24)]
    tell, turn = room._emit_issued, itertools.count(1)

    def failing(*given: Any) -> None:
        tell(*given)
        if next(turn) % 3 == 0:
            raise RuntimeError("pulled the plug")

    monkeypatch.setattr(room, "_emit_issued", failing)

    def desk(order: dict[str, Any]) -> int:
        failures = 0
        while True:
            try:
                trade.net.confirm("ANDES", order["sales_order"])
                return failures
            except RuntimeError:
                failures += 1

    random.Random(7).shuffle(made)
    with ThreadPoolExecutor(8) as desks:
        failures = sum(desks.map(desk, made))
    assert failures >= 8
    with trade.net.context.store.whole_network.reading() as session:
        wanted = (Document.kind == "invoice") & (Document.company_id == 1)
        numbers = [row[0] for row in session.rows(Document.select(Document.number).where(wanted))]
    assert sorted(numbers) == [f"I-{number}" for number in range(1001, 1025)]
    assert trade.net.verify() == []


def test_a_number_that_is_missing_is_found_by_verify(open_unsound_trade: OpenTrade) -> None:
    trade = open_unsound_trade()
    trade.confirmed(1)
    trade.confirmed(1)
    with trade.net.context.store.whole_network.writing() as session, past_the_guards(session):
        session.run("UPDATE document SET number = 'I-1009' WHERE number = 'I-1002' AND kind = 'invoice'", ())
    assert [(fault["check"], fault["subject"]) for fault in trade.net.verify()] == [("numbers", "I-1002")]


def _both(*changes: Change) -> Change:
    def change(companies: dict[str, Any]) -> None:
        for one in changes:
            one(companies)

    return change
