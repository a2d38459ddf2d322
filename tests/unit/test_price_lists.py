"""Which row of which price list counts: first the list, then the row."""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.price_lists import (
    PriceList,
    PriceListRow,
    RowFinder,
    Season,
    active_lists,
    active_seasons,
    assigned_row,
    best_row,
    cost_from,
    date_for,
    groups_for,
    master_row,
    most_specific,
    works_for,
)
from k2k_core.domain.pricing import ListRow

JAN, FEB, MAR = (dt.date(2026, month, 1) for month in (1, 2, 3))
DAY = dt.date(2026, 2, 2)
ROSE = "ROSE-RED-60"


def season(start: dt.date = JAN, end: dt.date = MAR, *rows: PriceListRow, name: str = "S") -> Season:
    return Season(name, start, end, rows or (PriceListRow(ROSE, 1),))


def matched(code: str, kind: str = "all", start: dt.date = JAN, *, master: bool = False, cost: int = 0) -> ListRow:
    return ListRow(code, kind, master, "S", start, 1, cost or None, ROSE)


@pytest.mark.parametrize("day", [FEB, DAY, MAR])
def test_a_season_holds_on_its_first_and_its_last_day(day: dt.date) -> None:
    assert active_seasons(PriceList("L", "L", "all", seasons=(season(FEB, MAR),)), day)


@pytest.mark.parametrize("day", [FEB - dt.timedelta(1), MAR + dt.timedelta(1)])
def test_a_season_does_not_hold_outside_its_days(day: dt.date) -> None:
    assert active_lists([PriceList("L", "L", "all", seasons=(season(FEB, MAR),))], day) == {}


def test_a_list_that_is_switched_off_is_not_active() -> None:
    on = PriceList("ON", "ON", "season", seasons=(season(),))
    off = PriceList("OFF", "OFF", "all", active=False, seasons=(season(),))
    assert active_lists([on, off], DAY) == {"ON": "season"}


@pytest.mark.parametrize(
    ("rows", "price"),
    [
        ([(1, None, None), (2, "HB", None), (3, None, "FARM"), (4, "HB", "FARM")], 4),
        ([(1, None, None), (2, "HB", None), (3, None, "FARM")], 3),
        ([(1, None, None), (2, "HB", None), (3, "QB", "FARM"), (4, "HB", "OTHER")], 2),
        ([(1, "", ""), (2, "QB", None), (3, None, "OTHER")], 1),
        ([(2, "QB", None), (3, None, "OTHER")], None),
    ],
)
def test_the_most_specific_row_of_a_season_counts(rows: list[tuple[int, str, str]], price: int | None) -> None:
    given = [PriceListRow(ROSE, *row) for row in rows] + [PriceListRow("TULIP", 9, "HB", "FARM")]
    for order in (given, given[::-1]):
        found = most_specific(order, ROSE, "HB", "FARM")
        assert (found and found.price) == price


def test_a_lot_without_a_vendor_matches_no_row_that_names_one() -> None:
    assert most_specific([PriceListRow(ROSE, 3, None, "FARM")], ROSE, "HB", None) is None


def test_of_several_lists_the_latest_season_wins_and_then_the_code() -> None:
    rows = [matched("Z", start=FEB), matched("B", start=JAN), matched("C", start=FEB)]
    assert best_row(rows) == matched("C", start=FEB)
    assert best_row([]) is None


@pytest.mark.parametrize(
    ("inventory_type", "code"),
    [("open_market_boxes", "OM"), ("open_market_units", "OM"), ("vendor_availability", "OM"), ("k2k", "OM")],
)
def test_open_market_and_all_are_one_group(inventory_type: str, code: str) -> None:
    rows = [matched("A", "all"), matched("OM", "open_market", FEB), matched("P", "prebook", MAR)]
    found = assigned_row(rows, inventory_type, {"A", "OM", "P"})
    assert found is not None
    assert found.list_code == code


def test_future_sales_ask_prebook_lists_then_season_lists_then_the_rest() -> None:
    rows = [matched("A", "all", MAR), matched("O", "open_market", MAR), matched("S", "season", FEB)]
    rows.append(matched("P", "prebook"))
    order = []
    while (found := assigned_row(rows, "future_sales", {"A", "O", "S", "P"})) is not None:
        order.append(found.list_code)
        rows.remove(found)
    assert order == ["P", "S", "A"]


def test_only_lists_of_the_customer_count_and_the_master_for_everybody() -> None:
    rows = [matched("OTHER"), matched("M", "season", master=True)]
    assert assigned_row(rows, "open_market_boxes", {"MINE"}) is None
    assert assigned_row(rows, "future_sales", {"M"}) == rows[1]
    assert master_row(rows) == rows[1]


def test_the_cost_stands_beside_the_price_that_counts() -> None:
    rows = [matched("A", start=FEB), matched("B", cost=7), matched("M", master=True, cost=5)]
    assert cost_from(rows, "vendor_availability", {"A", "B"}) == 5
    assert cost_from(rows, "vendor_availability", {"B"}) == 7
    assert cost_from(rows[:2], "vendor_availability", {"A"}) is None


def test_the_date_that_counts_depends_on_the_inventory_type() -> None:
    by_order = {kind for kind in INVENTORY_TYPES if date_for(kind, JAN, FEB) == JAN}
    assert by_order == {"open_market_boxes", "open_market_units"}


def test_lists_are_for_customers_of_type_b_but_for_future_sales_and_vendor_availability() -> None:
    assert all(works_for(kind, "B") for kind in INVENTORY_TYPES)
    assert {kind for kind in INVENTORY_TYPES if works_for(kind, "A")} == {"future_sales", "vendor_availability"}
    assert [sorted(group) for group in groups_for("k2k")] == [["all", "open_market"]]


def test_the_finder_gives_one_row_a_list_best_first() -> None:
    early = season(JAN, MAR, PriceListRow(ROSE, 1, "HB"), name="EARLY")
    late = season(FEB, MAR, PriceListRow(ROSE, 2), PriceListRow("TULIP", 3), name="LATE")
    finder = RowFinder(
        [
            PriceList("B", "B", "all", seasons=(early,)),
            PriceList("A", "A", "season", True, seasons=(early, late)),
            PriceList("C", "C", "all", seasons=(season(MAR, MAR),)),
        ],
        DAY,
    )
    rows = finder.rows_for(ROSE, "HB", None)
    assert [(row.list_code, row.season, row.price, row.master) for row in rows] == [
        ("A", "LATE", 2, True),
        ("B", "EARLY", 1, False),
    ]
    assert rows[1].label == "ROSE-RED-60 in HB"
    assert finder.rows_for(ROSE, "HB", None) is rows
    assert finder.rows_for("LILY", "HB", None) == ()


def test_within_a_list_a_season_without_the_product_falls_back_to_an_earlier_one() -> None:
    late = season(FEB, MAR, PriceListRow("TULIP", 3), name="LATE")
    finder = RowFinder([PriceList("A", "A", "all", seasons=(season(), late))], DAY)
    assert [row.season for row in finder.rows_for(ROSE, "QB", "FARM")] == ["S"]


def test_a_row_says_what_it_is_for() -> None:
    assert PriceListRow(ROSE, 1, "HB", "FARM").label == "ROSE-RED-60 in HB from FARM"
    assert PriceListRow(ROSE, 1).label == ROSE
