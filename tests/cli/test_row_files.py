"""`k2k rows export` and `k2k rows import`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from k2k_core.api import K2K


def test_records_are_exported_tried_and_imported_without_the_faulty_ones(k2k: Any, network: str) -> None:
    with K2K.open(network) as opened:
        opened.put("BLOOM", "categories", [{"code": "CUT"}])
        opened.put("BLOOM", "products", [{"code": "ROSE", "description": "Rose", "category": "CUT"}])
    at = ("--database", network)
    assert k2k("rows", "export", "BLOOM", "products", "products.csv", *at).status == 0
    text = Path("products.csv").read_text("utf-8-sig")
    Path("products.csv").write_text(text.replace("ROSE,Rose", "ROSE,Red rose") + "LILY,Lily,CUTT\nFERN,Fern,CUT\n")
    command = ("rows", "import", "BLOOM", "products", "products.csv", *at)
    tried = k2k(*command, "--dry-run")
    assert (tried.status, tried.err) == (1, "")
    assert tried.out.startswith("Dry run, nothing is written: 1 new, 1 changed, 0 the same, 1 refused.")
    assert "Rose → Red rose" in tried.out
    assert "CUTT is none of its categories. Did you mean CUT?" in tried.out
    refused = k2k(*command)
    assert (refused.status, refused.out) == (2, "")
    done = k2k(*command, "--leave-out-faulty", "--faulty", "mend.csv", "--json")
    assert json.loads(done.out)["counts"] == {"created": 1, "changed": 1, "unchanged": 0, "refused": 1}
    mend = Path("mend.csv").read_text("utf-8-sig").replace("CUTT,", "CUT,")
    Path("mend.csv").write_text(mend)
    assert k2k("rows", "import", "BLOOM", "products", "mend.csv", *at).status == 0
    assert k2k("rows", "import", "BLOOM", "products", "nothing.csv", *at).status == 2
