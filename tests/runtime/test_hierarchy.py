"""Hierarchies as data: the first row whose conditions all hold wins, and errors name their place."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import Invalid
from k2k_core.runtime import Hierarchies, read_hierarchies
from k2k_core.testing.factories import company_settings


def row(*steps: str, **conditions: Any) -> dict[str, Any]:
    return {"inventory_type": "k2k", "steps": list(steps), **conditions}


def faults(**data: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_hierarchies(data)
    return {fault["path"]: fault["message"] for fault in caught.value.faults}


def adjusted(read: Hierarchies, inventory_type: str = "k2k", customer_type: str = "A", **line: str) -> tuple[str, ...]:
    """The adjustments of such a line, via warehouse unless another way is named."""
    ship_via = line.pop("ship_via", "warehouse")
    return read.adjustments_for(inventory_type, customer_type, ship_via, company_settings(), **line)


def test_the_first_row_whose_conditions_all_hold_wins() -> None:
    read = read_hierarchies(
        {
            "hierarchy": [
                row("a", ship_via="grower", settings=["price_lists_for_k2k"]),
                row("b", ship_via="grower"),
                row("c", customer_type="B"),
                row("d"),
            ]
        }
    )
    plain, lists = company_settings(), company_settings(price_lists_for_k2k=True)
    assert read.steps_for("k2k", "A", "grower", lists) == ("a",)
    assert read.steps_for("k2k", "A", "grower", plain) == ("b",)
    assert read.steps_for("k2k", "B", "warehouse", lists) == ("c",)
    assert read.steps_for("k2k", "A", "warehouse", plain) == ("d",)
    assert read.steps_for("future_sales", "A", "warehouse", plain) == ()


def test_a_companys_own_rows_go_before_the_default_ones() -> None:
    default = {"hierarchy": [row("theirs")], "adjustments": [row("fob")]}
    read = read_hierarchies(default, {"hierarchy": [row("ours")], "adjustments": [row("rebate", "fob")]})
    assert read.steps_for("k2k", "A", "warehouse", company_settings()) == ("ours",)
    assert adjusted(read) == ("rebate", "fob")
    assert adjusted(read, "future_sales") == ()


def test_a_row_may_be_for_one_sales_channel() -> None:
    sales = {"channel": "sales"}
    read = read_hierarchies(
        {"hierarchy": [row("typed", **sales), row("shown")], "adjustments": [row("fob", **sales), row("markup", "fob")]}
    )
    terms = ("k2k", "A", "warehouse", company_settings())
    assert read.steps_for(*terms) == read.steps_for(*terms, "ecommerce") == ("shown",)
    assert read.steps_for(*terms, "sales") == ("typed",)
    assert adjusted(read) == adjusted(read, channel="ecommerce") == ("markup", "fob")
    assert adjusted(read, channel="sales") == ("fob",)


def test_a_sales_channel_that_is_none_is_a_fault() -> None:
    found = faults(hierarchy=[row("a", channel="telephone")])
    assert found == {
        "default.hierarchy[0].channel": "'telephone' is not a sales channel: use one of ecommerce, sales",
    }


def test_every_fault_is_named_with_its_place() -> None:
    assert faults(
        hierarchy=[
            row("a", "a"),
            {"inventory_type": "cut_greens", "steps": "a"},
            row("b", settings=["gpm", "nonsense"], ship_via=3, colour="red"),
            "not a table",
        ],
        adjustments=[row("fob", settings=["price_lists_for_k2k"])],
        rows=[],
    ) == {
        "default.rows": "unknown key: use adjustments, hierarchy",
        "default.hierarchy[0].steps": "names a twice",
        "default.hierarchy[1].inventory_type": "'cut_greens' is not an inventory type: use one of open_market_boxes, "
        "open_market_units, future_sales, vendor_availability, k2k",
        "default.hierarchy[1].steps": "must be a list of names",
        "default.hierarchy[2].colour": "unknown key: use channel, customer_type, inventory_type, settings, "
        "ship_via, steps",
        "default.hierarchy[2].settings": "'nonsense' is not a company setting that is on or off",
        "default.hierarchy[2].ship_via": "must be a word",
        "default.hierarchy[3]": "must be a table",
        "default.adjustments[0].settings": "unknown key: use channel, customer_type, inventory_type, ship_via, steps",
    }


def test_a_row_that_can_never_be_reached_is_a_fault() -> None:
    found = faults(hierarchy=[row("a"), row("b", ship_via="grower")])
    assert found == {"default.hierarchy[1]": "is never reached: default.hierarchy[0] always holds first"}


def test_hierarchies_that_are_no_list_are_a_fault() -> None:
    assert faults(hierarchy={"k2k": []}) == {"default.hierarchy": "must be a list of tables"}
