"""Settings that can never work are refused on every way in; those that are only unusual are not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Invalid
from k2k_core.services.setup.network_loading import load_network, read_network
from tests.services.conftest import NETWORK, Trade

NEVER = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "no_shipping")
WEEKEND = {"sat": "no_shipping", "sun": "no_shipping"}


def refused(work: Callable[[], object]) -> dict[str, str]:
    """The paths of an invalid change with what is said of them."""
    with pytest.raises(Invalid) as caught:
        work()
    return {fault["path"]: fault["message"] for fault in caught.value.faults}


def network(code: str, **changes: Any) -> dict[str, Any]:
    """The network with settings, or another collection, of one company changed."""
    changed = copy.deepcopy(NETWORK)
    company = next(each for each in changed["companies"] if each["code"] == code)
    company["settings"] |= changes.pop("settings", {})
    company |= changes
    return changed


def paths(given: dict[str, Any]) -> list[str]:
    return [fault["path"] for fault in read_network(given)[1]]


def test_a_company_that_ships_on_no_day_of_the_week_is_refused(trade: Trade) -> None:
    said = refused(lambda: trade.net.set("ANDES", settings={"cut_offs": NEVER}))
    assert list(said) == ["settings.cut_offs"]
    assert "leave one day" in said["settings.cut_offs"]
    assert paths(network("ANDES", settings={"cut_offs": NEVER})) == ["companies[0].settings.cut_offs"]
    assert trade.net.ship_dates("BLOOM", "C-100", "ANDES")["first"] is not None


def test_a_carrier_that_never_drives_is_refused(trade: Trade) -> None:
    carriers = [{"code": "VAN"}, {"code": "TRUCK", "cut_offs": NEVER}]
    assert list(refused(lambda: trade.net.put("ANDES", "carriers", carriers))) == ["carriers[1].cut_offs"]
    assert paths(network("ANDES", carriers=carriers)) == ["companies[0].carriers[1].cut_offs"]


def test_a_minimum_age_above_the_maximum_is_refused(trade: Trade) -> None:
    ages = {"min_age": 5, "max_age": 4}
    assert list(refused(lambda: trade.net.set("ANDES", settings=ages))) == ["settings.min_age"]
    assert list(refused(lambda: trade.net.set("ANDES", customer="BLOOM", values=ages))) == ["values.min_age"]
    row = {"code": "NEW", "type": "A", **ages}
    assert list(refused(lambda: trade.net.put("ANDES", "customers", [row]))) == ["customers[0].min_age"]
    assert paths(network("ANDES", settings=ages, customers=[row])) == [
        *("companies[0].settings.min_age", "companies[0].customers[0].min_age")
    ]
    new = {"code": "NEW", "currency": "USD", "timezone": "America/Bogota", "settings": ages}
    assert list(refused(lambda: trade.net.add_company(new))) == ["settings.min_age"]


def test_what_stands_already_counts_as_well_as_what_is_said_now(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"min_age": 3, "max_age": 3})
    assert list(refused(lambda: trade.net.set("ANDES", settings={"max_age": 2}))) == ["settings.min_age"]
    assert trade.net.set("ANDES", settings={"max_age": None})["settings"] == {"max_age": None}


def test_of_several_changes_only_the_outcome_counts(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"min_age": 1, "max_age": 2})
    trade.net.set_all("ANDES", [{"settings": {"min_age": 5}}, {"settings": {"max_age": 7}}])
    trade.net.set_all("ANDES", [{"settings": {"max_age": 2}}, {"settings": {"min_age": 1}}])
    assert list(refused(lambda: trade.net.set_all("ANDES", [{"settings": {"min_age": 5}}]))) == ["settings.min_age"]


def test_a_connected_company_that_is_served_on_closed_days_alone_is_refused(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"cut_offs": WEEKEND})
    service = {"days_of_service": {"sat": "VAN", "sun": "VAN"}}
    said = refused(lambda: trade.net.set("ANDES", customer="BLOOM", values=service))
    assert "sat, sun alone" in said["values.days_of_service"]
    row = {"code": "BLOOM", "type": "A", "company": "BLOOM", **service}
    assert list(refused(lambda: trade.net.put("ANDES", "customers", [row]))) == ["customers[0].days_of_service"]
    given = network("ANDES", settings={"cut_offs": WEEKEND}, customers=[row])
    assert paths(given) == ["companies[0].customers[0].days_of_service"]


def test_closing_every_day_on_which_a_connected_company_is_served_is_refused(trade: Trade) -> None:
    trade.net.set("ANDES", customer="BLOOM", values={"days_of_service": {"sat": "VAN"}})
    said = refused(lambda: trade.net.set("ANDES", settings={"cut_offs": WEEKEND}))
    assert said["settings.cut_offs"].startswith("customer BLOOM would never be served")
    van = [{"code": "TRUCK"}, {"code": "VAN", "cut_offs": {"sat": "no_shipping"}}]
    assert list(refused(lambda: trade.net.put("ANDES", "carriers", van))) == ["carriers[1].cut_offs"]


def test_a_final_customer_may_be_served_when_the_own_stock_rests(trade: Trade) -> None:
    """Its vendors' boxes may come on that day."""
    trade.net.set("BLOOM", settings={"cut_offs": WEEKEND})
    trade.net.set("BLOOM", customer="C-100", values={"days_of_service": {"sat": "VAN"}})
    assert trade.net.ship_dates("BLOOM", "C-100", "ANDES")["dates"]


def test_what_was_impossible_before_does_not_stand_in_the_way(database_url: str) -> None:
    """A database may come from a time when nobody looked."""
    with K2K.open(database_url) as k2k:
        given, _ = read_network(NETWORK)
        given["companies"][0]["settings"] |= {"min_age": 5, "max_age": 4}
        given["companies"][0]["customers"][0] |= {"min_age": 5, "max_age": 4}
        load_network(k2k.context, given)
        k2k.set("ANDES", settings={"gpm": 31})
        k2k.set("ANDES", customer="BLOOM", values={"name": "Bloom"})
        k2k.put("ANDES", "customers", [{"code": "NEW", "type": "A"}])
        assert list(refused(lambda: k2k.set("ANDES", settings={"max_age": 3}))) == ["settings.min_age"]
