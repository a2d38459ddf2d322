"""What was left of each week's sales, and the companies that a company is connected with."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed
from tests.services.conftest import Trade


def billed(trade: Trade, boxes: int = 1) -> dict[str, Any]:
    """Boxes that were scanned and billed to the customer."""
    order = trade.confirmed(boxes)
    trade.net.scan("BLOOM", order["box_codes"])
    trade.net.bill("BLOOM", order["prebook"])
    return order


def test_a_week_says_what_was_billed_what_it_cost_and_what_was_left(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"auto_billing": "off"})
    order = billed(trade, 2)
    line = trade.line("BLOOM", order["prebook"])
    this = trade.net.margin_by_week("BLOOM")[-1]
    price = trade.net.price("BLOOM", "C-100", lots=["ANDES/L1"])[0]
    assert this["week"] == "2026-02-02"
    assert (this["boxes"], this["revenue"]) == (2, line["total"])
    cost = round(float(price["landed_cost"]) * 500, 2)
    assert float(this["cost"]) == cost
    assert float(this["margin"]) == pytest.approx(float(this["revenue"]) - cost)
    assert this["margin_percent"] == f"{100 * float(this['margin']) / float(this['revenue']):.1f}"
    assert this["revenue_without_cost"] == "0.00"


def test_weeks_are_counted_back_from_the_current_one_and_empty_ones_are_there(trade: Trade) -> None:
    billed(trade)
    trade.later(days=14)
    weeks = trade.net.margin_by_week("BLOOM", weeks=3)
    assert [one["week"] for one in weeks] == ["2026-02-02", "2026-02-09", "2026-02-16"]
    assert [one["boxes"] for one in weeks] == [1, 0, 0]
    assert weeks[1]["margin_percent"] is None
    assert trade.net.margin_by_week("BLOOM", weeks=1)[0]["week"] == "2026-02-16"


def test_a_week_begins_at_midnight_in_the_companys_time_zone(trade: Trade) -> None:
    order = trade.confirmed(1)
    trade.later(days=6, hours=14, minutes=30)  # Monday 04:30 UTC: Sunday evening in New York
    trade.net.scan("BLOOM", order["box_codes"])
    trade.net.bill("BLOOM", order["prebook"])
    (week,) = trade.net.margin_by_week("BLOOM", weeks=1)
    assert (week["week"], week["boxes"]) == ("2026-02-02", 1)


def test_real_costs_and_credits_move_the_margin(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"freight_per_fbe": "10"})
    order = trade.confirmed(2)
    trade.net.awb("BLOOM", order["awb"], freight="100")
    trade.net.scan("BLOOM", order["box_codes"])
    invoice = trade.net.bill("BLOOM", order["prebook"])
    before = trade.net.margin_by_week("BLOOM")[-1]
    shown = trade.line("BLOOM", order["prebook"])["landed_costs"][0]
    assert float(before["cost"]) == pytest.approx(float(shown["actual"]) * 500, abs=0.01)
    credit = {"line": order["lines"][0]["line"], "boxes": 1, "reason": "frost", "confirm": "CONFIRM"}
    trade.net.credit("BLOOM", invoice["number"], **credit)
    after = trade.net.margin_by_week("BLOOM")[-1]
    assert (after["boxes"], float(after["revenue"])) == (1, float(before["revenue"]) / 2)


def test_a_vendor_counts_its_own_landed_cost(trade: Trade) -> None:
    trade.confirmed(1)
    this = trade.net.margin_by_week("ANDES")[-1]
    assert (this["revenue"], this["cost"], this["margin_percent"]) == ("75.00", "52.50", "30.0")


def test_margins_are_for_whoever_may_see_costs_and_weeks_are_bounded(trade: Trade) -> None:
    seller = trade.net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset({"salesperson"})))
    with pytest.raises(NotAllowed):
        seller.margin_by_week("BLOOM")
    for weeks in (0, 54):
        with pytest.raises(Invalid):
            trade.net.margin_by_week("BLOOM", weeks=weeks)


def test_partners_say_how_much_is_shared_and_when_the_next_cut_off_falls(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    trade.net.set("ANDES", lot="L2", values={"on_hold": True})
    trade.net.suspend("SIERRA", "BLOOM", by="BLOOM")
    andes, sierra = trade.net.partners("BLOOM")["items"]
    assert andes == {
        "partner": "ANDES",
        "partner_name": "Andes Flower Farms",
        "role": "buyer",
        "state": "active",
        "timezone": "America/Bogota",
        "shared": 1,
        "lots": 2,
        "next_cut_off": "2026-02-02T20:00:00Z",
    }
    assert (sierra["state"], sierra["shared"], sierra["lots"], sierra["next_cut_off"]) == ("suspended", 0, None, None)
    assert [one["partner"] for one in trade.net.partners("ANDES", {"role": "vendor"})["items"]] == ["BLOOM", "PETAL"]
    assert trade.net.partners("BLOOM", {"state": "active"}, count=True)["count"] == 1
