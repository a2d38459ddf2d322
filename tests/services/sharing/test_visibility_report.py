"""Why is my product not showing, for all lots at once: counted by rule, each with its owner, setting and day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import ROLES, Actor
from k2k_core.domain.visibility_report import EXAMPLES, counted
from k2k_core.errors import NotAllowed
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-10"


def hide_lots(companies: dict[str, Any]) -> None:
    """Two lots that are too old, one of them on hold as well; one in transit; and nothing of Sierra's is mapped."""
    companies["ANDES"]["settings"] |= {"max_age": 5, "freshness_on_ship_date": False}
    companies["ANDES"]["lots"] += [
        {**LOT, "code": "OLD-1", "boxes": 1, "arrival_date": "2026-01-25"},
        {**LOT, "code": "OLD-2", "boxes": 1, "arrival_date": "2026-01-26", "on_hold": True},
        {**LOT, "code": "NEW", "boxes": 1, "arrival_date": "2026-02-04"},
        {**LOT, "code": "NEWER", "boxes": 1, "arrival_date": "2026-02-09"},
    ]
    companies["BLOOM"]["settings"]["autoconfirm"] = False


@pytest.fixture
def hiding(open_trade: Callable[..., Trade]) -> Trade:
    trade = open_trade(hide_lots)
    for lot in ("ANDES/L1", "ANDES/L2"):
        trade.net.map("BLOOM", lot, confirmed=True)
    return trade


def rows(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in report["by_reason"]}


def test_hidden_lots_are_counted_by_rule_the_most_frequent_first(hiding: Trade) -> None:
    report = hiding.net.hidden("BLOOM", "C-100", SHIP)
    assert (report["visible"], report["hidden"]) == (2, 5)
    assert report["by_side"] == {"buyer": 5, "vendor": 4}
    found = [(row["code"], row["side"], row["count"], row["alone"]) for row in report["by_reason"]]
    assert found == [
        ("not_confirmed", "buyer", 5, 1),
        ("too_old", "vendor", 2, 0),
        ("too_young", "vendor", 2, 0),
        ("on_hold", "vendor", 1, 0),
    ]


def test_a_lot_that_its_vendor_holds_is_said_once_and_not_to_be_the_buyers_setting(hiding: Trade) -> None:
    (answer,) = hiding.net.visible("BLOOM", "C-100", ["ANDES/OLD-2"], SHIP)
    holds = [(one["side"], one["owner"], one["setting"]) for one in answer["details"] if one["code"] == "on_hold"]
    assert holds == [("vendor", "ANDES", "on_hold")]


def test_each_rule_names_its_owner_its_setting_lots_and_the_first_day_on_which_time_cures_it(hiding: Trade) -> None:
    found = rows(hiding.net.hidden("BLOOM", "C-100", SHIP))
    young = found["too_young"]
    assert (young["side"], young["owner"], young["setting"]) == ("vendor", "ANDES", "arrival_date")
    assert young["examples"] == ["ANDES/NEW", "ANDES/NEWER"]
    assert young["cured_on"] == "2026-02-04"
    assert found["too_old"]["cured_on"] is None
    confirmed = found["not_confirmed"]
    assert (confirmed["owner"], confirmed["setting"]) == ("BLOOM", "autoconfirm")
    assert confirmed["examples"][0] == "SIERRA/S1"


def test_the_report_agrees_with_the_answers_for_single_lots(hiding: Trade) -> None:
    report, singly = hiding.net.hidden("BLOOM", "C-100", SHIP), hiding.net.visible("BLOOM", "C-100", ship_date=SHIP)
    assert report["hidden"] == sum(not one["visible"] for one in singly)
    for code in rows(report):
        mine = [row for row in report["by_reason"] if row["code"] == code]
        assert max(row["count"] for row in mine) == sum(code in one["reasons"] for one in singly)


@pytest.mark.parametrize("company", ["ANDES", "BLOOM"])
def test_each_side_reads_of_the_other_sides_rule_only_the_code(hiding: Trade, company: str) -> None:
    net = hiding.net.on_behalf_of(Actor("a@x.example", company, frozenset(ROLES)))
    found = rows(net.held_back("ANDES", "BLOOM"))
    assert set(found) == {"too_old", "too_young", "on_hold"}
    old = found["too_old"]
    if company == "ANDES":
        assert (old["owner"], old["setting"]) == ("ANDES", "max_age")
    else:
        assert (old["owner"], old["setting"], old["reason"]) == (None, None, "held back by the vendor")
        assert found["too_young"]["cured_on"] is None
    assert old["count"] == 2


def test_a_missing_exchange_rate_is_told_to_the_buyer_whose_setting_it_is(open_trade: Callable[..., Trade]) -> None:
    def in_euros(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["multicurrency"] = True
        companies["ANDES"]["currency"] = "EUR"
        for code in ("BLOOM", "PETAL"):
            for vendor in companies[code]["vendors"]:
                vendor["currency"] = companies[vendor["company"]]["currency"]

    trade = open_trade(in_euros)
    told = {
        company: rows(
            trade.net.on_behalf_of(Actor("a@x.example", company, frozenset(ROLES))).held_back("ANDES", "BLOOM")
        )["no_exchange_rate"]
        for company in ("ANDES", "BLOOM")
    }
    assert (told["BLOOM"]["owner"], told["BLOOM"]["setting"]) == ("BLOOM", "exchange_rate")
    assert (told["ANDES"]["owner"], told["ANDES"]["reason"]) == (None, "held back by the buyer")


def test_nobody_else_is_told(hiding: Trade) -> None:
    net = hiding.net.on_behalf_of(Actor("p@petal.example", "PETAL", frozenset(ROLES)))
    with pytest.raises(NotAllowed):
        net.hidden("BLOOM", "C-100", SHIP)
    with pytest.raises(NotAllowed):
        net.held_back("ANDES", "BLOOM")


def test_an_empty_report_has_no_rules_and_examples_are_few() -> None:
    assert counted([]) == (0, 0, [], {})
    detail = {"code": "too_old", "side": "vendor", "reason": "old", "setting": "max_age", "owner": "V"}
    many = [{"lot": f"L{n}", "shared": False, "reasons": ["too_old"], "details": [detail]} for n in range(99)]
    (row,) = counted(many).by_reason
    assert (row["count"], row["alone"], len(row["examples"])) == (99, 99, EXAMPLES)
