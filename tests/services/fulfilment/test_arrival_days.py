"""Boxes of one order line that arrive on several days: each has its own age (domain section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.store.tables import Lot

Trade = Any
OpenTrade = Callable[..., Any]
FIRST, SECOND = dt.date(2026, 2, 2), dt.date(2026, 2, 3)
TYPED = {"reason": "the florist closed", "confirm": "CONFIRM"}


def lots(trade: Trade, company: str = "BLOOM") -> dict[str, tuple[dt.date, int, int, int]]:
    """A company's lots of received boxes: arrival date, boxes ever had, free and allocated ones, by code."""
    with trade.net.context.store.whole_network.reading() as session:
        company_id = trade.net.context.snapshots.get(session, company).id
        columns = (Lot.code, Lot.arrival_date, Lot.boxes, Lot.available, Lot.allocated)
        mine = (Lot.company_id == company_id) & Lot.awb_id.is_null(False)
        return {code: tuple(facts) for code, *facts in session.rows(Lot.select(*columns).where(mine).order_by(Lot.id))}


def on_two_days(trade: Trade, **more: Any) -> dict[str, Any]:
    """Three boxes of one line, one scanned a day before the others."""
    done = trade.confirmed(3, **more)
    trade.net.scan("BLOOM", ["B1"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B2", "B3"])
    return {**done, "line": done["lines"][0]["line"]}


def on_two_days_of_an_early_awb(trade: Trade) -> dict[str, Any]:
    """The same, on an AWB that arrived before anybody scanned."""
    done: dict[str, Any] = trade.confirmed(3)
    trade.net.awb("BLOOM", done["awb"], arrival_date="2026-02-01")
    trade.net.scan("BLOOM", ["B1"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B2", "B3"])
    return done


def ages_in_the_shop(trade: Trade, ship_date: str = "2026-02-06") -> dict[str, list[int]]:
    """The aging of BLOOM's own lots as another customer reads it, by lot."""
    lines = trade.net.catalog("BLOOM", "C-200", ship_date)["lines"]
    return {",".join(line["lots"]): line["aging"] for line in lines if line["inventory_types"] == ["open_market_boxes"]}


def test_each_day_makes_a_lot_of_its_own(trade: Trade) -> None:
    done = on_two_days(trade)
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (SECOND, 2, 0, 2)}
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"
    named = [one["data"]["own_lot"] for one in trade.net.events("BLOOM") if one["type"] == "box.received"]
    assert named == ["L1-1", "L1-1.2", "L1-1.2"]


def test_boxes_of_one_day_are_one_lot_however_often_somebody_scans(trade: Trade) -> None:
    trade.confirmed(3)
    for box in ("B1", "B2"):
        trade.net.scan("BLOOM", [box])
        trade.later(hours=1)
    trade.net.receive("BLOOM", ["B3"])
    assert lots(trade) == {"L1-1": (FIRST, 3, 0, 3)}


def test_the_day_is_that_of_the_buyers_own_time_zone(trade: Trade) -> None:
    trade.confirmed(3)
    trade.later(hours=14, minutes=59)
    trade.net.scan("BLOOM", ["B1"])
    trade.later(minutes=1)
    trade.net.scan("BLOOM", ["B2"])
    assert {code: facts[0] for code, facts in lots(trade).items()} == {"L1-1": FIRST, "L1-1.2": SECOND}


def test_six_days_make_six_lots(trade: Trade) -> None:
    trade.confirmed(6)
    for number in range(1, 7):
        trade.net.scan("BLOOM", [f"B{number}"])
        trade.later(days=1)
    assert list(lots(trade)) == ["L1-1", "L1-1.2", "L1-1.3", "L1-1.4", "L1-1.5", "L1-1.6"]
    assert [facts[0].day for facts in lots(trade).values()] == [2, 3, 4, 5, 6, 7]


def test_with_an_earlier_day_of_the_awb_they_are_of_one_age_and_stay_apart(trade: Trade) -> None:
    on_two_days_of_an_early_awb(trade)
    early = dt.date(2026, 2, 1)
    assert lots(trade) == {"L1-1": (early, 1, 0, 1), "L1-1.2": (early, 2, 0, 2)}


@pytest.mark.parametrize(
    ("moved_to", "second"), [("2026-02-02", FIRST), ("2026-02-03", SECOND), ("2026-02-09", SECOND), ("", SECOND)]
)
def test_a_day_of_the_awb_that_is_moved_later_leaves_each_box_as_old_as_it_is(
    trade: Trade, moved_to: str, second: dt.date
) -> None:
    done = on_two_days_of_an_early_awb(trade)
    trade.net.awb("BLOOM", done["awb"], arrival_date=moved_to)
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (second, 2, 0, 2)}


def test_boxes_of_another_awb_do_not_move_with_it(trade: Trade) -> None:
    done, other = trade.confirmed(1), trade.confirmed(1, ship_date="2026-02-06")
    for order in (done, other):
        trade.net.awb("BLOOM", order["awb"], arrival_date="2026-02-01")
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.net.awb("BLOOM", other["awb"], arrival_date="2026-02-09")
    assert [facts[0] for facts in lots(trade).values()] == [dt.date(2026, 2, 1), FIRST]


def test_a_day_of_the_awb_between_them_counts_from_then_on(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.awb("BLOOM", done["awb"], arrival_date="2026-02-03")
    for box in ("B1", "B2", "B3"):
        trade.net.scan("BLOOM", [box])
        trade.later(days=1)
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (SECOND, 1, 0, 1), "L1-1.3": (SECOND, 1, 0, 1)}


def test_a_day_that_is_typed_later_moves_each_lot_as_far_as_it_is_earlier(trade: Trade) -> None:
    done = on_two_days(trade)
    for typed, first, second in (
        ("2026-02-01", dt.date(2026, 2, 1), dt.date(2026, 2, 1)),
        ("2026-02-02", FIRST, FIRST),
        ("2026-02-09", FIRST, SECOND),
        ("", FIRST, SECOND),
    ):
        trade.net.awb("BLOOM", done["awb"], arrival_date=typed)
        assert [facts[0] for facts in lots(trade).values()] == [first, second]


def test_with_the_vendors_real_aging_they_are_as_old_as_there(open_trade: OpenTrade) -> None:
    trade = open_trade(lambda companies: companies["ANDES"]["settings"].update(transfer_real_aging_to=["BLOOM"]))
    on_two_days(trade)
    assert lots(trade) == {"L1-1": (dt.date(2026, 1, 31), 3, 0, 3)}


def test_each_lot_is_as_old_as_it_is_for_the_customer_who_buys_what_another_gave_up(trade: Trade) -> None:
    done = on_two_days(trade)
    trade.net.release("BLOOM", done["line"], **TYPED)
    trade.net.set("BLOOM", lot="L1-1", values={"web_price": "0.90"})
    trade.net.set("BLOOM", lot="L1-1.2", values={"web_price": "0.80"})
    assert lots(trade) == {"L1-1": (FIRST, 1, 1, 0), "L1-1.2": (SECOND, 2, 2, 0)}
    assert ages_in_the_shop(trade) == {"L1-1": [1], "L1-1.2": [0]}
    trade.net.add("BLOOM", "C-200", lot="L1-1.2", boxes=2, ship_date="2026-02-06")
    assert lots(trade)["L1-1.2"] == (SECOND, 2, 0, 0)


def test_a_release_takes_the_boxes_that_came_last(trade: Trade) -> None:
    done = on_two_days(trade)
    trade.net.release("BLOOM", done["line"], 1, **TYPED)
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (SECOND, 2, 1, 1)}
    trade.net.release("BLOOM", done["line"], 2, **TYPED)
    assert lots(trade) == {"L1-1": (FIRST, 1, 1, 0), "L1-1.2": (SECOND, 2, 2, 0)}


def test_what_was_released_before_it_came_is_free_in_the_lot_of_its_own_day(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.release("BLOOM", done["lines"][0]["line"], 1, **TYPED)
    trade.net.scan("BLOOM", ["B1"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B2", "B3"])
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (SECOND, 2, 1, 1)}


def test_a_bill_takes_the_boxes_of_every_day(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1"])
    trade.net.bill("BLOOM", done["prebook"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B2"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B3"])
    assert [facts[1:] for facts in lots(trade).values()] == [(1, 0, 0), (1, 0, 1), (1, 0, 1)]
    assert trade.net.bill("BLOOM", done["prebook"])["lines"][0]["boxes"] == 3
    assert [facts[1:] for facts in lots(trade).values()] == [(1, 0, 0)] * 3
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"


def test_real_costs_of_the_awb_are_spread_over_the_boxes_of_all_days(trade: Trade) -> None:
    done = on_two_days(trade)
    trade.net.release("BLOOM", done["line"], 2, **TYPED)
    trade.net.set("BLOOM", lot="L1-1.2", values={"web_price": "0.90"})
    bought = trade.net.add("BLOOM", "C-200", lot="L1-1.2", boxes=1, ship_date="2026-02-06")
    trade.net.checkout("BLOOM", cart=bought["cart"])
    told = trade.net.awb("BLOOM", done["awb"], freight="30")["landed_costs"]
    assert {one["line"]: (one["boxes"], one["shares"]["freight"]) for one in told} == {
        done["line"]: (2, "20.00"),
        bought["lines"][0]["line"]: (1, "10.00"),
    }
    costs = trade.net.price("BLOOM", "C-200", lots=["L1-1", "L1-1.2"])
    assert [one["landed_cost"] for one in costs] == ["0.3806", "0.3806"]


def test_the_rest_of_a_line_that_came_in_part_is_voided(trade: Trade) -> None:
    done = trade.confirmed(4)
    trade.net.ship("ANDES", done["awb"])
    trade.net.scan("BLOOM", ["B1"])
    trade.later(days=1)
    trade.net.scan("BLOOM", ["B2"])
    line = done["lines"][0]["line"]
    trade.net.missing("BLOOM", ["B3", "B4"], "not on the truck")
    trade.net.void("ANDES", line=line, boxes=2, reason="lost", confirm="CONFIRM")
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"
    assert lots(trade) == {"L1-1": (FIRST, 1, 0, 1), "L1-1.2": (SECOND, 1, 0, 1)}


def test_a_second_lot_is_sold_on_and_comes_back(open_trade: OpenTrade) -> None:
    def chain(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["customers"].append({"code": "PETAL", "type": "A", "company": "PETAL"})
        companies["BLOOM"]["box_dimensions"] = companies["ANDES"]["box_dimensions"]
        companies["PETAL"]["vendors"].append({"code": "BLM", "company": "BLOOM", "currency": "USD"})
        companies["connections"].append({"vendor": "BLOOM", "buyer": "PETAL", "state": "active"})

    trade = open_trade(chain)
    done = on_two_days(trade)
    trade.net.release("BLOOM", done["line"], **TYPED)
    trade.net.set("BLOOM", lot="L1-1.2", values={"price_a": "0.90"})
    sold = trade.confirmed(2, buyer="PETAL", customer="P-1", lot="BLOOM/L1-1.2", ship_date="2026-02-06")
    trade.net.ship("BLOOM", sold["awb"])
    trade.net.scan("PETAL", ["B2"])
    assert list(lots(trade, "PETAL")) == [f"L1-1.2-{sold['lines'][0]['line']}"]
    back = {"returned": ["B3"], "reason": "left behind", "confirm": "CONFIRM"}
    trade.net.void("BLOOM", line=sold["lines"][0]["line"], box_codes=["B3"], **back)
    assert lots(trade)["L1-1.2-R1"] == (SECOND, 1, 1, 0)


def test_a_lot_of_the_buyers_own_that_has_such_a_code_is_left_alone(open_trade: OpenTrade) -> None:
    def taken(companies: dict[str, Any]) -> None:
        own = {**companies["ANDES"]["lots"][0], "product": "FREEDOM", "boxes": 1}
        companies["BLOOM"]["lots"] = [
            {**own, "code": "L1-1", "box_codes": ["OWN-1"]},
            {**own, "code": "L1-1.3", "box_codes": ["OWN-2"]},
        ]

    trade = open_trade(taken)
    on_two_days(trade)
    assert {code: facts[2:] for code, facts in lots(trade).items()} == {"L1-1.2": (0, 1), "L1-1.4": (0, 2)}


def test_a_long_code_of_the_vendor_is_shortened_and_the_ending_stays(open_trade: OpenTrade) -> None:
    long = "L" * 40
    trade = open_trade(lambda companies: companies["ANDES"]["lots"][0].update(code=long))
    on_two_days(trade, lot=f"ANDES/{long}")
    assert list(lots(trade)) == ["L" * 38 + "-1", "L" * 36 + "-1.2"]


@pytest.mark.parametrize("how", ["scan", "receive"])
def test_lines_scanned_together_have_each_their_lots(trade: Trade, how: str) -> None:
    first, second = trade.confirmed(2), trade.confirmed(2)
    receive = getattr(trade.net, how)
    receive("BLOOM", ["B1"])
    trade.later(days=1)
    receive("BLOOM", ["B4", "B2", "B3"])
    one, other = (f"L1-{done['lines'][0]['line']}" for done in (first, second))
    assert {code: (facts[0], facts[3]) for code, facts in lots(trade).items()} == {
        one: (FIRST, 1),
        f"{one}.2": (SECOND, 1),
        other: (SECOND, 2),
    }


def test_a_lot_that_was_archived_takes_no_more_boxes(trade: Trade) -> None:
    bought = trade.net.purchase_order("BLOOM", "ANDES", [{"lot": "ANDES/L1", "boxes": 2}], "2026-02-05")
    trade.net.approve("BLOOM", bought["number"])
    trade.net.confirm("ANDES", bought["sales_order"])
    trade.net.scan("BLOOM", ["B1"])
    trade.net.archive("BLOOM", "lots", "L1-1")
    trade.net.scan("BLOOM", ["B2"])
    assert lots(trade) == {"L1-1": (FIRST, 1, 1, 0), "L1-1.2": (FIRST, 1, 1, 0)}
    assert list(ages_in_the_shop(trade)) == ["L1-1.2"]
