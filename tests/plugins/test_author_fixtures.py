"""The fixtures of plugin authors answer what production answers, and fail with the explanation."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest

pytest_plugins = ["pytester"]

for needed in (
    "k2k_core.api",
    "k2k_core.testing.explained",
    "k2k_core.testing.small_network",
    "k2k_labels",
    "k2k_network",
):
    importlib.import_module(needed)
"""A run of pytest within this process forgets what it imported first; a module of C cannot be imported twice."""

PLUGIN = """
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import ShipTo
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.domain.sharing import Denial
from k2k_core.hooks import *
from k2k_core.hooks import Manifest, hookimpl

manifest = Manifest(name="authored", title="A title", owner="An owner")

def price(request):
    if request.terms.customer.code == "C-1":
        return NoValue("{customer} has no price", {"customer": "C-1"})
    return Price(Exact({"C-100": 2}[request.terms.customer.code]))

def check(request):
    if request.lot.product.category == "TULIPS":
        raise LookupError("no tulips here")
    return Denial("a_rule", "it is not shared") if request.lot.product.code == "ROSE-RED-60" else None

def render(request):
    raise LookupError("no ink")

def allows(customer, kind):
    return {"choice": True, "warehouse": False}[customer.ship_via]

def ship_to(customer):
    return ShipTo(name=customer.name)

@hookimpl
def price_resolvers(context):
    return [PriceResolver("a_step", each(price))]

@hookimpl
def eligibility_rules(context):
    return [EligibilityRule("a_rule", check, only("open_market_boxes"))]

@hookimpl
def label_renderers(context):
    return [LabelRenderer("txt", "text/plain", render)]

@hookimpl
def ship_via_handlers(context):
    return [ShipViaHandler("balloon", "By balloon", frozenset(), allows, ship_to)]
"""


@pytest.fixture
def author(pytester: pytest.Pytester) -> Iterator[pytest.Pytester]:
    """A folder with a plugin that answers some requests and fails for others."""
    pytester.syspathinsert()
    pytester.makepyfile(authored=PLUGIN)
    yield pytester
    sys.modules.pop("authored", None)


def ran(author: pytest.Pytester, test: str) -> list[str]:
    """The lines of a run of one test; it passes if none of them is an error."""
    author.makepyfile(test_mine=test)
    run = author.runpytest_inprocess("-q", "-p", "no:cacheprovider")
    return [line for line in run.outlines if line.startswith("E ")]


def line_of(words: str) -> int:
    """The line of the plugin that contains some words."""
    return next(number for number, line in enumerate(PLUGIN.lstrip("\n").splitlines(), 1) if words in line)


def test_they_answer_what_the_plugin_contributes(author: pytest.Pytester) -> None:
    test = """
        def test_it(k2k_registry, k2k_price, k2k_rules, k2k_ship_vias, k2k_factories):
            registry = k2k_registry("authored", steps=["a_step"])
            assert k2k_price(registry, k2k_factories.lot()) == ["2.00"]
            assert k2k_rules(registry, k2k_factories.share_request()) == [{"a_rule": "it is not shared"}]
            customer = k2k_factories.customer(ship_via="choice")
            assert k2k_ship_vias(registry, "balloon", customer).name == "Corner Florist"

        def test_a_label(k2k_registry, k2k_labels):
            registry = k2k_registry("k2k_labels")
            assert "C-7" in k2k_labels(registry, "zpl", mark_code="C-7").text
    """
    assert ran(author, test) == []


def test_a_price_that_is_another_is_shown_with_its_explanation(author: pytest.Pytester) -> None:
    test = """
        def test_it(k2k_registry, k2k_price, k2k_factories):
            registry = k2k_registry("authored", steps=["a_step"])
            assert k2k_price(registry, k2k_factories.lot(), customer=k2k_factories.customer("C-1")) == ["2.00"]
    """
    said = "\n".join(ran(author, test))
    assert "ANDES/L1: a_step no_value (C-1 has no price)" in said


def test_a_price_of_an_inventory_type_without_steps_says_which_one_to_pass(author: pytest.Pytester) -> None:
    test = """
        def test_it(k2k_registry, k2k_price, k2k_factories):
            boxes = "open_market_boxes"
            registry = k2k_registry("authored", steps=["a_step"], inventory_type=boxes)
            lot = k2k_factories.lot(inventory_type=boxes)
            assert k2k_price(registry, lot, inventory_type=boxes) == ["2.00"]
            k2k_price(registry, lot)
    """
    said = "\n".join(ran(author, test))
    assert "no hierarchy for k2k, customer type B, ship via warehouse. The registry has steps for " in said
    assert "open_market_boxes: pass inventory_type='open_market_boxes' to k2k_price, too" in said


@pytest.mark.parametrize(
    ("asked", "problem", "place"),
    [
        (
            "k2k_price(k2k_registry('authored', steps=['a_step']), k2k_factories.lot(), customer="
            "k2k_factories.customer('C-9'))",
            "ANDES/L1 has no price: step a_step of plugin authored raised KeyError: 'C-9'",
            "return Price",
        ),
        (
            "k2k_rules(k2k_registry('authored'), k2k_factories.share_request(lot=k2k_factories.lot(inventory_type="
            "'open_market_boxes', product=k2k_factories.product(category='TULIPS'))))",
            "ANDES/L1 is held back: rule a_rule of plugin authored raised LookupError: no tulips here",
            "no tulips here",
        ),
        (
            "k2k_labels(k2k_registry('authored'), 'txt')",
            "box K2K000000001 has no label as txt: label format txt of plugin authored raised LookupError: no ink",
            "no ink",
        ),
        (
            "k2k_ship_vias(k2k_registry('authored'), 'balloon', k2k_factories.customer(ship_via='grower'))",
            "balloon is not for C-100 and k2k: raised KeyError: 'grower'",
            "'warehouse': False".replace("'", '"'),
        ),
    ],
    ids=["price", "rule", "label", "ship via"],
)
def test_what_fails_is_said_with_its_owner_and_its_line(
    author: pytest.Pytester, asked: str, problem: str, place: str
) -> None:
    fixtures = "k2k_registry, k2k_price, k2k_rules, k2k_labels, k2k_ship_vias, k2k_factories"
    said = "\n".join(ran(author, f"def test_it({fixtures}):\n    {asked}"))
    assert f"AssertionError: {problem}, at authored.py:{line_of(place)}" in said


def test_a_ship_via_that_refuses_is_said_with_the_customer(author: pytest.Pytester) -> None:
    test = """
        def test_it(k2k_registry, k2k_ship_vias, k2k_factories):
            k2k_ship_vias(k2k_registry("authored"), "balloon", k2k_factories.customer(ship_via="warehouse"))
    """
    assert "AssertionError: balloon is not for C-100 and k2k" in "\n".join(ran(author, test))


def test_a_small_network_sells_at_the_price_of_the_step_and_has_a_cart(author: pytest.Pytester) -> None:
    test = """
        import datetime as dt

        def test_it(k2k_network, k2k_clock):
            k2k = k2k_network("authored", steps=["a_step"])
            (cart,) = [one for one in k2k.carts("BLOOM", lines=True)["items"] if one["customer"] == "C-100"]
            assert [line["price"] for line in cart["lines"]] == ["2.00"]
            assert k2k_clock.forward(days=1) == dt.datetime(2026, 2, 3, 14, tzinfo=dt.UTC)
    """
    assert ran(author, test) == []


def test_a_small_network_with_a_step_that_is_misspelt_names_the_one_that_was_meant(author: pytest.Pytester) -> None:
    test = """
        def test_it(k2k_network):
            k2k_network("authored", steps=["a_stepp"])
    """
    said = "\n".join(ran(author, test))
    assert "AssertionError: the price hierarchies are not right" in said
    assert "nothing here is called a_stepp: did you mean a_step?" in said
