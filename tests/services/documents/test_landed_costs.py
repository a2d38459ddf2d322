"""Actual costs of an AWB change every box that is not billed; billed ones keep theirs, and the difference is
explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor

Trade = Any
OpenTrade = Callable[..., Any]
Answer = dict[str, Any]


def billing(companies: dict[str, Any]) -> None:
    companies["BLOOM"]["settings"].update(auto_billing="scan", freight_per_fbe="25", handling_per_fbe="5")


@pytest.fixture
def trade(open_trade: OpenTrade) -> Trade:
    """Two half boxes are one full box: 25 and 5 over 250 stems of half a box are 0.05 and 0.01."""
    return open_trade(billing)


def costs(trade: Trade, document: str, company: str = "BLOOM", line: int = 0) -> list[Answer]:
    found: list[Answer] = trade.line(company, document, line)["landed_costs"]
    return found


def of(answer: Answer, component: str) -> Answer:
    return next(one for one in answer["components"] if one["component"] == component)


def test_before_anything_is_typed_the_boxes_cost_what_they_were_sold_with(trade: Trade) -> None:
    done = trade.confirmed(2)
    (found,) = costs(trade, done["prebook"])
    assert (found["billed"], found["boxes"], found["units"], found["difference"]) == (False, 2, 500, "0")
    assert found["landed_cost"] == found["estimated"] == found["actual"] == "0.4006"
    assert [one["component"] for one in found["components"]] == ["unit_cost", "freight", "handling", "inbound_truck"]
    assert (found["reason"], found["typed_by"], of(found, "freight")["real"]) == (None, None, None)


def test_a_real_cost_moves_the_landed_cost_of_staged_and_received_boxes_and_never_the_price(trade: Trade) -> None:
    done = trade.confirmed(2)
    before = trade.line("BLOOM", done["prebook"])
    trade.net.set("BLOOM", settings={"auto_billing": "off"})
    trade.net.scan("BLOOM", ["B1"])
    (moved,) = trade.net.awb("BLOOM", done["awb"], freight="100")["landed_costs"]
    assert (moved["estimated"], moved["actual"], moved["landed_cost"]) == ("0.4006", "0.5506", "0.5506")
    assert of(moved, "freight") == {
        "component": "freight",
        "estimated": "0.05",
        "real": "0.2",
        "counted": "0.2",
        "difference": "0",
    }
    after = trade.line("BLOOM", done["prebook"])
    assert [after[name] for name in ("price", "total", "explanation")] == [
        before[name] for name in ("price", "total", "explanation")
    ]
    lot = trade.net.price("BLOOM", "C-100", lots=[f"L1-{before['line']}"])[0]
    assert lot["landed_cost"] == "0.5506"


def test_a_billed_box_keeps_its_cost_and_the_difference_is_explained(trade: Trade) -> None:
    done = trade.confirmed(2)
    trade.net.scan("BLOOM", ["B1"])
    mia = trade.net.on_behalf_of(Actor("mia@bloom.example", "BLOOM", frozenset({"sales_manager"})))
    answer = mia.awb("BLOOM", done["awb"], freight="100", handling="0")
    waiting, billed = answer["landed_costs"]
    assert (waiting["billed"], waiting["boxes"], waiting["landed_cost"]) == (False, 1, "0.5406")
    assert (billed["billed"], billed["boxes"], billed["landed_cost"]) == (True, 1, "0.4006")
    assert (billed["actual"], billed["difference"], billed["amount"]) == ("0.5406", "0.14", "35.00")
    assert (of(billed, "freight")["difference"], of(billed, "handling")["difference"]) == ("0.15", "-0.01")
    assert billed["reason"] == (
        "billed before the costs of the AWB were typed so, per stem: freight 0.05, by now 0.2; handling 0.01, by now 0"
    )
    assert (billed["typed_by"], billed["typed_at"][:10]) == ("mia@bloom.example", "2026-02-02")
    told = [{"line": waiting["line"], **one} for one in costs(trade, done["prebook"])]
    assert told == [{name: value for name, value in one.items() if name != "shares"} for one in (waiting, billed)]


def test_what_is_billed_after_the_typing_is_billed_with_the_real_cost_and_keeps_it(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1"])
    trade.net.awb("BLOOM", done["awb"], freight="150")
    trade.net.scan("BLOOM", ["B2"])
    trade.net.awb("BLOOM", done["awb"], freight="300")
    waiting, first, second = costs(trade, done["prebook"])
    assert [one["landed_cost"] for one in (waiting, first, second)] == ["0.7506", "0.4006", "0.5506"]
    assert [one["difference"] for one in (waiting, first, second)] == ["0", "0.35", "0.2"]
    trade.net.scan("BLOOM", ["B3"])
    assert [(one["billed"], one["boxes"]) for one in costs(trade, done["prebook"])] == [(True, 1)] * 3


def test_blank_takes_a_cost_back_and_zero_is_a_cost(trade: Trade) -> None:
    done = trade.confirmed(1)
    typed = [trade.net.awb("BLOOM", done["awb"], freight=one)["landed_costs"][0] for one in ("60", 0, " ", "60", None)]
    assert [one["landed_cost"] for one in typed] == ["0.5906", "0.3506", "0.4006", "0.5906", "0.4006"]
    assert [of(one, "freight")["real"] for one in typed] == ["0.24", "0", None, "0.24", None]
    history = trade.net.awb("BLOOM", done["awb"])["costs_typed"]
    assert [one["freight"] for one in history] == ["60", "0", None, "60", None]
    assert {one["by"] for one in history} == {"host"}


def test_boxes_billed_with_a_real_cost_that_is_taken_back_show_the_difference(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.awb("BLOOM", done["awb"], freight="50")
    trade.net.scan("BLOOM", ["B1"])
    trade.net.awb("BLOOM", done["awb"], freight="")
    (billed,) = costs(trade, done["prebook"])
    assert (billed["landed_cost"], billed["actual"], billed["difference"]) == ("0.5506", "0.4006", "-0.15")
    assert billed["amount"] == "-37.50"


def test_the_same_command_typed_twice_with_its_key_is_typed_once(trade: Trade) -> None:
    done = trade.confirmed(1)
    first = trade.net.awb("BLOOM", done["awb"], freight="50", key="k")
    assert trade.net.awb("BLOOM", done["awb"], freight="50", key="k") == first
    assert len(trade.net.awb("BLOOM", done["awb"])["costs_typed"]) == 1


def test_via_grower_the_costs_of_the_awb_do_not_count(trade: Trade) -> None:
    done = trade.confirmed(1, ship_via="grower", reference_number="SHARED")
    through = trade.confirmed(1, reference_number="SHARED")
    found = trade.net.awb("BLOOM", "SHARED", freight="40")["landed_costs"]
    by_line = {one["line"]: one for one in found}
    grower, warehouse = by_line[done["lines"][0]["line"]], by_line[through["lines"][0]["line"]]
    assert [one["component"] for one in grower["components"]] == ["unit_cost"]
    assert (grower["landed_cost"], grower["actual"]) == ("0.3", "0.3")
    assert of(warehouse, "freight")["real"] == "0.08"


def test_vendors_with_the_same_number_have_an_awb_each(trade: Trade) -> None:
    trade.confirmed(1, reference_number="SHARED")
    trade.net.awb("BLOOM", "SHARED", freight="40", arrival_date="2026-02-07")
    trade.confirmed(1, lot="SIERRA/S1", reference_number="SHARED")
    answer = trade.net.awb("BLOOM", "SHARED", partner="SIERRA", handling="10")
    (theirs,) = answer["landed_costs"]
    assert (answer["freight"], of(theirs, "freight")["real"], of(theirs, "handling")["real"]) == (None, None, "0.04")
    (first,) = trade.net.awb("BLOOM", "SHARED", partner="ANDES")["landed_costs"]
    assert (of(first, "freight")["real"], of(first, "handling")["real"]) == ("0.16", None)
    assert trade.net.awb("SIERRA", "SHARED")["arrival_date"] is None


def test_a_voided_box_bears_nothing_though_somebody_else_was_given_it(trade: Trade) -> None:
    gone = trade.confirmed(2, reference_number="A-1")
    trade.net.awb("BLOOM", "A-1", freight="100")
    kept = trade.confirmed(1, lot="ANDES/L2", reference_number="A-1")
    trade.net.void("ANDES", sales_order=gone["sales_order"], reason="frost", confirm="CONFIRM")
    trade.confirmed(2, reference_number="A-2")
    trade.net.scan("BLOOM", ["B1", "B2"])
    (left,) = trade.net.awb("BLOOM", "A-1")["landed_costs"]
    assert left["line"] == kept["lines"][0]["line"]
    assert of(left, "freight")["real"] == "0.4"


def test_boxes_sold_out_of_the_companys_own_stock_follow_their_lots_awb(open_trade: OpenTrade) -> None:
    def own_supply(companies: dict[str, Any]) -> None:
        billing(companies)
        companies["ANDES"]["lots"][1].update(awb="176-55", unit_cost="0.20")
        companies["ANDES"]["customers"].append({"code": "LOCAL", "type": "A"})

    trade = open_trade(own_supply)
    cart = trade.net.add("ANDES", "LOCAL", lot="L2", boxes=1, ship_date="2026-02-05")
    trade.net.checkout("ANDES", cart=cart["cart"])
    (found,) = trade.net.awb("ANDES", "176-55", freight="80")["landed_costs"]
    assert (found["line"], found["billed"]) == (cart["lines"][0]["line"], False)
    assert (found["estimated"], found["actual"]) == ("0.2", "0.28")


def test_the_vendor_sees_nothing_of_it(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.awb("BLOOM", done["awb"], freight="77.31")
    seen = trade.net.awb("ANDES", done["awb"])
    assert (seen["freight"], seen["costs_typed"], seen["landed_costs"]) == (None, None, None)
    assert costs(trade, done["sales_order"], "ANDES") is None


def test_the_parts_of_an_amount_come_to_the_amount(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B2"])
    found = trade.net.awb("BLOOM", done["awb"], freight="75")["landed_costs"]
    assert sum(float(of(one, "freight")["real"]) * one["units"] for one in found) == pytest.approx(75)


def test_whoever_remembers_prices_hears_that_the_others_bear_more_of_the_costs(trade: Trade) -> None:
    def point() -> int:
        with trade.net.context.store.whole_network.reading() as session:
            return int(trade.net.context.snapshots.get(session, "BLOOM").company.change_seq)

    gone = trade.confirmed(1, reference_number="A-1")
    trade.net.awb("BLOOM", "A-1", freight="100")
    before = point()
    trade.confirmed(1, lot="ANDES/L2", reference_number="A-1")
    joined = point()
    trade.net.void("ANDES", sales_order=gone["sales_order"], reason="frost", confirm="CONFIRM")
    assert before < joined < point()


def test_real_costs_are_spread_over_the_frozen_full_box_equivalents(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"auto_billing": "off"})
    trade.net.set("BLOOM", customer="C-100", values={"landed_cost_as_price": True})
    bought = trade.net.purchase_order("BLOOM", "ANDES", [{"lot": "ANDES/L1", "boxes": 3}], "2026-02-05")
    trade.net.approve("BLOOM", bought["number"])
    done = trade.net.confirm("ANDES", bought["sales_order"], reference_number="W1")
    trade.net.scan("BLOOM", done["box_codes"])
    for company in ("ANDES", "BLOOM"):
        trade.net.put(company, "box_types", [{"code": "HB", "name": "HB", "fbe": "0.9"}])
    lot = f"L1-{bought['lines'][0]['line']}"
    cart = trade.net.add("BLOOM", "C-100", lot=lot, boxes=1, ship_date="2026-02-05")
    trade.net.checkout("BLOOM", cart=cart["cart"])
    told = trade.net.awb("BLOOM", "W1", freight="100", handling="0.02")["landed_costs"]
    assert [(one["boxes"], one["shares"]["freight"], one["shares"]["handling"]) for one in told] == [
        (2, "66.67", "0.01"),
        (1, "33.33", "0.01"),
    ]
    assert {of(one, "freight")["real"] for one in told} == {"0.133333"}
