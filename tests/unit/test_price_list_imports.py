"""What a file of price lists would change: which list, season and row it means, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.price_list_imports import (
    REPLACE,
    UPSERT,
    FileRow,
    Known,
    ListFields,
    Plan,
    RowFault,
    Span,
    Stored,
    StoredRow,
    StoredSeason,
    plan_import,
)
from k2k_core.domain.price_lists import PriceListRow

KNOWN = Known({"ROSE", "LILY"}, {"HB", "QB"}, {"FARM"})
COLUMNS = ("list", "season", "start", "end", "product", "price")
JANUARY, MARCH, JUNE = dt.date(2026, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 6, 30)
SPRING = Span("MAIN", "Spring", JANUARY, MARCH)
THERE = Stored(
    {"MAIN": ListFields("MAIN", "Main", "all", True), "OLD": ListFields("OLD", "Old")},
    [StoredSeason(1, SPRING), StoredSeason(2, Span("OLD", "Spring", JANUARY, MARCH))],
    {1: [StoredRow(10, PriceListRow("ROSE", 100, cost=50)), StoredRow(11, PriceListRow("LILY", 200, "HB"))]},
)


def row(number: int = 2, **more: Any) -> FileRow:
    usual = {"list": "MAIN", "season": "Spring", "start": JANUARY, "end": MARCH, "product": "ROSE", "price": 100}
    return FileRow(number=number, valid=True, **{**usual, **more})


def planned(*rows: FileRow, columns: Any = COLUMNS, mode: str = UPSERT, stored: Stored = THERE) -> Plan:
    return plan_import(rows, columns, stored, KNOWN, mode)


def done(plan: Plan) -> list[tuple[int | None, int | None, PriceListRow | None]]:
    return [(change.number, change.before.id if change.before else None, change.after) for change in plan.rows]


def test_upsert_adds_changes_and_leaves_the_rest() -> None:
    plan = planned(row(2, price=120), row(3, product="LILY", box_type="QB", price=300))
    assert done(plan) == [
        (2, 10, PriceListRow("ROSE", 120, cost=50)),
        (3, None, PriceListRow("LILY", 300, "QB")),
    ]
    assert (plan.lists, plan.seasons, plan.unchanged, plan.faults) == ([], [], 0, [])
    assert plan.season_ids == {SPRING: 1}


def test_replace_also_removes_what_the_file_does_not_have_from_its_seasons_alone() -> None:
    plan = planned(row(2), mode=REPLACE)
    assert done(plan) == [(None, 11, None)]
    assert plan.unchanged == 1


def test_a_row_that_cannot_be_read_is_not_taken_for_one_that_is_gone() -> None:
    faulty = row(3, product="LILY", box_type="HB", price=None)._replace(valid=False)
    assert done(planned(row(2), faulty, mode=REPLACE)) == []


def test_an_empty_season_of_the_file_empties_a_season_only_in_replace() -> None:
    told = row(2, product=None, price=None)
    assert planned(told).empty
    assert [change.before.id for change in planned(told, mode=REPLACE).rows if change.before] == [10, 11]


def test_without_a_column_of_costs_the_costs_stay_and_with_it_a_blank_one_goes() -> None:
    assert done(planned(row(price=120)))[0][2] == PriceListRow("ROSE", 120, cost=50)
    assert done(planned(row(price=120), columns=(*COLUMNS, "cost")))[0][2] == PriceListRow("ROSE", 120)


def test_a_new_list_and_its_season_are_added() -> None:
    plan = planned(row(2, list="NEW", type="prebook"), row(3, list="NEW", product="LILY"))
    assert [(change.before, change.after) for change in plan.lists] == [(None, ListFields("NEW", "NEW", "prebook"))]
    assert [(change.number, change.after) for change in plan.seasons] == [(2, SPRING._replace(list="NEW"))]
    assert [change.season for change in plan.rows] == [SPRING._replace(list="NEW")] * 2


def test_what_a_file_says_of_a_list_changes_it_and_blank_cells_do_not() -> None:
    plan = planned(row(2, name="Main 2026"), row(3, product="LILY"))
    assert [change.after for change in plan.lists] == [ListFields("MAIN", "Main 2026", "all", True)]


def test_rows_that_disagree_on_their_list_are_a_fault() -> None:
    plan = planned(row(2, active=True), row(3, product="LILY", active=False))
    assert plan.faults == [RowFault(3, "active", "row 2 contradicts it about list MAIN")]


def test_two_masters_are_a_fault_of_the_second() -> None:
    assert planned(row(2, list="OLD", master=True)).faults == [
        RowFault(2, "master", "MAIN is the master: a company has at most one master price list")
    ]
    assert planned(row(2, list="OLD", master=True), row(3, master=False)).faults == []
    both = planned(row(4, list="A", master=True), row(5, list="B", master=True))
    assert [fault.row for fault in both.faults] == [4, 5]


def test_other_days_move_the_season_of_that_name() -> None:
    plan = planned(row(2, end=JUNE))
    assert [(change.before, change.after) for change in plan.seasons] == [
        (StoredSeason(1, SPRING), SPRING._replace(end=JUNE))
    ]
    assert (plan.rows, plan.unchanged) == ([], 1), "its rows are found again"


def test_a_season_that_stands_beside_the_one_of_that_name_is_a_new_one() -> None:
    later = row(3, start=dt.date(2027, 1, 1), end=dt.date(2027, 3, 31))
    plan = planned(row(2), later)
    assert [(change.before, change.after.start.year) for change in plan.seasons] == [(None, 2027)]
    assert plan.faults == []


def test_days_that_disagree_within_a_season_are_a_fault() -> None:
    plan = planned(row(2), row(3, product="LILY", end=JUNE))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "start")]
    assert "the two overlap" in plan.faults[0].message


def test_without_columns_of_days_a_season_is_found_by_its_name() -> None:
    columns = ("list", "season", "product", "price")
    days = {"start": None, "end": None}
    assert planned(row(2, price=120, **days), columns=columns).season_ids == {SPRING: 1}
    (added,) = planned(row(2, season="Fall", **days), columns=columns).seasons
    assert added.after == Span("MAIN", "Fall", dt.date.min, dt.date.max)
    again = StoredSeason(3, SPRING._replace(start=dt.date(2027, 1, 1), end=dt.date(2027, 3, 31)))
    two = THERE._replace(seasons=[*THERE.seasons, again])
    (fault,) = planned(row(2, **days), columns=columns, stored=two).faults
    assert fault == RowFault(2, "season", "MAIN has 2 seasons of this name: the file must say start and end")


def test_a_row_that_stands_twice_is_a_fault_of_the_second() -> None:
    plan = planned(row(2), row(5, price=300))
    assert plan.faults == [RowFault(5, "product", "it is the same as row 2")]


@pytest.mark.parametrize(
    ("column", "code", "says"),
    [
        ("product", "TULIP", "TULIP is none of its products"),
        ("box_type", "XL", "XL is none of its box types"),
        ("vendor", "WHO", "WHO is none of its vendors"),
    ],
)
def test_codes_that_nobody_knows_are_faults(column: str, code: str, says: str) -> None:
    assert planned(row(7, **{column: code})).faults == [RowFault(7, column, says)]


def test_rows_that_were_there_twice_become_one() -> None:
    rows = [StoredRow(10, PriceListRow("ROSE", 100)), StoredRow(12, PriceListRow("ROSE", 900))]
    twice = THERE._replace(rows={1: rows})
    assert done(planned(row(2), stored=twice)) == [(None, 12, None)]


def test_a_row_may_tell_of_a_list_alone() -> None:
    plan = planned(FileRow(2, True, "BARE", type="season"))
    assert [change.after for change in plan.lists] == [ListFields("BARE", "BARE", "season")]
    assert (plan.seasons, plan.rows, plan.faults) == ([], [], [])
