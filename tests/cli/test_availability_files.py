"""`k2k availability import`: dry run and import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K

NEW = "lot,boxes,product,box_type,units_per_box,unit_type,arrival_date\nVA-1,7,ROSE,HB,100,stem,2026-02-09\n"


@pytest.fixture
def bloom(network: str) -> str:
    with K2K.open(network) as k2k:
        k2k.put("BLOOM", "categories", [{"code": "CUT"}])
        k2k.put("BLOOM", "products", [{"code": "ROSE", "description": "Rose", "category": "CUT"}])
    Path("farms.csv").write_text(NEW)
    return network


def test_a_file_is_tried_and_read(k2k: Any, bloom: str) -> None:
    command = ("availability", "import", "BLOOM", "farms.csv", "--database", bloom)
    tried = k2k(*command, "--dry-run")
    assert (tried.status, tried.err) == (0, "")
    assert tried.out.startswith("Dry run, nothing is written: 1 row(s) for BLOOM, mode overwrite.\n1 new lot(s)")
    assert "VA-1  new  →  7 boxes, 7 left" in tried.out
    assert k2k(*command).out.startswith("Imported: 1 row(s)")
    more = json.loads(k2k(*command, "--mode", "increase", "--json").out)
    assert more["lots"][0]["after"] == {"boxes": 14, "available": 14}


def test_faults_are_told_with_row_and_column(k2k: Any, bloom: str) -> None:
    Path("farms.csv").write_text(NEW.replace("ROSE", "TULIP"))
    command = ("availability", "import", "BLOOM", "farms.csv", "--database", bloom)
    tried = k2k(*command, "--dry-run")
    assert (tried.status, "row 2, product: TULIP" in tried.out) == (1, True)
    refused = k2k(*command)
    assert (refused.status, refused.out) == (2, "")
    assert k2k("availability", "import", "BLOOM", "nothing.csv", "--database", bloom).status == 2
