"""Price lists as rows of a file: each cell is validated as everywhere else, and every error has its row and column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2k_core.domain.plain_text import plain
from k2k_core.domain.price_list_imports import (
    REPLACE,
    UPSERT,
    FileRow,
    Known,
    ListFields,
    Plan,
    Span,
    Stored,
    StoredRow,
    StoredSeason,
    plan_import,
)
from k2k_core.domain.price_lists import LIST_TYPES, PriceList, PriceListRow, Season
from k2k_core.errors import Invalid, UnreadableFile
from k2k_core.schemas import table_files
from k2k_core.schemas.price_list_rows import REQUIRED, FileRows, cells, read_rows
from k2k_core.schemas.table_cells import Line, Refused

NOTHING = Stored({}, [], {})
FEBRUARY = Season("Valentine", dt.date(2026, 2, 1), dt.date(2026, 2, 14))


def read(*rows: str) -> FileRows:
    return read_rows(table_files.lines("\n".join(rows).encode(), "csv"), lambda done: None)


def told(file: FileRows) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.message) for fault in file.faults]


def file_of(lists: Sequence[PriceList], format: str) -> FileRows:
    return read_rows(table_files.lines(table_files.written(cells(lists), format), format), lambda done: None)


def known_of(lists: Sequence[PriceList]) -> Known:
    rows = [row for each in lists for season in each.seasons for row in season.rows]
    return Known(
        {row.product for row in rows}, {row.box_type for row in rows} - {None}, {row.vendor for row in rows} - {None}
    )


def stored(lists: Sequence[PriceList]) -> Stored:
    """What a company has that has exactly these lists."""
    seasons, rows = [], {}
    for each in lists:
        for season in each.seasons:
            seasons.append(StoredSeason(len(seasons), Span(each.code, season.name, season.start, season.end)))
            rows[len(seasons) - 1] = [StoredRow(number, row) for number, row in enumerate(season.rows)]
    return Stored({each.code: ListFields(*each[:5], each.everyone) for each in lists}, seasons, rows)


def made(plan: Plan) -> list[PriceList]:
    """What a company has that had nothing and did what the plan says."""
    seasons: dict[str, list[Season]] = {change.after.code: [] for change in plan.lists}
    for span in (change.after for change in plan.seasons):
        rows = tuple(change.after for change in plan.rows if change.season == span and change.after)
        seasons[span.list].append(Season(span.name, span.start, span.end, rows))
    return [
        PriceList(*change.after[:5], tuple(seasons[change.after.code]), change.after.everyone) for change in plan.lists
    ]


codes = st.from_regex(r"\A[A-Za-z0-9._-]{1,8}\Z")
printable = st.text(st.characters(categories=["L", "M", "N", "P", "S"], include_characters=" "), max_size=20)
starts = st.sampled_from(["", "=", "-", "@", "'", "'="])
names = st.builds(lambda start, text: plain(start + text), starts, printable)
amounts = st.integers(0, 10**18 - 1)
price_rows = st.lists(
    st.builds(PriceListRow, codes, amounts, st.none() | codes, st.none() | codes, st.none() | amounts),
    max_size=4,
    unique_by=lambda row: (row.product, row.box_type, row.vendor),
)
days = st.dates() | st.sampled_from([dt.date.min, dt.date.max])


def _season(name: str, one: dt.date, other: dt.date, rows: list[PriceListRow]) -> Season:
    return Season(name, min(one, other), max(one, other), tuple(rows))


# A season without a name, days and rows says nothing, so that a file cannot say it.
seasons = st.lists(
    st.builds(_season, names.filter(bool), days, days, price_rows), max_size=3, unique_by=lambda season: season.name
)
price_lists = st.lists(
    st.builds(
        lambda code, name, type, active, seasons, everyone: PriceList(
            code, name or code, type, False, active, tuple(seasons), everyone
        ),
        *(codes, names, st.sampled_from(LIST_TYPES), st.booleans(), seasons, st.booleans()),
    ),
    max_size=3,
    unique_by=lambda each: each.code,
)


@pytest.mark.long
@settings(deadline=None)
@given(price_lists)
@pytest.mark.parametrize("format", table_files.FORMATS)
def test_what_is_exported_comes_back_exactly(format: str, lists: list[PriceList]) -> None:
    file = file_of(lists, format)
    plan = plan_import(file.rows, file.columns, NOTHING, known_of(lists))
    assert file.faults + plan.faults == []
    assert made(plan) == lists


@settings(deadline=None)
@given(price_lists, st.sampled_from([UPSERT, REPLACE]))
def test_what_is_exported_changes_nothing_where_it_came_from(lists: list[PriceList], mode: str) -> None:
    file = file_of(lists, "csv")
    plan = plan_import(file.rows, file.columns, stored(lists), known_of(lists), mode)
    assert (plan.faults, plan.empty) == ([], True)


def test_names_of_columns_may_be_written_in_any_case_and_order() -> None:
    file = read("Price;BOX type;product;Season;LIST", "2.59;HB;ROSE;Spring;MAIN")
    (row,) = file.rows
    assert row == FileRow(2, True, "MAIN", season="Spring", product="ROSE", box_type="HB", price=2_590_000)
    assert file.columns == ("price", "box_type", "product", "season", "list")


def test_every_fault_of_the_header_comes_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read("list,list,prise,start", "A,B,1,")
    messages = [fault["message"] for fault in refused.value.faults]
    assert messages[0].startswith("there is no column 'prise': known are list, name, type")
    assert messages[1:] == [
        "the column list occurs twice",
        "the column season is missing",
        "the column product is missing",
        "the column price is missing",
        "the columns start and end come together",
    ]
    assert {fault["path"] for fault in refused.value.faults} == {"row 1"}


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="The file is empty"):
        read("")


@pytest.mark.parametrize(
    ("price", "says"),
    [
        ("NaN", "'NaN' is not a number"),
        ("1e400", "'1e400' is not a number"),
        ("0.123456789012", "'0.123456789012' has more than 6 decimals"),
        ("-1", "-1 is below zero"),
        ("1000000000000", "is too large"),
        ('"2,59"', "'2,59' is not a number: write its decimals after a point"),
        ("", "is missing"),
        ("$2", "'$2' is not a number"),
    ],
)
def test_a_bad_price_is_a_fault_with_its_row_and_column(price: str, says: str) -> None:
    file = read("list,season,product,price,cost", f"A,S,ROSE,{price},", "A,S,LILY,1,0.5")
    ((row, column, message),) = told(file)
    assert (row, column) == (2, "price")
    assert says in message
    assert [each.valid for each in file.rows] == [False, True]


def test_every_fault_of_every_row_comes_at_once() -> None:
    file = read(
        "list,type,master,season,start,end,product,box_type,price,cost",
        "A,weekly,maybe,S,2026-02-30,2026-03-01,ROSE,H B,x,y",
        "A,,,S,2026-03-02,2026-03-01,ROSE,,1,",
        ",,,S,,,ROSE,,1,",
        "A,,,S,,,,HB,1,",
        "A,,,S,,,ROSE,,1,,beyond",
    )
    found = told(file)
    assert [(row, column) for row, column, _ in found] == [
        *((2, column) for column in ("type", "master", "start", "box_type", "price", "cost")),
        (3, "end"),
        (4, "list"),
        (5, "product"),
        (6, "column 11"),
    ]
    assert found[6][2] == "the season ends before it starts: 2026-03-02 to 2026-03-01"
    assert found[9][2] == "'beyond' is in a column without a name"


def test_a_formula_is_a_fault_of_its_cell() -> None:
    lines = [Line(1, REQUIRED), Line(2, ("A", "S", "ROSE", Refused("is a formula")))]
    file = read_rows(lines, lambda done: None)
    assert told(file) == [(2, "price", "is a formula")]
