"""What K2K exports comes back the same after two other spreadsheet programs have opened and saved it, as a workbook and
as CSV: price lists and every collection of records."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from k2k_core.api import K2K
from tests.facade.office_network import company

ODD = (
    *("00123", "123", "1-2", "2026-02-14", "1E5", "TRUE", "3.10", "12345678901234567890", "0x1F", "-1"),
    *("MAR-1", "1.000", "INF", "NULL", "5e-7"),
)
"""Codes that a spreadsheet could take for numbers, dates or truth."""

WORDS = (
    "=1+1",
    "'quoted",
    "Señorita \U0001f469\u200d\U0001f33e",
    'a "b"; c, d',
    "@home",
    "-5%",
    "1/2",
    "#N/A",
    "€ 2,59",
    "x" * 150,
)
ENDS = (("SPRING", "2026-01-01", "2026-03-31"), ("", "2026-04-01", None))
PRICES = ("2.61", "0.000001", "999999999999.999999", "0.1", "1234567.891", "100", "0")


class Program(NamedTuple):
    """A spreadsheet program, which opens files and saves them as another kind."""

    name: str
    save: Callable[[Path, str, list[Path]], object]


def _libreoffice(folder: Path, kind: str, files: list[Path]) -> None:
    as_csv = "csv:Text - txt - csv (StarCalc):59,34,76,1"  # semicolons, as offices of half of Europe have them
    to = ["--convert-to", as_csv if kind == "csv" else kind, "--outdir", str(folder / kind)]
    _run(folder, ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *to, *map(str, files)])


def _gnumeric(folder: Path, kind: str, files: list[Path]) -> None:
    as_shown = ["-T", "Gnumeric_stf:stf_assistant", "-O", "format=preserve"] if kind == "csv" else []
    for file in files:
        _run(folder, ["ssconvert", *as_shown, str(file), str(folder / kind / f"{file.stem}.{kind}")])


def _run(folder: Path, command: list[str]) -> None:
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, timeout=240, env=environment)
    assert done.returncode == 0, done.stderr.decode()


PROGRAMS = {
    "libreoffice": pytest.param(Program("libreoffice", _libreoffice), marks=pytest.mark.needs("libreoffice")),
    "gnumeric": pytest.param(Program("gnumeric", _gnumeric), marks=pytest.mark.needs("gnumeric")),
}
COLLECTIONS = (
    "locations",
    "categories",
    "products",
    "box_types",
    "box_dimensions",
    "customers",
    "vendors",
    "carriers",
    "lots",
)


def odd_network() -> dict[str, Any]:
    """A company whose codes, names, days and prices are such that spreadsheets change them."""
    products = [
        {"code": code, "description": WORDS[place % len(WORDS)], "category": "007"} for place, code in enumerate(ODD)
    ]
    prices = [{"product": code, "price": PRICES[place % len(PRICES)]} for place, code in enumerate(ODD)]
    seasons = [{"name": name, "start": start, "end": end, "rows": prices} for name, start, end in ENDS]
    week = {"cut_offs": {"mon": "0030", "tue": "1430", "sun": "no_shipping"}}
    lots = [
        {
            "code": f"0{place}",
            "inventory_type": "vendor_availability",
            "product": code,
            "box_type": "HB",
            "boxes": place,
        }
        | {
            "units_per_box": 100,
            "unit_type": "stem",
            "arrival_date": f"2026-02-{place + 1:02}",
            "va_price": PRICES[place % 7],
        }
        for place, code in enumerate(ODD)
    ]
    return {
        "categories": [{"code": "007", "name": "1.50"}],
        "products": products,
        "locations": [{"code": "00", "name": WORDS[0]}],
        "customers": [
            {"code": code, "name": WORDS[-1 - place % len(WORDS)], "type": "B", "price_lists": ["0001"], **markup}
            for place, code in enumerate(ODD)
            for markup in ({"ecommerce_markup": {"percent": "2.5"}},)
        ],
        "vendors": [{"code": "0001", "name": "1E3", "currency": "USD", "transit_days": 2}],
        "carriers": [{"code": "007", "name": "Truck", **week}],
        "box_dimensions": [{"box_type": "HB", "length": "40", "width": "12.50", "height": "10.44"}],
        "price_lists": [{"code": "0001", "name": "1/2", "type": "all", "seasons": seasons}],
        "lots": lots,
    }


@pytest.fixture(scope="module")
def net() -> Iterator[K2K]:
    with company(**odd_network()) as opened:
        yield opened


class Saved(NamedTuple):
    """Exports as a program has saved them, by name and kind."""

    files: Mapping[tuple[str, str], bytes]


@pytest.fixture(scope="module", params=PROGRAMS.values(), ids=PROGRAMS)
def saved(request: pytest.FixtureRequest, net: K2K, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Every export, opened and saved by a program as a workbook and as CSV."""
    program: Program = request.param
    folder = tmp_path_factory.mktemp(program.name)
    exports = {"price_lists": net.export_price_lists("BLOOM", format="xlsx")}
    exports |= {name: net.export_rows("BLOOM", name, format="xlsx") for name in COLLECTIONS}
    files = [folder / f"{name}.xlsx" for name in exports]
    for file, content in zip(files, exports.values(), strict=True):
        file.write_bytes(content)
    found = {}
    for kind in ("xlsx", "csv"):
        (folder / kind).mkdir()
        program.save(folder, kind, files)
        found |= {(name, kind): (folder / kind / f"{name}.{kind}").read_bytes() for name in exports}
    return Saved(found)


@pytest.mark.needs("libreoffice")
def test_a_csv_file_comes_back_the_same_where_quoted_fields_are_texts(net: K2K, tmp_path: Path) -> None:
    """LibreOffice asks when it opens a CSV file; `Quoted field as text` is one of its boxes."""
    exports = {"price_lists": net.export_price_lists("BLOOM", format="csv")}
    exports |= {name: net.export_rows("BLOOM", name, format="csv") for name in COLLECTIONS}
    files = [tmp_path / f"{name}.csv" for name in exports]
    for file, content in zip(files, exports.values(), strict=True):
        file.write_bytes(content)
    quoted_are_texts = "--infilter=csv:44,34,76,1,,0,true"
    saving = ["--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1", "--outdir", str(tmp_path / "saved")]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    _run(tmp_path, ["soffice", profile, "--headless", quoted_are_texts, *saving, *map(str, files)])
    saved = {name: (tmp_path / "saved" / f"{name}.csv").read_bytes() for name in exports}
    prices = net.import_price_lists("BLOOM", saved.pop("price_lists"), dry_run=True)
    assert (prices["faults"], prices["changes"]) == ([], [])
    for name, content in saved.items():
        answer = net.import_rows("BLOOM", name, content, dry_run=True)
        changed = [row for row in answer["rows"] if row["outcome"] != "unchanged"]
        assert [(name, row["row"], row["faults"], row["before"], row["after"]) for row in changed] == []
        assert answer["counts"]["unchanged"] == len(exports[name].splitlines()) - 1 > 0


@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_price_lists_come_back_the_same(net: K2K, saved: Saved, kind: str) -> None:
    answer = net.import_price_lists("BLOOM", saved.files["price_lists", kind], dry_run=True)
    assert (answer["faults"], answer["changes"]) == ([], [])
    assert answer["counts"]["rows"]["unchanged"] == len(ODD) * len(ENDS)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_records_come_back_the_same(net: K2K, saved: Saved, collection: str, kind: str) -> None:
    answer = net.import_rows("BLOOM", collection, saved.files[collection, kind], dry_run=True)
    changed = [row for row in answer["rows"] if row["outcome"] != "unchanged"]
    assert [(row["row"], row["faults"], row["before"], row["after"]) for row in changed] == []
    assert answer["counts"]["unchanged"] == len(net.export_rows("BLOOM", collection).splitlines()) - 1 > 0
