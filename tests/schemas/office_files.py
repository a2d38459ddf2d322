"""Tables as offices send them: the same rows, written by many programs and people."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

Table = Sequence[Sequence[str]]
Made = Callable[[Table], bytes]

TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"


def text(table: Table, separator: str = ",", before: str = "", after: str = "") -> bytes:
    """A CSV file, with lines before and after it."""
    rows = "".join(separator.join(row) + "\r\n" for row in table)
    return (before + rows + after).encode()


def workbook(fill: Callable[[Any], None]) -> bytes:
    """A workbook that is filled by the function."""
    book, content = Workbook(), io.BytesIO()
    fill(book)
    book.save(content)
    return content.getvalue()


def sheets(*tables: Table, hidden: int = 0) -> bytes:
    """A workbook of several sheets, the first of them hidden."""

    def fill(book: Any) -> None:
        book.remove(book.active)
        for number, table in enumerate(tables):
            sheet = book.create_sheet(f"Sheet{number}")
            for row in table:
                sheet.append(list(row))
            sheet.sheet_state = "hidden" if number < hidden else "visible"
        book.active = min(hidden, len(tables) - 1)

    return workbook(fill)


def repacked(content: bytes, replaced: Callable[[str, bytes], bytes]) -> bytes:
    """The package with other parts."""
    answer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(answer, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, replaced(part.filename, old.read(part)))
    return answer.getvalue()


def all_hidden(content: bytes) -> bytes:
    """The workbook with every sheet hidden, as programs leave it that copy sheets."""
    return repacked(content, lambda name, part: part.replace(b'state="visible"', b'state="hidden"'))


def strict(content: bytes) -> bytes:
    """The workbook as a Strict Open XML Spreadsheet."""
    return repacked(content, lambda name, part: part.replace(TRANSITIONAL, STRICT) if name[:3] == "xl/" else part)


def without_styles(content: bytes) -> bytes:
    """The workbook as programs write it that leave the default style out."""
    empty = b'<styleSheet xmlns="%s"/>' % TRANSITIONAL
    return repacked(content, lambda name, part: empty if name == "xl/styles.xml" else part)


def binary(content: bytes) -> bytes:
    """A package that says that it is a binary workbook."""
    kind = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return repacked(content, lambda name, part: part.replace(plain, kind))


def open_document() -> bytes:
    """The beginning of an OpenDocument spreadsheet."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<office/>")
    return content.getvalue()


def protected(table: Table) -> bytes:
    """A workbook whose cells may not be edited; it is not encrypted."""

    def fill(book: Any) -> None:
        for row in table:
            book.active.append(list(row))
        book.active.protection.set_password("secret")
        book.security.lockStructure = True

    return workbook(fill)


def merged(table: Table) -> bytes:
    """A workbook with merged cells under the table, in which nothing is written."""

    def fill(book: Any) -> None:
        for row in table:
            book.active.append(list(row))
        book.active.merge_cells(start_row=len(table) + 2, start_column=1, end_row=len(table) + 3, end_column=2)

    return workbook(fill)


def archive(content: bytes) -> bytes:
    """An archive with a file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("prices.csv", content)
    return packed.getvalue()


def decorated(table: Table) -> Table:
    """The table with capitals, blanks and invisible characters in its header, as pages and phones leave them."""
    header, *rows = table
    marks = ("\ufeff{} ", "\u00a0{}\u200b", " {}\u00a0", "\u200e{}")
    names = [marks[place % 4].format(name.replace("_", "\u00a0").title()) for place, name in enumerate(header)]
    return [names, *rows]


def blanks(table: Table) -> Table:
    """Rows in which somebody pressed the space bar."""
    return [[" "] * len(table[0]), ["\u00a0", *[""] * (len(table[0]) - 1)]]


READ: dict[str, Made] = {
    "a line that names the semicolon": lambda table: text(table, ";", before="sep=;\r\n"),
    "a mark and a line that names the comma": lambda table: text(table, ",", before="\ufeffsep=,\r\n"),
    "a quoted line that names the separator": lambda table: text(table, ";", before='"sep=;"\r\n'),
    "a line that names the tab": lambda table: text(table, "\t", before="sep=\t\r\n"),
    "tabs": lambda table: text(table, "\t"),
    "two byte order marks": lambda table: text(table, ";", before="\ufeff\ufeff"),
    "rows of blanks": lambda table: text([*table, *blanks(table)]),
    "blanks in the header": lambda table: text(decorated(table)),
    "a workbook": lambda table: sheets(table),
    "a workbook with rows of blanks": lambda table: sheets([*table, *blanks(table)]),
    "a workbook with blanks in the header": lambda table: sheets(decorated(table)),
    "a workbook with a hidden first sheet": lambda table: sheets([["old"], ["1"]], table, hidden=1),
    "a workbook with notes in another sheet": lambda table: sheets(table, [["Notes"], ["Prices of spring"]]),
    "a workbook with the same columns in a hidden sheet": lambda table: sheets(table, table, hidden=1),
    "a workbook with blank rows first": lambda table: sheets([*blanks(table), *table], [["Notes"]]),
    "a workbook with an empty last sheet": lambda table: sheets(table, []),
    "a protected sheet": lambda table: protected(table),
    "merged cells below the table": lambda table: merged(table),
    "line ends of old computers": lambda table: text(table).replace(b"\r\n", b"\r"),
    "a workbook without styles": lambda table: without_styles(sheets(table)),
}
"""Files that are read, by what is particular about them."""

REFUSED: dict[str, tuple[Made, str]] = {
    "hidden": (lambda table: all_hidden(sheets(table)), "Every sheet of the file is hidden"),
    "strict": (lambda table: strict(sheets(table)), "Strict Open XML Spreadsheet"),
    "binary": (lambda table: binary(sheets(table)), r"binary workbook \(.xlsb\)"),
    "open document": (lambda table: open_document(), r"OpenDocument spreadsheet \(.ods\)"),
    "same columns twice": (lambda table: sheets(table, table), "'Sheet0' and 'Sheet1' have the same columns"),
    "empty first sheet": (lambda table: sheets([], table), "The first sheet, 'Sheet0', is empty"),
    "web page": (lambda table: b"\xef\xbb\xbf\n<HTML xmlns:x='urn:x'><table><tr><td>list</table>", "is a web page"),
    "fragment of a web page": (lambda table: b"<table><tr><td>list</td></tr></table>", "is a web page"),
    "XML of 2003": (lambda table: b'<?xml version="1.0"?>\n<Workbook xmlns="urn:x"/>', "XML Spreadsheet 2003"),
    "UTF-16": (lambda table: text(table, "\t").decode().encode("utf-16"), "UTF-16, not UTF-8"),
    "PDF": (lambda table: b"%PDF-1.7\n", "is a PDF"),
    "text document": (lambda table: b"{\\rtf1 list}", r"text document \(.rtf\)"),
    "compressed": (lambda table: gzip.compress(text(table)), "is compressed"),
    "SYLK": (lambda table: b"ID;PWXL;N;E\n", "SYLK"),
    "old Excel": (lambda table: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
    "archive": (lambda table: archive(text(table)), "no workbook in it"),
    "half Latin-1": (lambda table: text(table) + "Señor".encode("latin-1"), "not UTF-8 text: byte [0-9]+, in row 3"),
    "another separator": (lambda table: text(table, "|", before="sep=|\r\n"), "separated by '|'"),
}
"""Files that are refused, with what they are called."""
