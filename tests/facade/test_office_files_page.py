"""The page for offices says what K2K says: each of its files is imported, and what is printed below it comes out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from tests.facade.office_network import NOW

PAGE = Path(__file__).parents[2] / "docs" / "office-files.md"
BLOCK = re.compile(r"```(csv|workbook) ([a-z ]+)\n(.*?)```\n+```text\n(.*?)```", re.DOTALL)
FORMATTED = re.compile(r"(.*?) \{(.+)\}")
MISTAKES = 10

BLOOM: dict[str, Any] = {
    "code": "BLOOM",
    "currency": "USD",
    "timezone": "America/New_York",
    "categories": [{"code": "CUT"}],
    "products": [
        {"code": "ROSE", "description": "Rose", "category": "CUT"},
        {"code": "00123", "description": "Lily", "category": "CUT"},
    ],
    "customers": [{"code": "C-1", "type": "B", "price_lists": ["MAIN"]}],
    "price_lists": [
        {
            "code": "MAIN",
            "type": "all",
            "seasons": [
                {
                    "name": "Spring",
                    "start": "2026-01-01",
                    "end": "2026-03-31",
                    "rows": [{"product": "ROSE", "price": "2.59"}],
                }
            ],
        }
    ],
    "lots": [
        {"code": "VA-1", "inventory_type": "vendor_availability", "product": "ROSE", "box_type": "HB", "boxes": 10}
        | {"units_per_box": 100, "unit_type": "stem", "arrival_date": "2026-02-01", "va_price": "0.60"}
    ],
}


class Example(NamedTuple):
    """A file of the page, what it is a file of, and what K2K says to it."""

    kind: str
    of: str
    table: str
    says: str


def examples() -> list[Example]:
    return [Example(*found) for found in BLOCK.findall(PAGE.read_text("utf-8"))]


@pytest.fixture(scope="module")
def net() -> Iterator[K2K]:
    with K2K.open("sqlite:///:memory:", clock=lambda: NOW) as opened:
        opened.load({"companies": [BLOOM]})
        yield opened


def content(example: Example) -> bytes:
    if example.kind == "csv":
        coding = "cp1252" if "old coding" in example.of else "utf-8"
        return example.table.encode(coding)
    book, content = Workbook(), io.BytesIO()
    book.remove(book.active)
    for part in re.split(r"^(?=\[)", example.table, flags=re.MULTILINE)[1:]:
        _add_sheet(book, part.strip("\n").splitlines())
    book.save(content)
    return content.getvalue()


def _add_sheet(book: Any, lines: list[str]) -> None:
    """A sheet: its name in brackets, then its rows; in braces after a cell its format."""
    heading = re.fullmatch(r"\[([^,]+)(, hidden)?\]", lines[0])
    assert heading is not None, lines[0]
    title, hidden = heading.groups()
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden" if hidden else "visible"
    for row, line in enumerate(lines[1:], 1):
        for column, text in enumerate(line.split(" | "), 1):
            formatted = FORMATTED.fullmatch(text)
            cell = sheet.cell(row, column, _value(formatted[1] if formatted else text))
            if formatted:
                cell.number_format = formatted[2]


def _value(text: str) -> str | float:
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text


def said(net: K2K, example: Example) -> str:
    """What K2K says: each fault with its place, or each change."""
    asked = net.import_availability if example.of.startswith("availability") else net.import_price_lists
    try:
        answer: Any = asked("BLOOM", content(example), dry_run=True)
    except K2KError as error:
        found = [f"{one['path']}: {one['message']}" for one in getattr(error, "faults", ())] or [error.message]
        return "".join(f"{line}\n" for line in found)
    near = {id(one): f" (nearest: {one['nearest']})" if one.get("nearest") else "" for one in answer["faults"]}
    faults = [f"row {one['row']}, {one['column']}: {one['message']}{near[id(one)]}" for one in answer["faults"]]
    changes = [
        f"{one['product']}: {one['after']['price']}" for one in answer.get("changes", ()) if one["what"] == "row"
    ]
    changes += [f"{one['lot']}: {one['after']['boxes']} boxes" for one in answer.get("lots", ())]
    return "".join(f"{line}\n" for line in faults or changes)


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"{example.kind} {example.table[:20]!r}")
def test_the_page_says_what_k2k_says(net: K2K, example: Example) -> None:
    assert said(net, example) == example.says


def test_the_page_has_ten_mistakes_each_with_an_example() -> None:
    sections = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert [section.partition(".")[0] for section in sections] == [str(number) for number in range(1, MISTAKES + 1)]
    assert all(BLOCK.search(section) for section in sections)
