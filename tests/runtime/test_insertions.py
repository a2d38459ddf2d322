"""Steps that a company inserts into the orders that count for it, which stay what they are for all other lines."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import Invalid
from k2k_core.runtime import Hierarchies, read_hierarchies
from k2k_core.testing.factories import company_settings

DEFAULT: dict[str, Any] = {
    "hierarchy": [
        {"inventory_type": "k2k", "ship_via": "grower", "steps": ["k2k_gpm", "company_gpm"]},
        {"inventory_type": "k2k", "settings": ["price_lists_for_k2k"], "steps": ["price_list", "va_price", "k2k_gpm"]},
        {"inventory_type": "k2k", "steps": ["va_price", "k2k_gpm", "company_gpm"]},
        {"inventory_type": "open_market_boxes", "customer_type": "A", "steps": ["web_price", "price_a"]},
    ],
    "adjustments": [
        {"inventory_type": "k2k", "steps": ["ecommerce_markup", "fob"]},
        {"inventory_type": "open_market_boxes", "steps": ["ecommerce_markup", "fob"]},
    ],
}


def inserted(*insertions: dict[str, Any], default: dict[str, Any] = DEFAULT, **own: Any) -> Hierarchies:
    return read_hierarchies(default, {**own, "insert": list(insertions)})


def steps(read: Hierarchies, kind: str = "k2k", customer: str = "A", via: str = "warehouse", **more: Any) -> str:
    """The steps of a line, in order."""
    settings = company_settings(price_lists_for_k2k=more.pop("lists", False))
    return " ".join(read.steps_for(kind, customer, via, settings, **more))


def test_an_inserted_step_stands_in_every_order_that_has_its_neighbour() -> None:
    read = inserted({"step": "friends", "before": "k2k_gpm"})
    assert steps(read) == "va_price friends k2k_gpm company_gpm"
    assert steps(read, via="grower") == "friends k2k_gpm company_gpm"
    assert steps(read, lists=True) == "price_list va_price friends k2k_gpm"
    assert steps(read, "open_market_boxes") == "web_price price_a"
    assert steps(inserted({"step": "friends", "after": "company_gpm"})) == "va_price k2k_gpm company_gpm friends"


@pytest.mark.parametrize(
    ("condition", "within", "beyond"),
    [
        ({"customer_types": ["B"]}, {"customer": "B"}, {"customer": "A"}),
        ({"ship_vias": ["grower"]}, {"via": "grower"}, {"via": "warehouse"}),
        ({"ship_vias": ["warehouse"]}, {"via": "warehouse"}, {"via": "dock"}),
        ({"channels": ["sales"]}, {"channel": "sales"}, {"channel": "ecommerce"}),
        ({"inventory_types": ["k2k"], "customer_types": ["A", "B"]}, {"customer": "B"}, {"kind": "future_sales"}),
        (
            {"customer_types": ["B"], "ship_vias": ["warehouse"], "channels": ["sales"]},
            {"customer": "B", "channel": "sales"},
            {"customer": "B"},
        ),
    ],
)
def test_a_step_is_inserted_for_the_named_lines_alone(
    condition: dict[str, Any], within: dict[str, Any], beyond: dict[str, Any]
) -> None:
    read, plain = inserted({"step": "friends", "before": "k2k_gpm", **condition}), read_hierarchies(DEFAULT)
    assert steps(read, **within) == steps(plain, **within).replace("k2k_gpm", "friends k2k_gpm")
    assert steps(read, **beyond) == steps(plain, **beyond)


def test_the_default_goes_on_changing_below_an_insertion() -> None:
    friends = {"step": "friends", "before": "k2k_gpm", "customer_types": ["B"]}
    newer = {"hierarchy": [{"inventory_type": "k2k", "steps": ["season_price", "k2k_gpm", "last_resort"]}]}
    read = inserted(friends, default=newer)
    assert steps(read, customer="B") == "season_price friends k2k_gpm last_resort"
    assert steps(read) == "season_price k2k_gpm last_resort"


def test_insertions_are_made_one_after_another_in_whole_orders_of_the_company_too() -> None:
    first, second = {"step": "friends", "before": "k2k_gpm"}, {"step": "family", "before": "friends"}
    own = [{"inventory_type": "k2k", "ship_via": "grower", "steps": ["k2k_gpm"]}]
    read = inserted(first, second, hierarchy=own)
    assert steps(read, via="grower") == "family friends k2k_gpm"
    assert steps(read) == "va_price family friends k2k_gpm company_gpm"


def test_a_step_that_an_order_has_already_is_not_there_twice() -> None:
    read = inserted({"step": "va_price", "before": "k2k_gpm"})
    assert steps(read, via="grower") == "va_price k2k_gpm company_gpm"
    assert steps(read) == "va_price k2k_gpm company_gpm"


def test_adjustments_are_inserted_alike() -> None:
    read = inserted(
        {"adjustment": "rebate", "after": "ecommerce_markup", "customer_types": ["B"], "channels": ["sales"]}
    )

    def adjusted(kind: str, customer: str, channel: str) -> str:
        return " ".join(read.adjustments_for(kind, customer, "grower", company_settings(), channel))

    assert adjusted("k2k", "B", "sales") == "ecommerce_markup rebate fob"
    assert adjusted("open_market_boxes", "B", "sales") == "ecommerce_markup rebate fob"
    assert adjusted("k2k", "A", "sales") == adjusted("k2k", "B", "ecommerce") == "ecommerce_markup fob"
    assert steps(read) == steps(read_hierarchies(DEFAULT))


def test_an_insertion_without_a_place_is_lost_for_its_lines_alone() -> None:
    read = inserted({"step": "friends", "before": "k2k_gmp", "ship_vias": ["grower"]})
    (lost,) = read.lost
    assert (lost.step, lost.beside) == ("friends", "k2k_gmp")
    assert read.lost_for("k2k", "A", "grower", "sales") is lost
    assert read.lost_for("k2k", "A", "warehouse", "sales") is None
    assert read.lost_for("k2k", "A", "grower", "sales", adjustments=True) is None


def test_every_fault_of_an_insertion_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        inserted(
            {"step": "a", "adjustment": "b", "before": "c"},
            {"step": "a"},
            {"step": "a", "before": "a"},
            {
                "step": "a",
                "before": "b",
                "customer_types": ["C"],
                "inventory_types": ["cut_greens"],
                "channels": "sales",
            },
            {"step": "a", "before": "b", "where": "k2k"},
            "a before b",  # type: ignore[arg-type]  # what a file may have
        )
    assert {fault["path"]: str(fault["message"]) for fault in caught.value.faults} == {
        "company.insert[0]": "name one of step and adjustment",
        "company.insert[1]": "name one of before and after",
        "company.insert[2].before": "is the step itself",
        "company.insert[3].customer_types[0]": "'C' is not a type of customers: use one of A, B",
        "company.insert[3].inventory_types[0]": "'cut_greens' is not an inventory type: use one of open_market_boxes, "
        "open_market_units, future_sales, vendor_availability, k2k",
        "company.insert[3].channels": "must be a list of names",
        "company.insert[4].where": "unknown key: use adjustment, after, before, channels, customer_types, "
        "inventory_types, ship_vias, step",
        "company.insert[5]": "must be a table",
    }
