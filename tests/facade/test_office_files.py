"""Files as offices send them come through every door: price lists, availability and rows of records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import UnreadableFile
from tests.facade.office_network import company
from tests.schemas.office_files import READ, REFUSED, Table, text, workbook

Door = Callable[[K2K, bytes], list[dict[str, Any]]]
"""Takes a file in a dry run; answers its faults."""


def prices(net: K2K, content: bytes) -> list[dict[str, Any]]:
    answer = net.import_price_lists("BLOOM", content, dry_run=True)
    assert answer["faults"] or [row["after"]["price"] for row in answer["changes"] if row["what"] == "row"] == ["2.61"]
    return answer["faults"]


def availability(net: K2K, content: bytes) -> list[dict[str, Any]]:
    answer = net.import_availability("BLOOM", content, dry_run=True)
    assert answer["faults"] or [lot["after"]["boxes"] for lot in answer["lots"]] == [12]
    return answer["faults"]


def rows(net: K2K, content: bytes) -> list[dict[str, Any]]:
    answer = net.import_rows("BLOOM", "lots", content, dry_run=True)
    faults = [{"row": row["row"], **fault} for row in answer["rows"] for fault in row["faults"]]
    assert faults or [row["after"] for row in answer["rows"]] == [{"boxes": 12}]
    return faults


DOORS: dict[str, tuple[Door, Table]] = {
    "price lists": (
        prices,
        [["list", "season", "product", "box_type", "price"], ["MAIN", "Spring", "123", "", "2.61"]],
    ),
    "availability": (availability, [["lot", "boxes", "va_price"], ["VA-1", "12", ""]]),
    "rows": (rows, [["code", "boxes"], ["VA-1", "12"]]),
}
doors = pytest.mark.parametrize(("door", "table"), DOORS.values(), ids=DOORS)


@pytest.fixture(scope="module")
def net() -> Iterator[K2K]:
    with company() as opened:
        yield opened


@doors
@pytest.mark.parametrize("made", READ.values(), ids=READ)
def test_a_file_is_read_whoever_wrote_it(net: K2K, door: Door, table: Table, made: Any) -> None:
    assert door(net, made(table)) == []


@doors
@pytest.mark.parametrize(("made", "called"), REFUSED.values(), ids=REFUSED)
def test_a_file_of_another_kind_is_refused_as_what_it_is(
    net: K2K, door: Door, table: Table, made: Any, called: str
) -> None:
    with pytest.raises(UnreadableFile, match=called):
        door(net, made(table))


def in_cell(table: Table, name: str, value: object, format_: str) -> bytes:
    """A workbook of the table in which the cell of a column holds the value in a format."""

    def fill(book: Any) -> None:
        for row in table:
            book.active.append(list(row))
        cell = book.active.cell(2, table[0].index(name) + 1)
        cell.value, cell.number_format = value, format_

    return workbook(fill)


OF_NUMBERS = {"price lists": "price", "availability": "boxes", "rows": "boxes"}
OF_CODES = {"price lists": "product", "availability": "lot", "rows": "code"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("columns", [OF_NUMBERS, OF_CODES], ids=["number", "code"])
@pytest.mark.parametrize(
    ("value", "format_", "said"),
    [
        (2.61, "d-mmm", "formatted as a date"),
        (3, "d-mmm", "formatted as a date, 1900-01-03"),
        (0.5, "h:mm", "formatted as a date"),
        (0.12, "0%", "formatted as a percentage"),
        (1234567890123456789, "0", "more than 15 digits"),
        ("=1+2", "General", "is a formula"),
        ("#N/A", "General", "holds the error"),
    ],
    ids=["price as a date", "day", "time", "percentage", "digits", "formula", "error"],
)
def test_what_a_spreadsheet_makes_of_a_cell_is_a_fault_of_that_cell(
    net: K2K, door: str, columns: dict[str, str], value: object, format_: str, said: str
) -> None:
    through, table = DOORS[door]
    column = columns[door]
    (fault,) = [one for one in through(net, in_cell(table, column, value, format_)) if one["column"] == column]
    assert (fault["row"], said in fault["message"]) == (2, True), fault


def test_a_code_is_read_as_its_cell_shows_it(net: K2K) -> None:
    through, table = DOORS["price lists"]
    changes = net.import_price_lists("BLOOM", in_cell(table, "product", 123, "00000"), dry_run=True)["changes"]
    assert [one["product"] for one in changes] == ["00123"]
    assert through(net, in_cell(table, "product", 123, "General")) == []
    (fault,) = through(net, in_cell(table, "product", 124, "00000"))
    assert "00124" in fault["message"]


def test_a_price_keeps_the_decimals_that_its_format_hides(net: K2K) -> None:
    _, table = DOORS["price lists"]
    changes = net.import_price_lists("BLOOM", in_cell(table, "price", 2.615, "0.00"), dry_run=True)["changes"]
    assert [one["after"]["price"] for one in changes] == ["2.615"]


@pytest.mark.parametrize("written", ["1.000", "2.000", "10.000", "1.000.000", "1.200", "1,000", "1 000", "1'000"])
@pytest.mark.parametrize("door", ["availability", "rows"])
def test_boxes_with_a_mark_of_thousands_are_a_fault_and_never_a_few_boxes(net: K2K, door: str, written: str) -> None:
    through, (header, row) = DOORS[door]
    content = text([header, [row[0], written, *row[2:]]], ";")
    assert [fault["column"] for fault in through(net, content)] == ["boxes"]


def test_boxes_of_a_scenario_file_with_a_mark_of_thousands_are_a_fault(net: K2K) -> None:
    answer = net.put("BLOOM", "lots", [{"code": "VA-1", "boxes": "1.000"}], atomic=False, dry_run=True)
    assert "can be read as thousands" in str(answer)


def test_one_season_in_two_spellings_of_unicode_is_one_season() -> None:
    net = company()
    for form, price in (("NFC", "3"), ("NFD", "3.5")):
        name = unicodedata.normalize(form, "Año nuevo")
        content = text([["list", "season", "start", "product", "price"], ["MAIN", name, "2026-04-01", "123", price]])
        content = content.replace(b"start,", b"start,end,").replace(b"2026-04-01,", b"2026-04-01,2026-04-30,")
        net.import_price_lists("BLOOM", content)
    told = net.export_price_lists("BLOOM").decode("utf-8-sig")
    net.close()
    assert [line.split(",")[-2] for line in told.splitlines() if "nuevo" in line] == ["3.5"]


def test_a_mistyped_season_is_a_fault_that_names_the_right_one(net: K2K) -> None:
    through, (header, row) = DOORS["price lists"]
    (fault,) = through(net, text([header, [row[0], "Sprng", *row[2:]]]))
    assert (fault["column"], fault["nearest"]) == ("season", "Spring")
    days = [[*header, "start", "end"], [row[0], "Autumn", *row[2:], "2026-09-01", "2026-11-30"]]
    assert through(net, text(days)) == []


def test_what_is_exported_comes_back_as_it_is(net: K2K) -> None:
    for format_ in ("csv", "xlsx"):
        lists = net.import_price_lists("BLOOM", net.export_price_lists("BLOOM", format=format_), dry_run=True)
        assert (lists["faults"], lists["changes"]) == ([], [])
        for collection in ("products", "lots", "customers"):
            answer = net.import_rows("BLOOM", collection, net.export_rows("BLOOM", collection, format_), dry_run=True)
            assert {row["outcome"] for row in answer["rows"]} == {"unchanged"}, (collection, format_)


def test_the_faulty_rows_of_an_office_file_come_back_as_they_were_given(net: K2K) -> None:
    _, (header, row) = DOORS["price lists"]
    content = text([header, [row[0], row[1], "124", *row[3:]]], ";", before="sep=;\r\n")
    told = net.faulty_rows("BLOOM", "price_lists", content).decode("utf-8-sig").splitlines()
    assert re.match("MAIN,Spring,124,,2.61,product: ", told[1])
