"""`k2k prices`: price lists are exported, edited, checked with a dry run, and imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K


@pytest.fixture
def bloom(network: str) -> str:
    """The small network, where BLOOM has a list with one row."""
    with K2K.open(network) as k2k:
        k2k.put("BLOOM", "categories", [{"code": "CUT"}])
        k2k.put("BLOOM", "products", [{"code": "ROSE", "description": "Rose", "category": "CUT"}])
        season = {"name": "Spring", "start": "2026-01-01", "rows": [{"product": "ROSE", "price": "2.59"}]}
        k2k.put("BLOOM", "price_lists", [{"code": "MAIN", "seasons": [season]}])
    return network


@pytest.mark.parametrize("name", ["lists.csv", "lists.XLSX"])
def test_lists_go_out_and_in_again(k2k: Any, bloom: str, name: str) -> None:
    out = k2k("prices", "export", "BLOOM", name, "--database", bloom)
    assert (out.status, out.err) == (0, "")
    assert out.out.startswith(f"all price lists of BLOOM: {name} (")
    back = k2k("prices", "import", "BLOOM", name, "--database", bloom)
    assert (back.status, back.err) == (0, "")
    assert back.out.startswith("Imported: 1 row(s) for BLOOM, mode upsert.")


def test_a_dry_run_tells_changes_with_before_and_after(k2k: Any, bloom: str) -> None:
    Path("new.csv").write_text("list,season,product,price\nMAIN,Spring,ROSE,3\nNEW,Fall,ROSE,1\n")
    ran = k2k("prices", "import", "BLOOM", "new.csv", "--dry-run", "--database", bloom)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Dry run, nothing is written: 2 row(s)")
    assert "price 2.59 → 3" in ran.out
    assert "NEW / Fall / ROSE" in ran.out
    again = k2k("prices", "import", "BLOOM", "new.csv", "--dry-run", "--json", "--database", bloom)
    assert json.loads(again.out)["counts"]["rows"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 0}


def test_faults_are_told_with_row_and_column(k2k: Any, bloom: str) -> None:
    Path("bad.csv").write_text("list,season,product,price\nMAIN,Spring,TULIP,NaN\n")
    dry = k2k("prices", "import", "BLOOM", "bad.csv", "--dry-run", "--database", bloom)
    assert dry.status == 1
    assert "row 2, price: 'NaN' is not a number" in dry.out
    assert "row 2, product: TULIP is none of its products" in dry.out
    real = k2k("prices", "import", "BLOOM", "bad.csv", "--database", bloom)
    assert (real.status, real.out) == (2, "")
    assert real.err.startswith("error[invalid]: The file is not valid: row 2, price: 'NaN' is not a number (and 1")
    assert "row 2, product: TULIP is none of its products" in real.err


def test_long_reports_are_cut(k2k: Any, bloom: str) -> None:
    rows = "".join(f"MAIN,S{number},ROSE,x\n" for number in range(60))
    Path("bad.csv").write_text(f"list,season,product,price\n{rows}")
    told = k2k("prices", "import", "BLOOM", "bad.csv", "--dry-run", "--database", bloom).out
    assert "60 fault(s)" in told
    assert "and 10 more" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", "BLOOM", "lists.pdf"), "lists.pdf is neither CSV nor XLSX"),
        (("export", "BLOOM", "nowhere/lists.csv"), "cannot be written"),
        (("import", "BLOOM", "nothing.csv"), "nothing.csv cannot be read"),
        (("export", "NOBODY", "lists.csv"), "no company NOBODY"),
    ],
)
def test_what_cannot_be_done_is_refused_with_words(k2k: Any, bloom: str, arguments: tuple[str, ...], says: str) -> None:
    ran = k2k("prices", *arguments, "--database", bloom)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_a_file_that_is_too_large_is_not_even_read(k2k: Any, bloom: str) -> None:
    with Path("large.csv").open("wb") as file:
        file.truncate(20_000_001)
    ran = k2k("prices", "import", "BLOOM", "large.csv", "--database", bloom)
    assert ran.err.startswith("error[unreadable_file]: large.csv has 20,000,001 bytes; up to 20,000,000 are read.")
