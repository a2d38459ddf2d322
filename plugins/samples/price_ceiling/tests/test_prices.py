"""Where a price ends: per product, carrier and sales channel."""

import datetime as dt
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

PLUGIN, STEP = "k2k_sample_price_ceiling", "price_ceiling"
FEDEX = {"product": "ROSE-RED-60", "carrier": "FEDEX", "most": "0.40"}
ALL = {"product": "ROSE-RED-60", "most": "0.43"}
MONDAY, TUESDAY = dt.date(2026, 2, 2), dt.date(2026, 2, 3)


@pytest.fixture
def priced(k2k_registry: Callable[..., Any], k2k_price: Callable[..., Any], k2k_factories: ModuleType) -> Any:
    """The price of roses at 0.46 for a customer whom FedEx serves on Mondays, with these ceilings."""
    served = k2k_factories.customer(days_of_service={"mon": "FEDEX", "tue": "TRUCK"})

    def price(*ceilings: dict[str, str], lot: Any = None, **terms: Any) -> str | None:
        settings = {PLUGIN: {"ceilings": list(ceilings)}}
        registry = k2k_registry(PLUGIN, "k2k_network", steps=["k2k_gpm"], adjustments=[STEP], settings=settings)
        (found,) = k2k_price(registry, lot or k2k_factories.lot(), customer=served, **terms)
        return found if found is None else str(found)

    return price


def test_a_price_above_the_ceiling_of_its_carrier_is_the_ceiling(priced: Any) -> None:
    assert priced(FEDEX, ship_date=MONDAY) == "0.40"
    assert priced(FEDEX, ship_date=TUESDAY) == "0.46"


def test_the_ceiling_of_a_carrier_goes_before_the_one_of_all(priced: Any) -> None:
    assert priced(ALL, FEDEX, ship_date=MONDAY) == "0.40"
    assert priced(ALL, FEDEX, ship_date=TUESDAY) == "0.43"


def test_a_price_below_the_ceiling_stays(priced: Any) -> None:
    assert priced({"product": "ROSE-RED-60", "most": "0.47"}) == "0.46"


def test_another_product_has_no_ceiling(priced: Any, k2k_factories: ModuleType) -> None:
    assert priced(ALL, lot=k2k_factories.lot(product=k2k_factories.product("TULIP-50"))) == "0.46"


def test_what_a_salesperson_orders_has_none(priced: Any) -> None:
    assert priced(ALL, channel="sales") == "0.46"


def test_the_shop_shows_the_ceiling_and_the_explanation_says_so(k2k_network: Callable[..., Any]) -> None:
    k2k = k2k_network(PLUGIN, settings={PLUGIN: {"ceilings": [{"product": "R60", "most": "0.35"}]}})
    k2k.insert_step("BLOOM", STEP, after="fob", adjustment=True)
    assert {line["price"] for line in k2k.catalog("BLOOM", "C-100", "2026-02-05")["lines"]} == {"0.35"}
    assert "at most 0.35 in the shop" in str(k2k.price("BLOOM", "C-100", ["ANDES/L1"]))
