"""Catalogs in columns: which work another customer costs, what plugins of third parties may do, and how much memory it
takes.

That they are the catalogs computed lot by lot is tested in `tests/properties/test_column_catalogs.py`.
"""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import k2k_network
import k2k_open_market
import k2k_sharing_rules
from k2k_core.api import K2K
from k2k_core.domain.price_formulas import PriceFormula, adjusted_by_formula, by_formula
from k2k_core.hooks import ANY, EligibilityRule, PriceAdjustment, PriceResolver
from k2k_core.services.catalog import catalog_cache
from k2k_core.services.catalog.catalog_cache import CatalogKey, StaleSnapshot, read_cached, read_fresh
from k2k_core.services.pricing.pricer import Pricer
from tests.benchmarks import networks
from tests.properties.catalog_changes.network import BUYER, NOW, SHIP_DATES, lot, network
from tests.properties.test_catalog_cache import everything

WEDNESDAY = dt.date(2026, 3, 11)
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Open = Callable[..., K2K]


@pytest.fixture
def opened(database_url: str) -> Iterator[Open]:
    nets: list[K2K] = []

    def opening(rows: dict[str, Any] | None = None, now: dt.datetime = NOW) -> K2K:
        nets.append(K2K.open(database_url, clock=lambda: now))
        if len(nets) == 1:
            nets[0].load(rows or network())
        return nets[-1]

    yield opening
    for net in nets:
        net.close()


def compared(net: K2K, key: CatalogKey) -> int:
    """How many lines a catalog has, which are those that are computed lot by lot."""
    with net.context.store.whole_network.reading() as session:
        buyer = net.context.snapshots.get(session, BUYER)
        fresh = read_fresh(net.context, session, buyer, key, everything)
        assert read_cached(net.context, session, buyer, key, everything) == fresh
        return len(fresh[0])


def counting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[int]:
    """The numbers of lots that a method is called with."""
    counted: list[int] = []
    method = getattr(owner, name)

    def noted(one: Any, lots: Sequence[Any], *more: Any) -> Any:
        counted.append(len(lots))
        return method(one, lots, *more)

    monkeypatch.setattr(owner, name, noted)
    return counted


def test_bundled_steps_are_never_asked_lot_by_lot_but_for_lots_to_come(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = networks.network(400, vendors=3, customers=4)
    net = opened(rows, networks.NOW)
    asked = counting(monkeypatch, Pricer, "_requests")
    for customer in ("C-100", "C-101", "C-102", "C-103"):
        for days in (0, 1):
            page = net.catalog(networks.BUYER, customer, ship_date=networks.SHIP_DATE + dt.timedelta(days=days))
            assert page["total"] > 300
    net.set(networks.BUYER, settings={"k2k_gpm": "31"})
    net.catalog(networks.BUYER, "C-100", ship_date=networks.SHIP_DATE, sort="-price")
    assert asked == []


def test_customers_of_the_same_terms_share_their_prices(opened: Open) -> None:
    net = opened(networks.network(60, vendors=2, customers=5), networks.NOW)
    for number in range(5):
        net.catalog(networks.BUYER, f"C-{100 + number}", ship_date=networks.SHIP_DATE)
    (columns,) = net.context.catalogs.columns._values.values()
    assert len(columns.prices) == 1
    net.set(networks.BUYER, customer="C-101", values={"ecommerce_markup": {"percent": "6"}})
    net.catalog(networks.BUYER, "C-101", ship_date=networks.SHIP_DATE)
    assert len(columns.prices) == 2


def test_equal_prices_are_no_equal_catalogs(opened: Open) -> None:
    """Age limits and the names of vendors are no terms of a price."""
    net = opened()
    net.set(BUYER, settings={"apply_aging_restrictions_per_customer": True})
    net.put(BUYER, "customers", [{"code": "TWIN", "type": "A", "ecommerce_markup": {"percent": "5"}, "max_age": 3}])
    net.set(BUYER, customer="TWIN", values={"ship_via": "choice", "show_vendor": True})
    assert compared(net, CatalogKey("SHOP", SHIP_DATES[2])) != compared(net, CatalogKey("TWIN", SHIP_DATES[2]))


def test_a_duty_begins_between_two_dates(opened: Open) -> None:
    net = opened()
    days = [dt.date(2026, 3, 8), dt.date(2026, 3, 9), dt.date(2026, 3, 10)]
    prices = []
    for day in days:
        compared(net, CatalogKey("SHOP", day))
        lines = net.catalog(BUYER, "SHOP", ship_date=day)["lines"]
        prices.append({ref: line["price"] for line in lines for ref in line["lots"]}.get("ANDES/V1"))
    assert prices[0] != prices[1] == prices[2]


def test_steps_of_a_third_party_that_are_no_formulas_are_asked_for_their_lots_and_agree(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(name: str, formula: PriceFormula, types: frozenset[str] = ANY) -> PriceResolver:
        return PriceResolver(name, by_formula(formula), types)

    def adjustment(name: str, formula: PriceFormula, types: frozenset[str] = ANY) -> PriceAdjustment:
        return PriceAdjustment(name, adjusted_by_formula(formula), types)

    monkeypatch.setattr(k2k_network, "formula_step", step)
    monkeypatch.setattr(k2k_open_market, "formula_adjustment", adjustment)
    monkeypatch.setattr(catalog_cache, "_read_by_lot", lambda *_asked: pytest.fail("it was computed lot by lot"))
    net = opened()
    asked = counting(monkeypatch, Pricer, "_requests")
    assert compared(net, CatalogKey("SHOP", WEDNESDAY)) > 3
    assert sum(asked) > 0


def test_a_rule_that_does_not_say_what_it_reads_is_asked_for_every_lot(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(code: str, check: Any, types: frozenset[str] = ANY, side: str = "vendor", reads: Any = ()) -> Any:
        return EligibilityRule(code, check, types, side, None if code == "sold_out" else reads)

    monkeypatch.setattr(k2k_sharing_rules, "EligibilityRule", silent)
    net = opened()
    assert compared(net, CatalogKey("SHOP", WEDNESDAY)) > 3
    (columns,) = net.context.catalogs.columns._values.values()
    assert columns.lots == 0
    net.set("ANDES", lot="V1", values={"on_hold": True})
    assert compared(net, CatalogKey("SHOP", WEDNESDAY)) > 3


def test_the_first_lot_of_a_company_is_taken_in(opened: Open) -> None:
    rows = network()
    rows["connections"] = []
    for company in rows["companies"]:
        company.pop("lots", None)
    net = opened(rows)
    assert compared(net, CatalogKey("SHOP", WEDNESDAY)) == 0
    for number, code in enumerate(("B", "A", "C"), 1):
        net.put(BUYER, "lots", [lot(code, price_a=f"0.4{number}", boxes=number)])
        assert compared(net, CatalogKey("SHOP", WEDNESDAY)) == number
        net.set(BUYER, lot=code, values={"arrival_date": f"2026-03-0{4 - number}"})
        assert compared(net, CatalogKey("SHOP", WEDNESDAY)) == number


def test_a_line_that_another_process_has_named_is_found(opened: Open) -> None:
    net = opened()
    lines = net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)["lines"]
    other = opened()
    order = other.add(BUYER, "SHOP", line=lines[-1]["line"], ship_date=WEDNESDAY)
    assert order["lines"][0]["lot"] in lines[-1]["lots"]


def test_an_order_that_is_behind_the_cached_catalog_is_planned_again(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = opened()
    (line, *_) = net.catalog(BUYER, "SHOP", ship_date=WEDNESDAY)["lines"]
    behind, read = [True, True], catalog_cache.read_cached

    def overtaken(*asked: Any) -> Any:
        if behind:
            behind.pop()
            raise StaleSnapshot
        return read(*asked)

    monkeypatch.setattr(catalog_cache, "read_cached", overtaken)
    monkeypatch.setattr(catalog_cache, "read_fresh", lambda *_asked: pytest.fail("a whole catalog was computed"))
    order = net.add(BUYER, "SHOP", line=line["line"], ship_date=WEDNESDAY)
    assert order["lines"][0]["lot"] in line["lots"]
    assert not behind


LOTS, MORE = 1_000, 40


def test_a_lot_takes_little_memory_in_the_catalog_of_another_customer(opened: Open) -> None:
    net = opened(networks.network(LOTS, vendors=2, customers=MORE + 2), networks.NOW)
    tracemalloc.start()
    try:
        net.catalog(networks.BUYER, "C-100", ship_date=networks.SHIP_DATE, page_size=1)
        net.catalog(networks.BUYER, "C-101", ship_date=networks.SHIP_DATE, page_size=1)
        before, _ = tracemalloc.get_traced_memory()
        for number in range(2, MORE + 2):
            net.catalog(networks.BUYER, f"C-{100 + number}", ship_date=networks.SHIP_DATE, page_size=1)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / (LOTS * MORE) < 60, "bytes for each lot of each catalog"
