"""The date checks find settings that are valid one by one but leave customers without ship dates, with the place and
what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import Trade


def found(trade: Trade, company: str) -> list[tuple[str, str]]:
    return [(finding["code"], finding["place"]) for finding in trade.net.check_dates(company)]


def test_a_sound_set_up_has_no_findings(trade: Trade) -> None:
    assert [found(trade, company) for company in ("ANDES", "SIERRA", "BLOOM", "PETAL")] == [[], [], [], []]


def test_ages_of_two_records_that_never_meet_are_found(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"max_age": 3})
    trade.net.set("ANDES", customer="BLOOM", values={"min_age": 4})
    trade.net.set("ANDES", customer="PETAL", values={"min_age": 11, "max_age": 20})
    places = [("ages_never_meet", f"customers.{code}.min_age") for code in ("BLOOM", "PETAL")]
    assert found(trade, "ANDES") == places


def test_days_of_two_companies_that_never_meet_are_found_for_every_way(trade: Trade) -> None:
    trade.net.set("ANDES", customer="BLOOM", values={"days_of_service": {"mon": "T"}})
    trade.net.set("BLOOM", customer="C-100", values={"days_of_service": {"wed": "T"}})
    told = trade.net.check_dates("BLOOM")
    assert [(one["code"], one["place"]) for one in told] == [("no_ship_date", "customers.C-100.days_of_service")] * 2
    assert {one["problem"].split()[-1] for one in told} == {"warehouse", "grower"}
    trade.net.set("BLOOM", vendor="AND-01", values={"transit_days": 2})
    assert [one["problem"].split()[-1] for one in trade.net.check_dates("BLOOM")] == ["grower"]


def test_more_days_than_are_taken_in_advance_are_found(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"ship_days_offset": 4})
    trade.net.set("BLOOM", settings={"max_order_days_in_advance": 4})
    assert {one["problem"].split()[-1] for one in trade.net.check_dates("BLOOM")} == {"warehouse"}


def test_a_vendor_that_rests_today_is_no_finding(trade: Trade) -> None:
    trade.net.set("ANDES", customer="BLOOM", values={"days_of_service": {"sat": "T"}})
    trade.net.set("BLOOM", settings={"max_order_days_in_advance": 2})
    assert found(trade, "BLOOM") == []


def test_unknown_carriers_and_companies_that_stand_twice_are_found(open_trade: Callable[..., Trade]) -> None:
    def change(companies: dict[str, Any]) -> None:
        andes = companies["ANDES"]
        andes["carriers"] = [{"code": "TRUCK"}]
        andes["customers"][0]["days_of_service"] = {"mon": "TRUCK", "tue": "VAN"}
        andes["customers"] += [{"code": "PETAL-2", "type": "A", "company": "PETAL"}]

    trade = open_trade(change)
    assert found(trade, "ANDES") == [
        ("company_stands_twice", "customers"),
        ("unknown_carrier", "customers.BLOOM.days_of_service"),
    ]


def test_a_company_s_own_people_look_it_over(trade: Trade) -> None:
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("s@sierra.example", "SIERRA", frozenset(("admin",)))).check_dates("ANDES")


def test_a_box_type_that_is_mapped_may_be_all_that_a_connection_waited_for(open_trade: Callable[..., Trade]) -> None:
    def change(companies: dict[str, Any]) -> None:
        companies["SIERRA"]["box_types"] = [{"code": "MEDIA", "fbe": "0.5"}]
        companies["SIERRA"]["lots"][0]["box_type"] = "MEDIA"
        companies["connections"][1]["state"] = "accepted"

    trade = open_trade(change)
    trade.net.set("SIERRA", settings={"ecommerce_enabled": True})
    assert {one["requirement"] for one in trade.net.readiness("SIERRA", "BLOOM") if not one["warning"]} == {"box_types"}
    trade.net.map_box_type("BLOOM", "SIERRA", "MEDIA", "HB")
    assert "connection.activated" in [event["type"] for event in trade.net.events("BLOOM")]
