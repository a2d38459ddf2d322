"""Spreadsheet files: what is written is read back unchanged, and no file does harm."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from k2k_core.errors import Invalid, UnreadableFile
from k2k_core.schemas import csv_files, table_files, xlsx_files, xlsx_packages
from k2k_core.schemas.table_cells import Refused, escaped, read_text, told

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "=HYPERLINK(1)")
HARMLESS = ("", "'", "'tis", "''", "a=1", "#N/A", "x005F_", "_x000D_", "TRUE", "1e5", '"', "a;b", "a,b", "Ñandú €")

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b"ROWS</sheetData></worksheet>"
)

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
starts = st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "''-", "\t", "\r", "'\t"])
any_cell = st.builds(lambda start, text: start + text, starts, any_text)
printable = st.text(st.characters(categories=["L", "M", "N", "P", "S"], include_characters=" "), max_size=30)
printable_cell = st.builds(lambda start, text: start.strip() + text, starts, printable)


def _cells(content: bytes, format: str) -> list[list[Any]]:
    return [list(line.cells) for line in table_files.lines(content, format)]


def _xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_written_as_text(text: str) -> None:
    assert escaped(text) == f"'{text}"
    assert read_text(escaped(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_is_written_as_it_is(text: str) -> None:
    assert escaped(text) == text
    assert read_text(text) == text


@given(any_cell)
def test_every_text_comes_back_from_its_escape(text: str) -> None:
    assert escaped(text)[:1] not in tuple("=+-@\t\r")
    assert read_text(escaped(text)) == text


@given(st.lists(st.tuples(st.just("x"), any_cell, any_cell), max_size=8))
def test_every_text_comes_back_from_csv(rows: list[tuple[str, ...]]) -> None:
    content = table_files.written(rows, "csv")
    assert _cells(content, "csv") == [list(row) for row in rows]
    told = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert not [cell for row in told for cell in row if cell[:1] in tuple("=+-@\t\r") and cell]


@settings(deadline=None)
@given(st.lists(st.tuples(st.just("x"), printable_cell, printable_cell, st.just("y")), max_size=8))
def test_every_printable_text_comes_back_from_xlsx(rows: list[tuple[str, ...]]) -> None:
    content = table_files.written(rows, "xlsx")
    assert _cells(content, "xlsx") == [list(row) for row in rows]
    cells = [cell for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


@settings(deadline=None)
@given(st.integers(0, 10**18 - 1))
@pytest.mark.parametrize("format", table_files.FORMATS)
def test_every_amount_comes_back_exactly(format: str, micros: int) -> None:
    number = Decimal(micros).scaleb(-6)
    ((cell,),) = _cells(table_files.written([(number,)], format), format)
    assert Decimal(cell) == number


@pytest.mark.parametrize("format", table_files.FORMATS)
def test_days_and_switches_come_back(format: str) -> None:
    days = (dt.date(1, 1, 2), dt.date(1899, 12, 31), dt.date(1900, 3, 1), dt.date(2026, 2, 14), dt.date(9999, 12, 30))
    content = table_files.written([(*days, True, False)], format)
    ((*read, on, off),) = _cells(content, format)
    assert [told(cell, of_days=True) for cell in read] == [day.isoformat() for day in days]
    assert (on, off) == ("true", "false")


def test_a_csv_begins_with_a_byte_order_mark_and_has_the_line_ends_of_rfc_4180() -> None:
    assert table_files.written([("a", "b,c"), ("d", 'e"f')], "csv") == b'\xef\xbb\xbfa,"b,c"\r\nd,"e""f"\r\n'


@pytest.mark.parametrize(
    "content", [b"a;b\r\n1;2\r\n", b"\xef\xbb\xbfa,b\n1,2\n", b"\n\na,b\n\n1,2\n", b'a,"b"\r\n1,2']
)
def test_csv_is_read_with_either_delimiter_with_or_without_a_mark(content: bytes) -> None:
    assert _cells(content, "csv") == [["a", "b"], ["1", "2"]]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    assert [line.number for line in table_files.lines(b"a\n\nb\n,,\nc\n", "csv")] == [1, 3, 5]
    assert [line.number for line in table_files.lines(_xlsx(["a"], [], ["b"]), "xlsx")] == [1, 3]


@pytest.mark.parametrize(
    ("value", "read"),
    [(2.59, "2.59"), (0.1, "0.1"), (1e-6, "0.000001"), (3, "3"), (3.0, "3"), (1e15, "1000000000000000")],
)
def test_a_number_is_read_as_the_person_typed_it(value: object, read: str) -> None:
    assert _cells(_xlsx([value]), "xlsx") == [[read]]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (b"2.5899999999999999", "2.59"),
        (b"0.30000000000000004", "0.30000000000000004"),
        (b"5E-2", "0.05"),
        (b"1E+400", Refused("holds a number that is too large")),
    ],
)
def test_a_number_is_read_as_what_its_binary_form_stands_for_and_never_rounded(stored: bytes, read: object) -> None:
    assert _cells(_of_one_row(b"<row><c><v>%s</v></c></row>" % stored), "xlsx") == [[read]]


@pytest.mark.parametrize(("formula", "read"), [("=TRUE()", "true"), ("=FALSE()", "false"), ("=false()", "false")])
def test_true_and_false_are_read_also_where_a_program_saves_them_as_formulas(formula: str, read: str) -> None:
    assert _cells(_xlsx([formula]), "xlsx") == [[read]]


@pytest.mark.parametrize(("amount", "shown"), [("0.000001", "0.000000"), ("2.50", "0.0"), ("40", "General")])
def test_a_number_is_formatted_with_its_decimals_so_that_a_program_shows_all_of_it(amount: str, shown: str) -> None:
    book = load_workbook(io.BytesIO(table_files.written([["price"], [Decimal(amount)]], "xlsx")))
    assert book.worksheets[0]["A2"].number_format == shown


def test_formulas_errors_and_times_of_day_are_refused_cell_by_cell() -> None:
    content = _xlsx(["=1+1", "#DIV/0!", dt.datetime(2026, 2, 14, 9, 30), dt.time(9), "x" * 1001, "fine"])
    ((formula, error, moment, time, long, fine),) = _cells(content, "xlsx")
    assert formula == Refused("is a formula: paste its value instead")
    assert error == Refused("holds the error #DIV/0!")
    for of_clock in (moment, time):
        assert isinstance(of_clock, Refused)
        assert of_clock.message.startswith("is formatted as a date with a time of day")
    assert long == Refused("longer than 1000 characters")
    assert fine == "fine"


@pytest.mark.parametrize(
    ("content", "format", "says"),
    [
        (b"caf\xe9", "csv", "not UTF-8"),
        ("a,b".encode("utf-16"), "csv", "not UTF-8"),
        (b'a,b\n"1,2\n', "csv", "Row 2 is not written as CSV"),
        (b"PK\x03\x04", "csv", "looks like XLSX"),
        (b"PK\x03\x04nothing", "xlsx", "is no XLSX"),
        (b"a,b", "xlsx", "is no XLSX"),
        (b"\xd0\xcf\x11\xe0 old", "xlsx", "old Excel"),
    ],
)
def test_what_is_no_such_file_is_refused_with_words(content: bytes, format: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        list(table_files.lines(content, format))


def test_the_format_is_seen_in_the_first_bytes() -> None:
    assert table_files.format_of(b"a,b") == "csv"
    assert table_files.format_of(_xlsx(["a"])) == "xlsx"
    with pytest.raises(Invalid, match="'ods' is none of the formats csv, xlsx"):
        table_files.format_of(b"a,b", "ods")


def test_a_file_of_too_many_bytes_or_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 3)
    assert len(_cells(b"h\n1\n2\n\n3\n", "csv")) == 4
    for format, content in (("csv", b"h\n1\n2\n3\n4\n"), ("xlsx", _xlsx(["h"], [1], [2], [3], [4]))):
        with pytest.raises(UnreadableFile, match="more than 3 rows"):
            _cells(content, format)
    monkeypatch.setattr(table_files, "LARGEST_FILE", 3)
    with pytest.raises(UnreadableFile, match="4 bytes; up to 3"):
        _cells(b"abcd", "csv")


def _repacked(content: bytes, **changed: bytes) -> bytes:
    """A package with other parts; `_` in a name stands for `/`, `#` for `_`."""
    fresh = {name.replace("_", "/").replace("#", "_") + ".xml": part for name, part in changed.items()}
    answer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *fresh}:
            new.writestr(name, fresh[name] if name in fresh else old.read(name))
    return answer.getvalue()


def _of_one_row(row: bytes) -> bytes:
    return _repacked(_xlsx(["a"]), xl_worksheets_sheet1=SHEET.replace(b"ROWS", row))


@pytest.mark.parametrize("part", ["xl_styles", "xl_workbook", "[Content#Types]", "anything"])
def test_a_package_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(part: str) -> None:
    bomb = b" " * (xlsx_packages.LARGEST_PART + 1)
    with pytest.raises(UnreadableFile, match="unpacks to more than is read"):
        _cells(_repacked(_xlsx(["a"]), **{part: bomb}), "xlsx")


def test_a_part_is_large_only_where_it_is_read_as_a_stream() -> None:
    sheet = SHEET.replace(b"ROWS", b"<row><c><v>1</v></c></row>" + b" " * xlsx_packages.LARGEST_PART)
    assert _cells(_repacked(_xlsx(["a"]), xl_worksheets_sheet1=sheet), "xlsx") == [["1"]]


def test_the_whole_of_a_package_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_packages, "LARGEST_UNPACKED", 1_000)
    with pytest.raises(UnreadableFile, match="unpacks to more than is read"):
        _cells(_xlsx(["a"]), "xlsx")


def test_entities_that_grow_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    for part in ("xl_workbook", "xl_worksheets_sheet1"):
        with pytest.raises(UnreadableFile, match="cannot be read as XLSX"):
            _cells(_repacked(_xlsx(["a"]), **{part: laughs}), "xlsx")


def test_a_row_far_down_does_not_keep_the_reader_busy_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_files, "LAST_ROW", 9)
    with pytest.raises(UnreadableFile, match="more than 9 rows"):
        _cells(_of_one_row(b'<row r="999999999999"><c><v>1</v></c></row>'), "xlsx")


def test_broken_files_never_end_in_a_traceback() -> None:
    chance = random.Random(20260214)
    for whole in (_xlsx(["list", "price"], ["A", 2.59], ["=B", 1]), table_files.written([("list", "price")], "xlsx")):
        for _ in range(150):
            broken = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            with suppress(UnreadableFile):
                _cells(bytes(broken), table_files.format_of(bytes(broken)))


def test_the_longest_first_row_tells_the_delimiter() -> None:
    assert list(csv_files.lines(b"a;b,c;d\r\n1;2;3\r\n"))[1].cells == ["1", "2", "3"]
