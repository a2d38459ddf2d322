"""The price checks find settings that are valid one by one but wrong together, with a code, the place and what to
do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.parties import Location
from k2k_core.domain.price_checks import PriceSetUp, price_checks
from k2k_core.domain.price_lists import PriceList, Season
from k2k_core.store.master_data import companies
from k2k_core.testing.factories import company, company_settings

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SPRING = {"name": "Spring", "start": "2026-01-01", "end": "2026-03-31"}
LATE = {"name": "Late", "start": "2026-03-01", "end": "2026-04-30"}
BLOOM: dict[str, Any] = {
    "code": "BLOOM",
    "name": "Bloom Wholesale",
    "currency": "USD",
    "timezone": "America/New_York",
    "settings": {"gpm": 30},
    "customers": [{"code": "C-1", "name": "Corner", "type": "B", "price_lists": ["MAIN"]}],
    "vendors": [{"code": "RIFT", "name": "Rift Valley", "currency": "EUR", "transit_days": 2}],
    "price_lists": [{"code": "MAIN", "name": "Main", "type": "all", "seasons": [SPRING]}],
}


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        yield opened


def found(k2k: K2K) -> list[tuple[str, str, str]]:
    return [(one["code"], one["severity"], one["place"]) for one in k2k.check_prices("BLOOM")]


def test_a_sound_set_up_has_no_findings(k2k: K2K) -> None:
    k2k.add_company(BLOOM)
    assert found(k2k) == []


def test_a_markup_that_leaves_nothing_is_told_when_it_is_saved_and_gone_when_it_is_mended(k2k: K2K) -> None:
    k2k.add_company(BLOOM)
    answer = k2k.set("BLOOM", customer="C-1", values={"ecommerce_markup": {"percent": -100}})
    (finding,) = answer["findings"]
    assert (finding["code"], finding["place"]) == ("markup_never_positive", "customers.C-1.ecommerce_markup")
    assert finding["problem"]
    assert finding["what_to_do"]
    again = k2k.set("BLOOM", customer="C-1", values={"price_b_markup": {"percent": 1}})
    assert again["findings"] == [], "only what is new is told"
    k2k.set("BLOOM", customer="C-1", values={"ecommerce_markup": {"percent": "-99.99"}})
    assert found(k2k) == []


def test_what_a_vendor_charges_beside_its_prices_is_a_warning_of_the_buyer(k2k: K2K) -> None:
    fees = {
        "charge_fuel_surcharge": True,
        "outbound_cube_rate": "4",
        "additional_charges": [{"name": "Fee", "per_box": 1}],
    }
    customers = [{"code": "BLOOM", "type": "A", "company": "BLOOM", **fees}]
    settings = {"fuel_surcharges": [{"box_type": "HB", "port": "BOG", "amount": "2"}]}
    andes = {
        "code": "ANDES",
        "currency": "USD",
        "timezone": "America/Bogota",
        "settings": settings,
        "customers": customers,
    }
    bloom = {**BLOOM, "vendors": [{"code": "AND-1", "company": "ANDES"}]}
    connections = [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}]
    k2k.load({"companies": [andes, bloom], "connections": connections})
    (finding,) = k2k.check_prices("BLOOM")
    assert (finding["code"], finding["severity"]) == ("charges_beside_cost", "warning")
    assert finding["place"] == "vendors.AND-1"
    assert "Fuel surcharge, Outbound freight, Fee" in finding["problem"]
    assert k2k.check_prices("ANDES") == []
    k2k.set("ANDES", customer="BLOOM", values={"show_fob_price": True})
    assert "charges Fee beside" in k2k.check_prices("BLOOM")[0]["problem"]
    k2k.set("ANDES", customer="BLOOM", values={"additional_charges": []})
    assert found(k2k) == []


def test_overlapping_seasons_and_lists_of_nobody_are_warnings(k2k: K2K) -> None:
    lists = [
        {"code": "MAIN", "name": "Main", "type": "all", "seasons": [SPRING, LATE]},
        {"code": "LOST", "name": "Lost", "type": "prebook", "seasons": [SPRING]},
        {"code": "OLD", "name": "Old", "type": "all", "master": True, "seasons": [{**SPRING, "end": "2026-01-31"}]},
    ]
    k2k.add_company({**BLOOM, "price_lists": lists})
    assert found(k2k) == [
        ("list_of_nobody", "warning", "price_lists.LOST"),
        ("overlapping_seasons", "warning", "price_lists.MAIN.seasons.Late"),
        ("list_is_over", "warning", "price_lists.OLD"),
    ]


def test_a_list_for_everyone_is_nobodys_only_where_no_hierarchy_asks_for_it(k2k: K2K) -> None:
    lists = [
        {"code": "SUMMER", "name": "Summer", "type": "all", "everyone": True, "seasons": [SPRING]},
        {"code": "LOST", "name": "Lost", "type": "all", "seasons": [SPRING]},
    ]
    k2k.add_company({**BLOOM, "customers": [], "price_lists": lists})
    assert found(k2k) == [("list_of_nobody", "warning", "price_lists.LOST")]


def test_a_missing_exchange_rate_matters_once_several_currencies_are_on(k2k: K2K) -> None:
    k2k.add_company(BLOOM)
    assert found(k2k) == []
    (finding,) = k2k.set("BLOOM", settings={"multicurrency": True})["findings"]
    assert (finding["code"], finding["place"]) == ("missing_exchange_rate", "vendors.RIFT.exchange_rate")


def set_up(**changes: Any) -> PriceSetUp:
    facts: dict[str, Any] = {
        "company": company("BLOOM", settings=company_settings()),
        "customers": [],
        "vendors": [],
        "lists": {},
        "steps_for": lambda _inventory_type, _customer_type, _ship_via: ("price_list",),
        "ship_vias": ["warehouse"],
        "today": NOW.date(),
    }
    return PriceSetUp(**(facts | changes))


def test_a_margin_that_an_installation_forces_beyond_its_range_is_an_error() -> None:
    settings = company_settings(gpm=100_000_000, k2k_gpm=-1)
    places = {"NYC": Location("NYC", "New York", 120_000_000)}
    findings = price_checks(set_up(company=company("BLOOM", settings=settings, locations=places)))
    assert [(one.code, one.place) for one in findings] == [
        ("gpm_out_of_range", "locations.NYC.k2k_gpm"),
        ("gpm_out_of_range", "settings.gpm"),
        ("gpm_out_of_range", "settings.k2k_gpm"),
    ]


def test_two_masters_are_an_error() -> None:
    season = Season("All", dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    lists = {code: PriceList(code, code, "all", True, True, (season,)) for code in ("A", "B")}
    (finding,) = price_checks(set_up(lists=lists))
    assert (finding.code, finding.severity) == ("two_masters", "error")
    assert "A, B" in finding.problem


def test_a_list_that_no_hierarchy_of_its_customers_asks_is_never_used(k2k: K2K) -> None:
    k2k.add_company({**BLOOM, "customers": [{**BLOOM["customers"][0], "type": "A"}]})
    assert found(k2k) == [], "vendor availability and future sales ask lists for every customer"
    k2k.put("BLOOM", "price_lists", [{"code": "MAIN", "name": "Main", "type": "season", "seasons": [SPRING]}])
    assert found(k2k) == []
    own = {"hierarchy": [{"inventory_type": "future_sales", "steps": ["purchase_order_price"]}]}
    k2k.set_hierarchies("BLOOM", own)
    assert found(k2k) == [("list_never_used", "warning", "price_lists.MAIN")]
    everybodys = {"code": "SUMMER", "name": "Summer", "type": "season", "everyone": True, "seasons": [SPRING]}
    k2k.put("BLOOM", "price_lists", [everybodys])
    assert ("list_never_used", "warning", "price_lists.SUMMER") in found(k2k)


def test_a_step_that_no_plugin_offers_any_more_is_an_error_with_its_place(k2k: K2K) -> None:
    k2k.add_company(BLOOM)
    own = {"hierarchy": [{"inventory_type": "k2k", "steps": ["va_price", "moon_price"]}]}
    with k2k.context.store.whole_network.writing() as session:
        company_id, _ = companies.found(session, "BLOOM")
        companies.change(session, company_id, {"hierarchies": own})
    assert found(k2k) == [("plugin_step_missing", "error", "hierarchies.company.hierarchy[0].steps[1]")]
