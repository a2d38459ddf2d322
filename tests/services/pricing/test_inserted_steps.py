"""A step is placed by data that cannot surprise: what is misspelt is refused where it is typed, and what is shadowed is
a finding with the lines that it concerns."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.hooks import Manifest, PriceAdjustment, PriceResolver, each, hookimpl, only
from k2k_core.store.master_data import companies
from tests.services.conftest import BEGINNING, NETWORK

LOTS = ["ANDES/L1", "ANDES/L2"]


def friends(name: str = "acme", step: str = "friends_price") -> ModuleType:
    """A plugin with a price for C-100 alone, a rebate of a tenth, and a step for vendor availability only."""
    module = ModuleType(name)

    def of_friends(request: Any) -> Any:
        friend = request.terms.customer.code == "C-100"
        return Price(Exact(1, 4), "a friend") if friend else NoValue("no friend")

    def rebate(lines: Sequence[Any]) -> list[Price]:
        return [Price(line.price * Exact(9, 10)) for line in lines]

    @hookimpl
    def price_resolvers() -> list[PriceResolver | PriceAdjustment]:
        own = [PriceResolver(step, each(of_friends), only("k2k")), PriceAdjustment(f"{name}_rebate", rebate)]
        return [*own, PriceResolver(f"{name}_availability", each(of_friends), only("vendor_availability"))]

    vars(module)["price_resolvers"] = price_resolvers
    vars(module)["manifest"] = Manifest(name, name, "nobody")
    return module


@pytest.fixture
def net(database_url: str) -> Iterator[K2K]:
    plugins = [("acme", friends()), ("family", friends("family", "family_price"))]
    with K2K.open(database_url, clock=lambda: BEGINNING, plugins=plugins) as opened:
        network = copy.deepcopy(NETWORK)
        network["companies"][2]["customers"][1]["credit_hold"] = False
        opened.load(network)
        yield opened
        assert opened.verify() == []


def prices(net: K2K, customer: str, **terms: Any) -> list[str | None]:
    return [one["price"] for one in net.price("BLOOM", customer, LOTS, **terms)]


def faults(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault["path"]: str(fault["message"]) for fault in caught.value.faults}


def codes(answer: Any) -> list[tuple[str, str, str]]:
    return [(one["code"], one["severity"], one["place"]) for one in answer["findings"]]


def test_an_inserted_step_changes_the_price_of_its_customers_and_of_nobody_else(net: K2K) -> None:
    before = {via: prices(net, "C-200", ship_via=via) for via in ("warehouse", "grower")}
    answer = net.insert_step("BLOOM", "friends_price", before="k2k_gpm")
    assert answer["hierarchies"] == {
        "insert": [{"step": "friends_price", "before": "k2k_gpm", "inventory_types": ["k2k"]}]
    }
    assert answer["findings"] == []
    for via in ("warehouse", "grower"):
        assert prices(net, "C-100", ship_via=via) == ["0.25", "0.25"]
        assert prices(net, "C-200", ship_via=via) == before[via]
    assert net.remove_step("BLOOM", "friends_price")["findings"] == []
    assert prices(net, "C-100", ship_via="warehouse") == before["warehouse"]
    assert net.hierarchies("BLOOM")["own"] == {}


def test_a_step_is_inserted_for_one_way_and_one_channel(net: K2K) -> None:
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm", ship_vias=["grower"], channels=["sales"])
    friendly, usual = ["0.25", "0.25"], prices(net, "C-200", ship_via="grower")
    assert prices(net, "C-100", ship_via="grower", channel="sales") == friendly
    assert prices(net, "C-100", ship_via="grower") == usual
    assert friendly not in [prices(net, "C-100", ship_via="warehouse", channel=one) for one in ("sales", "ecommerce")]
    (first, *_) = net.hierarchies("BLOOM")["hierarchy"][4:]
    assert not first["own"]
    found = [one for row in net.hierarchies("BLOOM")["hierarchy"] for one in row["steps"] if one["inserted"]]
    assert {(one["step"], one["plugin"]) for one in found} == {("friends_price", "acme")}


def test_an_adjustment_is_inserted_for_a_customer_type(net: K2K) -> None:
    (before, _) = prices(net, "C-100", ship_via="grower")
    net.insert_step("BLOOM", "acme_rebate", before="fob", adjustment=True, customer_types=["A"])
    assert prices(net, "C-100", ship_via="grower")[0] == before, "a customer of type B"
    net.insert_step("BLOOM", "acme_rebate", before="fob", adjustment=True, customer_types=["B"])
    assert (before, prices(net, "C-100", ship_via="grower")[0]) == ("0.42", "0.38")
    net.remove_step("BLOOM", "acme_rebate", adjustment=True)
    assert prices(net, "C-100", ship_via="grower")[0] == before


def test_a_step_that_is_inserted_again_for_the_same_lines_moves(net: K2K) -> None:
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm")
    moved = net.insert_step("BLOOM", "friends_price", after="company_gpm")
    assert moved["hierarchies"] == {
        "insert": [{"step": "friends_price", "after": "company_gpm", "inventory_types": ["k2k"]}]
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            {"step": "frends_price", "before": "k2k_gpm"},
            {"step": "nothing here is called frends_price: did you mean friends_price?"},
        ),
        (
            {"step": "friends_price", "before": "k2k_gmp"},
            {"before": "no order of these lines has k2k_gmp: did you mean k2k_gpm?"},
        ),
        ({"step": "friends_price", "after": "fob"}, {"after": "no order of these lines has fob: "}),
        (
            {"step": "friends_price", "before": "va_price", "ship_vias": ["growr"]},
            {"ship_vias[0]": "nothing here is called growr: did you mean grower?"},
        ),
        (
            {"step": "friends_price", "before": "va_price", "inventory_types": ["vendor_availability"]},
            {"step": "friends_price is not for vendor_availability: only for k2k"},
        ),
        (
            {"step": "va_price", "before": "k2k_gpm", "ship_vias": ["warehouse"]},
            {"before": "changes nothing: va_price is in these orders already"},
        ),
        ({"step": "friends_price"}, {"before": "name one of before and after"}),
        (
            {"step": "acme_rebat", "before": "fob", "adjustment": True},
            {"step": "nothing here is called acme_rebat: did you mean acme_rebate?"},
        ),
        (
            {"step": "acme_rebate", "before": "k2k_gpm"},
            {"step": "acme_rebate is an adjustment: insert it as one (`--adjustment`)"},
        ),
        (
            {"step": "acme_rebat", "before": "k2k_gpm"},
            {"step": "acme_rebate is an adjustment: insert it as one (`--adjustment`)"},
        ),
        (
            {"step": "friends_price", "before": "fob", "adjustment": True},
            {"step": "friends_price is a step: insert it as one"},
        ),
    ],
)
def test_what_is_misspelt_or_absent_is_refused_where_it_is_typed(
    net: K2K, asked: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        net.insert_step("BLOOM", **asked)
    told = faults(caught)
    for path, words in expected.items():
        assert told[path].startswith(words), told
    assert net.hierarchies("BLOOM")["own"] == {}


def test_whole_orders_are_checked_by_name_too(net: K2K) -> None:
    row = {"inventory_type": "k2k", "customer_type": "C", "ship_via": "warehose", "steps": ["moon_price", "k2k_gmp"]}
    with pytest.raises(Invalid) as caught:
        net.set_hierarchies(
            "BLOOM", {"hierarchy": [row], "adjustments": [{"inventory_type": "k2k", "steps": ["fobb"]}]}
        )
    told = faults(caught)
    assert told["company.hierarchy[0].steps[1]"] == "nothing here is called k2k_gmp: did you mean k2k_gpm?"
    assert told["company.hierarchy[0].ship_via"] == "nothing here is called warehose: did you mean warehouse?"
    assert told["company.hierarchy[0].customer_type"] == "nothing here is called C: there are A, B"
    assert told["company.adjustments[0].steps[0]"] == "nothing here is called fobb: did you mean fob?"
    assert told["company.hierarchy[0].steps[0]"].startswith("nothing here is called moon_price")
    with pytest.raises(Invalid):
        net.what_if("BLOOM", [{"hierarchies": {"hierarchy": [row]}}])


def test_a_step_that_is_not_inserted_cannot_be_taken_out(net: K2K) -> None:
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm")
    with pytest.raises(NotFound, match="has not inserted frends_price; did you mean friends_price"):
        net.remove_step("BLOOM", "frends_price")
    with pytest.raises(NotFound, match="there are none"):
        net.remove_step("BLOOM", "friends_price", adjustment=True)


def test_a_typed_price_that_stands_behind_a_step_is_a_finding_with_its_lots(net: K2K) -> None:
    unused = net.insert_step("BLOOM", "friends_price", before="va_price", dry_run=True)
    assert codes(unused) == [("typed_price_shadowed", "warning", "hierarchies.k2k.va_price")], "none is typed"
    net.map("BLOOM", "ANDES/L2", va_price="0.60")
    (found,) = net.insert_step("BLOOM", "friends_price", before="va_price", dry_run=True)["findings"]
    assert found["severity"] == "error"
    assert (found["facts"]["lots"], found["facts"]["count"]) == (["ANDES/L2"], 1)
    assert found["facts"]["lines"] == ["k2k warehouse"], "via grower a typed price does not count"
    with pytest.raises(Conflict):
        net.insert_step("BLOOM", "friends_price", before="va_price", hold="error")
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm", hold="error")
    assert prices(net, "C-100", ship_via="warehouse") == ["0.25", "0.60"]


def test_an_own_order_that_forgets_switches_steps_and_adjustments_says_so(net: K2K) -> None:
    net.set("BLOOM", settings={"price_lists_for_k2k": True})
    net.map("BLOOM", "ANDES/L2", va_price="0.60")
    rows = {
        "hierarchy": [{"inventory_type": "k2k", "steps": ["friends_price", "k2k_gpm", "company_gpm"]}],
        "adjustments": [{"inventory_type": "k2k", "channel": "sales", "steps": ["ecommerce_markup"]}],
    }
    found = {one["code"] + " " + one["place"]: one for one in net.set_hierarchies("BLOOM", rows)["findings"]}
    assert {name: (one["severity"], one["facts"]["lines"]) for name, one in found.items()} == {
        "switch_shadowed settings.price_lists_for_k2k": ("error", ["k2k"]),
        "switch_shadowed settings.k2k_price_is_landed_cost": ("warning", ["k2k"]),
        "typed_price_shadowed hierarchies.k2k.va_price": ("error", ["k2k warehouse"]),
        "step_left_out hierarchies.k2k.price_list": ("warning", ["k2k"]),
        "step_left_out hierarchies.k2k.master_price_list": ("warning", ["k2k"]),
        "adjustment_left_out hierarchies.k2k.fob": ("warning", ["k2k sales"]),
    }
    back = codes(net.set_hierarchies("BLOOM", {}))
    assert back == [("step_left_out", "warning", "hierarchies.k2k.friends_price")]


def test_of_two_plugins_steps_the_one_behind_is_a_finding(net: K2K) -> None:
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm")
    answer = net.insert_step("BLOOM", "family_price", before="friends_price", customer_types=["B"])
    assert codes(answer) == [("step_shadowed", "warning", "hierarchies.k2k.friends_price")]
    (found,) = answer["findings"]
    assert (found["facts"]["behind"], found["facts"]["lines"]) == (["family_price"], ["k2k B"])


def test_what_if_shows_what_an_insertion_would_move_and_shadow(net: K2K) -> None:
    net.map("BLOOM", "ANDES/L2", va_price="0.60")
    rows = net.insert_step("BLOOM", "friends_price", before="va_price", dry_run=True)["hierarchies"]
    answer = net.what_if("BLOOM", [{"hierarchies": rows}], ship_via="warehouse")
    assert {(one["customer"], one["lot"]) for one in answer["largest"]} == {
        ("C-100", lot) for lot in (*LOTS, "SIERRA/S1")
    }
    assert [one["code"] for one in answer["findings"]] == ["typed_price_shadowed"]
    net.apply_draft("BLOOM", answer["draft"])
    assert net.hierarchies("BLOOM")["own"] == rows


def test_an_insertion_whose_neighbour_is_gone_leaves_its_lines_without_a_price(net: K2K) -> None:
    own = {"insert": [{"step": "friends_price", "before": "old_step", "ship_vias": ["grower"]}]}
    with net.context.store.whole_network.writing() as session:
        company_id, _ = companies.found(session, "BLOOM")
        companies.change(session, company_id, {"hierarchies": own})
    for customer in ("C-100", "C-200"):
        assert prices(net, customer, ship_via="grower") == [None, None]
        assert None not in prices(net, customer, ship_via="warehouse")
    (line, _) = net.price("BLOOM", "C-100", LOTS, ship_via="grower")
    assert line["explanation"][0]["reason"] == "friends_price has no place: no order of its lines has old_step"
    errors = [(one["code"], one["place"]) for one in net.check_prices("BLOOM") if one["severity"] == "error"]
    assert errors == [("plugin_step_missing", "hierarchies.company.insert[0]")]


def test_an_inserted_step_of_a_plugin_that_is_gone_leaves_no_price(net: K2K, database_url: str) -> None:
    net.insert_step("BLOOM", "friends_price", before="k2k_gpm")
    with K2K.open(database_url, clock=lambda: BEGINNING) as without:
        assert prices(without, "C-200", ship_via="warehouse") == [None, None]
        kept = without.insert_step("BLOOM", "friends_price", before="company_gpm")
        assert [one["before"] for one in kept["hierarchies"]["insert"]] == ["company_gpm"], "it is on record"
        with pytest.raises(Invalid):
            without.insert_step("BLOOM", "family_price", before="k2k_gpm")
        without.remove_step("BLOOM", "friends_price")
        assert None not in prices(without, "C-200", ship_via="warehouse")
