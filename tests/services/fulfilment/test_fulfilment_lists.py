"""AWBs, the staging area and boxes, page by page, as each company sees them."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotFound
from tests.services.conftest import Trade


@pytest.fixture
def net(trade: Trade) -> K2K:
    """Two orders on one AWB with an accent, one on another; a box of the first was received, one is missing."""
    first = trade.confirmed(2, reference_number="Ávila 7")
    trade.confirmed(1, reference_number="Ávila 7")
    trade.confirmed(1, reference_number="SECOND", lot="SIERRA/S1", customer="C-200")
    trade.net.scan("BLOOM", first["box_codes"][:1])
    trade.net.awb("BLOOM", "Ávila 7", freight="12.5")
    return trade.net


def found(net: K2K, method: str, name: str, company: str = "BLOOM", **asked: Any) -> list[Any]:
    page = getattr(net, method)(company, limit=100, count=True, **asked)
    assert page["count"] == len(page["items"])
    return [row[name] for row in page["items"]]


def test_awbs_are_listed_for_whoever_sends_or_gets_them(net: K2K) -> None:
    assert found(net, "awbs", "number") == ["Ávila 7", "SECOND"]
    assert found(net, "awbs", "number", "ANDES") == ["Ávila 7"]
    assert found(net, "awbs", "number", "PETAL") == []
    row = net.awbs("BLOOM")["items"][0]
    assert (row["vendor"], row["vendor_name"], row["boxes"], row["staged"]) == ("ANDES", "Andes Flower Farms", 3, 2)
    assert (row["freight"], row["handling"], row["shipped"]) == ("12.5", None, False)
    theirs = net.awbs("ANDES")["items"][0]
    assert (theirs["id"], theirs["freight"]) == (row["id"], None)


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"q": "AVILA"}, ["Ávila 7"]),
        ({"q": "sierra"}, ["SECOND"]),
        ({"q": "wholesale"}, []),
        ({"awb": "Ávila 7"}, ["Ávila 7"]),
        ({"partner": "SIERRA"}, ["SECOND"]),
        ({"partner": "BLOOM"}, []),
        ({"role": "buyer"}, ["Ávila 7", "SECOND"]),
        ({"role": "vendor"}, []),
        ({"shipped": True}, []),
        ({"shipped": False, "sort": "-id"}, ["SECOND", "Ávila 7"]),
        ({"sort": "number"}, ["SECOND", "Ávila 7"]),
        ({"ship_date_from": "2026-02-04", "ship_date_to": "2026-02-04"}, ["Ávila 7", "SECOND"]),
        ({"ship_date_from": "2026-02-05"}, []),
        ({"ship_date_to": "2026-02-03"}, []),
    ],
)
def test_awbs_are_filtered_searched_and_sorted(net: K2K, asked: dict[str, Any], numbers: list[str]) -> None:
    assert found(net, "awbs", "number", **asked) == numbers


def test_an_awb_that_is_named_is_shown_whole(net: K2K) -> None:
    (whole,) = net.awbs("BLOOM", "Ávila 7")
    assert whole["costs_typed"]
    assert net.awbs("BLOOM", whole["id"], limit=1)["items"][0]["id"] == whole["id"]
    net.ship("ANDES", "Ávila 7")
    assert found(net, "awbs", "number", shipped=True) == ["Ávila 7"]


def test_the_staging_area_is_listed_in_the_order_of_confirmation(net: K2K) -> None:
    codes = found(net, "staging", "box_code")
    assert codes[:2] == ["B2", "B3"]
    assert len(codes) == 3
    assert sorted(codes) == sorted(row["box_code"] for row in net.staging("BLOOM"))
    assert found(net, "staging", "lot") == ["ANDES/L1", "ANDES/L1", "SIERRA/S1"]
    assert found(net, "staging", "box_code", awb="Ávila 7") == found(net, "staging", "box_code", q="ávila") == codes[:2]
    assert found(net, "staging", "box_code", partner="SIERRA") == found(net, "staging", "box_code", q="Sierra")
    assert found(net, "staging", "mark_code", mark_code="C-200") == ["C-200"]
    assert found(net, "staging", "box_code", line=net.staging("BLOOM")[0]["line"]) == codes[:1]
    assert found(net, "staging", "box_code", sort="-awb") == [codes[1], codes[0], codes[2]]
    assert found(net, "staging", "box_code", "ANDES") == []


def test_a_box_that_is_reported_missing_leaves_the_staging_area_and_stays_among_the_boxes(net: K2K) -> None:
    net.missing("BLOOM", ["B3"], "not on the truck")
    assert "B3" not in found(net, "staging", "box_code")
    assert found(net, "boxes", "box_code", missing=True) == ["B3"]
    assert net.box("ANDES", "B3")["missing"] == "not on the truck"


def test_boxes_are_those_that_a_company_has_bought_or_sold(net: K2K) -> None:
    bought = [row["box_code"] for row in net.boxes("BLOOM")["items"]]
    assert bought[:3] == ["B1", "B2", "B3"]
    assert len(bought) == 4
    assert found(net, "boxes", "box_code", "ANDES", lot="L1") == ["B1", "B2", "B3", "B4", "B5", "B6"]
    assert found(net, "boxes", "box_code", lot="ANDES/L1") == ["B1", "B2", "B3"]
    assert found(net, "boxes", "box_code", lot="L1-1") == ["B1"]
    assert found(net, "boxes", "box_code", lot="ANDES/L2") == found(net, "boxes", "box_code", lot="L1") == []
    assert found(net, "boxes", "box_code", "PETAL") == []


def test_each_company_sees_a_box_under_its_own_order_and_lot(net: K2K) -> None:
    ours, theirs = net.box("BLOOM", "B1"), net.box("ANDES", "B1")
    assert (ours["order"], ours["lot"], ours["partner"]) == ("B-1001", "L1-1", "ANDES")
    assert (theirs["order"], theirs["lot"], theirs["partner"]) == ("S-1001K", "L1", "BLOOM")
    assert ours["state"] == theirs["state"] == "received"
    assert net.box("BLOOM", "B2")["lot"] == "ANDES/L1"
    free = net.box("ANDES", "B6")
    assert (free["state"], free["line"], free["order"], free["awb"]) == ("in_stock", None, None, None)


def test_boxes_are_filtered_and_searched(net: K2K) -> None:
    assert found(net, "boxes", "box_code", awb="Ávila 7") == ["B1", "B2", "B3"]
    assert found(net, "boxes", "box_code", q="AVILA") == ["B1", "B2", "B3"]
    assert found(net, "boxes", "box_code", "ANDES", state="received,staged") == ["B1", "B2", "B3"]
    assert found(net, "boxes", "box_code", code="B2,B6") == ["B2"]
    assert found(net, "boxes", "box_code", line=net.box("BLOOM", "B3")["line"]) == ["B3"]
    assert found(net, "boxes", "box_code", line="x") == []
    assert found(net, "boxes", "box_code", q="b2")[:1] == ["B2"]
    with pytest.raises(Invalid):
        net.boxes("BLOOM", state="lost")


def test_boxes_that_a_vendor_took_off_an_order_are_its_own_again(net: K2K) -> None:
    line = net.box("ANDES", "B3")["line"]
    assert line is not None
    net.void("ANDES", line=line, reason="hail", confirm="CONFIRM")
    with pytest.raises(NotFound):
        net.box("BLOOM", "B3")
    back = net.box("ANDES", "B3")
    assert (back["state"], back["order"], back["partner"]) == ("in_stock", None, None)


def test_a_box_of_others_answers_like_one_that_nobody_has(net: K2K) -> None:
    for code in ("B6", "NONE"):
        with pytest.raises(NotFound) as refused:
            net.box("BLOOM", code)
        assert refused.value.message.replace(code, "x") == "There is no box x here."


def test_costs_of_awbs_are_for_whoever_may_see_costs(net: K2K) -> None:
    def rows(role: str) -> list[Any]:
        return list(net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset((role,)))).awbs("BLOOM")["items"])

    assert rows("procurement")[0]["freight"] == "12.5"
    operator = net.on_behalf_of(Actor("o@network.example", None))
    assert "mark_code" not in operator.boxes("BLOOM")["items"][0]
